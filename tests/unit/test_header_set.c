#include "site/header_set.h"

#include <stdio.h>

#include "suite.h"

#define DEFAULTS HEADER_DEFAULTS
#define NOSNIFF "X-Content-Type-Options: nosniff\r\n"
#define NO_CACHE "Cache-Control: no-cache\r\n"

static struct header_rules *compile(const char *text)
{
    struct header_rules *rules = header_rules_new();
    struct rule_mistakes mistakes = {.file = "_headers"};

    ck_assert_ptr_nonnull(rules);
    header_rules_add_file(rules, bytes_of(text), &mistakes);
    ck_assert_uint_eq(mistakes.count, 0);
    ck_assert(header_rules_index(rules));
    return rules;
}

static const struct header_set *set_of(struct header_sets *sets,
                                       const struct header_rules *rules,
                                       const char *path, bool *is_new)
{
    uint32_t numbers[HEADER_MATCHES_MAX];
    size_t count = header_rules_match(rules, bytes_of(path), numbers);
    const struct header_set *set =
        header_sets_get(sets, rules, numbers, count, is_new);

    ck_assert_ptr_nonnull(set);
    return set;
}

/* The rules, and what the path /a/b gets. */
static const struct set_case {
    const char *rules, *lines, *type;
} cases[] = {
    {"/*\n X: y\n", DEFAULTS "X: y\r\n", NULL},
    {"/*\n X: 1\n X: 2\n x: 3\n", DEFAULTS "X: 1, 2, 3\r\n", NULL},
    {"/*\n X: 1\n/a/*\n Y: 2\n/a/b\n Z: 3\n",
     DEFAULTS "X: 1\r\nY: 2\r\nZ: 3\r\n", NULL},
    {"/*\n X: 1\n/a/*\n x: 2\n", DEFAULTS "x: 2\r\n", NULL},
    {"/a/*\n X: 2\n/*\n X: 1\n", DEFAULTS "X: 1\r\n", NULL},
    {"/*\n X: 1\n X: 2\n/a/*\n X: 3\n X: 4\n", DEFAULTS "X: 3, 4\r\n", NULL},
    {"/*\n X: 1\n Y: 2\n/a/*\n ! x\n", DEFAULTS "Y: 2\r\n", NULL},
    {"/*\n X: 1\n ! X\n X: 2\n", DEFAULTS "X: 2\r\n", NULL},
    {"/a/*\n ! X\n/a/b\n X: 1\n", DEFAULTS "X: 1\r\n", NULL},

    {"/*\n Cache-Control: max-age=9\n", NOSNIFF "Cache-Control: max-age=9\r\n",
     NULL},
    {"/*\n cache-control: a\n cache-control: b\n",
     NOSNIFF "cache-control: a, b\r\n", NULL},
    {"/*\n ! Cache-Control\n", NOSNIFF, NULL},
    {"/*\n ! X-Content-Type-Options\n ! cache-control\n", "", NULL},
    {"/*\n X-Content-Type-Options: none\n",
     NO_CACHE "X-Content-Type-Options: none\r\n", NULL},

    {"/*\n Content-Type: a/b\n", DEFAULTS, "a/b"},
    {"/*\n Content-Type: a/b\n/a/*\n content-type: c/d; x=y\n", DEFAULTS,
     "c/d; x=y"},
    {"/*\n Set-Cookie: a=1, b\n Set-Cookie: c=2\n",
     DEFAULTS "Set-Cookie: a=1, b\r\nSet-Cookie: c=2\r\n", NULL},
    {"/*\n Set-Cookie: a\n/a/*\n Set-Cookie: c\n", DEFAULTS "Set-Cookie: c\r\n",
     NULL},
    {"/*\n Vary: Origin\n", DEFAULTS "Vary: Origin\r\n", NULL},
};

START_TEST(rules_are_merged)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct set_case *c = &cases[i];
        struct header_rules *rules = compile(c->rules);
        struct header_sets sets = {.count = 0};
        bool is_new;
        const struct header_set *set = set_of(&sets, rules, "a/b", &is_new);

        ck_assert_msg(bytes_equal(set->lines, bytes_of(c->lines)), "%s: %.*s",
                      c->rules, (int)set->lines.len, set->lines.at);
        ck_assert_msg((set->type.at != NULL) == (c->type != NULL), "%s",
                      c->rules);
        if (c->type != NULL)
            ck_assert(bytes_equal(set->type, bytes_of(c->type)));
        ck_assert(is_new && !set->is_cut);
        header_sets_clear(&sets);
        header_rules_free(rules);
    }
}
END_TEST

START_TEST(sets_are_remembered)
{
    struct header_rules *rules = compile("/*\n X: 1\n/a/*\n Y: 2\n");
    struct header_sets sets = {.count = 0};
    const struct header_set *one, *two;
    bool is_new;

    one = set_of(&sets, rules, "a/b", &is_new);
    ck_assert(is_new);
    ck_assert_ptr_eq(set_of(&sets, rules, "a/c", &is_new), one);
    ck_assert(!is_new);
    two = set_of(&sets, rules, "b", &is_new);
    ck_assert(is_new && two != one);
    ck_assert_ptr_eq(set_of(&sets, rules, "a", &is_new), one);
    ck_assert_uint_eq(sets.count, 2);
    header_sets_clear(&sets);
    header_rules_free(rules);
}
END_TEST

START_TEST(sets_are_bounded)
{
    static char text[(HEADER_SETS_MAX + 8) * 16];
    struct header_rules *rules;
    struct header_sets sets = {.count = 0};
    char path[16];
    bool is_new;

    for (size_t i = 0, len = 0; i < HEADER_SETS_MAX + 8; i++)
        len += (size_t)sprintf(text + len, "/%zu\n X: y\n", i);
    rules = compile(text);
    for (int i = 0; i < HEADER_SETS_MAX + 8; i++) {
        sprintf(path, "%d", i);
        set_of(&sets, rules, path, &is_new);
        ck_assert(is_new);
        ck_assert_uint_le(sets.count, HEADER_SETS_MAX);
    }
    header_sets_clear(&sets);
    header_rules_free(rules);
}
END_TEST

/* What finds no room is left out whole, and it is noted. */
START_TEST(lines_are_bounded)
{
    static char text[2 * HEADER_LINES_MAX + 100];
    struct header_rules *rules;
    struct header_sets sets = {.count = 0};
    const struct header_set *set;
    bool is_new;

    strcpy(text, "/*\n X: ");
    memset(text + strlen(text), 'x', HEADER_LINES_MAX);
    strcat(text, "\n Y: 2\n");
    rules = compile(text);
    set = set_of(&sets, rules, "a", &is_new);
    ck_assert(set->is_cut);
    ck_assert(bytes_equal(set->lines, BYTES(DEFAULTS "Y: 2\r\n")));
    header_sets_clear(&sets);
    header_rules_free(rules);

    strcpy(text, "/*\n");
    for (size_t i = 0, len = 3; i < HEADER_FIELDS_MAX; i++)
        len += (size_t)sprintf(text + len, " X%zu: y\n", i);
    rules = compile(text);
    set = set_of(&sets, rules, "a", &is_new);
    ck_assert(set->is_cut);
    header_sets_clear(&sets);
    header_rules_free(rules);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("header_set");

    suite_add_tests(suite, rules_are_merged, sets_are_remembered,
                    sets_are_bounded, lines_are_bounded);
    return suite_run(suite);
}
