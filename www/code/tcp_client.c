/* tcp_client.c -- sends its standard input and prints the response
 *
 *     tcp_client HOST PORT <FILE */
#define _POSIX_C_SOURCE 200809L

#include <netdb.h>
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

/* A name can have several addresses, IPv6 and IPv4 for example. The
 * first that accepts the connection is used. Returns -1 if none. */
static int connect_to(const struct addrinfo *address)
{
    for (; address != NULL; address = address->ai_next) {
        int fd = socket(address->ai_family, address->ai_socktype,
                        address->ai_protocol);
        if (fd == -1)
            continue;
        if (connect(fd, address->ai_addr, address->ai_addrlen) == 0)
            return fd;
        close(fd);
    }
    return -1;
}

static int open_connection(const char *host, const char *port)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *addresses;
    int error = getaddrinfo(host, port, &hints, &addresses);
    int fd;

    if (error != 0) {
        fprintf(stderr, "%s: %s\n", host, gai_strerror(error));
        exit(1);
    }
    fd = connect_to(addresses);
    freeaddrinfo(addresses);
    return fd;
}

int main(int argc, char **argv)
{
    static char buf[1 << 20];
    ssize_t n;
    int fd;

    if (argc != 3) {
        fprintf(stderr, "usage: tcp_client HOST PORT <FILE\n");
        return 2;
    }
    fd = open_connection(argv[1], argv[2]);
    if (fd == -1)
        fail("connect");
    while ((n = read(STDIN_FILENO, buf, sizeof buf)) > 0)
        if (send_all(fd, buf, (size_t)n) == -1)
            fail("send");
    if (n == -1)
        fail("read");
    /* No more bytes from us. The server's recv returns 0 after the last
     * one, and the server can still send. */
    if (shutdown(fd, SHUT_WR) == -1)
        fail("shutdown");
    while ((n = recv(fd, buf, sizeof buf, 0)) > 0)
        fwrite(buf, 1, (size_t)n, stdout);
    if (n == -1)
        fail("recv");
    close(fd);
    return fflush(stdout) == 0 ? 0 : 1;
}
