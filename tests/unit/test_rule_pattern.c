#include "site/rule_pattern.h"

#include <stdio.h>
#include <time.h>

#include "suite.h"

/* The captures of a match, each in brackets; NULL: it does not match. */
static const struct match_case {
    const char *pattern, *path;
    const char *captures;
} matches[] = {
    {"/", "", ""},
    {"/", "a", NULL},
    {"/about", "about", ""},
    {"/about", "about/", ""},
    {"/about/", "about", ""},
    {"/about", "about/x", NULL},
    {"/about", "abou", NULL},
    {"/about", "About", NULL},
    {"/a/b", "a/b", ""},
    {"//a//b", "a/b", ""},
    {"/a%20b", "a b", ""},
    {"/%C3%A1", "\xc3\xa1", ""},
    {"/\xc3\xa1", "\xc3\xa1", ""},
    {"/a%2Ab", "a*b", ""},
    {"/a%2Ab", "axb", NULL},

    {"/*", "", "[]"},
    {"/*", "a", "[a]"},
    {"/*", "a/b/", "[a/b/]"},
    {"/news/*", "news", "[]"},
    {"/news/*", "news/", "[]"},
    {"/news/*", "news/2024/a", "[2024/a]"},
    {"/news/*", "news/2024/", "[2024/]"},
    {"/news/*", "newsletter", NULL},
    {"/news/*", "new", NULL},
    {"/news*", "newsletter/a", "[letter/a]"},
    {"/news*", "news", "[]"},
    {"/*.css", "a.css", "[a]"},
    {"/*.css", "dir/b.css", "[dir/b]"},
    {"/*.css", "a.css/", "[a]"},
    {"/*.css", ".css", "[]"},
    {"/*.css", "a.css.css", "[a.css]"},
    {"/*.css", "a.cs", NULL},
    {"/a/*/z", "a/z", "[]"},
    {"/a/*/z", "a/b/z", "[b]"},
    {"/a/*/z", "a/z/z", "[z]"},
    {"/a/*/z", "a/b/c/z", "[b/c]"},
    {"/a/*/z", "abz", NULL},
    {"/a/*/z", "a/b/zz", NULL},
    {"/*/z", "z", NULL},
    {"/*/z", "a/z", "[a]"},
    {"/*/b/*", "a/b", "[a][]"},
    {"/*/b/*", "a/b/c/d", "[a][c/d]"},
    {"/*a*b", "xaayb", "[x][ay]"},
    {"/**", "ab", "[][ab]"},
    {"/pre*post", "prepost", "[]"},
    {"/pre*post", "prepos", NULL},

    {"/:a", "x", "[x]"},
    {"/:a", "x/", "[x]"},
    {"/:a", "", NULL},
    {"/:a", "x/y", NULL},
    {"/news/:year/:id", "news/2024/7", "[2024][7]"},
    {"/news/:year/:id", "news/2024", NULL},
    {"/news/:year/:id", "news/2024/7/8", NULL},
    {"/:name.html", "about.html", "[about]"},
    {"/:name.html", "a.html.html", "[a.html]"},
    {"/:name.html", "a/b.html", NULL},
    {"/:name.html", ".html", NULL},
    {"/:y-:m", "2024-02", "[2024][02]"},
    {"/:y-:m", "a-b-c", "[a][b-c]"},
    {"/:y-:m", "2024", NULL},
    {"/:a/*", "x", "[x][]"},
    {"/:a/*", "x/y/z", "[x][y/z]"},
    {"/*/:last", "a/b/c", "[a/b][c]"},
    {"/*/:last.js", "a/b.js/c.js", "[a/b.js][c]"},
    {"/a:b", "a:b", ""},
    {"/12:30", "12:30", ""},
    {"/:30", ":30", ""},
    {"/:", ":", ""},
    {"/a-:b", "a-:b", ""},
};

static struct rule_pattern compiled(const char *text, struct rule_arena *arena)
{
    struct rule_pattern pattern;
    const char *wrong = rule_pattern_parse(bytes_of(text), arena, &pattern);

    ck_assert_msg(wrong == NULL, "%s: %s", text, wrong);
    return pattern;
}

START_TEST(patterns_match_paths)
{
    for (size_t i = 0; i < sizeof(matches) / sizeof(matches[0]); i++) {
        const struct match_case *c = &matches[i];
        struct rule_arena arena = {.chunks = NULL};
        struct rule_pattern pattern = compiled(c->pattern, &arena);
        struct rule_captures captures;
        char found[200] = "";
        bool is_match =
            rule_pattern_match(&pattern, bytes_of(c->path), &captures);
        size_t count = 0, len = 0;

        for (size_t k = 0; k < pattern.piece_count; k++)
            count += pattern.pieces[k].kind != RULE_LITERAL ? 1 : 0;
        for (size_t k = 0; is_match && k < count; k++)
            len += (size_t)snprintf(found + len, sizeof(found) - len, "[%.*s]",
                                    (int)captures.at[k].len, captures.at[k].at);
        ck_assert_msg(is_match == (c->captures != NULL), "%s and %s: %d",
                      c->pattern, c->path, is_match);
        if (is_match)
            ck_assert_msg(strcmp(found, c->captures) == 0, "%s and %s: %s",
                          c->pattern, c->path, found);
        ck_assert_int_eq(pattern.is_literal, count == 0);
        rule_arena_free(&arena);
    }
}
END_TEST

