#include "site/rule_index.h"

#include <stdio.h>

#include "suite.h"

/* Rules of one file, in their order. */
struct rules {
    struct rule_arena arena;
    struct rule_index index;
    struct rule_pattern *patterns;
};

static void rules_init(struct rules *rules, const char *const patterns[],
                       size_t count)
{
    *rules =
        (struct rules){.patterns = calloc(count, sizeof(*rules->patterns))};
    ck_assert_ptr_nonnull(rules->patterns);
    ck_assert(rule_index_init(&rules->index, count));
    for (size_t i = 0; i < count; i++) {
        ck_assert_ptr_null(rule_pattern_parse(
            bytes_of(patterns[i]), &rules->arena, &rules->patterns[i]));
        rule_index_add(&rules->index, (uint32_t)i, &rules->patterns[i]);
    }
}

static void rules_fini(struct rules *rules)
{
    rule_index_fini(&rules->index);
    rule_arena_free(&rules->arena);
    free(rules->patterns);
}

/* The numbers of the rules that are tried for a path, "0 3 ". */
static const char *tried(const struct rules *rules, struct bytes path,
                         char out[200])
{
    struct rule_search search = rule_search_begin(&rules->index, path);
    bool is_whole;
    size_t len = 0;
    uint32_t i;

    out[0] = '\0';
    while ((i = rule_search_next(&search, &is_whole)) != RULE_NONE)
        for (; i != RULE_NONE; i = rules->index.next[i])
            if (is_whole || !rules->patterns[i].is_literal)
                len += (size_t)snprintf(out + len, 200 - len, "%u ", i);
    return out;
}

static const char *const patterns[] = {
    "/news/*",     /* 0 */
    "/*",          /* 1 */
    "/news/2024",  /* 2 */
    "/",           /* 3 */
    "/news/:year", /* 4 */
    "/about",      /* 5 */
    "/news/2024/", /* 6 */
    "/a/b/c/*",    /* 7 */
    "/abou*",      /* 8 */
};

static const struct index_case {
    const char *path, *tried;
} cases[] = {
    {"", "1 3 8 "},
    {"about", "1 8 5 "},
    {"about/", "1 8 5 "},
    {"about/x", "1 8 "},
    {"news", "1 8 0 4 "},
    {"news/2024", "1 8 0 4 2 6 "},
    {"news/2024/", "1 8 0 4 2 6 "},
    {"news/2024/x", "1 8 0 4 "},
    {"newsletter", "1 8 "},
    {"a/b", "1 8 "},
    {"a/b/c", "1 8 7 "},
    {"a/b/c/d/e/f", "1 8 7 "},
    {"aaaaaaaaaaaaaaaaaaaaaaa/b/c", "1 8 "},
};

START_TEST(rules_of_each_folder_are_tried)
{
    struct rules rules;
    char out[200];

    rules_init(&rules, patterns, sizeof(patterns) / sizeof(patterns[0]));
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        ck_assert_msg(strcmp(tried(&rules, bytes_of(cases[i].path), out),
                             cases[i].tried) == 0,
                      "/%s: %s", cases[i].path, out);
    rules_fini(&rules);
}
END_TEST

START_TEST(no_rules)
{
    struct rules rules;
    char out[200];

    rules_init(&rules, patterns, 0);
    ck_assert_str_eq(tried(&rules, BYTES(""), out), "");
    ck_assert_str_eq(tried(&rules, BYTES("a/b"), out), "");
    rules_fini(&rules);
}
END_TEST

/* Each path finds its own rule alone, among ten thousand. */
START_TEST(many_rules)
{
    enum { COUNT = 10000 };
    static char texts[COUNT][16];
    static const char *many[COUNT];
    struct rules rules;
    char out[200], number[16];

    for (int i = 0; i < COUNT; i++) {
        snprintf(texts[i], sizeof(texts[i]), i % 2 ? "/r%d" : "/r%d/*", i);
        many[i] = texts[i];
    }
    rules_init(&rules, many, COUNT);
    for (int i = 0; i < COUNT; i++) {
        snprintf(texts[i], sizeof(texts[i]), "r%d", i);
        snprintf(number, sizeof(number), "%d ", i);
        ck_assert_str_eq(tried(&rules, bytes_of(texts[i]), out), number);
    }
    rules_fini(&rules);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("rule_index");

    suite_add_tests(suite, rules_of_each_folder_are_tried, no_rules,
                    many_rules);
    return suite_run(suite);
}
