#include "server/shares.h"

#include "suite.h"

enum { MIB = 1024 * 1024 };

struct shares_case {
    const char *rule;
    struct shares_wish wish;
    struct shares shares;
};

static const struct shares_case cases[] = {
    {"half_and_half_after_the_reserve",
     {256, 2, 2, 0, 64 * MIB},
     {2, 107, 7, 50, 32 * MIB, 2 * MIB}},
    {"automatic_connections_are_capped",
     {1048576, 1, 4, 0, 64 * MIB},
     {4, 16384, 64, 16384, 16 * MIB, MIB}},
    {"explicit_connections_go_beyond_the_cap",
     {1048576, 1, 4, 100000, 64 * MIB},
     {4, 100000, 64, 16384, 16 * MIB, MIB}},
    {"explicit_connections_leave_each_worker_some_files",
     {256, 2, 2, 1000, 64 * MIB},
     {2, 206, 1, 4, 32 * MIB, 2 * MIB}},
    {"explicit_connections_that_fit",
     {1024, 2, 1, 3, 64 * MIB},
     {1, 3, 62, 926, 64 * MIB, 4 * MIB}},
    {"fewer_workers_where_descriptors_are_few",
     {64, 2, 8, 0, 8 * MIB},
     {2, 11, 1, 5, 4 * MIB, MIB}},
    {"least_that_does", {42, 2, 8, 0, 8 * MIB}, {1, 4, 1, 4, 8 * MIB, 2 * MIB}},
    {"least_that_does_for_many_connections",
     {42, 2, 8, 1000, 8 * MIB},
     {1, 4, 1, 4, 8 * MIB, 2 * MIB}},
    {"small_cache_has_some_plain_entries",
     {4096, 1, 256, 0, MIB},
     {254, 1019, 1, 4, 4128, 1032}},
};

START_TEST(each_gets_its_share)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct shares_case *c = &cases[i];
        struct shares got;

        ck_assert_msg(shares_make(&c->wish, &got), "%s", c->rule);
        ck_assert_msg(got.workers == c->shares.workers, "%s: %u workers",
                      c->rule, got.workers);
        ck_assert_msg(got.connections_max == c->shares.connections_max,
                      "%s: %u connections", c->rule, got.connections_max);
        ck_assert_msg(got.listings == c->shares.listings, "%s: %u listings",
                      c->rule, got.listings);
        ck_assert_msg(got.descriptors == c->shares.descriptors,
                      "%s: %zu descriptors", c->rule, got.descriptors);
        ck_assert_msg(got.cache_bytes == c->shares.cache_bytes, "%s: %zu bytes",
                      c->rule, got.cache_bytes);
        ck_assert_msg(got.plain_bytes == c->shares.plain_bytes,
                      "%s: %zu plain bytes", c->rule, got.plain_bytes);
    }
}
END_TEST

/* Whatever the options ask for, the sum is less than the limit. */
START_TEST(all_together_never_take_all)
{
    for (size_t descriptors = 42; descriptors < 5000; descriptors += 7)
        for (unsigned workers = 1; workers <= 256; workers += 15)
            for (unsigned asked = 0; asked < 6000; asked += 499) {
                struct shares_wish wish = {descriptors, 2, workers, asked, MIB};
                struct shares got;

                ck_assert(shares_make(&wish, &got));
                ck_assert_uint_ge(got.workers, 1);
                ck_assert_uint_le(got.workers, workers);
                ck_assert_uint_ge(got.connections_max, 1);
                ck_assert_uint_ge(got.descriptors, 4);
                ck_assert_uint_ge(got.listings, 1);
                ck_assert_uint_le(got.connections_max + got.listings - 1 +
                                      got.workers * (got.descriptors + 8) + 26,
                                  descriptors);
            }
}
END_TEST

START_TEST(too_few_are_refused)
{
    struct shares_wish wish = {41, 2, 1, 1, MIB};
    struct shares got;

    ck_assert_uint_eq(shares_descriptors_least(2), 42);
    ck_assert(!shares_make(&wish, &got));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("shares");

    suite_add_tests(suite, each_gets_its_share, all_together_never_take_all,
                    too_few_are_refused);
    return suite_run(suite);
}
