#include "http/range.h"

#include "suite.h"

#define SIX(spec) spec "," spec "," spec "," spec "," spec "," spec

struct range_case {
    const char *rule;
    const char *value;
    uint64_t size;
    enum range_result result;
    size_t count;
    struct range parts[RANGES_MAX];
};

static const struct range_case cases[] = {
    {"first_and_last", "bytes=0-4", 10, RANGE_PARTS, 1, {{0, 5}}},
    {"one_byte", "bytes=9-9", 10, RANGE_PARTS, 1, {{9, 10}}},
    {"open_end", "bytes=3-", 10, RANGE_PARTS, 1, {{3, 10}}},
    {"all_of_it", "bytes=0-", 10, RANGE_PARTS, 1, {{0, 10}}},
    {"last_is_cut_to_the_end", "bytes=8-99", 10, RANGE_PARTS, 1, {{8, 10}}},
    {"last_is_the_size", "bytes=0-10", 10, RANGE_PARTS, 1, {{0, 10}}},
    {"suffix", "bytes=-3", 10, RANGE_PARTS, 1, {{7, 10}}},
    {"suffix_as_long_as_file", "bytes=-10", 10, RANGE_PARTS, 1, {{0, 10}}},
    {"suffix_longer_than_file", "bytes=-11", 10, RANGE_PARTS, 1, {{0, 10}}},
    {"leading_zeros", "bytes=0001-0002", 10, RANGE_PARTS, 1, {{1, 3}}},
    {"unit_in_any_case", "ByTeS=0-0", 10, RANGE_PARTS, 1, {{0, 1}}},

    {"first_at_the_end", "bytes=10-", 10, RANGE_UNSATISFIABLE, 0, {{0}}},
    {"first_past_the_end", "bytes=11-12", 10, RANGE_UNSATISFIABLE, 0, {{0}}},
    {"suffix_of_nothing", "bytes=-0", 10, RANGE_UNSATISFIABLE, 0, {{0}}},
    {"all_past_the_end", "bytes=10-,20-30", 10, RANGE_UNSATISFIABLE, 0, {{0}}},
    {"empty_file", "bytes=0-", 0, RANGE_UNSATISFIABLE, 0, {{0}}},
    {"empty_file_first_byte", "bytes=0-0", 0, RANGE_UNSATISFIABLE, 0, {{0}}},
    {"empty_file_no_suffix", "bytes=-0", 0, RANGE_UNSATISFIABLE, 0, {{0}}},
    /* Satisfiable (RFC 9110, 14.1.2), but no Content-Range can say so. */
    {"empty_file_suffix", "bytes=-5", 0, RANGE_WHOLE, 0, {{0}}},

    {"last_before_first", "bytes=5-4", 10, RANGE_WHOLE, 0, {{0}}},
    {"last_before_first_past_end", "bytes=50-40", 10, RANGE_WHOLE, 0, {{0}}},
    {"one_bad_spec_spoils_all", "bytes=0-1,5-4", 10, RANGE_WHOLE, 0, {{0}}},
    {"only_a_dash", "bytes=-", 10, RANGE_WHOLE, 0, {{0}}},
    {"no_dash", "bytes=5", 10, RANGE_WHOLE, 0, {{0}}},
    {"two_dashes", "bytes=--5", 10, RANGE_WHOLE, 0, {{0}}},
    {"three_numbers", "bytes=0-1-2", 10, RANGE_WHOLE, 0, {{0}}},
    {"negative_first", "bytes=-1-2", 10, RANGE_WHOLE, 0, {{0}}},
    {"plus_sign", "bytes=+1-2", 10, RANGE_WHOLE, 0, {{0}}},
    {"letters", "bytes=a-b", 10, RANGE_WHOLE, 0, {{0}}},
    {"hexadecimal", "bytes=0x1-0x2", 10, RANGE_WHOLE, 0, {{0}}},
    {"letter_after_number", "bytes=0-1x", 10, RANGE_WHOLE, 0, {{0}}},
    {"space_in_a_spec", "bytes=0 - 1", 10, RANGE_WHOLE, 0, {{0}}},
    {"space_before_equals", "bytes =0-1", 10, RANGE_WHOLE, 0, {{0}}},
    {"semicolon_list", "bytes=0-1;3-4", 10, RANGE_WHOLE, 0, {{0}}},
    {"empty_set", "bytes=", 10, RANGE_WHOLE, 0, {{0}}},
    {"set_of_empties", "bytes=,, ,", 10, RANGE_WHOLE, 0, {{0}}},
    {"empty_value", "", 10, RANGE_WHOLE, 0, {{0}}},
    {"unit_alone", "bytes", 10, RANGE_WHOLE, 0, {{0}}},
    {"other_unit", "lines=0-1", 10, RANGE_WHOLE, 0, {{0}}},
    {"other_unit_past_the_end", "lines=99-", 10, RANGE_WHOLE, 0, {{0}}},
    {"unit_with_more_letters", "bytesx=0-1", 10, RANGE_WHOLE, 0, {{0}}},
    {"two_units", "bytes=bytes=0-1", 10, RANGE_WHOLE, 0, {{0}}},

    {"first_over_64_bits",
     "bytes=99999999999999999999-",
     10,
     RANGE_UNSATISFIABLE,
     0,
     {{0}}},
    {"last_over_64_bits",
     "bytes=5-99999999999999999999",
     10,
     RANGE_PARTS,
     1,
     {{5, 10}}},
    {"suffix_over_64_bits",
     "bytes=-99999999999999999999",
     10,
     RANGE_PARTS,
     1,
     {{0, 10}}},
    {"last_is_the_largest_number",
     "bytes=0-18446744073709551615",
     10,
     RANGE_PARTS,
     1,
     {{0, 10}}},
    {"first_over_64_bits_last_not",
     "bytes=99999999999999999999-5",
     10,
     RANGE_WHOLE,
     0,
     {{0}}},
    {"file_of_the_largest_size",
     "bytes=18446744073709551614-",
     UINT64_MAX,
     RANGE_PARTS,
     1,
     {{UINT64_MAX - 1, UINT64_MAX}}},
    {"sum_over_64_bits", "bytes=0-,0-", UINT64_MAX, RANGE_WHOLE, 0, {{0}}},
    {"sum_over_64_bits_of_the_largest_file",
     "bytes=0-,0-,0-",
     INT64_MAX,
     RANGE_WHOLE,
     0,
     {{0}}},

    {"two_parts", "bytes=0-1,4-5", 10, RANGE_PARTS, 2, {{0, 2}, {4, 6}}},
    {"list_with_spaces",
     "bytes=0-1 ,\t4-5",
     10,
     RANGE_PARTS,
     2,
     {{0, 2}, {4, 6}}},
    {"list_with_empties",
     "bytes=,0-1,,4-5,",
     10,
     RANGE_PARTS,
     2,
     {{0, 2}, {4, 6}}},
    {"order_asked_for_is_kept",
     "bytes=8-9,0-1,4-5",
     10,
     RANGE_PARTS,
     3,
     {{8, 10}, {0, 2}, {4, 6}}},
    {"suffix_and_first", "bytes=-1,0-0", 10, RANGE_PARTS, 2, {{9, 10}, {0, 1}}},
    {"part_past_the_end_is_left_out",
     "bytes=0-1,50-60",
     10,
     RANGE_PARTS,
     1,
     {{0, 2}}},
    {"overlapping_but_not_more_than_all",
     "bytes=0-4,3-7",
     10,
     RANGE_PARTS,
     2,
     {{0, 5}, {3, 8}}},
    {"overlapping_as_much_as_all",
     "bytes=0-4,0-4",
     10,
     RANGE_PARTS,
     2,
     {{0, 5}, {0, 5}}},
    {"overlapping_more_than_all", "bytes=0-5,0-4", 10, RANGE_WHOLE, 0, {{0}}},
    {"whole_twice", "bytes=0-,0-", 10, RANGE_WHOLE, 0, {{0}}},
    {"sixteen_parts",
     "bytes=" SIX("1-1") "," SIX("1-1") ",2-2,3-3,4-4,5-5",
     16,
     RANGE_PARTS,
     16,
     {{1, 2},
      {1, 2},
      {1, 2},
      {1, 2},
      {1, 2},
      {1, 2},
      {1, 2},
      {1, 2},
      {1, 2},
      {1, 2},
      {1, 2},
      {1, 2},
      {2, 3},
      {3, 4},
      {4, 5},
      {5, 6}}},
    {"seventeen_parts",
     "bytes=" SIX("1-1") "," SIX("1-1") ",2-2,3-3,4-4,5-5,6-6",
     99,
     RANGE_WHOLE,
     0,
     {{0}}},
    {"seventeen_of_which_one_is_there",
     "bytes=0-0," SIX("99-") "," SIX("99-") ",99-,99-,99-,99-",
     10,
     RANGE_WHOLE,
     0,
     {{0}}},
    {"empties_do_not_count",
     "bytes=,,,,,,,,,,,,,,,,,,,,,,,,0-0",
     10,
     RANGE_PARTS,
     1,
     {{0, 1}}},
};

