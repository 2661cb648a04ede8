/* told_events.h -- an observer that keeps what the ledgers tell it
 *
 * And asserts what holds for every ledger: the ranges of each kind follow each
 * other without gap or overlap. For one connection at a time. */
#ifndef UNIT_TOLD_EVENTS_H
#define UNIT_TOLD_EVENTS_H

#include <check.h>

#include "base/ledger.h"
#include "base/observer.h"

enum { TOLD_EVENTS_MAX = 4096, TOLD_HEAD_MAX = 128 };

struct told_event {
    enum ledger_event_kind kind;
    uint64_t from, head_to, to;
    unsigned status; /* of an answer or a refusal */
    enum ledger_why why;
    enum ledger_call call;
    enum ledger_cause cause;
    unsigned recvs;  /* of a request */
    uint64_t number; /* of an answer's request */
    char head[TOLD_HEAD_MAX];
};

struct told_events {
    struct observer observer;
    struct told_event events[TOLD_EVENTS_MAX];
    unsigned count;
    uint64_t recv_to, message_to, response_to, send_to;
};

static inline void told_in_order(uint64_t *to, const struct ledger_event *event)
{
    ck_assert_uint_eq(event->from, *to);
    ck_assert_uint_le(event->from, event->to);
    *to = event->to;
}

static inline void told_head(struct told_event *told, struct bytes head)
{
    size_t len = head.len < TOLD_HEAD_MAX ? head.len : TOLD_HEAD_MAX - 1;

    if (len > 0)
        memcpy(told->head, head.at, len);
    ck_assert_uint_eq(told->from + head.len, told->head_to);
    ck_assert_uint_le(told->head_to, told->to);
}

static inline void told_message(struct told_event *told,
                                const struct ledger_event *event)
{
    if (event->kind == LEDGER_REQUEST) {
        told->status = event->request->refused;
        told->recvs = event->ledger->message_recvs;
        told_head(told, event->request->head);
    } else {
        told->status = event->response->status;
        told->number = event->request_number;
        told_head(told, event->response->head);
    }
}

static inline void told_event(struct observer *observer,
                              const struct ledger_event *event)
{
    struct told_events *t = (struct told_events *)observer;
    struct told_event *told = &t->events[t->count];

    ck_assert_uint_lt(t->count++, TOLD_EVENTS_MAX);
    *told = (struct told_event){.kind = event->kind,
                                .from = event->from,
                                .head_to = event->head_to,
                                .to = event->to};
    switch (event->kind) {
    case LEDGER_OPEN:
        break;
    case LEDGER_RECV:
        told_in_order(&t->recv_to, event);
        break;
    case LEDGER_REQUEST:
        told_in_order(&t->message_to, event);
        told_message(told, event);
        break;
    case LEDGER_SKIP:
        told_in_order(&t->message_to, event);
        told->why = event->why;
        break;
    case LEDGER_RESPONSE:
        told_in_order(&t->response_to, event);
        told_message(told, event);
        break;
    case LEDGER_SEND:
        told_in_order(&t->send_to, event);
        told->call = event->call;
        break;
    case LEDGER_CLOSE:
        told->cause = event->ledger->cause;
        ck_assert_uint_eq(t->message_to, t->recv_to);
        ck_assert_uint_eq(event->ledger->received, t->recv_to);
        ck_assert_uint_eq(event->ledger->sent, t->send_to);
        break;
    }
}

static inline void told_events_init(struct told_events *t)
{
    memset(t, 0, sizeof(*t));
    t->observer.event = told_event;
}

/* The n-th event of a kind, from 0. */
static inline const struct told_event *
told_nth(const struct told_events *t, enum ledger_event_kind kind, unsigned n)
{
    for (unsigned i = 0; i < t->count; i++)
        if (t->events[i].kind == kind && n-- == 0)
            return &t->events[i];
    ck_abort_msg("there is no such event");
}

static inline unsigned told_count(const struct told_events *t,
                                  enum ledger_event_kind kind)
{
    unsigned count = 0;

    for (unsigned i = 0; i < t->count; i++)
        count += t->events[i].kind == kind;
    return count;
}

#endif
