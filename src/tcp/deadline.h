/* deadline.h -- when to stop waiting for a peer
 *
 * All deadlines of one kind have one length, so a list in order of arming is
 * sorted by construction: arming, disarming and finding the next to expire cost
 * O(1), whatever the number of connections. DEADLINE_PAUSE alone has a time of
 * its own for each, and is sorted as it is armed. Each worker has one struct
 * deadlines, for its thread alone. Times are of clock_now_ms. */
#ifndef TCP_DEADLINE_H
#define TCP_DEADLINE_H

#include <stdint.h>

#include "base/list.h"

enum deadline_kind {
    DEADLINE_FIRST_BYTE, /* accept to first byte; browsers open spare ones */
    DEADLINE_MESSAGE,    /* a message's first byte to its last */
    DEADLINE_IDLE,       /* last response to the next message's first byte */
    DEADLINE_SEND,       /* without the peer taking anything */
    DEADLINE_LINGER,     /* our last byte to the end of the peer's stream; while
                            the server drains, also a message's rest */
    DEADLINE_NEWS,       /* from one look for news to the next: no timeout */
    DEADLINE_PAUSE, /* to a time of its own (deadline_arm_at): no timeout */
    DEADLINE_KINDS
};

struct deadlines {
    int64_t length_ms[DEADLINE_KINDS];
    struct list armed[DEADLINE_KINDS]; /* of struct deadline */
};

struct deadline {
    struct list node;
    int64_t at_ms;
};

void deadlines_init(struct deadlines *deadlines,
                    const int64_t length_ms[DEADLINE_KINDS]);

/* Arms `deadline` anew, whether or not it is armed. Its node must have been
 * initialized (list_init). Not DEADLINE_PAUSE. */
void deadline_arm(struct deadlines *deadlines, enum deadline_kind kind,
                  struct deadline *deadline, int64_t now_ms);

/* Arms it as DEADLINE_PAUSE, which expires at at_ms. Costs a step for each that
 * expires later: none or few where pauses are alike. */
void deadline_arm_at(struct deadlines *deadlines, struct deadline *deadline,
                     int64_t at_ms);

/* The first of `kind` that has expired, or NULL. It stays armed. */
struct deadline *deadlines_expired(const struct deadlines *deadlines,
                                   enum deadline_kind kind, int64_t now_ms);

/* When the first one of `kind`, which is not DEADLINE_PAUSE, was armed;
 * INT64_MAX where none is. */
int64_t deadlines_armed_ms(const struct deadlines *deadlines,
                           enum deadline_kind kind);

/* When the next one of any kind expires; INT64_MAX where none is armed. */
int64_t deadlines_next_ms(const struct deadlines *deadlines);

#endif
