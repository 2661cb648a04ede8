/* pair.h -- two ends of a stream, and a pattern of bytes to send over it */
#ifndef UNIT_PAIR_H
#define UNIT_PAIR_H

#include <check.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PAIR_WAIT_MS = 30000 /* only a failing test waits that long */ };

struct pair {
    int ours, theirs; /* non-blocking; `ours` is the server's; -1: closed */
};

/* Waits for the event, and fails without it. */
static inline void await(int fd, short events)
{
    struct pollfd one = {.fd = fd, .events = events};

    ck_assert_int_eq(poll(&one, 1, PAIR_WAIT_MS), 1);
}

/* What one end sends, the other can read at once. */
static inline void pair_init(struct pair *pair)
{
    int ends[2];

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends),
                     0);
    *pair = (struct pair){.ours = ends[0], .theirs = ends[1]};
}

/* The two ends of a TCP connection on the loopback, for tests of resets. */
static inline void pair_init_tcp(struct pair *pair)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t len = sizeof(address);
    int listener = socket(AF_INET, SOCK_STREAM, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ck_assert_int_eq(bind(listener, (struct sockaddr *)&address, len), 0);
    ck_assert_int_eq(listen(listener, 1), 0);
    getsockname(listener, (struct sockaddr *)&address, &len);
    pair->theirs = socket(AF_INET, SOCK_STREAM, 0);
    ck_assert_int_eq(connect(pair->theirs, (struct sockaddr *)&address, len),
                     0);
    pair->ours = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
    ck_assert_int_ne(pair->ours, -1);
    ck_assert_int_eq(fcntl(pair->theirs, F_SETFL, O_NONBLOCK), 0);
    close(listener);
}

static inline void pair_fini(struct pair *pair)
{
    if (pair->ours != -1)
        close(pair->ours);
    if (pair->theirs != -1)
        close(pair->theirs);
}

/* The peer closes with a reset. Waits until it has arrived. */
static inline void pair_reset(struct pair *pair)
{
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};

    setsockopt(pair->theirs, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    close(pair->theirs);
    pair->theirs = -1;
    await(pair->ours, POLLERR);
}

/* Bytes of a pattern that does not repeat for long. */
static inline char *pattern_new(size_t len)
{
    char *bytes = malloc(len);

    ck_assert_ptr_nonnull(bytes);
    for (size_t i = 0; i < len; i++)
        bytes[i] = (char)('a' + (i ^ i >> 8 ^ i >> 16) % 26);
    return bytes;
}

/* A file of the first `len` bytes of the pattern, without a name. */
static inline int pattern_file(size_t len)
{
    char *bytes = pattern_new(len);
    int fd = memfd_create("pattern", MFD_CLOEXEC);

    ck_assert_int_eq(write(fd, bytes, len), (ssize_t)len);
    free(bytes);
    return fd;
}

/* Reads what has come into at[0..size). Returns how much. */
static inline size_t take(int fd, char *at, size_t size)
{
    size_t sum = 0;

    while (sum < size) {
        ssize_t got = read(fd, at + sum, size - sum);

        if (got <= 0)
            break;
        sum += (size_t)got;
    }
    return sum;
}

#endif
