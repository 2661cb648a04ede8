#include "files/changes.h"

#include <stdio.h>

#include "changes_text.h"
#include "suite.h"

static char text[CHANGES_TEXT_MAX];

START_TEST(each_path_is_there_once)
{
    static const char *const paths[] = {"a", "b/c", "a", "b", "b/c", "a b"};
    struct changes changes = {.count = 0};

    ck_assert(changes_are_none(&changes));
    ck_assert_str_eq(changes_text(&changes, text), "");
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
        changes_add(&changes, paths[i], 0);
    ck_assert(!changes_are_none(&changes));
    ck_assert_str_eq(changes_text(&changes, text), "a a b b b/c");
    ck_assert_uint_eq(changes.count, 4);
    changes_clear(&changes);
    ck_assert(changes_are_none(&changes));
    changes_add(&changes, "d", 0);
    ck_assert_str_eq(changes_text(&changes, text), "d");
}
END_TEST

START_TEST(more_paths_than_the_bound_are_all)
{
    struct changes changes = {.count = 0};
    char path[16];

    for (int i = 0; i < CHANGES_PATHS_MAX; i++) {
        snprintf(path, sizeof(path), "%d", i);
        changes_add(&changes, path, 0);
    }
    ck_assert(!changes.is_all);
    ck_assert_uint_eq(changes.count, CHANGES_PATHS_MAX);
    changes_add(&changes, "0", 0);
    ck_assert(!changes.is_all);
    changes_add(&changes, "one more", 0);
    ck_assert(changes.is_all);
    ck_assert_ptr_null(changes_next(&changes, NULL));
    changes_add(&changes, "and more", 0);
    ck_assert_str_eq(changes_text(&changes, text), "*");
}
END_TEST

START_TEST(more_bytes_than_the_bound_are_all)
{
    struct changes changes = {.count = 0};
    static char path[CHANGES_BYTES_MAX + 1];

    memset(path, 'a', CHANGES_BYTES_MAX - 3);
    changes_add(&changes, path, 0);
    changes_add(&changes, "b", 0); /* the last two bytes */
    ck_assert(!changes.is_all);
    ck_assert_uint_eq(changes.len, CHANGES_BYTES_MAX);
    changes_add(&changes, "", 0);
    ck_assert(changes.is_all);
}
END_TEST

static const struct burst {
    int64_t added_ms[4]; /* up to a -1 */
    int64_t due_ms;
} bursts[] = {
    {{-1, -1, -1, -1}, INT64_MAX},
    {{1000, -1, -1, -1}, 1000 + CHANGES_SILENCE_MS},
    {{1000, 1029, -1, -1}, 1029 + CHANGES_SILENCE_MS},
    {{1000, 1100, 1169, -1}, 1169 + CHANGES_SILENCE_MS},
    {{1000, 1100, 1171, -1}, 1000 + CHANGES_MAX_MS},
    {{1000, 1100, 1171, 1199}, 1000 + CHANGES_MAX_MS},
};

START_TEST(burst_is_due_after_silence_or_in_the_end)
{
    for (size_t i = 0; i < sizeof(bursts) / sizeof(bursts[0]); i++) {
        struct changes changes = {.count = 0}, all = {.count = 0};

        for (size_t n = 0; n < 4 && bursts[i].added_ms[n] != -1; n++) {
            changes_add(&changes, "the same", bursts[i].added_ms[n]);
            changes_add_all(&all, bursts[i].added_ms[n]);
        }
        ck_assert_int_eq(changes_due_ms(&changes), bursts[i].due_ms);
        ck_assert_int_eq(changes_due_ms(&all), bursts[i].due_ms);
        changes_clear(&changes);
        ck_assert_int_eq(changes_due_ms(&changes), INT64_MAX);
        changes_add(&changes, "next", 5000);
        ck_assert_int_eq(changes_due_ms(&changes), 5000 + CHANGES_SILENCE_MS);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("changes");

    suite_add_tests(suite, each_path_is_there_once,
                    more_paths_than_the_bound_are_all,
                    more_bytes_than_the_bound_are_all,
                    burst_is_due_after_silence_or_in_the_end);
    return suite_run(suite);
}
