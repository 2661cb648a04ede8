#include "site/base_path.h"

#include "asked_site.h"
#include "suite.h"

static const struct base_case {
    const char *text;
    const char *url; /* NULL: refused */
    const char *path;
} texts[] = {
    {"/repo/", "/repo/", "repo/"},
    {"/repo", "/repo/", "repo/"},
    {"repo/", "/repo/", "repo/"},
    {"repo", "/repo/", "repo/"},
    {"/a/b/c/", "/a/b/c/", "a/b/c/"},
    {"/", "/", ""},
    {"", "/", ""},
    {"/a%20b/", "/a%20b/", "a b/"},
    {"/ol%C3%A1/", "/ol%C3%A1/", "ol\xc3\xa1/"},
    {"/a.b/", "/a.b/", "a.b/"},

    {"//", NULL, NULL},
    {"//evil.example/", NULL, NULL},
    {"/a//b/", NULL, NULL},
    {"/a//", NULL, NULL},
    {"http://a/b/", NULL, NULL},
    {"/../", NULL, NULL},
    {"..", NULL, NULL},
    {"/a/../b/", NULL, NULL},
    {"/a/./b/", NULL, NULL},
    {"/a/%2e%2e/b/", NULL, NULL},
    {"/a/.%2E/", NULL, NULL},
    {"/%2e/", NULL, NULL},
    {"/.git/", NULL, NULL},
    {"/a%2Fb/", NULL, NULL},
    {"/a%00/", NULL, NULL},
    {"/a%zz/", NULL, NULL},
    {"/a%", NULL, NULL},
    {"/a?b", NULL, NULL},
    {"/a?b/", NULL, NULL},
    {"?", NULL, NULL},
    {"/a#b/", NULL, NULL},
    {"/a b/", NULL, NULL},
    {"/ol\xc3\xa1/", NULL, NULL},
    {"/a\r\nX: y/", NULL, NULL},
    {"\\a\\", NULL, NULL},
};

START_TEST(texts_are_read_or_refused)
{
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        const struct base_case *c = &texts[i];
        struct base_path base;

        ck_assert_msg(base_path_parse(bytes_of(c->text), &base) ==
                          (c->url != NULL),
                      "'%s'", c->text);
        if (c->url == NULL)
            continue;
        ck_assert_str_eq(base.url, c->url);
        ck_assert_str_eq(base.path, c->path);
        ck_assert_uint_eq(base.len, strlen(c->path));
    }
}
END_TEST

START_TEST(length_is_bounded)
{
    char text[4097] = "/";
    struct base_path base;

    memset(text + 1, 'a', sizeof(text) - 2);
    text[sizeof(text) - 1] = '\0';
    for (size_t len = sizeof(text) - 1; len > BASE_PATH_MAX - 1; len--)
        ck_assert(!base_path_parse((struct bytes){text, len}, &base));
    ck_assert(base_path_parse((struct bytes){text, BASE_PATH_MAX - 1}, &base));
    ck_assert_uint_eq(strlen(base.url), BASE_PATH_MAX);
    ck_assert_str_eq(base.why, "the site is under the path that --base has");
    ck_assert(
        !base_path_parse((struct bytes){text + 1, BASE_PATH_MAX - 1}, &base));
    ck_assert(base_path_parse(BYTES("repo"), &base));
    ck_assert_str_eq(base.why, "the site is under /repo/");
}
END_TEST

/* --- The rule --- */

#define IN_1_1 " HTTP/1.1\r\nHost: a\r\n\r\n"