START_TEST(ranges_of_a_file)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct range_case *c = &cases[i];
        struct range_set set;
        enum range_result result =
            range_parse(bytes_of(c->value), c->size, &set);

        ck_assert_msg(result == c->result, "%s: result %d, not %d", c->rule,
                      (int)result, (int)c->result);
        if (result != RANGE_PARTS)
            continue;
        ck_assert_msg(set.count == c->count, "%s: %zu parts, not %zu", c->rule,
                      set.count, c->count);
        for (size_t k = 0; k < c->count; k++)
            ck_assert_msg(set.parts[k].from == c->parts[k].from &&
                              set.parts[k].to == c->parts[k].to,
                          "%s: part %zu is [%ju, %ju)", c->rule, k,
                          (uintmax_t)set.parts[k].from,
                          (uintmax_t)set.parts[k].to);
    }
}
END_TEST

START_TEST(a_thousand_ranges_are_responded_whole)
{
    enum { COUNT = 1000 };
    char value[6 + 3 * COUNT];
    struct range_set set;
    size_t len = 6;

    memcpy(value, "bytes=", 6);
    for (int i = 0; i < COUNT; i++, len += 3)
        memcpy(value + len, "0-,", 3);
    ck_assert_int_eq(range_parse((struct bytes){value, len}, 100000, &set),
                     RANGE_WHOLE);
}
END_TEST

START_TEST(value_may_lie_inside_of_another)
{
    struct range_set set;

    ck_assert_int_eq(range_parse((struct bytes){"bytes=1-23", 9}, 10, &set),
                     RANGE_PARTS);
    ck_assert_uint_eq(set.parts[0].to, 3);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("range");

    suite_add_tests(suite, ranges_of_a_file,
                    a_thousand_ranges_are_responded_whole,
                    value_may_lie_inside_of_another);
    return suite_run(suite);
}
