#include "site/redirect_rules.h"

#include "rule_notes.h"
#include "suite.h"

static struct redirect_rules *compile(const char *text,
                                      struct rule_notes *notes)
{
    struct rule_mistakes mistakes = {.reader = &notes->reader,
                                     .file = "_redirects"};
    struct redirect_rules *rules;

    rule_notes_init(notes);
    rules = redirect_rules_new(bytes_of(text), &mistakes);
    ck_assert_ptr_nonnull(rules);
    rule_mistakes_end(&mistakes);
    return rules;
}

/* What a request leads to, "301 /x"; "" where no rule matches. */
static const char *led(const struct redirect_rules *rules, const char *path,
                       const char *query, char out[500])
{
    static char scratch[8192];
    struct redirect_request request = {bytes_of(path), bytes_of(query), scratch,
                                       sizeof(scratch)};
    struct redirect_values values;
    const struct redirect_rule *rule =
        redirect_rules_find(rules, &request, &values);
    size_t len;

    out[0] = '\0';
    if (rule == NULL)
        return out;
    len = (size_t)sprintf(out, "%d%s ", (int)rule->status,
                          rule->is_forced ? "!" : "");
    len += redirect_target_format(&rule->target, &values,
                                  redirect_query(rule, request.query),
                                  out + len, 400);
    out[len] = '\0';
    return out;
}

static const struct led_case {
    const char *rules, *path, *query, *led;
} cases[] = {
    /* Statuses, comments, white space. */
    {"/home /", "home", "", "301 /"},
    {"/home /", "other", "", ""},
    {"\t/home\t\t/ # 302\r\n", "home", "", "301 /"},
    {"/home / 302#x", "home", "", ""},
    {"# /home /\n/home /x 302", "home", "", "302 /x"},
    {"/a /b 301", "a", "", "301 /b"},
    {"/a /b 303", "a", "", "303 /b"},
    {"/a /b 307", "a", "", "307 /b"},
    {"/a /b 308!", "a", "", "308! /b"},
    {"/a /b 200", "a", "", "200 /b"},
    {"/a /b 404", "a", "", "404 /b"},
    {"/a https://b.example 302", "a", "", "302 https://b.example"},

    /* The first that matches. */
    {"/a /1\n/* /2\n/a /3", "a", "", "301 /1"},
    {"/* /2\n/a /1", "a", "", "301 /2"},
    {"/a/* /2\n/* /3", "a/b", "", "301 /2"},
    {"/* /3\n/a/* /2", "a/b", "", "301 /3"},
    {"/a/:x /2\n/a/b /1", "a/b", "", "301 /2"},

    /* Splats and placeholders. */
    {"/news/* /blog/:splat", "news/2024/a", "", "301 /blog/2024/a"},
    {"/news/* /blog/:splat", "news", "", "301 /blog/"},
    {"/news/* /blog/:splat", "news/a/", "", "301 /blog/a/"},
    {"/n/:y/:m /b-:y-:m.html", "n/2024/02", "", "301 /b-2024-02.html"},
    {"/n/:y/:m /:m/:y", "n/a b/c%", "", "301 /c%25/a%20b"},
    {"/n/* https://h.example:8080/:splat", "n/a", "",
     "301 https://h.example:8080/a"},
    {"/n/* /:splat/x", "n", "", "301 /x"},
    {"/n/* /:splat/:splat/x", "n", "", "301 /x"},
    {"/n/* https://h.example/a//b:c/:splat", "n/a", "",
     "301 https://h.example/a//b:c/a"},
    {"/n/* /?at=:splat", "n/a&b=c/d", "", "301 /?at=a%26b%3Dc/d"},
    {"/n/* /x#:splat", "n/a b", "?q", "301 /x?q#a%20b"},
    {"/n/* /:splat", "n/\r\nSet-Cookie:x", "", "301 /%0D%0ASet-Cookie%3Ax"},
    {"/n/* /:splat", "n/\\evil.example", "", "301 /%5Cevil.example"},
    {"/a /urn:isbn:1", "a", "", "301 /urn:isbn:1"},
    {"/a /caf\xc3\xa9", "a", "", "301 /caf%C3%A9"},
    {"/a /b\"<c>", "a", "", "301 /b%22%3Cc%3E"},
    {"/admin/* 200!", "admin/x", "", ""},

    /* Queries. */
    {"/a /b", "a", "?x=1&y", "301 /b?x=1&y"},
    {"/a /b?z=2", "a", "?x=1", "301 /b?z=2"},
    {"/a /b?z=2#f", "a", "?x=1", "301 /b?z=2#f"},
    {"/a /b#f", "a", "?x=1", "301 /b?x=1#f"},
    {"/store id=:id /items/:id", "store", "?id=7", "301 /items/7"},
    {"/store id=:id /items/:id", "store", "?a=b&id=7", "301 /items/7"},
    {"/store id=:id /items/:id", "store", "?id=a%2Fb+c",
     "301 /items/a%2Fb%20c"},
    {"/store id=:id /items/:id", "store", "?id=..%2F..", "301 /items/..%2F.."},
    {"/store id=:id /items/:id", "store", "?id=", ""},
    {"/store id=:id /items/:id", "store", "", ""},
    {"/store id=:id /find?n=:id", "store", "?id=a%26b", "301 /find?n=a%26b"},
    {"/go to=:to /:to", "go", "?to=/evil.example", "301 /%2Fevil.example"},
    {"/s a=1 /one\n/s a=2 b=:b /two/:b\n/s /none", "s", "?b=x&a=2",
     "301 /two/x"},
    {"/s a=1 /one\n/s a=2 b=:b /two/:b\n/s /none", "s", "?a=1", "301 /one"},
    {"/s a=1 /one\n/s a=2 b=:b /two/:b\n/s /none", "s", "?a=2",
     "301 /none?a=2"},
    {"/s a=x%20y /one", "s", "?a=x+y", "301 /one"},
    {"/s/* a=:a /:splat/:a", "s/b", "?a=c", "301 /b/c"},

    /* What leads to itself does not match. */
    {"/* /index.html 200", "index.html", "", ""},
    {"/* /index.html 200", "index.html", "?q", ""},
    {"/* /index.html 200", "a", "", "200 /index.html"},
    {"/* /index.html 200\n/index.html /x", "index.html", "", "301 /x"},
    {"/blog /blog/", "blog", "", "301 /blog/"},
    {"/blog /blog/", "blog/", "", ""},
    {"/blog/ /blog", "blog/", "", "301 /blog"},
    {"/blog/ /blog", "blog", "", ""},
    {"/a%20b /a%20b#x", "a b", "", ""},
    {"/* /:splat 301!", "a b/c", "?q", ""},
    {"/a /a?x=1", "a", "", "301 /a?x=1"},
    {"/a /a?x=1", "a", "?x=1", ""},
    {"/a x=1 /a", "a", "?x=1", "301 /a"},
    {"/* https://h.example/:splat", "a", "", "301 https://h.example/a"},
};

