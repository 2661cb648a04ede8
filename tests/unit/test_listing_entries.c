#include "site/listing_entries.h"

#include <stdio.h>

#include "suite.h"

static struct listing_budget budget;

static void init(struct listing_entries *entries, enum listing_key key,
                 bool is_descending)
{
    listing_budget_init(&budget, 1);
    listing_entries_init(entries, &budget,
                         (struct listing_order){key, is_descending});
}

static void fini(struct listing_entries *entries)
{
    listing_entries_fini(entries);
    ck_assert_uint_eq(atomic_load(&budget.bytes), 0);
}

static bool add(struct listing_entries *entries, const char *name,
                uint64_t size, time_t mtime_s)
{
    size_t len = strlen(name);
    bool is_folder = name[len - 1] == '/';
    struct listing_item item = {.name = {name, len - is_folder},
                                .is_folder = is_folder,
                                .size = size,
                                .mtime_s = mtime_s};

    return listing_entries_add(entries, &item);
}

/* Names of folders end in a slash here. */
static void check_order(struct listing_entries *entries, const char *wanted)
{
    const struct listing_entry *entry;
    char got[1000] = "";

    while (listing_entries_sort_run(entries))
        continue;
    while ((entry = listing_entries_next(entries)) != NULL) {
        const char *name = listing_entries_name(entries, entry);

        ck_assert_uint_eq(strlen(name), entry->name_len);
        snprintf(got + strlen(got), sizeof(got) - strlen(got), "%s%s%s",
                 got[0] != '\0' ? " " : "", name, entry->is_folder ? "/" : "");
    }
    ck_assert_ptr_null(listing_entries_next(entries));
    ck_assert_str_eq(got, wanted);
}

static const struct {
    enum listing_key key;
    bool is_descending;
    const char *wanted;
} orders[] = {
    {LISTING_BY_NAME, false, "a/ Z/ 1 A b photo2 photo010 photo10 \xFF"},
    {LISTING_BY_NAME, true, "Z/ a/ \xFF photo10 photo010 photo2 b A 1"},
    {LISTING_BY_SIZE, false, "a/ Z/ 1 b \xFF A photo2 photo10 photo010"},
    {LISTING_BY_SIZE, true, "a/ Z/ photo010 photo10 photo2 A \xFF b 1"},
    {LISTING_BY_TIME, false, "Z/ a/ photo10 photo2 1 A b photo010 \xFF"},
    {LISTING_BY_TIME, true, "a/ Z/ 1 A b photo010 \xFF photo2 photo10"},
};

START_TEST(folders_first_then_by_the_key)
{
    for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
        struct listing_entries entries;

        init(&entries, orders[i].key, orders[i].is_descending);
        ck_assert(add(&entries, "photo10", 60, -1));
        ck_assert(add(&entries, "b", 10, 5));
        ck_assert(add(&entries, "photo2", 50, 1));
        ck_assert(add(&entries, "Z/", 0, 7));
        ck_assert(add(&entries, "A", 40, 5));
        ck_assert(add(&entries, "\xFF", 20, 5));
        ck_assert(add(&entries, "1", 0, 5));
        ck_assert(add(&entries, "a/", 0, 8));
        ck_assert(add(&entries, "photo010", UINT64_C(1) << 40, 5));
        check_order(&entries, orders[i].wanted);
        fini(&entries);
    }
}
END_TEST

/* No two names are equal, and a sort is the same in either direction. */
START_TEST(names_that_differ_little)
{
    static const char *const names[] = {"a",
                                        "A",
                                        "a0",
                                        "a00",
                                        "a1",
                                        "a01",
                                        "a1a",
                                        "a1b",
                                        "a10",
                                        "a9",
                                        "99999999999999999999999999",
                                        "100000000000000000000000000",
                                        "a a"};
    struct listing_entries entries;

    init(&entries, LISTING_BY_NAME, false);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        ck_assert(add(&entries, names[i], 0, 0));
    check_order(&entries,
                "99999999999999999999999999 100000000000000000000000000 A a "
                "a a a0 a00 a01 a1 a1a a1b a9 a10");
    fini(&entries);
}
END_TEST

START_TEST(nothing_to_sort)
{
    struct listing_entries entries;

    init(&entries, LISTING_BY_NAME, false);
    check_order(&entries, "");
    fini(&entries);
}
END_TEST

/* As many as are sorted: each once, in order; and one more is refused. */
START_TEST(many_are_sorted_in_runs)
{
    static bool seen[LISTING_SORTED_MAX];
    struct listing_entries entries;
    unsigned runs = 0, count = 0;
    int before = -1;
    char name[20];

    init(&entries, LISTING_BY_NAME, false);
    for (unsigned i = 0; i < LISTING_SORTED_MAX; i++) {
        snprintf(name, sizeof(name), "%u", i * 7919 % LISTING_SORTED_MAX);
        ck_assert(add(&entries, name, 0, 0));
    }
    ck_assert(!add(&entries, "x", 0, 0));
    ck_assert_uint_eq(entries.count, LISTING_SORTED_MAX);
    ck_assert_str_eq(
        listing_entries_name(&entries, listing_entries_at(&entries, 1)),
        "7919");
    while (listing_entries_sort_run(&entries))
        runs++;
    ck_assert_uint_eq(runs, LISTING_RUNS_MAX);
    for (const struct listing_entry *entry;
         (entry = listing_entries_next(&entries)) != NULL; count++) {
        int number = atoi(listing_entries_name(&entries, entry));

        ck_assert_int_gt(number, before);
        ck_assert(!seen[number]);
        seen[number] = true;
        before = number;
    }
    ck_assert_uint_eq(count, LISTING_SORTED_MAX);
    fini(&entries);
}
END_TEST

/* The longest names of one listing fit, but not those of several. */
START_TEST(memory_is_bounded_for_the_process)
{
    char name[NAME_MAX + 1];
    struct listing_entries all[8];
    unsigned full = 0;

    listing_budget_init(&budget, 1);
    memset(name, 'n', NAME_MAX);
    name[NAME_MAX] = '\0';
    for (size_t i = 0; i < 8; i++) {
        unsigned count = 0;

        listing_entries_init(&all[i], &budget,
                             (struct listing_order){LISTING_BY_NAME, false});
        while (count < LISTING_SORTED_MAX && add(&all[i], name, 0, 0))
            count++;
        ck_assert(i > 0 || count == LISTING_SORTED_MAX);
        full += count == LISTING_SORTED_MAX;
        ck_assert_uint_le(atomic_load(&budget.bytes), LISTINGS_BYTES_MAX);
    }
    ck_assert_uint_lt(full, 8);
    for (size_t i = 0; i < 8; i++)
        listing_entries_fini(&all[i]);
    ck_assert_uint_eq(atomic_load(&budget.bytes), 0);
}
END_TEST

START_TEST(open_listings_are_bounded)
{
    listing_budget_init(&budget, 2);
    ck_assert(listing_budget_enter(&budget));
    ck_assert(listing_budget_enter(&budget));
    ck_assert(!listing_budget_enter(&budget));
    ck_assert(!listing_budget_enter(&budget));
    listing_budget_leave(&budget);
    ck_assert(listing_budget_enter(&budget));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("listing_entries");

    suite_add_tests(suite, folders_first_then_by_the_key,
                    names_that_differ_little, nothing_to_sort,
                    many_are_sorted_in_runs, memory_is_bounded_for_the_process,
                    open_listings_are_bounded);
    return suite_run(suite);
}