static const struct rule_case {
    const char *request;
    unsigned status;
    const char *to; /* the file, or the Location */
} cases[] = {
    {"GET /repo/" IN_1_1, 200, "index.html"},
    {"HEAD /repo/" IN_1_1, 200, "index.html"},
    {"GET /repo/file" IN_1_1, 200, "file"},
    {"GET /r%65po/file" IN_1_1, 200, "file"},
    {"GET //repo//file" IN_1_1, 200, "file"},
    {"GET /x/../repo/file" IN_1_1, 200, "file"},
    {"GET /repo/file HTTP/1.0\r\n\r\n", 200, "file"},
    {"GET /repo/dir/" IN_1_1, 200, "dir/index.html"},
    {"GET /repo/about" IN_1_1, 200, "about.html"},

    {"GET /repo" IN_1_1, 301, "/repo/"},
    {"HEAD /repo?q" IN_1_1, 301, "/repo/?q"},
    {"GET /repo/dir?q" IN_1_1, 301, "/repo/dir/?q"},
    {"GET /repo/about.html" IN_1_1, 301, "/repo/about"},
    {"GET /repo/index.html" IN_1_1, 301, "/repo/"},
    {"GET /repo/dir/index" IN_1_1, 301, "/repo/dir/"},
    {"GET //repo" IN_1_1, 301, "/repo/"},

    {"GET /" IN_1_1, 404, ""},
    {"GET /file" IN_1_1, 404, ""},
    {"HEAD /file" IN_1_1, 404, ""},
    {"GET /repository/file" IN_1_1, 404, ""},
    {"GET /Repo/file" IN_1_1, 404, ""},
    {"GET /repo/../file" IN_1_1, 404, ""},
    {"GET /.secret" IN_1_1, 404, ""},
    {"GET /repo%2Ffile" IN_1_1, 404, ""},
    {"GET /-/wire/" IN_1_1, 404, ""},
    {"POST /file" IN_1_1, 405, ""},
    {"OPTIONS *" IN_1_1, 204, ""},

    {"GET /repo/absent" IN_1_1, 404, "404.html"},
    {"GET /repo/.secret" IN_1_1, 404, "404.html"},
    {"GET /repo/dir/absent" IN_1_1, 404, "dir/404.html"},
    {"GET /repo/dir/.x" IN_1_1, 404, "dir/404.html"},
    {"GET /repo/repo/file" IN_1_1, 404, "404.html"},
};

static struct asked *asked_under(const char *path, struct base_path *base)
{
    struct asked *a = asked_new();

    ck_assert(base_path_parse(bytes_of(path), base));
    a->explained.config.base = base;
    a->explained.config.has_clean_urls = true;
    site_write(&a->site, "404.html", "none");
    site_write(&a->site, "dir/404.html", "none here");
    site_write(&a->site, "about.html", "about");
    return a;
}

START_TEST(the_site_is_under_the_base_alone)
{
    struct base_path base;
    struct asked *a = asked_under("/repo/", &base);

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct rule_case *c = &cases[i];
        char location[200] = "";
        struct plan plan;

        ask(a, c->request, &plan);
        ck_assert_msg(plan.status == c->status, "%s: %u", c->request,
                      plan.status);
        if (c->status == 301)
            snprintf(location, sizeof(location), "Location: %s\r\n", c->to);
        ck_assert_msg(c->status == 301
                          ? bytes_equal(plan.blocks[plan.block_count - 1],
                                        bytes_of(location))
                          : strcmp(a->explanation.file, c->to) == 0,
                      "%s: %s", c->request, a->explanation.file);
        if (c->status == 404 && c->to[0] == '\0')
            ck_assert_str_eq(plan.why, "the site is under /repo/");
    }
    asked_free(a);
}
END_TEST

/* A redirect has the base as a URL has it. */
START_TEST(base_is_escaped_in_a_redirect)
{
    struct base_path base;
    struct asked *a = asked_under("/a%20b/%C3%A9/", &base);
    struct plan plan;

    ask(a, "GET /a%20b/%C3%A9/dir" IN_1_1, &plan);
    ck_assert_uint_eq(plan.status, 301);
    ck_assert(bytes_equal(plan.blocks[plan.block_count - 1],
                          BYTES("Location: /a%20b/%C3%A9/dir/\r\n")));
    asked_free(a);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base_path");

    suite_add_tests(suite, texts_are_read_or_refused, length_is_bounded,
                    the_site_is_under_the_base_alone,
                    base_is_escaped_in_a_redirect);
    return suite_run(suite);
}
