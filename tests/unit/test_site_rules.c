/* _headers and _redirects of a site: what its requests get. */
#include "site/site_rules.h"

#include "asked_site.h"
#include "site/headers_rule.h"
#include "site/redirects_rule.h"
#include "suite.h"

#define IN_1_1 " HTTP/1.1\r\nHost: a\r\n"
#define BROWSER "Accept: text/html\r\n"
#define NO_CACHE "Cache-Control: no-cache\r\n"
#define NOSNIFF "X-Content-Type-Options: nosniff\r\n"

/* All lines of the plan's blocks. */
static const char *lines_of(const struct plan *plan)
{
    static char out[PLAN_BLOCKS_LEN_MAX];
    size_t len = 0;

    for (size_t i = 0; i < plan->block_count; i++) {
        memcpy(out + len, plan->blocks[i].at, plan->blocks[i].len);
        len += plan->blocks[i].len;
    }
    out[len] = '\0';
    return out;
}

static unsigned count_of(const char *text, const char *part)
{
    unsigned count = 0;

    while ((text = strstr(text, part)) != NULL) {
        text += strlen(part);
        count++;
    }
    return count;
}

/* The value of the plan's Location, or the file that is sent. */
static const char *outcome_of(struct asked *a, const struct plan *plan)
{
    static char out[1000];
    const char *line = strstr(lines_of(plan), "Location: ");

    if (line == NULL)
        return a->explanation.file;
    snprintf(out, sizeof(out), "%.*s", (int)strcspn(line + 10, "\r"),
             line + 10);
    return out;
}

/* The facts of a rule; "" where it was not applied. */
static const char *facts_of(const struct asked *a, const char *rule)
{
    for (size_t i = 0; i < a->explanation.count; i++)
        if (strcmp(a->explanation.rules[i].name, rule) == 0)
            return a->explanation.rules[i].facts;
    return "";
}

/* --- _headers --- */

#define HEADERS                                  \
    "/*\n X-All: 1\n Cache-Control: max-age=9\n" \
    "/dir/*\n X-Dir: 2\n ! X-All\n"              \
    "/file\n Content-Type: text/x-mine\n Vary: Origin\n"

static const struct header_case {
    const char *request;
    unsigned status;
    const char *has, *has_not; /* a part of the lines, or NULL */
    const char *facts;
} header_cases[] = {
    {"GET /", 200, "X-All: 1\r\n", "X-Dir", "_headers:1"},
    {"GET /", 200, "Cache-Control: max-age=9\r\n", NO_CACHE, "_headers:1"},
    {"GET /", 200, NOSNIFF, NULL, "_headers:1"},
    {"HEAD /", 200, "X-All: 1\r\n", NULL, "_headers:1"},
    {"GET /dir/", 200, "X-Dir: 2\r\n", "X-All", "_headers:1, _headers:4"},
    {"GET /dir", 301, "X-Dir: 2\r\n", NO_CACHE, "_headers:1, _headers:4"},
    {"GET /dir/nope", 404, "X-Dir: 2\r\n", "X-All", "_headers:1, _headers:4"},
    {"GET /nope", 404, "X-All: 1\r\n", NO_CACHE, "_headers:1"},
    {"GET /.secret", 404, "X-All: 1\r\n", NULL, "_headers:1"},
    {"GET /_headers", 404, "X-All: 1\r\n", NULL, "_headers:1"},
    {"POST /dir/", 405, "X-Dir: 2\r\n", "X-All", "_headers:1, _headers:4"},
    {"OPTIONS /", 204, "X-All: 1\r\n", NULL, "_headers:1"},
    {"OPTIONS *", 204, "Allow: ", "X-All", ""},
    {"GET /file", 200, "X-All: 1\r\n", "\nContent-Type",
     "_headers:1, _headers:7"},
    {"GET /file", 200, "Vary: Origin\r\n", NULL, "_headers:1, _headers:7"},
    {"GET /file|If-None-Match: *", 304, "X-All: 1\r\n", NO_CACHE,
     "_headers:1, _headers:7"},
    {"GET /file|If-Match: \"x\"", 412, "X-All: 1\r\n", NO_CACHE,
     "_headers:1, _headers:7"},
    {"GET /file|Range: bytes=0-1", 206, "X-All: 1\r\n", NO_CACHE,
     "_headers:1, _headers:7"},
    {"GET /file|Range: bytes=99-", 416, "X-All: 1\r\n", NO_CACHE,
     "_headers:1, _headers:7"},
    {"GET /%zz", 400, NO_CACHE, "X-All", ""},
};