START_TEST(requests_are_led)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct led_case *c = &cases[i];
        struct rule_notes notes;
        struct redirect_rules *rules = compile(c->rules, &notes);
        char out[500];

        ck_assert_msg(strcmp(led(rules, c->path, c->query, out), c->led) == 0,
                      "%s and %s%s: %s", c->rules, c->path, c->query, out);
        redirect_rules_free(rules);
    }
}
END_TEST

/* Each text has one rule, which is dropped, and the mistake has these words. */
static const struct mistake_case {
    const char *text, *expected;
} mistakes[] = {
    {"/a", "_redirects:1: '/a': expected a target"},
    {"/a # /b", "_redirects:1: '/a': expected a target"},
    {"/a b", "'b': expected a target that begins with '/'"},
    {"a /b", "'a': expected a path that begins with '/'"},
    {"/a?id=1 /b", "'/a?id=1': expected a path without '?'"},
    {"/a id /b", "'id': expected a target that begins with"},
    {"/a =x /b", "'=x': expected a parameter's name"},
    {"/a a=1 b=1 c=1 d=1 e=1 f=1 g=1 h=1 i=1 /b", "at most 8 parameters"},
    {"/a id=:id", "'/a': expected a target"},
    {"/a javascript:alert(1)", "'javascript:alert(1)': expected a target"},
    {"/a data:text/html,x 302", "expected a target that begins with"},
    {"/a //evil.example/", "'//evil.example/': expected one slash, not two"},
    {"/a /\\evil.example", "expected one slash, not two"},
    {"/a https:///x", "expected a host after"},
    {"/a https://", "expected a host after"},
    {"/a https://me@h.example/", "expected a host after"},
    {"/a/* https://:splat/", "expected a host after"},
    {"/a/* https://h.example:splat/", "expected a host after"},
    {"/a ftp://h.example/ 301", "expected a target that begins with"},
    {"https://h.example/a /b", "rules for a host are not supported"},
    {"http://h.example/* /b 301!", "rules for a host are not supported"},
    {"/a /b 999", "'999': expected one of the statuses 200, 301"},
    {"/a /b 410", "'410': expected one of the statuses"},
    {"/a /b 30", "'30': expected a status such as 301"},
    {"/a /b 301!!", "'301!!': expected a status such as 301"},
    {"/a /b !", "'!': expected a status such as 301"},
    {"/a /b Country=us", "'Country=us': expected no condition (countries"},
    {"/a /b 302 Country=us,br", "'Country=us,br': expected nothing behind"},
    {"/a /b 302 Language=pt", "are not supported"},
    {"/a/* /b 200! Role=admin", "are not supported"},
    {"/a /b 302 Cookie=x", "are not supported"},
    {"/a /b 302 303", "'303': expected nothing behind the status"},
    {"/api/* https://api.example/:splat 200", "content is not supported"},
    {"/a https://h.example/gone 404", "content is not supported"},
    {"/a 200", "expected a target that begins with"},
    {"/a/* 301", "'301': expected a target that begins with"},
    {"/a/* /b/:splt", "'/b/:splt': expected a placeholder that the rule's"},
    {"/a /b-:splat", "expected a placeholder that the rule's"},
    {"/a /b%", "expected two hexadecimal digits"},
    {"/a /b\x01", "expected a target without control"},
    {"/a\x1b[2J /b", "'/a\\x1b[2J': expected a path without control"},
};

