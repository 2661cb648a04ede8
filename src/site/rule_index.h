/* rule_index.h -- finds the rules that may match a path, without trying each
 *
 * A rule is entered by the key of its pattern (rule_pattern.h): a path, or the
 * folder of all that it matches. A request's path is looked up in a hash table
 * once for each of its folders, and once whole:
 *
 *     /news/2024/a    "", "news", "news/2024", "news/2024/a"
 *
 * and at no folder that is longer than the longest key. So ten thousand rules
 * with different keys cost a request no more than ten. Rules with the same key
 * are in a list, in their order.
 *
 * Made once, then constant. Pure but for memory. */
#ifndef SITE_RULE_INDEX_H
#define SITE_RULE_INDEX_H

#include "site/rule_pattern.h"

enum { RULE_NONE = INT32_MAX };

struct rule_group {
    struct bytes key;
    uint32_t hash, first, last; /* first RULE_NONE: an empty place */
};

struct rule_index {
    struct rule_group *groups; /* a power of 2 */
    uint32_t *next;            /* of each rule, by number; RULE_NONE: none */
    size_t group_max;          /* the highest index */
    size_t key_len_max;
};

/* Makes room for rules with numbers below `count`. False: no memory. */
bool rule_index_init(struct rule_index *index, size_t count);
void rule_index_fini(struct rule_index *index);

/* Enters a rule; call it in the order of numbers. The pattern must outlive the
 * index. */
void rule_index_add(struct rule_index *index, uint32_t number,
                    const struct rule_pattern *pattern);

/* A path on its way through the table. */
struct rule_search {
    const struct rule_index *index;
    struct bytes path; /* without a slash at its end */
    size_t at;         /* where the next folder's name begins */
    uint32_t hash;     /* of what precedes it */
    bool is_done;
};

struct rule_search rule_search_begin(const struct rule_index *index,
                                     struct bytes path);

/* The first rule of the next group whose key is a folder of the path, or the
 * path; the others follow by index->next. Those with a literal pattern match
 * only where *is_whole. RULE_NONE: there are no more. */
uint32_t rule_search_next(struct rule_search *search, bool *is_whole);

#endif