/* "GET /x|Name: value" as a request. */
static void write_request(char out[500], const char *line)
{
    const char *field = strchr(line, '|');
    size_t len = field != NULL ? (size_t)(field - line) : strlen(line);

    snprintf(out, 500, "%.*s" IN_1_1 "%s%s\r\n", (int)len, line,
             field != NULL ? field + 1 : "", field != NULL ? "\r\n" : "");
}

START_TEST(fields_of_each_response)
{
    struct asked *a = asked_new();

    site_write(&a->site, "_headers", HEADERS);
    for (size_t i = 0; i < sizeof(header_cases) / sizeof(header_cases[0]);
         i++) {
        const struct header_case *c = &header_cases[i];
        char text[500];
        struct plan plan;

        write_request(text, c->request);
        ask(a, text, &plan);
        ck_assert_msg(plan.status == c->status, "%s: %u", text, plan.status);
        ck_assert_msg(strstr(lines_of(&plan), c->has) != NULL, "%s: %s", text,
                      lines_of(&plan));
        ck_assert_msg(c->has_not == NULL ||
                          strstr(lines_of(&plan), c->has_not) == NULL,
                      "%s: %s", text, lines_of(&plan));
        ck_assert_uint_le(count_of(lines_of(&plan), "Cache-Control"), 1);
        ck_assert_uint_le(count_of(lines_of(&plan), NOSNIFF), 1);
        ck_assert_msg(strcmp(facts_of(a, "headers"), c->facts) == 0, "%s: %s",
                      text, facts_of(a, "headers"));
    }
    asked_free(a);
}
END_TEST

/* Content-Type is the file's, whole or in part; a text of ours keeps its own.
 */
START_TEST(type_of_a_rule)
{
    struct asked *a = asked_new();
    struct plan plan;

    site_write(&a->site, "404.html", "none");
    site_write(&a->site, "_headers", "/*\n Content-Type: text/x-mine\n");
    ask(a, "GET /file" IN_1_1 "\r\n", &plan);
    ck_assert(bytes_equal(plan.type, BYTES("text/x-mine")));
    ck_assert(!plan.states_length);
    ask(a, "GET /file" IN_1_1 "Range: bytes=1-2\r\n\r\n", &plan);
    ck_assert_uint_eq(plan.status, 206);
    ck_assert(bytes_equal(plan.type, BYTES("text/x-mine")));
    ask(a, "GET /nope" IN_1_1 "\r\n", &plan);
    ck_assert_uint_eq(plan.status, 404);
    ck_assert(plan.states_length);
    ck_assert_ptr_nonnull(strstr(lines_of(&plan), "Content-Type: text/html"));
    ck_assert_ptr_nonnull(strstr(lines_of(&plan), "Content-Length: 4\r\n"));
    ck_assert_uint_eq(count_of(lines_of(&plan), NO_CACHE), 1);
    ask(a, "POST /file" IN_1_1 "\r\n", &plan);
    ck_assert(bytes_equal(plan.type, BYTES("text/plain; charset=utf-8")));
    asked_free(a);
}
END_TEST

/* What the server adds to Vary is beside what a rule has. */
START_TEST(vary_is_joined)
{
    struct asked *a = asked_new();
    struct plan plan;

    a->explained.config.is_spa = true;
    site_write(&a->site, "_headers", "/*\n Vary: Origin\n");
    ask(a, "GET /users/7" IN_1_1 BROWSER "\r\n", &plan);
    ck_assert_uint_eq(plan.status, 200);
    ck_assert_ptr_nonnull(strstr(lines_of(&plan), "Vary: Origin\r\n"));
    ck_assert_ptr_nonnull(strstr(lines_of(&plan), "Vary: Accept\r\n"));
    asked_free(a);
}
END_TEST

