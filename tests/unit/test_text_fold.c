/* Lines that are too long for a terminal. */
#include "wire/text_fold.h"

#include <stdio.h>

#include "suite.h"

enum { INDENT = 4, ROOM = 1000 };

#define X10 "xxxxxxxxxx"
#define X50 X10 X10 X10 X10 X10
#define X110 X50 X50 X10

static const struct {
    const char *line, *folded;
} cases[] = {
    {"", ""},
    {"a", "a"},
    {"a  b c   d", "a  b c   d"},
    {X110 "  " X10, X110 "\n    " X10},
    {X110 "  12345678", X110 "  12345678"},
    {X110 "  123456789", X110 "\n    123456789"},
    {X110 "  a  b  c  d", X110 "  a  b  c\n    d"},
    {X110 "   \33[1;31m1234567\33[0m", X110 "   \33[1;31m1234567\33[0m"},
    {X50 X50 "  " X50 X50 "  " X50, X50 X50 "\n    " X50 X50 "\n    " X50},
    {X110 X110, X110 X110},           /* a part stays whole */
    {"  " X110 X110, "  " X110 X110}, /* and in its line */
    {X110 "  ab\33[", X110 "  ab\33["},
};

START_TEST(parts_begin_a_line_where_they_would_be_cut)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char out[ROOM];
        char *end = text_fold(out, bytes_of(cases[i].line), INDENT);

        *end = '\0';
        ck_assert_str_eq(out, cases[i].folded);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("text_fold");

    suite_add_tests(suite, parts_begin_a_line_where_they_would_be_cut);
    return suite_run(suite);
}
