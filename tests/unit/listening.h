/* listening.h -- opens listeners as a command line names them, for the tests */
#ifndef UNIT_LISTENING_H
#define UNIT_LISTENING_H

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "given.h"
#include "server/listeners.h"

enum { OUT_LEN = 4096 };

/* Makes standard error a socket on which each written line is one message.
 * Returns the end to read from. */
static inline int catch_errors(void)
{
    int ends[2];

    ck_assert_int_eq(
        socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, ends), 0);
    ck_assert_int_ne(dup2(ends[1], STDERR_FILENO), -1);
    close(ends[1]);
    return ends[0];
}

/* The next line on standard error, "" if there is none. */
static inline const char *next_line(int fd, char out[OUT_LEN])
{
    ssize_t len = recv(fd, out, OUT_LEN - 1, 0);

    out[len > 0 ? len : 0] = '\0';
    return out;
}

static inline void check_line(int fd, const char *text)
{
    char out[OUT_LEN];

    ck_assert_str_eq(next_line(fd, out), text);
}

/* Opens the listeners of the options in `line`, as the server does. */
static inline int open_line(struct listeners *listeners, const char *line)
{
    struct options options;
    int error;

    ck_assert_int_eq(given_read(&options, (struct given){.line = line}), 0);
    error = listeners_open(listeners, &options);
    options_fini(&options);
    return error;
}

/* Listens at `text`. Returns false if another process has it. */
static inline bool hold(struct listener *listener, const char *text)
{
    struct address out[ADDRESS_PARSE_MAX];
    int error;

    ck_assert_int_eq(address_parse(bytes_of(text), out), 1);
    error = listener_open(listener, &out[0]);
    ck_assert(error == 0 || error == -EADDRINUSE || error == -EADDRNOTAVAIL ||
              error == -EAFNOSUPPORT);
    return error == 0;
}

static inline bool has_ipv6(void)
{
    struct listener listener;
    bool has = hold(&listener, "[::1]:0");

    listener_close(&listener);
    return has;
}

/* The port without --listen. */
static inline unsigned default_port(void)
{
    struct address out[ADDRESS_PARSE_MAX];
    struct options options;

    ck_assert_int_eq(given_read(&options, (struct given){.line = NULL}), 0);
    ck_assert_uint_eq(options.listen_count, 1);
    ck_assert_int_eq(address_parse(bytes_of(options.listen[0]), out), 2);
    options_fini(&options);
    return address_port(&out[0]);
}

static inline unsigned port_of(const struct listeners *listeners, size_t i)
{
    return address_port(&listeners->each[i].address);
}

#endif