START_TEST(rules_see_paths_without_the_base)
{
    struct base_path base;
    struct asked *a = asked_new();
    struct plan plan;

    ck_assert(base_path_parse(BYTES("/repo/"), &base));
    a->explained.config.base = &base;
    site_write(&a->site, "_headers", "/file\n X: y\n/repo/*\n X: no\n");
    site_write(&a->site, "_redirects", "/old/* /new/:splat\n/up / 302\n");
    ask(a, "GET /repo/file" IN_1_1 "\r\n", &plan);
    ck_assert_ptr_nonnull(strstr(lines_of(&plan), "X: y\r\n"));
    ask(a, "GET /file" IN_1_1 "\r\n", &plan);
    ck_assert_uint_eq(plan.status, 404);
    ck_assert_ptr_null(strstr(lines_of(&plan), "X: "));
    ask(a, "POST /file" IN_1_1 "\r\n", &plan);
    ck_assert_uint_eq(plan.status, 405);
    ck_assert_ptr_null(strstr(lines_of(&plan), "X: "));
    ask(a, "GET /repo/old/a?q" IN_1_1 "\r\n", &plan);
    ck_assert_str_eq(outcome_of(a, &plan), "/repo/new/a?q");
    ask(a, "GET /repo/up" IN_1_1 "\r\n", &plan);
    ck_assert_str_eq(outcome_of(a, &plan), "/repo/");
    ask(a, "GET /old/a" IN_1_1 "\r\n", &plan);
    ck_assert_uint_eq(plan.status, 404);
    asked_free(a);
}
END_TEST

/* --- _redirects --- */

/* The rules, a request, and what it gets. */
static const struct redirect_case {
    const char *rules, *target;
    unsigned status;
    const char *outcome;
} redirect_cases[] = {
    {"/old /new", "/old", 301, "/new"},
    {"/old /new 302", "/old?q=1", 302, "/new?q=1"},
    {"/old /new 303", "/old", 303, "/new"},
    {"/old /new 307", "/old", 307, "/new"},
    {"/old https://b.example/x 308", "/old", 308, "https://b.example/x"},
    {"/a/* /:splat", "/a/x%20y/z", 301, "/x%20y/z"},
    {"/store id=:id /items/:id", "/store?id=7", 301, "/items/7"},
    {"/old /new", "/other", 404, ""},

    /* A file wins, unless the rule has force. */
    {"/file /new", "/file", 200, "file"},
    {"/file /new 301!", "/file", 301, "/new"},
    {"/dir/ /new", "/dir/", 200, "dir/index.html"},
    {"/dir/* /new", "/dir", 301, "/dir/"},
    {"/dir/* /new 302!", "/dir", 302, "/new"},
    {"/dir/sub /new", "/dir/sub", 301, "/new"},
    {"/dir/sub/ /new", "/dir/sub/", 301, "/new"},
    {"/odd/ /new", "/odd/", 301, "/new"},
    {"/leak /new", "/leak", 301, "/new"},
    {"/* /new", "/.secret", 404, ""},
    {"/* /new 301!", "/_redirects", 404, ""},
    /* The first match decides, not the first with force. */
    {"/file /1\n/* /2 301!", "/file", 200, "file"},

    /* Rewrites. */
    {"/* /index.html 200", "/app/7", 200, "index.html"},
    {"/* /index.html 200", "/file", 200, "file"},
    {"/* /dir/ 200", "/app/7", 200, "dir/index.html"},
    {"/x /dir 200", "/x", 200, "dir/index.html"},
    {"/x /dir/sub 200", "/x", 404, ""},
    {"/file /index.html 200!", "/file", 200, "index.html"},
    {"/x /a%20b 200", "/x", 200, "a b"},
    {"/x/* /:splat 200", "/x/a%20b", 200, "a b"},
    {"/x /file?q=1#y 200", "/x", 200, "file"},
    {"/x /nope 200", "/x", 404, ""},
    {"/x /y 200\n/y /file 200", "/x", 200, "file"},
    {"/x /y 200\n/y /z", "/x", 301, "/z"},
    {"/x /y 200\n/y /file 200!", "/x", 200, "file"},
    {"/x /.secret 200", "/x", 404, ""},
    {"/x /_redirects 200", "/x", 404, ""},
    {"/x /../outside.txt 200", "/x", 404, ""},
    {"/x f=:f /dir/:f 200", "/x?f=..%2Ffile", 404, ""},
    {"/x f=:f /dir/:f 200", "/x?f=a%00", 404, ""},

    /* Rounds. */
    {"/a /b 200\n/b /a 200", "/a", 508, ""},
    {"/a/* /a/x/:splat 200", "/a/1", 508, ""},
    {"/a/* /a/x/:splat 200!", "/a/1", 508, ""},
    {"/:1 /none 200\n/* /index.html 200", "/a", 200, "index.html"},

    /* Pages with a 404. */
    {"/gone /file 404", "/gone", 404, "file"},
    {"/en/* /dir/index.html 404", "/en/x", 404, "dir/index.html"},
    {"/en/* /dir/ 404", "/en/x", 404, "dir/index.html"},
    {"/file /index.html 404!", "/file", 404, "index.html"},
    {"/gone /nope 404", "/gone", 404, ""},
};

