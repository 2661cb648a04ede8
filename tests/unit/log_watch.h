/* log_watch.h -- a log of responses whose lines are looked at as they are
 * written */
#ifndef UNIT_LOG_WATCH_H
#define UNIT_LOG_WATCH_H

#include <check.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "sink_reader.h"
#include "wire/access_log.h"
#include "wire/terminal_log.h"

enum {
    THEN = 784111777, /* Sun, 06 Nov 1994 08:49:37 GMT */
    LONG_LEN = 100000
};

#define STAMP "[06/Nov/1994:08:49:37 +0000]"
#define PLAIN_LINE "0.0.0.0 - - " STAMP " \"GET / HTTP/1.1\" 200 12\n"

static const struct sockaddr_in peer4 = {.sin_family = AF_INET};
static const struct sockaddr_in6 peer6 = {.sin6_family = AF_INET6,
                                          .sin6_addr = IN6ADDR_LOOPBACK_INIT};
static const struct sockaddr peer_local = {.sa_family = AF_UNIX};

static const struct observed_response plain = {
    .peer = (const struct sockaddr *)&peer4,
    .when = THEN,
    .method = {"GET", 3},
    .target = {"/", 1},
    .version = {"1.1", 3},
    .status = 200,
    .body_len = 12,
};

/* An observer, and the reader of its log. */
struct watch {
    struct access_log log;
    struct terminal_log terminal;
    struct observer *observer;
    struct sink_reader *reader;
};

static inline struct watch *watch_new(bool is_combined)
{
    struct watch *watch = malloc(sizeof(*watch));

    ck_assert_ptr_nonnull(watch);
    watch->reader = sink_reader_new_messages();
    watch->log = (struct access_log){.sink = watch->reader->sink,
                                     .is_combined = is_combined};
    watch->observer = access_log_observer_new(&watch->log);
    ck_assert_ptr_nonnull(watch->observer);
    return watch;
}

static inline struct watch *watch_new_terminal(bool has_colour)
{
    struct watch *watch = malloc(sizeof(*watch));

    ck_assert_ptr_nonnull(watch);
    watch->reader = sink_reader_new_messages();
    watch->terminal = (struct terminal_log){watch->reader->sink, has_colour};
    watch->observer = terminal_log_observer_new(&watch->terminal);
    ck_assert_ptr_nonnull(watch->observer);
    return watch;
}

static inline void watch_free(struct watch *watch)
{
    if (watch->observer != NULL)
        watch->observer->close(watch->observer);
    sink_reader_end(watch->reader);
    sink_reader_free(watch->reader);
    free(watch);
}

static inline const char *line_of(struct watch *watch,
                                  const struct observed_response *response)
{
    watch->observer->responded(watch->observer, response);
    watch->observer->waiting(watch->observer);
    return sink_reader_next(watch->reader);
}

#endif
