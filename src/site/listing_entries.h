/* listing_entries.h -- the entries of a folder that a listing keeps and sorts
 *
 * Up to LISTING_SORTED_MAX entries are kept. No step takes long: they are
 * sorted in runs of LISTING_RUN, one run a call, and each call of
 * listing_entries_next looks at the first of each run. So the time of one call
 * does not grow with the folder.
 *
 *     add, add, ...        in the folder's order
 *     sort_run ...         until it returns false
 *     next, next, ...      folders first, then in the order that was asked for
 *
 * or, where there are too many, listing_entries_at gives them in the order in
 * which they were added.
 *
 * Names are compared as people count: ASCII letters without regard to case, and
 * digits by their number, so that photo2 comes before photo10. Memory is taken
 * from the budget. One thread. */
#ifndef SITE_LISTING_ENTRIES_H
#define SITE_LISTING_ENTRIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "site/listing_budget.h"
#include "site/listing_page.h"

enum {
    LISTING_SORTED_MAX = 10000, /* entries */
    LISTING_RUN = 256,
    LISTING_RUNS_MAX = (LISTING_SORTED_MAX + LISTING_RUN - 1) / LISTING_RUN,
};

struct listing_entry {
    uint64_t size;
    int64_t mtime_s;
    uint32_t name_at; /* in names; a NUL follows the name */
    uint8_t name_len;
    bool is_folder;
};

struct listing_entries {
    struct listing_budget *budget;
    struct listing_order order;
    struct listing_entry *each;
    char *names;
    size_t count, each_size; /* entries, and room for them */
    size_t names_len, names_size;
    size_t runs;                     /* that are sorted */
    uint32_t next[LISTING_RUNS_MAX]; /* of each run: the entry that is next */
};

/* The budget is lent until fini. */
void listing_entries_init(struct listing_entries *entries,
                          struct listing_budget *budget,
                          struct listing_order order);
void listing_entries_fini(struct listing_entries *entries);

/* Keeps a copy of the item. Returns false where there are LISTING_SORTED_MAX,
 * no memory or no budget: then nothing has changed. Its name has 1 to NAME_MAX
 * bytes. */
bool listing_entries_add(struct listing_entries *entries,
                         const struct listing_item *item);

/* Sorts the next run. Returns false if all are sorted. */
bool listing_entries_sort_run(struct listing_entries *entries);

/* The next entry in order. NULL: there are no more. All runs are sorted. */
const struct listing_entry *
listing_entries_next(struct listing_entries *entries);

/* The entry that was added as number `i`, from 0, where no run was sorted. */
static inline const struct listing_entry *
listing_entries_at(const struct listing_entries *entries, size_t i)
{
    return &entries->each[i];
}

/* Its name; a NUL follows. Valid until the next add. */
static inline const char *
listing_entries_name(const struct listing_entries *entries,
                     const struct listing_entry *entry)
{
    return entries->names + entry->name_at;
}

/* Frees the memory that it does not need any more: all entries were given. */
void listing_entries_drop(struct listing_entries *entries);

#endif