START_TEST(mistakes_are_named)
{
    for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
        struct rule_notes notes;
        struct redirect_rules *rules = compile(mistakes[i].text, &notes);

        ck_assert_msg(rules->count == 0 && notes.count == 1, "%s: %zu, %s",
                      mistakes[i].text, rules->count, notes.text);
        ck_assert_msg(strstr(notes.last, mistakes[i].expected) != NULL, "%s",
                      notes.last);
        redirect_rules_free(rules);
    }
}
END_TEST

START_TEST(other_rules_hold)
{
    struct rule_notes notes;
    struct redirect_rules *rules =
        compile("/a /1\nnonsense\n\n/b //2\n/c /3 302\n", &notes);

    ck_assert_uint_eq(rules->count, 2);
    ck_assert_uint_eq(rules->rules[1].line, 5);
    ck_assert_str_eq(notes.text,
                     "_redirects:2: 'nonsense': expected a path that begins "
                     "with '/'\n"
                     "_redirects:4: '//2': expected one slash, not two: the "
                     "second would begin a host\n");
    redirect_rules_free(rules);
}
END_TEST

/* Ten thousand literal rules: the last is found as fast as the first. */
START_TEST(many_rules)
{
    enum { COUNT = 10000 };
    static char text[COUNT * 32];
    struct rule_notes notes;
    struct redirect_rules *rules;
    char path[16], expected[32], out[500];

    for (size_t i = 0, len = 0; i < COUNT; i++)
        len += (size_t)sprintf(text + len, "/old%zu /new%zu\n", i, i);
    rules = compile(text, &notes);
    ck_assert_uint_eq(rules->count, COUNT);
    for (int i = 0; i < COUNT; i++) {
        sprintf(path, "old%d", i);
        sprintf(expected, "301 /new%d", i);
        ck_assert_str_eq(led(rules, path, "", out), expected);
    }
    redirect_rules_free(rules);
}
END_TEST

START_TEST(target_without_room)
{
    struct rule_notes notes;
    struct redirect_rules *rules = compile("/a/* /:splat?q=1#x", &notes);
    struct redirect_values values = {.captures.at = {BYTES("\xff\xff")}};
    char out[16];

    for (size_t size = 0; size < 12; size++)
        ck_assert_uint_eq(redirect_target_format(&rules->rules[0].target,
                                                 &values, BYTES(""), out, size),
                          0);
    ck_assert_uint_eq(redirect_target_format(&rules->rules[0].target, &values,
                                             BYTES(""), out, 13),
                      13);
    ck_assert(memcmp(out, "/%FF%FF?q=1#x", 13) == 0);
    redirect_rules_free(rules);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("redirect_rules");

    suite_add_tests(suite, requests_are_led, mistakes_are_named,
                    other_rules_hold, many_rules, target_without_room);
    return suite_run(suite);
}
