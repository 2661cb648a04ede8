/* udp_client.c -- sends each line as a datagram until it comes back
 *
 *     udp_client ADDRESS PORT <FILE */
#include <arpa/inet.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

enum {
    DATAGRAM_MAX = 1000, /* bytes; most links take it as one packet */
    TRIES_MAX = 4,
    READS_MAX = 8, /* for each try: strangers cannot keep us reading */
    WAIT_MS = 250,
};

static void fail(const char *call)
{
    perror(call);
    exit(1);
}

/* The socket has no peer: anyone can send to it. */
static bool is_from(const struct sockaddr_in *from,
                    const struct sockaddr_in *peer)
{
    return from->sin_addr.s_addr == peer->sin_addr.s_addr &&
           from->sin_port == peer->sin_port;
}

/* Prints the datagram that comes back from the peer, and ignores all
 * others, such as a late one. Returns false when the time is up. */
static bool print_response(int fd, const char *line, size_t len,
                           const struct sockaddr_in *peer)
{
    for (int reads = 0; reads < READS_MAX; reads++) {
        char buf[DATAGRAM_MAX];
        struct sockaddr_in from;
        socklen_t from_len = sizeof from;
        ssize_t n = recvfrom(fd, buf, sizeof buf, 0,
                             (struct sockaddr *)&from, &from_len);
        if (n == -1)
            return false;
        if (is_from(&from, peer) && (size_t)n == len &&
            memcmp(buf, line, len) == 0) {
            fwrite(buf, 1, (size_t)n, stdout);
            return true;
        }
    }
    return false;
}

/* UDP does not send a lost datagram again. The program does. */
static bool ask(int fd, const char *line, size_t len,
                const struct sockaddr_in *peer)
{
    for (int tries = 0; tries < TRIES_MAX; tries++) {
        if (sendto(fd, line, len, 0, (const struct sockaddr *)peer,
                   sizeof *peer) == -1)
            fail("sendto");
        if (print_response(fd, line, len, peer))
            return true;
    }
    return false;
}

int main(int argc, char **argv)
{
    struct timeval due = {.tv_usec = WAIT_MS * 1000};
    struct sockaddr_in peer = {.sin_family = AF_INET};
    char text[DATAGRAM_MAX - 20], line[DATAGRAM_MAX];
    int fd = socket(AF_INET, SOCK_DGRAM, 0);

    if (argc != 3 || inet_pton(AF_INET, argv[1], &peer.sin_addr) != 1) {
        fprintf(stderr, "usage: udp_client ADDRESS PORT <FILE\n");
        return 2;
    }
    peer.sin_port = htons((unsigned short)atoi(argv[2]));
    if (fd == -1)
        fail("socket");
    if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &due, sizeof due) == -1)
        fail("setsockopt");
    /* A number makes each datagram differ from all before it. */
    for (int i = 1; fgets(text, sizeof text, stdin) != NULL; i++) {
        int len = snprintf(line, sizeof line, "%d %s", i, text);
        if (!ask(fd, line, (size_t)len, &peer)) {
            fprintf(stderr, "no response to line %d\n", i);
            return 1;
        }
    }
    return 0;
}
