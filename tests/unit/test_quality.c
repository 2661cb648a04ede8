#include "http/quality.h"

#include "suite.h"

struct weight_case {
    const char *element;
    const char *name;
    int quality;
};

static const struct weight_case weights[] = {
    {"", "", 1000},
    {"br", "br", 1000},
    {"text/html;level=1", "text/html", 1000},
    {"br;q=1", "br", 1000},
    {"br;q=1.", "br", 1000},
    {"br;q=1.000", "br", 1000},
    {"br;q=0", "br", 0},
    {"br;q=0.", "br", 0},
    {"br;q=0.000", "br", 0},
    {"br;q=0.001", "br", 1},
    {"br;q=0.01", "br", 10},
    {"br;q=0.5", "br", 500},
    {"br;q=0.999", "br", 999},
    {"br \t; \tQ=0.25 ", "br", 250},
    {"a/b;c=d;q=0.3", "a/b", 300},
    {"a/b;c=\";q=0.1\";q=0.3", "a/b", 300},
    {"a/b;c=\"\\\";q=0.1\";q=0.3", "a/b", 300},
    {"br;q=0.3;q=0.4", "br", 300},
    {"br;", "br", 1000},
    {"br;;q=0.2", "br", 200},
    {"br;q", "br", 1000},
    {"br;qq=0.2", "br", 1000},

    {"br;q=", "br", QUALITY_BAD},
    {"br;q=2", "br", QUALITY_BAD},
    {"br;q=1.001", "br", QUALITY_BAD},
    {"br;q=0.0001", "br", QUALITY_BAD},
    {"br;q=00.1", "br", QUALITY_BAD},
    {"br;q=.5", "br", QUALITY_BAD},
    {"br;q=-1", "br", QUALITY_BAD},
    {"br;q=+1", "br", QUALITY_BAD},
    {"br;q=0,5", "br", QUALITY_BAD},
    {"br;q=0.x", "br", QUALITY_BAD},
    {"br;q=0.5 0", "br", QUALITY_BAD},
    {"br;q=\"1\"", "br", QUALITY_BAD},
    {"br;q=/", "br", QUALITY_BAD}, /* the byte before '0' */
    {"br;q= 1", "br", QUALITY_BAD},
};

START_TEST(weight_is_read)
{
    const struct weight_case *c = &weights[_i];
    struct bytes name;

    ck_assert_msg(quality_read(bytes_of(c->element), &name) == c->quality, "%s",
                  c->element);
    ck_assert_msg(bytes_equal(name, bytes_of(c->name)), "%s", c->element);
}
END_TEST

START_TEST(list_is_cut_at_separators_outside_of_quotes)
{
    static const char *const parts[] = {"a", "", "b;c=\",\\\",\"", "d"};
    struct bytes list = BYTES(" a ,,b;c=\",\\\",\"\t,d");

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        ck_assert_uint_gt(list.len, 0);
        ck_assert(bytes_equal(quality_cut(&list, ','), bytes_of(parts[i])));
    }
    ck_assert_uint_eq(list.len, 0);
}
END_TEST

START_TEST(quote_that_is_not_closed_goes_to_the_end)
{
    struct bytes list = BYTES("a=\",b\\");

    ck_assert(bytes_equal(quality_cut(&list, ','), BYTES("a=\",b\\")));
    ck_assert_uint_eq(list.len, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("quality");
    TCase *table = tcase_create("weights");

    suite_add_tcase(suite, table);
    tcase_add_loop_test(table, weight_is_read, 0,
                        (int)(sizeof(weights) / sizeof(weights[0])));
    suite_add_tests(suite, list_is_cut_at_separators_outside_of_quotes,
                    quote_that_is_not_closed_goes_to_the_end);
    return suite_run(suite);
}
