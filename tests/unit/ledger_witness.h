/* ledger_witness.h -- an observer that records the events of a ledger
 *
 * It asserts that their ranges have no gap and do not overlap. */
#ifndef UNIT_LEDGER_WITNESS_H
#define UNIT_LEDGER_WITNESS_H

#include "base/ledger.h"
#include "base/observer.h"
#include "suite.h"

enum { SEEN_MAX = 1000 };

/* An event with copies of its ledger, and of its account if it has one. */
struct seen {
    struct ledger_event event;
    struct ledger ledger;
    struct ledger_account account;
};

struct witness {
    struct observer observer; /* first: the two share their address */
    struct ledger *ledger;
    unsigned count;
    struct seen seen[SEEN_MAX];
};

static inline void note(struct observer *observer,
                        const struct ledger_event *event)
{
    struct witness *witness = (struct witness *)observer;

    ck_assert_ptr_eq(event->ledger, witness->ledger);
    ck_assert_uint_lt(witness->count, SEEN_MAX);
    witness->seen[witness->count++] =
        (struct seen){.event = *event, .ledger = *event->ledger};
    if (event->kind == LEDGER_CLOSE && event->account != NULL)
        witness->seen[witness->count - 1].account = *event->account;
}

static inline struct witness *witness_new(void)
{
    struct witness *witness = calloc(1, sizeof(*witness));

    ck_assert_ptr_nonnull(witness);
    witness->observer.event = note;
    witness->ledger = ledger_new(7, 2);
    ck_assert_ptr_nonnull(witness->ledger);
    ledger_open(witness->ledger, &witness->observer, "here", "there", NULL,
                NULL);
    return witness;
}

static inline void witness_free(struct witness *witness)
{
    ledger_free(witness->ledger);
    free(witness);
}

/* Where one kind of ranges must go on, in each direction. */
struct ends {
    uint64_t recv, message, response, send, left, acked;
};

static inline void check_range(const struct ledger_event *event, uint64_t *end)
{
    ck_assert_uint_eq(event->from, *end);
    ck_assert_uint_ge(event->to, event->from);
    *end = event->to;
}

static inline void check_event(const struct seen *seen, struct ends *ends)
{
    const struct ledger_event *event = &seen->event;

    switch (event->kind) {
    case LEDGER_RECV:
        check_range(event, &ends->recv);
        break;
    case LEDGER_REQUEST:
        ck_assert_uint_le(event->head_to, event->to);
        check_range(event, &ends->message);
        ck_assert_uint_le(event->to, ends->recv);
        break;
    case LEDGER_SKIP:
        check_range(event, &ends->message);
        ck_assert_uint_gt(event->to, event->from);
        ck_assert_uint_le(event->to, ends->recv);
        break;
    case LEDGER_RESPONSE:
        ck_assert_uint_le(event->head_to, event->to);
        check_range(event, &ends->response);
        break;
    case LEDGER_CONTENT:
        check_range(event, &ends->response);
        break;
    case LEDGER_SEND:
        check_range(event, &ends->send);
        ck_assert_uint_le(event->to, ends->response);
        break;
    case LEDGER_LEFT:
        if (!event->is_again)
            check_range(event, &ends->left);
        ck_assert_uint_le(event->to, ends->left);
        ck_assert_uint_le(event->to, ends->send);
        break;
    case LEDGER_ACKED:
        check_range(event, &ends->acked);
        ck_assert_uint_le(event->to, ends->send);
        break;
    case LEDGER_BLOCKED:
    case LEDGER_SHUTDOWN:
        ck_assert_uint_eq(event->from, ends->send);
        ck_assert_uint_eq(event->to, ends->send);
        break;
    case LEDGER_EOF:
        ck_assert_uint_eq(event->from, ends->recv);
        ck_assert_uint_eq(event->to, ends->recv);
        break;
    case LEDGER_CLOSE:
        ck_assert_uint_eq(ends->message, ends->recv);
        ck_assert_uint_eq(seen->ledger.received, ends->recv);
        ck_assert_uint_eq(seen->ledger.sent, ends->send);
        break;
    case LEDGER_OPEN:
        ck_abort_msg("opened twice");
    }
}

/* Ranges follow each other without gap or overlap, from first to last. */
static inline void check_story(const struct witness *witness)
{
    struct ends ends = {0};

    ck_assert_uint_gt(witness->count, 1);
    ck_assert_int_eq(witness->seen[0].event.kind, LEDGER_OPEN);
    for (unsigned i = 1; i < witness->count; i++) {
        ck_assert_int_ge(witness->seen[i].event.time_us,
                         witness->seen[0].event.time_us);
        check_event(&witness->seen[i], &ends);
    }
    ck_assert_int_eq(witness->seen[witness->count - 1].event.kind,
                     LEDGER_CLOSE);
}

static inline void take_request(struct ledger *ledger, uint64_t used,
                                size_t head_len, unsigned refused)
{
    const struct ledger_request request = {.head = {"", head_len},
                                           .refused = refused};

    ledger_request(ledger, used, &request);
}

static inline void take_response(struct ledger *ledger, uint64_t ahead,
                                 unsigned status, size_t head_len,
                                 uint64_t body_len)
{
    const struct ledger_response response = {.head = {"", head_len},
                                             .status = status};

    ledger_response(ledger, ahead, body_len, &response);
}

static inline const struct seen *last(const struct witness *witness)
{
    return &witness->seen[witness->count - 1];
}

static inline void check_last(const struct witness *witness,
                              enum ledger_event_kind kind, uint64_t from,
                              uint64_t to)
{
    const struct ledger_event *event = &last(witness)->event;

    ck_assert_int_eq(event->kind, kind);
    ck_assert_uint_eq(event->from, from);
    ck_assert_uint_eq(event->to, to);
}

#endif
