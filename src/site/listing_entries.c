#include "site/listing_entries.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { EACH_LEAST = 32, NAMES_LEAST = 1024 }; /* room at first */

void listing_entries_init(struct listing_entries *entries,
                          struct listing_budget *budget,
                          struct listing_order order)
{
    memset(entries, 0, offsetof(struct listing_entries, next));
    entries->budget = budget;
    entries->order = order;
}

static size_t bytes_of_room(size_t each_size, size_t names_size)
{
    return each_size * sizeof(struct listing_entry) + names_size;
}

void listing_entries_drop(struct listing_entries *entries)
{
    listing_budget_give(entries->budget,
                        bytes_of_room(entries->each_size, entries->names_size));
    free(entries->each);
    free(entries->names);
    entries->each = NULL;
    entries->names = NULL;
    entries->count = entries->each_size = entries->runs = 0;
    entries->names_len = entries->names_size = 0;
}

void listing_entries_fini(struct listing_entries *entries)
{
    listing_entries_drop(entries);
}

static size_t at_least(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* Room for one entry more. False: no budget or memory. */
static bool grow_each(struct listing_entries *entries)
{
    size_t size = at_least(EACH_LEAST, entries->each_size * 2);
    size_t more;
    void *memory;

    if (entries->count < entries->each_size)
        return true;
    size = size < LISTING_SORTED_MAX ? size : LISTING_SORTED_MAX;
    more = bytes_of_room(size - entries->each_size, 0);
    if (!listing_budget_take(entries->budget, more))
        return false;
    memory = realloc(entries->each, size * sizeof(struct listing_entry));
    if (memory == NULL) {
        listing_budget_give(entries->budget, more);
        return false;
    }
    entries->each = memory;
    entries->each_size = size;
    return true;
}

/* Room for `len` bytes more of names. */
static bool grow_names(struct listing_entries *entries, size_t len)
{
    size_t size = at_least(NAMES_LEAST, entries->names_size * 2);
    size_t more = size - entries->names_size;
    void *memory;

    if (entries->names_size - entries->names_len >= len)
        return true;
    if (!listing_budget_take(entries->budget, more))
        return false;
    memory = realloc(entries->names, size);
    if (memory == NULL) {
        listing_budget_give(entries->budget, more);
        return false;
    }
    entries->names = memory;
    entries->names_size = size;
    return true;
}

bool listing_entries_add(struct listing_entries *entries,
                         const struct listing_item *item)
{
    assert(item->name.len > 0 && item->name.len <= NAME_MAX);
    assert(entries->runs == 0);
    if (entries->count == LISTING_SORTED_MAX || !grow_each(entries) ||
        !grow_names(entries, item->name.len + 1))
        return false;
    entries->each[entries->count++] = (struct listing_entry){
        .size = item->size,
        .mtime_s = item->mtime_s,
        .name_at = (uint32_t)entries->names_len,
        .name_len = (uint8_t)item->name.len,
        .is_folder = item->is_folder,
    };
    memcpy(entries->names + entries->names_len, item->name.at, item->name.len);
    entries->names_len += item->name.len;
    entries->names[entries->names_len++] = '\0';
    return true;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Compares the numbers at the front of two texts, of any length, and steps over
 * them. */
static int compare_numbers(const char **a, const char **b)
{
    size_t a_len, b_len;
    int order;

    *a += strspn(*a, "0");
    *b += strspn(*b, "0");
    a_len = strspn(*a, "0123456789");
    b_len = strspn(*b, "0123456789");
    if (a_len != b_len)
        return a_len < b_len ? -1 : 1;
    order = memcmp(*a, *b, a_len);
    *a += a_len;
    *b += b_len;
    return order;
}

/* Names that differ in case or in leading zeros alone are compared as bytes, so
 * that no two names of a folder are equal. */
static int compare_names(const char *a, const char *b)
{
    const char *x = a, *y = b;

    while (*x != '\0' && *y != '\0') {
        unsigned char p = (unsigned char)bytes_lower(*x);
        unsigned char q = (unsigned char)bytes_lower(*y);

        if (is_digit(*x) && is_digit(*y)) {
            int order = compare_numbers(&x, &y);

            if (order != 0)
                return order;
            continue;
        }
        if (p != q)
            return p < q ? -1 : 1;
        x++;
        y++;
    }
    if (*x != *y)
        return *x == '\0' ? -1 : 1;
    return strcmp(a, b);
}

static int compare_values(int64_t a, int64_t b)
{
    return a == b ? 0 : (a < b ? -1 : 1);
}

static int compare(const struct listing_entry *a, const struct listing_entry *b,
                   const struct listing_entries *entries)
{
    const char *name = listing_entries_name(entries, a);
    const char *other = listing_entries_name(entries, b);
    int order = 0;

    if (a->is_folder != b->is_folder)
        return a->is_folder ? -1 : 1;
    switch (entries->order.key) {
    case LISTING_BY_NAME:
        order = compare_names(name, other);
        break;
    case LISTING_BY_SIZE:
        order = compare_values((int64_t)a->size, (int64_t)b->size);
        break;
    case LISTING_BY_TIME:
        order = compare_values(a->mtime_s, b->mtime_s);
        break;
    }
    if (order != 0)
        return entries->order.is_descending ? -order : order;
    return compare_names(name, other);
}

static int compare_for_sort(const void *a, const void *b, void *entries)
{
    return compare(a, b, entries);
}

bool listing_entries_sort_run(struct listing_entries *entries)
{
    size_t first = entries->runs * LISTING_RUN;
    size_t left = entries->count - first;

    if (first >= entries->count)
        return false;
    assert(entries->runs < LISTING_RUNS_MAX);
    qsort_r(entries->each + first, left < LISTING_RUN ? left : LISTING_RUN,
            sizeof(struct listing_entry), compare_for_sort, entries);
    entries->next[entries->runs++] = (uint32_t)first;
    return true;
}

const struct listing_entry *
listing_entries_next(struct listing_entries *entries)
{
    const struct listing_entry *least = NULL;
    size_t of = 0;

    assert(entries->runs * LISTING_RUN >= entries->count);
    for (size_t run = 0; run < entries->runs; run++) {
        const size_t end = (run + 1) * LISTING_RUN;
        const struct listing_entry *entry = entries->each + entries->next[run];

        if (entries->next[run] == (end < entries->count ? end : entries->count))
            continue;
        if (least != NULL && compare(entry, least, entries) > 0)
            continue;
        least = entry;
        of = run;
    }
    if (least != NULL)
        entries->next[of]++;
    return least;
}
