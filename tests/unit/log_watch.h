/* log_watch.h -- an access log whose lines are looked at as they are written */
#ifndef UNIT_LOG_WATCH_H
#define UNIT_LOG_WATCH_H

#include <check.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "wire/access_log.h"

enum {
    THEN = 784111777, /* Sun, 06 Nov 1994 08:49:37 GMT */
    TEXT_SIZE = 70000,
    LONG_LEN = 100000
};

#define STAMP "[06/Nov/1994:08:49:37 +0000]"
#define PLAIN_LINE "0.0.0.0 - - " STAMP " \"GET / HTTP/1.1\" 200 12\n"

static const struct sockaddr_in peer4 = {.sin_family = AF_INET};
static const struct sockaddr_in6 peer6 = {.sin6_family = AF_INET6,
                                          .sin6_addr = IN6ADDR_LOOPBACK_INIT};
static const struct sockaddr peer_local = {.sa_family = AF_UNIX};

static const struct observed_answer plain = {
    .peer = (const struct sockaddr *)&peer4,
    .when = THEN,
    .method = {"GET", 3},
    .target = {"/", 1},
    .is_1_1 = true,
    .status = 200,
    .body_len = 12,
};

/* An observer whose log is a socket that keeps the bounds of what is written:
 * each write(2) is one message. */
struct watch {
    struct access_log log;
    struct observer *observer;
    int fd;
    char text[TEXT_SIZE]; /* what the last write wrote */
};

static inline struct watch *watch_new(bool is_combined)
{
    struct watch *watch = malloc(sizeof(*watch));
    int ends[2];

    ck_assert_ptr_nonnull(watch);
    ck_assert_int_eq(
        socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, ends), 0);
    watch->log = (struct access_log){.fd = ends[1], .is_combined = is_combined};
    watch->fd = ends[0];
    watch->observer = access_log_observer_new(&watch->log);
    ck_assert_ptr_nonnull(watch->observer);
    return watch;
}

static inline void watch_free(struct watch *watch)
{
    if (watch->observer != NULL)
        watch->observer->close(watch->observer);
    access_log_close(&watch->log);
    close(watch->fd);
    free(watch);
}

/* What the next write wrote; "" where there was none. */
static inline const char *next_write(struct watch *watch)
{
    ssize_t len = recv(watch->fd, watch->text, TEXT_SIZE - 1, 0);

    watch->text[len > 0 ? len : 0] = '\0';
    return watch->text;
}

static inline const char *line_of(struct watch *watch,
                                  const struct observed_answer *answer)
{
    watch->observer->answered(watch->observer, answer);
    watch->observer->waiting(watch->observer);
    return next_write(watch);
}

#endif
