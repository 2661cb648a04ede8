#include "base/put.h"

#include "suite.h"

static const struct {
    const char *text, *put;
} escapes[] = {
    {"", ""},
    {" ~!#$%&'()*+,-./09:;<=>?@AZ[]^_`az{|}", " ~!#$%&'()*+,-./09:;<=>?@AZ[]^_"
                                              "`az{|}"},
    {"\"\\", "\\x22\\x5c"},
    {"\r\n\t\x1b\x01\x1f", "\\x0d\\x0a\\x09\\x1b\\x01\\x1f"},
    {"\x7f\x80\xc3\xa9\xff", "\\x7f\\x80\\xc3\\xa9\\xff"},
};

START_TEST(what_is_not_plain_is_escaped)
{
    for (size_t i = 0; i < sizeof(escapes) / sizeof(escapes[0]); i++) {
        struct bytes text = bytes_of(escapes[i].text);
        char out[200];

        *put_escaped(out, sizeof(out) - 1, &text) = '\0';
        ck_assert_str_eq(out, escapes[i].put);
        ck_assert_uint_eq(text.len, 0);
    }
}
END_TEST

START_TEST(quotes_are_printable)
{
    struct bytes text = BYTES("\"a\\\n");
    char out[16];

    *put_printable(out, sizeof(out) - 1, &text) = '\0';
    ck_assert_str_eq(out, "\"a\\x5c\\x0a");
}
END_TEST

static const struct {
    const char *text;
    size_t max;
    const char *put;
    size_t left;
} cuts[] = {
    {"abc", 3, "abc", 0},   {"abc", 2, "ab", 1},      {"abc", 0, "", 3},
    {"a\n", 4, "a", 1},     {"a\n", 5, "a\\x0a", 0},  {"\n", 3, "", 1},
    {"\nb", 4, "\\x0a", 1}, {"a\nb", 5, "a\\x0a", 1},
};

START_TEST(no_escape_is_cut_in_two)
{
    for (size_t i = 0; i < sizeof(cuts) / sizeof(cuts[0]); i++) {
        struct bytes text = bytes_of(cuts[i].text);
        char out[16];

        *put_escaped(out, cuts[i].max, &text) = '\0';
        ck_assert_str_eq(out, cuts[i].put);
        ck_assert_uint_eq(text.len, cuts[i].left);
    }
}
END_TEST

START_TEST(parts_stand_behind_each_other)
{
    char out[64], *to = out;

    to = put_text(to, "a=");
    to = put_number(to, UINT64_MAX);
    to = put_char(to, ';');
    to = put_bytes(to, (struct bytes){NULL, 0});
    to = put_bytes(to, BYTES("b\0"));
    ck_assert_int_eq(to - out, 25);
    ck_assert_mem_eq(out, "a=18446744073709551615;b\0", 25);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("put");

    suite_add_tests(suite, what_is_not_plain_is_escaped, quotes_are_printable,
                    no_escape_is_cut_in_two, parts_stand_behind_each_other);
    return suite_run(suite);
}
