/* tcp_server.c -- counts each client's bytes, and the reads they took
 *
 *     tcp_server PORT
 *
 * It listens on 127.0.0.1. Port 0 lets the kernel choose one. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static void fail(const char *call)
{
    perror(call);
    exit(1);
}

/* A send may accept fewer bytes than it was given: go on after them. */
static int send_all(int fd, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t n = send(fd, data, len, MSG_NOSIGNAL);
        if (n == -1)
            return -1;
        data += n;
        len -= (size_t)n;
    }
    return 0;
}

static int listen_on(unsigned short port)
{
    struct sockaddr_in here = {
        .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    socklen_t here_len = sizeof here;
    int on = 1;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd == -1)
        fail("socket");
    /* A restart need not wait until old connections are forgotten. */
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == -1)
        fail("setsockopt");
    if (bind(fd, (struct sockaddr *)&here, sizeof here) == -1)
        fail("bind");
    if (listen(fd, SOMAXCONN) == -1)
        fail("listen");
    if (getsockname(fd, (struct sockaddr *)&here, &here_len) == -1)
        fail("getsockname");
    printf("listening on port %d\n", ntohs(here.sin_port));
    fflush(stdout);
    return fd;
}

/* Responds after the end of the client's stream, where recv returns 0.
 * The other direction is still open then. */
static void serve(int conn)
{
    char buf[65536], line[80];
    unsigned long long bytes = 0, reads = 0;
    ssize_t n;
    int len;

    while ((n = recv(conn, buf, sizeof buf, 0)) > 0) {
        bytes += (size_t)n;
        reads++;
    }
    len = snprintf(line, sizeof line, "%llu bytes in %llu reads\n",
                   bytes, reads);
    if (n == -1 || send_all(conn, line, (size_t)len) == -1)
        perror("client");
}

int main(int argc, char **argv)
{
    int listener, conn;

    if (argc != 2) {
        fprintf(stderr, "usage: tcp_server PORT\n");
        return 2;
    }
    listener = listen_on((unsigned short)atoi(argv[1]));
    while ((conn = accept(listener, NULL, NULL)) != -1) {
        serve(conn);
        close(conn);
    }
    fail("accept");
}
