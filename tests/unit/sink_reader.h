/* sink_reader.h -- a sink whose file is read by the test */
#ifndef UNIT_SINK_READER_H
#define UNIT_SINK_READER_H

#include <check.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/sink.h"

enum {
    SINK_READER_SIZE = 131072,
    SINK_READER_WAIT_MS = 60000, /* for what comes at once */
};

struct sink_reader {
    struct sink *sink;
    int fd;                      /* the other end; -1: closed */
    char text[SINK_READER_SIZE]; /* what was read last */
};

static inline struct sink_reader *sink_reader_of(const int fds[2])
{
    struct sink_reader *reader = malloc(sizeof(*reader));

    ck_assert_ptr_nonnull(reader);
    reader->fd = fds[0];
    ck_assert_int_eq(fcntl(fds[0], F_SETFL, O_NONBLOCK), 0);
    ck_assert_int_eq(sink_new(&reader->sink, fds[1], "a pipe"), 0);
    return reader;
}

static inline struct sink_reader *sink_reader_new_pipe(void)
{
    int fds[2];

    ck_assert_int_eq(pipe(fds), 0);
    return sink_reader_of(fds);
}

/* A socket that keeps the bounds of what is written: each write(2) is one
 * message. */
static inline struct sink_reader *sink_reader_new_messages(void)
{
    int fds[2];

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds), 0);
    return sink_reader_of(fds);
}

/* What there is now, as far as one read goes; "" where there is nothing. */
static inline const char *sink_reader_look(struct sink_reader *reader)
{
    ssize_t len = read(reader->fd, reader->text, SINK_READER_SIZE - 1);

    reader->text[len > 0 ? len : 0] = '\0';
    return reader->text;
}

/* The same once there is something. */
static inline const char *sink_reader_next(struct sink_reader *reader)
{
    struct pollfd ready = {.fd = reader->fd, .events = POLLIN};

    ck_assert_int_eq(poll(&ready, 1, SINK_READER_WAIT_MS), 1);
    return sink_reader_look(reader);
}

/* Ends the sink, which must be possible. */
static inline void sink_reader_end(struct sink_reader *reader)
{
    ck_assert(sink_end(reader->sink, clock_now_ms() + SINK_READER_WAIT_MS));
}

static inline void sink_reader_free(struct sink_reader *reader)
{
    sink_free(reader->sink);
    if (reader->fd != -1)
        close(reader->fd);
    free(reader);
}

/* Waits until the sink's last write failed with this, a negative errno, or, 0,
 * until one has not. */
static inline void sink_reader_await_error(const struct sink_reader *reader,
                                           int error)
{
    int64_t deadline_ms = clock_now_ms() + SINK_READER_WAIT_MS;

    while (sink_error(reader->sink) != error) {
        ck_assert_int_lt(clock_now_ms(), deadline_ms);
        poll(NULL, 0, 1);
    }
}

#endif
