/* viewing.h -- a live page's viewer, and a server of two workers that it sees
 *
 * For a program that includes this, the clock stands still until it is set: its
 * functions are defined here, and base/clock.c is not linked. */
#ifndef UNIT_VIEWING_H
#define UNIT_VIEWING_H

#include <stdio.h>

#include "base/clock.h"
#include "base/waker.h"
#include "made_event.h"
#include "suite.h"
#include "wire/live.h"

enum {
    TICK_MS = 50, /* how often the server asks for news, more or less */
    PAGE_SIZE = BODY_SOURCE_READ_MAX,
    EVENTS_MAX = 20000, /* of one stream */
    KIND_MAX = 16,
    WORKERS = 2,
};

/* --- The clock --- */

static int64_t now_us = 1700000000000000;

int64_t clock_now_ms(void)
{
    return now_us / 1000;
}

int64_t clock_wall_us(void)
{
    return now_us;
}

time_t clock_wall_s(void)
{
    return now_us / 1000000;
}

struct timespec clock_wall(void)
{
    return (struct timespec){.tv_sec = clock_wall_s()};
}

/* --- A viewer, and what it has read --- */

/* Of the worker that reads it. */
static struct waker viewer_waker = {.fd = -1};

struct seen {
    char event[KIND_MAX]; /* "": a comment */
    uint64_t conn, from, to, count;
    int64_t time_us;
};

struct viewing {
    struct body_source *source;
    enum body_next next;   /* after the last read */
    struct ledger *ledger; /* of its connection, or NULL; it counts sends */
    struct seen seen[EVENTS_MAX];
    unsigned count;
    char page[PAGE_SIZE];
};

static inline uint64_t number_of(const char *line, const char *name)
{
    const char *at = strstr(line, name);

    return at != NULL ? strtoull(at + strlen(name), NULL, 10) : 0;
}

/* One event of the stream, without the empty line after it. */
static inline void parse(struct viewing *v, const char *line)
{
    struct seen *seen = &v->seen[v->count++];
    const char *event = strstr(line, "\"event\":\"");

    ck_assert_uint_lt(v->count, EVENTS_MAX);
    *seen = (struct seen){.conn = number_of(line, "\"conn\":"),
                          .from = number_of(line, "\"from\":"),
                          .to = number_of(line, "\"to\":"),
                          .count = number_of(line, "\"count\":")};
    seen->time_us = (int64_t)number_of(line, "\"time_us\":");
    if (strcmp(line, ":") == 0)
        return;
    ck_assert_int_eq(strncmp(line, "data: {\"v\":2,", 13), 0);
    ck_assert_int_eq(line[strlen(line) - 1], '}');
    ck_assert_ptr_nonnull(event);
    ck_assert_int_eq(sscanf(event, "\"event\":\"%15[a-z]\"", seen->event), 1);
}

/* Reads once, and sends what it got as the server does; it is acknowledged at
 * once. Returns how many bytes it got. */
static inline size_t read_once(struct viewing *v)
{
    size_t len = 0, line = 0;

    v->next = v->source->read(v->source, v->page, PAGE_SIZE, &len);

    ck_assert_uint_le(len, PAGE_SIZE);
    for (size_t i = 0; i + 1 < len; i++) {
        if (v->page[i] != '\n' || v->page[i + 1] != '\n')
            continue;
        v->page[i] = '\0';
        parse(v, v->page + line);
        line = i + 2;
    }
    ck_assert_uint_eq(line, len); /* whole events alone */
    if (len == 0 || v->ledger == NULL)
        return len;
    ledger_send(v->ledger, LEDGER_CALL_SEND, len, NULL);
    ledger_left(v->ledger, (uint32_t)v->ledger->sent - 1, now_us);
    ledger_acked(v->ledger, (uint32_t)v->ledger->sent - 1, now_us, NULL);
    return len;
}

static inline void read_all(struct viewing *v)
{
    while (read_once(v) > 0)
        continue;
}

/* The ledger may be NULL. */
static inline struct viewing *viewing_new(struct live *live,
                                          struct ledger *ledger)
{
    struct viewing *v = calloc(1, sizeof(*v));

    v->ledger = ledger;
    v->source =
        live_opener(live)->open(live_opener(live), ledger, &viewer_waker);
    ck_assert_ptr_nonnull(v->source);
    return v;
}

static inline void viewing_free(struct viewing *v)
{
    v->source->close(v->source);
    free(v);
}

/* --- A server of two workers, one connection on each --- */

struct server {
    struct live *live;
    struct observer *observers[WORKERS];
    struct ledger *ledgers[WORKERS]; /* connections 1 and 2 */
};

static inline struct server server_new(void)
{
    struct server server = {.live = live_new(WORKERS)};

    for (unsigned i = 0; i < WORKERS; i++) {
        server.observers[i] = live_observer_new(server.live);
        server.ledgers[i] = ledger_new(i + 1, i + 1);
        ledger_open(server.ledgers[i], server.observers[i], "127.0.0.1:80",
                    "127.0.0.1:40000", NULL, NULL);
    }
    return server;
}

static inline void server_free(struct server *server)
{
    for (unsigned i = 0; i < WORKERS; i++) {
        server->observers[i]->close(server->observers[i]);
        ledger_free(server->ledgers[i]);
    }
    live_free(server->live);
}

/* A new connection of the first worker on which a viewer has come. */
static inline struct ledger *endless_ledger(struct server *server, uint64_t id)
{
    struct ledger *ledger = ledger_new(id, 1);

    ledger_open(ledger, server->observers[0], "127.0.0.1:80", "127.0.0.1:40001",
                NULL, NULL);
    ledger_recv(ledger, plain_request.head.len, NULL);
    ledger_offer(ledger, plain_request.head.len);
    ledger_request(ledger, plain_request.head.len, &plain_request);
    ledger_response(ledger, 0, 0, &endless_response);
    return ledger;
}

static inline void check_seen(const struct seen *seen, const char *event,
                              uint64_t conn)
{
    ck_assert_str_eq(seen->event, event);
    ck_assert_uint_eq(seen->conn, conn);
}

/* All events of this kind and connection follow each other without a gap, from
 * `from` on. Returns where the last one ends. */
static inline uint64_t check_lane(const struct viewing *v, const char *event,
                                  uint64_t conn, uint64_t from)
{
    for (unsigned i = 0; i < v->count; i++) {
        if (strcmp(v->seen[i].event, event) != 0 || v->seen[i].conn != conn)
            continue;
        ck_assert_uint_eq(v->seen[i].from, from);
        ck_assert_uint_gt(v->seen[i].to, from);
        from = v->seen[i].to;
    }
    return from;
}

static inline unsigned count_of(const struct viewing *v, const char *event)
{
    unsigned count = 0;

    for (unsigned i = 0; i < v->count; i++)
        count += strcmp(v->seen[i].event, event) == 0;
    return count;
}

#endif
