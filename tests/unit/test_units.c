#include "base/units.h"

#include "suite.h"

struct written {
    enum unit unit;
    const char *text;
    uint64_t value;
    const char *shortest; /* as units_format writes the value */
};

static const struct written good[] = {
    {UNIT_NONE, "0", 0, "0"},
    {UNIT_NONE, "100", 100, "100"},
    {UNIT_NONE, "18446744073709551615", UINT64_MAX, "18446744073709551615"},
    {UNIT_SIZE, "0", 0, "0"},
    {UNIT_SIZE, "512", 512, "512"},
    {UNIT_SIZE, "1k", 1024, "1k"},
    {UNIT_SIZE, "64K", 65536, "64k"},
    {UNIT_SIZE, "1024k", 1048576, "1m"},
    {UNIT_SIZE, "2g", 2147483648, "2g"},
    {UNIT_SIZE, "1025", 1025, "1025"},
    {UNIT_TIME, "0", 0, "0"},
    {UNIT_TIME, "60", 60000, "1m"},
    {UNIT_TIME, "250ms", 250, "250ms"},
    {UNIT_TIME, "10s", 10000, "10s"},
    {UNIT_TIME, "90s", 90000, "90s"},
    {UNIT_TIME, "5m", 300000, "5m"},
    {UNIT_TIME, "24h", 86400000, "24h"},
    {UNIT_TIME, "18446744073709551615ms", UINT64_MAX, "18446744073709551615ms"},
};

static const struct written bad[] = {
    {UNIT_NONE, "", 0, NULL},
    {UNIT_NONE, "1k", 0, NULL},
    {UNIT_NONE, "-1", 0, NULL},
    {UNIT_NONE, "+1", 0, NULL},
    {UNIT_NONE, "0x10", 0, NULL},
    {UNIT_NONE, "18446744073709551616", 0, NULL},
    {UNIT_SIZE, "", 0, NULL},
    {UNIT_SIZE, "k", 0, NULL},
    {UNIT_SIZE, "1kb", 0, NULL},
    {UNIT_SIZE, "1 k", 0, NULL},
    {UNIT_SIZE, "1.5m", 0, NULL},
    {UNIT_SIZE, "10s", 0, NULL},
    {UNIT_SIZE, " 1k", 0, NULL},
    {UNIT_SIZE, "1k ", 0, NULL},
    {UNIT_TIME, "", 0, NULL},
    {UNIT_TIME, "ms", 0, NULL},
    {UNIT_TIME, "10S", 0, NULL},
    {UNIT_TIME, "10M", 0, NULL},
    {UNIT_TIME, "1d", 0, NULL},
    {UNIT_TIME, "1h30m", 0, NULL},
    {UNIT_TIME, "-10s", 0, NULL},
    {UNIT_TIME, "1e3", 0, NULL},
    {UNIT_SIZE, "17179869184g", 0, NULL}, /* 2 to the 64th */
    {UNIT_TIME, "18446744073709551615s", 0, NULL},
    {UNIT_TIME, "18446744073709551615", 0, NULL},
};

START_TEST(numbers_with_their_units)
{
    size_t i;
    uint64_t value;

    for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        value = 1;
        ck_assert_msg(units_parse(good[i].text, good[i].unit, &value),
                      "'%s' was refused", good[i].text);
        ck_assert_uint_eq(value, good[i].value);
    }
}
END_TEST

START_TEST(anything_else_is_refused_and_changes_nothing)
{
    size_t i;
    uint64_t value = 77;

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        ck_assert_msg(!units_parse(bad[i].text, bad[i].unit, &value),
                      "'%s' was taken", bad[i].text);
        ck_assert_uint_eq(value, 77);
    }
}
END_TEST

START_TEST(largest_value_of_a_unit_that_fits)
{
    uint64_t value = 0;

    ck_assert(units_parse("17179869183g", UNIT_SIZE, &value));
    ck_assert_uint_eq(value, UINT64_MAX - ((1u << 30) - 1));
}
END_TEST

START_TEST(values_are_written_with_the_largest_unit)
{
    char out[UNITS_TEXT_MAX];
    size_t i;

    for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        ck_assert_str_eq(units_format(good[i].value, good[i].unit, out),
                         good[i].shortest);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("units");

    suite_add_tests(suite, numbers_with_their_units,
                    anything_else_is_refused_and_changes_nothing,
                    largest_value_of_a_unit_that_fits,
                    values_are_written_with_the_largest_unit);
    return suite_run(suite);
}
