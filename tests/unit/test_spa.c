/* --spa: what a path that names nothing gets. */
#include "site/spa.h"

#include "asked_site.h"
#include "suite.h"

#define IN_1_1 " HTTP/1.1\r\nHost: a\r\n"
#define BROWSER "Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\n"

static struct asked *asked_as_spa(void)
{
    struct asked *a = asked_new();

    a->explained.config.is_spa = true;
    return a;
}

static bool plan_has(const struct plan *plan, const char *line)
{
    for (size_t i = 0; i < plan->block_count; i++)
        if (memmem(plan->blocks[i].at, plan->blocks[i].len, line,
                   strlen(line)) != NULL)
            return true;
    return false;
}

static const struct spa_case {
    const char *request;
    unsigned status;
    const char *found; /* what is sent or judged; "" nothing */
    bool varies;
} cases[] = {
    {"GET /app" IN_1_1 BROWSER, 200, "index.html", true},
    {"HEAD /app" IN_1_1 BROWSER, 200, "index.html", true},
    {"GET /app/user/7?q=a.b" IN_1_1 BROWSER, 200, "index.html", true},
    {"GET /app/" IN_1_1 BROWSER, 200, "index.html", true},
    {"GET /v1.2/app" IN_1_1 BROWSER, 200, "index.html", true},
    {"GET /dir/sub/" IN_1_1 BROWSER, 200, "index.html", true},
    {"GET /file/x" IN_1_1 BROWSER, 200, "index.html", true},
    {"GET /app HTTP/1.0\r\n" BROWSER, 200, "index.html", true},
    {"GET /app" IN_1_1 BROWSER "If-None-Match: *\r\n", 304, "index.html", true},
    {"GET /app" IN_1_1 BROWSER "If-Match: \"x\"\r\n", 412, "index.html", true},
    {"GET /app" IN_1_1 BROWSER "Range: bytes=0-1\r\n", 206, "index.html", true},
    {"GET /app" IN_1_1 BROWSER "Range: bytes=9-\r\n", 416, "index.html", true},

    {"GET /app" IN_1_1, 404, "", true},
    {"GET /app" IN_1_1 "Accept: */*\r\n", 404, "", true},
    {"GET /app" IN_1_1 "Accept: text/html;q=0\r\n", 404, "", true},
    {"GET /app" IN_1_1 "Accept: application/json\r\n", 404, "", true},
    {"GET /assets/nope.js" IN_1_1 BROWSER, 404, "", false},
    {"GET /user@a.b" IN_1_1 BROWSER, 404, "", false},
    {"GET /.hidden" IN_1_1 BROWSER, 404, "", false},
    {"GET /.git/x" IN_1_1 BROWSER, 404, "", false},
    {"GET /a%2Fb" IN_1_1 BROWSER, 404, "", false},
    {"GET /leak" IN_1_1 BROWSER, 404, "", false},
    {"GET /loop" IN_1_1 BROWSER, 404, "", false},
    {"GET /fifo" IN_1_1 BROWSER, 404, "", false},
    {"GET /odd/" IN_1_1 BROWSER, 404, "", false},
    {"POST /app" IN_1_1 BROWSER, 405, "", false},

    {"GET /file" IN_1_1 BROWSER, 200, "file", false},
    {"GET /dir/" IN_1_1 BROWSER, 200, "dir/index.html", false},
    {"GET /dir" IN_1_1 BROWSER, 301, "", false},
    {"GET /" IN_1_1 BROWSER, 200, "index.html", false},
};

START_TEST(navigations_get_the_page)
{
    struct asked *a = asked_as_spa();

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct spa_case *c = &cases[i];
        struct plan plan;
        char text[500];

        snprintf(text, sizeof(text), "%s\r\n", c->request);
        ask(a, text, &plan);
        ck_assert_msg(plan.status == c->status, "%s: %u", text, plan.status);
        ck_assert_msg(strcmp(a->explanation.file, c->found) == 0, "%s: %s",
                      text, a->explanation.file);
        ck_assert_msg(plan_has(&plan, "Vary: Accept\r\n") == c->varies, "%s",
                      text);
        ck_assert_int_eq(plan_has(&plan, "ETag: "), c->status == 200 ||
                                                        c->status == 206 ||
                                                        c->status == 304);
    }
    asked_free(a);
}
END_TEST

START_TEST(without_the_option_nothing_does)
{
    struct asked *a = asked_new();
    struct plan plan;

    ask(a, "GET /app" IN_1_1 BROWSER "\r\n", &plan);
    ck_assert_uint_eq(plan.status, 404);
    ck_assert(!plan_has(&plan, "Vary"));
    asked_free(a);
}
END_TEST

/* The order: file, page of the application, 404.html. */
START_TEST(precedence)
{
    struct asked *a = asked_as_spa();
    struct plan plan;

    site_write(&a->site, "404.html", "none");
    ask(a, "GET /app" IN_1_1 BROWSER "\r\n", &plan);
    ck_assert_str_eq(a->explanation.file, "index.html");
    ask(a, "GET /nope.js" IN_1_1 BROWSER "\r\n", &plan);
    ck_assert_str_eq(a->explanation.file, "404.html");
    ck_assert(!plan_has(&plan, "Vary"));
    ask(a, "GET /app" IN_1_1 "\r\n", &plan);
    ck_assert_uint_eq(plan.status, 404);
    ck_assert_str_eq(a->explanation.file, "404.html");
    ck_assert(plan_has(&plan, "Vary: Accept\r\n"));
    site_write(&a->site, "app", "new");
    ask(a, "GET /app" IN_1_1 BROWSER "\r\n", &plan);
    ck_assert_str_eq(a->explanation.file, "app");
    asked_free(a);
}
END_TEST

/* Without its page the application is not there. */
START_TEST(page_that_cannot_be_sent)
{
    struct asked *a = asked_as_spa();
    struct plan plan;

    ck_assert_int_eq(fchmodat(a->site.fd, "index.html", 0, 0), 0);
    if (site_become_nobody()) {
        ask(a, "GET /app" IN_1_1 BROWSER "\r\n", &plan);
        ck_assert_uint_eq(plan.status, 403);
        site_become_yourself();
    }
    ck_assert_int_eq(unlinkat(a->site.fd, "index.html", 0), 0);
    ask(a, "GET /app" IN_1_1 BROWSER "\r\n", &plan);
    ck_assert_uint_eq(plan.status, 404);
    ck_assert_str_eq(plan.why, "no such file");
    site_link(&a->site, "../outside.txt", "index.html");
    ask(a, "GET /app" IN_1_1 BROWSER "\r\n", &plan);
    ck_assert_uint_eq(plan.status, 404);
    ck_assert_int_eq(unlinkat(a->site.fd, "index.html", 0), 0);
    site_folder(&a->site, "index.html");
    ask(a, "GET /app" IN_1_1 BROWSER "\r\n", &plan);
    ck_assert_uint_eq(plan.status, 404);
    asked_free(a);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("spa");

    suite_add_tests(suite, navigations_get_the_page,
                    without_the_option_nothing_does, precedence,
                    page_that_cannot_be_sent);
    return suite_run(suite);
}
