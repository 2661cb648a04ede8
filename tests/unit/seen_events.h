/* seen_events.h -- an observer that records the events of ledgers
 *
 * It asserts what is true of every ledger: the ranges of each kind follow each
 * other without gap or overlap. For one connection at a time. */
#ifndef UNIT_SEEN_EVENTS_H
#define UNIT_SEEN_EVENTS_H

#include <check.h>

#include "base/ledger.h"
#include "base/observer.h"

enum { SEEN_EVENTS_MAX = 4096, SEEN_HEAD_MAX = 128 };

struct seen_event {
    enum ledger_event_kind kind;
    uint64_t from, head_to, to;
    unsigned status; /* of a response or a refusal */
    enum ledger_why why;
    enum ledger_call call;
    enum ledger_cause cause;
    int64_t time_us;
    bool has_info;
    bool has_arrival; /* of a recv */
    uint32_t segments;
    bool is_held;                  /* BLOCKED: the kernel told what it holds */
    struct ledger_account account; /* of a close */
    unsigned recvs;                /* of a request */
    uint64_t number;               /* of a response's request */
    char head[SEEN_HEAD_MAX];
};

struct seen_events {
    struct observer observer;
    struct seen_event events[SEEN_EVENTS_MAX];
    unsigned count;
    uint64_t recv_to, message_to, response_to, send_to, left_to, acked_to;
};

static inline void seen_in_order(uint64_t *to, const struct ledger_event *event)
{
    ck_assert_uint_eq(event->from, *to);
    ck_assert_uint_le(event->from, event->to);
    *to = event->to;
}

static inline void seen_head(struct seen_event *seen, struct bytes head)
{
    size_t len = head.len < SEEN_HEAD_MAX ? head.len : SEEN_HEAD_MAX - 1;

    if (len > 0)
        memcpy(seen->head, head.at, len);
    ck_assert_uint_eq(seen->from + head.len, seen->head_to);
    ck_assert_uint_le(seen->head_to, seen->to);
}

static inline void seen_message(struct seen_event *seen,
                                const struct ledger_event *event)
{
    if (event->kind == LEDGER_REQUEST) {
        seen->status = event->request->refused;
        seen->recvs = event->ledger->message_recvs;
        seen_head(seen, event->request->head);
    } else {
        seen->status = event->response->status;
        seen->number = event->request_number;
        seen_head(seen, event->response->head);
    }
}

static inline void seen_event(struct observer *observer,
                              const struct ledger_event *event)
{
    struct seen_events *t = (struct seen_events *)observer;
    struct seen_event *seen = &t->events[t->count];

    ck_assert_uint_lt(t->count++, SEEN_EVENTS_MAX);
    *seen = (struct seen_event){.kind = event->kind,
                                .from = event->from,
                                .time_us = event->time_us,
                                .has_info = event->info != NULL,
                                .head_to = event->head_to,
                                .to = event->to};
    switch (event->kind) {
    case LEDGER_OPEN:
        break;
    case LEDGER_RECV:
        seen_in_order(&t->recv_to, event);
        seen->has_arrival = event->recv.arrival != NULL;
        seen->segments = event->recv.segments;
        break;
    case LEDGER_REQUEST:
        seen_in_order(&t->message_to, event);
        seen_message(seen, event);
        break;
    case LEDGER_SKIP:
        seen_in_order(&t->message_to, event);
        seen->why = event->why;
        break;
    case LEDGER_RESPONSE:
        seen_in_order(&t->response_to, event);
        seen_message(seen, event);
        break;
    case LEDGER_CONTENT:
        seen_in_order(&t->response_to, event);
        break;
    case LEDGER_SEND:
        seen_in_order(&t->send_to, event);
        seen->call = event->call;
        break;
    case LEDGER_LEFT:
        if (!event->is_again)
            seen_in_order(&t->left_to, event);
        ck_assert_uint_le(event->to, t->left_to);
        ck_assert_uint_le(event->to, t->send_to);
        break;
    case LEDGER_ACKED:
        seen_in_order(&t->acked_to, event);
        ck_assert_uint_le(event->to, t->send_to);
        break;
    case LEDGER_BLOCKED:
        ck_assert_uint_eq(event->to, t->send_to);
        seen->call = event->call;
        seen->is_held = event->held != NULL;
        break;
    case LEDGER_SHUTDOWN:
        ck_assert_uint_eq(event->to, t->send_to);
        break;
    case LEDGER_EOF:
        ck_assert_uint_eq(event->to, t->recv_to);
        break;
    case LEDGER_CLOSE:
        if (event->account != NULL)
            seen->account = *event->account;
        seen->cause = event->ledger->cause;
        ck_assert_uint_eq(t->message_to, t->recv_to);
        ck_assert_uint_eq(event->ledger->received, t->recv_to);
        ck_assert_uint_eq(event->ledger->sent, t->send_to);
        if (event->account != NULL)
            ck_assert_uint_ge(event->account->acked, t->acked_to);
        break;
    }
}

static inline void seen_events_init(struct seen_events *t)
{
    memset(t, 0, sizeof(*t));
    t->observer.event = seen_event;
}

/* The n-th event of a kind, from 0. */
static inline const struct seen_event *
seen_nth(const struct seen_events *t, enum ledger_event_kind kind, unsigned n)
{
    for (unsigned i = 0; i < t->count; i++)
        if (t->events[i].kind == kind && n-- == 0)
            return &t->events[i];
    ck_abort_msg("there is no such event");
}

static inline unsigned seen_count(const struct seen_events *t,
                                  enum ledger_event_kind kind)
{
    unsigned count = 0;

    for (unsigned i = 0; i < t->count; i++)
        count += t->events[i].kind == kind;
    return count;
}

#endif
