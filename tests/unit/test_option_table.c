#include "server/option_table.h"

#include "suite.h"

START_TEST(every_row_differs_from_the_others)
{
    const struct option_row *row;

    for (row = option_rows(); row->name != NULL; row++) {
        ck_assert_ptr_eq(option_by_name(row->name), row);
        if (row->letter != 0)
            ck_assert_ptr_eq(option_by_letter(row->letter), row);
    }
    ck_assert_ptr_null(option_by_name("nothing"));
    ck_assert_ptr_null(option_by_letter('\0'));
    ck_assert_ptr_null(option_by_letter('z'));
}
END_TEST

START_TEST(every_row_is_whole)
{
    const struct option_row *row;
    bool has_value;

    for (row = option_rows(); row->name != NULL; row++) {
        has_value = row->type != OPTION_ACTION;
        ck_assert_ptr_nonnull(row->help);
        ck_assert_int_eq(row->fallback != NULL, has_value);
        ck_assert_int_eq(row->argument != NULL,
                         has_value && row->type != OPTION_FLAG);
        ck_assert_int_eq(row->choices != NULL, row->type == OPTION_CHOICE);
        if (row->type >= OPTION_COUNT)
            ck_assert_uint_lt(row->min, row->max);
        if (!has_value)
            ck_assert_int_eq(row->weakest, PLACE_COMMAND_LINE);
    }
}
END_TEST

START_TEST(variable_is_named_for_the_option)
{
    char out[OPTION_ENV_MAX];

    ck_assert_str_eq(option_env_name(option_by_name("listen"), out),
                     "SOQUETE_LISTEN");
    ck_assert_str_eq(option_env_name(option_by_name("first-byte-timeout"), out),
                     "SOQUETE_FIRST_BYTE_TIMEOUT");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("option_table");

    suite_add_tests(suite, every_row_differs_from_the_others,
                    every_row_is_whole, variable_is_named_for_the_option);
    return suite_run(suite);
}