static const struct key_case {
    const char *pattern, *key;
} keys[] = {
    {"/", ""},           {"/a/b/", "a/b"},      {"/*", ""},
    {"/news/*", "news"}, {"/news/a*", "news"},  {"/news*", ""},
    {"/a/b/:c", "a/b"},  {"/a/b/*/c/d", "a/b"}, {"/:a/b", ""},
    {"/*.css", ""},      {"/a/b/*.css", "a/b"},
};

START_TEST(folder_of_all_that_matches)
{
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        struct rule_arena arena = {.chunks = NULL};
        struct rule_pattern pattern = compiled(keys[i].pattern, &arena);

        ck_assert_msg(bytes_equal(pattern.key, bytes_of(keys[i].key)),
                      "%s: %.*s", keys[i].pattern, (int)pattern.key.len,
                      pattern.key.at);
        rule_arena_free(&arena);
    }
}
END_TEST

/* A pattern and a word of what was expected instead. */
static const struct mistake_case {
    const char *pattern, *expected;
} mistakes[] = {
    {"", "begins with '/'"},
    {"about", "begins with '/'"},
    {"*", "begins with '/'"},
    {"/a?id=1", "parameters"},
    {"/a#b", "'#'"},
    {"/a%", "hexadecimal"},
    {"/a%2", "hexadecimal"},
    {"/a%zz", "hexadecimal"},
    {"/a%00", "control"},
    {"/a\x01", "control"},
    {"/a%7F", "control"},
    {"/*****************", "at most 16"},
    {"/*/*/*/*/*/*/*/*/*/*/*/*/*/*/*/*/*", "at most 16"},
};

START_TEST(bad_patterns_are_refused)
{
    char longest[RULE_PATTERN_MAX + 2];
    struct rule_arena arena = {.chunks = NULL};
    struct rule_pattern pattern;

    for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
        const char *wrong =
            rule_pattern_parse(bytes_of(mistakes[i].pattern), &arena, &pattern);

        ck_assert_msg(wrong != NULL && strstr(wrong, mistakes[i].expected),
                      "%s: %s", mistakes[i].pattern, wrong);
    }
    memset(longest, 'a', sizeof(longest));
    longest[0] = '/';
    ck_assert_ptr_null(rule_pattern_parse(
        (struct bytes){longest, RULE_PATTERN_MAX}, &arena, &pattern));
    ck_assert_ptr_nonnull(rule_pattern_parse(
        (struct bytes){longest, RULE_PATTERN_MAX + 1}, &arena, &pattern));
    rule_arena_free(&arena);
}
END_TEST

START_TEST(names_of_wildcards)
{
    struct rule_arena arena = {.chunks = NULL};
    struct rule_pattern pattern = compiled("/:a/x/:b_2/*/*", &arena);
    size_t index;

    ck_assert(rule_pattern_find(&pattern, BYTES("a"), &index) && index == 0);
    ck_assert(rule_pattern_find(&pattern, BYTES("b_2"), &index) && index == 1);
    ck_assert(rule_pattern_find(&pattern, BYTES("splat"), &index) &&
              index == 2);
    ck_assert(!rule_pattern_find(&pattern, BYTES("c"), &index));
    rule_arena_free(&arena);
}
END_TEST

/* As many wildcards as there can be, on the longest path: what would take a
 * search of all ways through it longer than the universe is old. */
START_TEST(stars_take_no_exponential_time)
{
    static char path[32768];
    struct rule_arena arena = {.chunks = NULL};
    struct rule_pattern pattern =
        compiled("/*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*ab", &arena);
    struct rule_captures captures;
    clock_t start = clock();

    memset(path, 'a', sizeof(path));
    ck_assert(!rule_pattern_match(&pattern, (struct bytes){path, sizeof(path)},
                                  &captures));
    pattern = compiled("/:a-:b-:c-:d-:e-:f-:g-:h/*x*/:i-:j/z", &arena);
    for (size_t i = 1; i < sizeof(path); i += 2)
        path[i] = '-';
    ck_assert(!rule_pattern_match(&pattern, (struct bytes){path, sizeof(path)},
                                  &captures));
    ck_assert_int_lt(clock() - start, 5 * CLOCKS_PER_SEC);
    rule_arena_free(&arena);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("rule_pattern");

    suite_add_tests(suite, patterns_match_paths, folder_of_all_that_matches,
                    bad_patterns_are_refused, names_of_wildcards,
                    stars_take_no_exponential_time);
    return suite_run(suite);
}
