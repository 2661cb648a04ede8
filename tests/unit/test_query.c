#include "site/query.h"

#include "suite.h"

static const struct query_case {
    const char *query, *name;
    const char *value; /* NULL: there is none */
} cases[] = {
    {"?id=7", "id", "7"},
    {"id=7", "id", "7"},
    {"?a=1&id=7&b=2", "id", "7"},
    {"?id=7&id=8", "id", "7"},
    {"?id=", "id", ""},
    {"?id", "id", ""},
    {"?id&a", "a", ""},
    {"?id=a=b", "id", "a=b"},
    {"?a%20b=c%26d", "a b", "c%26d"},
    {"?a+b=1", "a%20b", "1"},
    {"?&&id=7", "id", "7"},
    {"?%69d=7", "id", "7"},
    {"?%zz=7", "%zz", "7"},
    {"?i=7", "id", NULL},
    {"?idx=7", "id", NULL},
    {"?ID=7", "id", NULL},
    {"?", "id", NULL},
    {"", "id", NULL},
};

START_TEST(parameters_are_found)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct query_case *c = &cases[i];
        struct bytes value = BYTES("unset");
        bool is_found =
            query_find(bytes_of(c->query), bytes_of(c->name), &value);

        ck_assert_msg(is_found == (c->value != NULL), "%s", c->query);
        if (is_found)
            ck_assert_msg(bytes_equal(value, bytes_of(c->value)), "%s: %.*s",
                          c->query, (int)value.len, value.at);
    }
}
END_TEST

START_TEST(values_are_compared_decoded)
{
    ck_assert(query_equal(BYTES("a b"), BYTES("a%20b")));
    ck_assert(query_equal(BYTES("a+b"), BYTES("a%20b")));
    ck_assert(query_equal(BYTES("%2b"), BYTES("%2B")));
    ck_assert(query_equal(BYTES("%"), BYTES("%25")));
    ck_assert(query_equal(BYTES(""), BYTES("")));
    ck_assert(!query_equal(BYTES("a"), BYTES("ab")));
    ck_assert(!query_equal(BYTES("a"), BYTES("A")));
    ck_assert(!query_equal(BYTES("%2B"), BYTES("+")));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("query");

    suite_add_tests(suite, parameters_are_found, values_are_compared_decoded);
    return suite_run(suite);
}