START_TEST(where_requests_are_led)
{
    struct asked *a = asked_new();

    for (size_t i = 0; i < sizeof(redirect_cases) / sizeof(redirect_cases[0]);
         i++) {
        const struct redirect_case *c = &redirect_cases[i];
        char text[500];
        struct plan plan;

        site_write(&a->site, "_redirects", c->rules);
        snprintf(text, sizeof(text), "GET %s" IN_1_1 "\r\n", c->target);
        ask(a, text, &plan);
        ck_assert_msg(plan.status == c->status, "%s and %s: %u", c->rules,
                      c->target, plan.status);
        ck_assert_msg(strcmp(outcome_of(a, &plan), c->outcome) == 0,
                      "%s and %s: %s", c->rules, c->target,
                      outcome_of(a, &plan));
        ck_assert(plan.status != 200 || plan.states_length);
    }
    asked_free(a);
}
END_TEST

/* As many rewrites as there may be lead to the file; one more does not. */
START_TEST(rewrites_are_bounded)
{
    enum { LINE = 40 };
    struct asked *a = asked_new();
    char text[(REWRITES_MAX + 1) * LINE] = "", request[80];
    struct plan plan;

    for (int i = 0; i < REWRITES_MAX; i++)
        snprintf(text + strlen(text), LINE, "/s%d /s%d 200\n", i, i + 1);
    snprintf(text + strlen(text), LINE, "/s%d /file 200\n", REWRITES_MAX);
    site_write(&a->site, "_redirects", text);
    snprintf(request, sizeof(request), "GET /s1" IN_1_1 "\r\n");
    ask(a, request, &plan);
    ck_assert_uint_eq(plan.status, 200);
    ck_assert_str_eq(outcome_of(a, &plan), "file");
    snprintf(request, sizeof(request), "GET /s0" IN_1_1 "\r\n");
    ask(a, request, &plan);
    ck_assert_uint_eq(plan.status, 508);
    asked_free(a);
}
END_TEST

START_TEST(lines_are_named)
{
    struct asked *a = asked_new();
    struct plan plan;

    site_write(&a->site, "_redirects",
               "# none\n/old /new\n/file /new\n/x /file 200\n/f /g 301!\n");
    ask(a, "GET /old" IN_1_1 "\r\n", &plan);
    ck_assert_str_eq(facts_of(a, "redirects"), "_redirects:2");
    ck_assert_str_eq(facts_of(a, "lookup"), "by _redirects:2");
    ask(a, "GET /file" IN_1_1 "\r\n", &plan);
    ck_assert_str_eq(facts_of(a, "redirects"), "_redirects:3");
    ck_assert_ptr_null(strstr(facts_of(a, "lookup"), "_redirects"));
    ask(a, "GET /x" IN_1_1 "\r\n", &plan);
    ck_assert_ptr_nonnull(strstr(facts_of(a, "lookup"), ", by _redirects:4"));
    ask(a, "GET /f" IN_1_1 "\r\n", &plan);
    ck_assert_str_eq(facts_of(a, "redirects"), "_redirects:5");
    ck_assert_str_eq(facts_of(a, "lookup"), "");
    asked_free(a);
}
END_TEST

