/* header_set.h -- the fields of all rules that match a path, as lines
 *
 * Paths that the same rules match have the same fields. They are merged once,
 * and remembered: a request costs a lookup by the rules' numbers. The lines
 * include those that the server sets by default (HEADER_DEFAULTS), unless a
 * rule replaces or removes them; so where a set is, the defaults are not added
 * again.
 *
 * One thread, its owner's. */
#ifndef SITE_HEADER_SET_H
#define SITE_HEADER_SET_H

#include "site/header_rules.h"

enum {
    HEADER_LINES_MAX = 8192, /* bytes of the lines of one set */
    HEADER_FIELDS_MAX = 128, /* in one set */
    HEADER_SETS_MAX = 2048,  /* remembered; then all are forgotten */
};

/* A file may change at any time, so a cache must ask; and its type is what we
 * say. Two fields, in this order. */
#define HEADER_DEFAULTS           \
    "Cache-Control: no-cache\r\n" \
    "X-Content-Type-Options: nosniff\r\n"

struct header_set {
    struct header_set *next; /* in the same bucket */
    uint32_t hash;
    bool is_cut; /* fields were left out, since there was no room */
    struct bytes lines;
    struct bytes type; /* Content-Type's value, not in lines; .at NULL: none */
    size_t count;      /* the rules */
    uint32_t numbers[];
};

enum { HEADER_BUCKETS = 256 };

struct header_sets {
    struct header_set *buckets[HEADER_BUCKETS];
    size_t count;
};

/* The set of these rules, of which there is at least one. Valid until the next
 * call. *is_new is set where it was not remembered. NULL: no memory. */
const struct header_set *header_sets_get(struct header_sets *sets,
                                         const struct header_rules *rules,
                                         const uint32_t *numbers, size_t count,
                                         bool *is_new);

/* Forgets all. Call it before the rules are freed, and at the end. */
void header_sets_clear(struct header_sets *sets);

#endif
