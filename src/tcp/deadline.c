#include "tcp/deadline.h"

#include <assert.h>

void deadlines_init(struct deadlines *deadlines,
                    const int64_t length_ms[DEADLINE_KINDS])
{
    for (int kind = 0; kind < DEADLINE_KINDS; kind++) {
        deadlines->length_ms[kind] = length_ms[kind];
        list_init(&deadlines->armed[kind]);
    }
}

void deadline_arm(struct deadlines *deadlines, enum deadline_kind kind,
                  struct deadline *deadline, int64_t now_ms)
{
    struct list *armed = &deadlines->armed[kind];

    assert(kind != DEADLINE_PAUSE);
    list_unlink(&deadline->node);
    deadline->at_ms = now_ms + deadlines->length_ms[kind];
    assert(list_is_empty(armed) ||
           LIST_ENTRY(armed->prev, struct deadline, node)->at_ms <=
               deadline->at_ms);
    list_append(armed, &deadline->node);
}

void deadline_arm_at(struct deadlines *deadlines, struct deadline *deadline,
                     int64_t at_ms)
{
    struct list *armed = &deadlines->armed[DEADLINE_PAUSE];
    struct list *before;

    list_unlink(&deadline->node);
    deadline->at_ms = at_ms;
    before = armed->prev;
    while (before != armed &&
           LIST_ENTRY(before, struct deadline, node)->at_ms > at_ms)
        before = before->prev;
    list_append(before->next, &deadline->node);
}

static struct deadline *first_of(const struct deadlines *deadlines, int kind)
{
    const struct list *head = &deadlines->armed[kind];

    return list_is_empty(head) ? NULL
                               : LIST_ENTRY(head->next, struct deadline, node);
}

struct deadline *deadlines_expired(const struct deadlines *deadlines,
                                   enum deadline_kind kind, int64_t now_ms)
{
    struct deadline *first = first_of(deadlines, (int)kind);

    return first != NULL && first->at_ms <= now_ms ? first : NULL;
}

int64_t deadlines_armed_ms(const struct deadlines *deadlines,
                           enum deadline_kind kind)
{
    const struct deadline *first = first_of(deadlines, (int)kind);

    return first == NULL ? INT64_MAX
                         : first->at_ms - deadlines->length_ms[kind];
}

int64_t deadlines_next_ms(const struct deadlines *deadlines)
{
    int64_t next_ms = INT64_MAX;

    for (int kind = 0; kind < DEADLINE_KINDS; kind++) {
        const struct deadline *first = first_of(deadlines, kind);

        if (first != NULL && first->at_ms < next_ms)
            next_ms = first->at_ms;
    }
    return next_ms;
}
