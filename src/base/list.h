/* list.h -- a circular list whose links are members of its entries
 *
 * No allocation; linking and unlinking cost O(1). A node that is in no list
 * points to itself, so unlinking it again does no harm. */
#ifndef BASE_LIST_H
#define BASE_LIST_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>

struct list {
    struct list *next, *prev;
};

/* The struct of `type` whose `member` is the node. */
#define LIST_ENTRY(node, type, member) \
    ((type *)(void *)((char *)(node)-offsetof(type, member)))

static inline void list_init(struct list *node)
{
    node->next = node->prev = node;
}

static inline bool list_is_empty(const struct list *head)
{
    return head->next == head;
}

static inline void list_unlink(struct list *node)
{
    node->prev->next = node->next;
    node->next->prev = node->prev;
    list_init(node);
}

/* `node` must be initialized and in no list. */
static inline void list_append(struct list *head, struct list *node)
{
    assert(list_is_empty(node));
    node->prev = head->prev;
    node->next = head;
    head->prev->next = node;
    head->prev = node;
}

#endif
