/* udp_server.c -- sends each datagram back to where it came from
 *
 *     udp_server PORT
 *
 * It waits on 127.0.0.1. Port 0 lets the kernel choose one. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

static void fail(const char *call)
{
    perror(call);
    exit(1);
}

static int open_socket(unsigned short port)
{
    struct sockaddr_in here = {
        .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    socklen_t here_len = sizeof here;
    int fd = socket(AF_INET, SOCK_DGRAM, 0);

    if (fd == -1)
        fail("socket");
    if (bind(fd, (struct sockaddr *)&here, sizeof here) == -1)
        fail("bind");
    if (getsockname(fd, (struct sockaddr *)&here, &here_len) == -1)
        fail("getsockname");
    printf("waiting on port %d\n", ntohs(here.sin_port));
    fflush(stdout);
    return fd;
}

int main(int argc, char **argv)
{
    static char buf[65536]; /* no datagram is longer */
    int fd;

    if (argc != 2) {
        fprintf(stderr, "usage: udp_server PORT\n");
        return 2;
    }
    fd = open_socket((unsigned short)atoi(argv[1]));
    for (;;) {
        struct sockaddr_in from;
        socklen_t from_len = sizeof from;
        ssize_t n = recvfrom(fd, buf, sizeof buf, 0,
                             (struct sockaddr *)&from, &from_len);
        if (n == -1)
            fail("recvfrom");
        /* All of a datagram is sent, or nothing. */
        if (sendto(fd, buf, (size_t)n, 0, (struct sockaddr *)&from,
                   from_len) == -1)
            perror("sendto");
    }
}
