#include "site/lab_query.h"

#include <stdio.h>

#include "suite.h"

#define MIB (1024 * 1024)

static const struct good_case {
    const char *text;
    struct lab_query query;
} good[] = {
    {"", {.size = 1024, .shape = {.len = 1024}}},
    {"?", {.size = 1024, .shape = {.len = 1024}}},
    {"?size=1", {.size = 1, .shape = {.len = 1}}},
    {"?size=64m", {.size = 64 * MIB, .shape = {.len = 64 * MIB}}},
    {"size=2K", {.size = 2048, .shape = {.len = 2048}}},
    {"?size=10k&segment=536",
     {.size = 10240,
      .shape = {.len = 10240, .write_max = 536, .ends_records = true}}},
    {"?segment=1&size=9",
     {.size = 9, .shape = {.len = 9, .write_max = 1, .ends_records = true}}},
    {"?segment=1448",
     {.size = 1024,
      .shape = {.len = 1024, .write_max = 1448, .ends_records = true}}},
    {"?pace=40k", {.size = 1024, .shape = {.len = 1024, .pace = 40960}}},
    {"?pace=100", {.size = 1024, .shape = {.len = 1024, .pace = 100}}},
    {"?pace=16m", {.size = 1024, .shape = {.len = 1024, .pace = 16 * MIB}}},
    {"?delay=200ms",
     {.size = 1024, .shape = {.len = 1024, .delay_us = 200000}}},
    {"?delay=1ms", {.size = 1024, .shape = {.len = 1024, .delay_us = 1000}}},
    {"?delay=10", {.size = 1024, .shape = {.len = 1024, .delay_us = 10000000}}},
    {"?fin=0", {.size = 1024, .shape = {.end = SHAPE_ENDS}}},
    {"?fin=1k", {.size = 1024, .shape = {.len = 1024, .end = SHAPE_ENDS}}},
    {"?reset=5&size=6", {.size = 6, .shape = {.len = 5, .end = SHAPE_RESETS}}},
    {"?read=16", {.size = 1024, .read_max = 16, .shape = {.len = 1024}}},
    {"?read=256", {.size = 1024, .read_max = 256, .shape = {.len = 1024}}},
    {"?read=1&pace=1k&segment=9&fin=3",
     {.size = 1024,
      .read_max = 1,
      .shape = {.len = 3,
                .pace = 1024,
                .write_max = 9,
                .ends_records = true,
                .end = SHAPE_ENDS}}},
    {"?size=64m&pace=16m",
     {.size = 64 * MIB, .shape = {.len = 64 * MIB, .pace = 16 * MIB}}},
    /* 600 writes of 100 bytes, each a second after the one before. */
    {"?size=60000&segment=100&delay=1s",
     {.size = 60000,
      .shape = {.len = 60000,
                .write_max = 100,
                .delay_us = 1000000,
                .ends_records = true}}},
    /* It ends before it lasts too long. */
    {"?size=64m&pace=100&fin=5",
     {.size = 64 * MIB, .shape = {.len = 5, .pace = 100, .end = SHAPE_ENDS}}},
};

START_TEST(queries_are_read)
{
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        const struct lab_query *expected = &good[i].query;
        char wrong[LAB_WRONG_MAX];
        struct lab_query query;
        size_t len = 0;
        bool is_read =
            lab_query_read(bytes_of(good[i].text), &query, wrong, &len);

        ck_assert_msg(is_read, "%s: %.*s", good[i].text, (int)len, wrong);
        ck_assert_msg(query.size == expected->size &&
                          query.read_max == expected->read_max,
                      "%s", good[i].text);
        ck_assert_msg(query.shape.len == expected->shape.len &&
                          query.shape.pace == expected->shape.pace &&
                          query.shape.delay_us == expected->shape.delay_us,
                      "%s", good[i].text);
        ck_assert_msg(query.shape.write_max == expected->shape.write_max &&
                          query.shape.ends_records ==
                              expected->shape.ends_records &&
                          query.shape.end == expected->shape.end,
                      "%s", good[i].text);
    }
}
END_TEST

