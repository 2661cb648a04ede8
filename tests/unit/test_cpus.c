#include "server/cpus.h"

#include <limits.h>

#include "suite.h"

static const struct {
    const char *cpu_max;
    unsigned cpus;
} quotas[] = {
    {"max 100000\n", 0},
    {"100000 100000\n", 1},
    {"100000 100000", 1},
    {"200000 100000\n", 2},
    {"50000 100000\n", 1}, /* half a CPU is one worker */
    {"1000 100000\n", 1},
    {"100001 100000\n", 2}, /* rounded up */
    {"150000 100000\n", 2},
    {"199999 100000\n", 2},
    {"1600000 50000\n", 32},
    {"0 100000\n", 1},
    {"18446744073709551615 1\n", UINT_MAX},
    {"4294967295 1\n", UINT_MAX},
    {"4294967296 1\n", UINT_MAX},
    {"18446744073709551615 18446744073709551615\n", 1},
    {"18446744073709551614 18446744073709551615\n", 1},
    {"1 0\n", 0}, /* what no kernel writes sets no limit */
    {"", 0},
    {"\n", 0},
    {"\n\n", 0},
    {" ", 0},
    {" 100000\n", 0},
    {"100000\n", 0},
    {"100000 \n", 0},
    {"100000  100000\n", 0},
    {"100000\t100000\n", 0},
    {"-1 100000\n", 0},
    {"+1 100000\n", 0},
    {"1.5 1\n", 0},
    {"100000 max\n", 0},
    {"18446744073709551616 1\n", 0},
    {"100000 100000 100000\n", 0},
    {"100000 100000\r\n", 0},
    {"max\n", 0},
};

START_TEST(quota_grants_cpus)
{
    for (size_t i = 0; i < sizeof(quotas) / sizeof(quotas[0]); i++) {
        unsigned cpus = cpus_of_quota(bytes_of(quotas[i].cpu_max));

        ck_assert_msg(cpus == quotas[i].cpus, "\"%s\" grants %u",
                      quotas[i].cpu_max, cpus);
    }
}
END_TEST

START_TEST(text_may_lie_inside_of_another)
{
    ck_assert_uint_eq(cpus_of_quota((struct bytes){"20 100", 4}), 20);
    ck_assert_uint_eq(cpus_of_quota((struct bytes){NULL, 0}), 0);
}
END_TEST

START_TEST(there_is_a_cpu_to_use)
{
    ck_assert_uint_ge(cpus_usable(), 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cpus");

    suite_add_tests(suite, quota_grants_cpus, text_may_lie_inside_of_another,
                    there_is_a_cpu_to_use);
    return suite_run(suite);
}