/* File, clean URL, rule, page of the application, 404.html. */
START_TEST(precedence)
{
    struct asked *a = asked_new();
    struct plan plan;

    a->explained.config.is_spa = true;
    a->explained.config.has_clean_urls = true;
    site_write(&a->site, "404.html", "none");
    site_write(&a->site, "about.html", "about");
    site_write(
        &a->site, "_redirects",
        "/about /1\n/here /2\n/page /about.html 200\n/gone /about 404\n");
    ask(a, "GET /about" IN_1_1 BROWSER "\r\n", &plan);
    ck_assert_str_eq(outcome_of(a, &plan), "about.html");
    ask(a, "GET /here" IN_1_1 BROWSER "\r\n", &plan);
    ck_assert_str_eq(outcome_of(a, &plan), "/2");
    ask(a, "GET /there" IN_1_1 BROWSER "\r\n", &plan);
    ck_assert_str_eq(outcome_of(a, &plan), "index.html");
    ask(a, "GET /there" IN_1_1 "\r\n", &plan);
    ck_assert_str_eq(outcome_of(a, &plan), "404.html");
    /* The target is not redirected to its short path. */
    ask(a, "GET /page" IN_1_1 "\r\n", &plan);
    ck_assert_uint_eq(plan.status, 200);
    ck_assert_str_eq(outcome_of(a, &plan), "about.html");
    ask(a, "GET /gone" IN_1_1 BROWSER "\r\n", &plan);
    ck_assert_uint_eq(plan.status, 404);
    ck_assert_str_eq(outcome_of(a, &plan), "about.html");
    asked_free(a);
}
END_TEST

START_TEST(redirect_that_is_too_long)
{
    static char text[8300];
    struct asked *a = asked_new();
    struct plan plan;

    /* Each byte becomes three, three times. */
    site_write(&a->site, "_redirects", "/* /x/:splat/:splat/:splat");
    strcpy(text, "GET /");
    for (size_t i = 5; i < 8000; i += 3)
        memcpy(text + i, "%FF", 4);
    strcat(text, IN_1_1 "\r\n");
    ask(a, text, &plan);
    ck_assert_uint_eq(plan.status, 301);
    site_write(&a->site, "_redirects", "/* /x/:splat/:splat/:splat/:splat");
    ask(a, text, &plan);
    ck_assert_uint_eq(plan.status, 414);
    asked_free(a);
}
END_TEST

/* --- Both files --- */

START_TEST(files_are_fresh)
{
    struct asked *a = asked_new();
    struct plan plan;

    for (int i = 0; i < 10; i++) {
        ask(a, "GET /old" IN_1_1 "\r\n", &plan);
        ck_assert_uint_eq(plan.status, 404);
        site_write(&a->site, "_redirects", "/old /1");
        ask(a, "GET /old" IN_1_1 "\r\n", &plan);
        ck_assert_str_eq(outcome_of(a, &plan), "/1");
        site_write(&a->site, "_redirects", "/old /2");
        ask(a, "GET /old" IN_1_1 "\r\n", &plan);
        ck_assert_str_eq(outcome_of(a, &plan), "/2");
        site_write(&a->site, "_headers", "/*\n X: y\n");
        ask(a, "GET /old" IN_1_1 "\r\n", &plan);
        ck_assert_ptr_nonnull(strstr(lines_of(&plan), "X: y\r\n"));
        site_rename(&a->site, "_redirects", "other");
        ck_assert_int_eq(unlinkat(a->site.fd, "_headers", 0), 0);
        ask(a, "GET /old" IN_1_1 "\r\n", &plan);
        ck_assert_uint_eq(plan.status, 404);
        ck_assert_ptr_null(strstr(lines_of(&plan), "X: "));
    }
    asked_free(a);
}
END_TEST

/* Without the files, a request looks at nothing once the root is settled. */
START_TEST(no_look_without_files)
{
    struct asked *a = asked_new();
    const struct site_worker *worker = a->handler;
    struct plan plan;

    do {
        sched_yield();
        ask(a, "GET /file" IN_1_1 "\r\n", &plan);
    } while (worker->rules.root_serial == 0);
    ck_assert_ptr_null(worker->rules.headers);
    ck_assert_ptr_null(worker->rules.redirects);
    site_write(&a->site, "_headers", "/*\n X: y\n");
    ask(a, "GET /file" IN_1_1 "\r\n", &plan);
    ck_assert_ptr_nonnull(strstr(lines_of(&plan), "X: y\r\n"));
    ck_assert_uint_eq(worker->rules.root_serial, 0);
    asked_free(a);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("site_rules");

    suite_add_tests(suite, fields_of_each_response, type_of_a_rule,
                    vary_is_joined, rules_see_paths_without_the_base,
                    where_requests_are_led, rewrites_are_bounded,
                    lines_are_named, precedence, redirect_that_is_too_long,
                    files_are_fresh, no_look_without_files);
    return suite_run(suite);
}