static const struct bad_case {
    const char *text, *wrong; /* its first line */
} bad[] = {
    {"?x=1", "'x=1': there is no such parameter"},
    {"?Size=1", "'Size=1': there is no such parameter"},
    {"?size%3d1", "'size%3d1': there is no such parameter"},
    {"?&size=1", "'': there is no such parameter"},
    {"??size=1", "'?size=1': there is no such parameter"},
    {"?size=1&size=1", "'size=1': it is there twice"},
    {"?size=1&read=2&size=x", "'size=x': it is there twice"},
    {"?size", "'size': write a size from 1 to 64m"},
    {"?size=", "'size=': write a size from 1 to 64m"},
    {"?size=0", "'size=0': write a size from 1 to 64m"},
    {"?size=67108865", "'size=67108865': write a size from 1 to 64m"},
    {"?size=99999999999999999999999999999",
     "'size=99999999999999999999999999999': write a size from 1 to 64m"},
    {"?size=-1", "'size=-1': write a size from 1 to 64m"},
    {"?size=1.5k", "'size=1.5k': write a size from 1 to 64m"},
    {"?size=1ms", "'size=1ms': write a size from 1 to 64m"},
    {"?size=+1", "'size=+1': write a size from 1 to 64m"},
    {"?segment=0", "'segment=0': write a size from 1 to 1448"},
    {"?segment=1449", "'segment=1449': write a size from 1 to 1448"},
    {"?pace=99", "'pace=99': write a size from 100 to 16m"},
    {"?pace=17m", "'pace=17m': write a size from 100 to 16m"},
    {"?delay=0", "'delay=0': write a time from 1ms to 10s"},
    {"?delay=10001ms", "'delay=10001ms': write a time from 1ms to 10s"},
    {"?delay=200", "'delay=200': write a time from 1ms to 10s"},
    {"?fin=", "'fin=': write a size from 0 to 64m"},
    {"?reset=65m", "'reset=65m': write a size from 0 to 64m"},
    {"?read=0", "'read=0': write a size from 1 to 256"},
    {"?read=257", "'read=257': write a size from 1 to 256"},
    {"?pace=1k&delay=1s", "'?pace=1k&delay=1s': write pace or delay, not both"},
    {"?fin=1&reset=1", "'?fin=1&reset=1': write fin or reset, not both"},
    {"?fin=1025", "'?fin=1025': fin and reset are at most as much as size (1k, "
                  "unless it is written)"},
    {"?size=9&reset=10", "'?size=9&reset=10': fin and reset are at most as "
                         "much as size (1k, unless "
                         "it is written)"},
    {"?size=64m&pace=1k",
     "'?size=64m&pace=1k': the response would last longer than 10m; write less "
     "of size, or more of pace or segment"},
    {"?size=60100&segment=100&delay=1s",
     "'?size=60100&segment=100&delay=1s': the response would last longer than "
     "10m; write less of size, or more of pace or segment"},
    {"?\x1b[31m\xff=1", "'\\x1b[31m\\xff=1': there is no such parameter"},
    {"?aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
     "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...': there is no such "
     "parameter"},
};

START_TEST(mistakes_are_explained)
{
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        char wrong[LAB_WRONG_MAX + 1];
        struct lab_query query;
        size_t len;

        ck_assert_msg(
            !lab_query_read(bytes_of(bad[i].text), &query, wrong, &len), "%s",
            bad[i].text);
        ck_assert_uint_le(len, LAB_WRONG_MAX);
        wrong[len] = '\0';
        ck_assert_ptr_nonnull(strstr(wrong, "\n  read="));
        *strchr(wrong, '\n') = '\0';
        ck_assert_str_eq(wrong, bad[i].wrong);
    }
}
END_TEST

START_TEST(value_with_a_nul_is_none)
{
    char wrong[LAB_WRONG_MAX];
    struct lab_query query;
    size_t len;

    ck_assert(!lab_query_read(BYTES("size=1\0"), &query, wrong, &len));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("lab_query");

    suite_add_tests(suite, queries_are_read, mistakes_are_explained,
                    value_with_a_nul_is_none);
    return suite_run(suite);
}
