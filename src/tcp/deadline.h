/* deadline.h -- when to stop waiting for a peer
 *
 * All deadlines of one kind have one length, so a list in order of arming is
 * sorted by construction: arming, disarming and finding the next to expire cost
 * O(1), whatever the number of connections. One struct a worker, its thread
 * alone. Times are clock_now_ms's. */
#ifndef TCP_DEADLINE_H
#define TCP_DEADLINE_H

#include <stdint.h>

#include "base/list.h"

enum deadline_kind {
    DEADLINE_FIRST_BYTE, /* accept to the first byte; a browser opens spares */
    DEADLINE_MESSAGE,    /* a message's first byte to its last */
    DEADLINE_IDLE,       /* the last answer to the next message's first byte */
    DEADLINE_SEND,       /* without the peer taking anything */
    DEADLINE_LINGER,     /* our last byte to the peer's last */
    DEADLINE_TICK,       /* a look for news to the next; nobody is late */
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

/* Arms `deadline`, which must have been init'ed (list_init(&node)); one that is
 * armed already is armed anew. */
void deadline_arm(struct deadlines *deadlines, enum deadline_kind kind,
                  struct deadline *deadline, int64_t now_ms);

/* The first of `kind` that has expired, or NULL. It stays armed. */
struct deadline *deadlines_expired(const struct deadlines *deadlines,
                                   enum deadline_kind kind, int64_t now_ms);

/* When the one of `kind` that has been armed longest was; INT64_MAX where none
 * is. */
int64_t deadlines_armed_ms(const struct deadlines *deadlines,
                           enum deadline_kind kind);

/* When the next one expires; INT64_MAX where none is armed. */
int64_t deadlines_next_ms(const struct deadlines *deadlines);

#endif
