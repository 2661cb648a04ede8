/* --clean-urls: each page has one path, without ".html". */
#include "site/clean_url.h"

#include "asked_site.h"
#include "suite.h"

#define IN_1_1 " HTTP/1.1\r\nHost: a\r\n"
#define BROWSER "Accept: text/html\r\n"

/* Besides the common files: pages, and what competes with them. */
static struct asked *asked_with_clean_urls(void)
{
    struct asked *a = asked_new();

    a->explained.config.has_clean_urls = true;
    site_write(&a->site, "about.html", "about");
    site_write(&a->site, "dir/a b.html", "space");
    site_write(&a->site, "file.html", "beside a file");
    site_write(&a->site, "dir.html", "beside a folder with a page");
    site_folder(&a->site, "bare");
    site_write(&a->site, "bare.html", "beside a folder without");
    site_write(&a->site, "odd.html", "beside a folder whose page is a folder");
    site_write(&a->site, "leak.html", "beside a link that leaves");
    site_write(&a->site, "twice.html.html", "twice");
    site_write(&a->site, "UPPER.HTML", "capitals");
    site_folder(&a->site, "page.html");
    site_write(&a->site, "page.html/index.html", "a folder's name");
    site_link(&a->site, "../outside.txt", "secret.html");
    site_link(&a->site, "about.html", "link.html");
    return a;
}

/* The value of the plan's Location; "" where it has none. */
static const char *location_of(const struct plan *plan, char out[200])
{
    static const char name[] = "Location: ";

    out[0] = '\0';
    for (size_t i = 0; i < plan->block_count; i++)
        if (memcmp(plan->blocks[i].at, name, sizeof(name) - 1) == 0)
            snprintf(out, 200, "%.*s",
                     (int)(plan->blocks[i].len - sizeof(name) - 1),
                     plan->blocks[i].at + sizeof(name) - 1);
    return out;
}

static const struct clean_case {
    const char *request;
    unsigned status;
    const char *to; /* the file that is sent or judged, or the Location */
} cases[] = {
    {"GET /about" IN_1_1, 200, "about.html"},
    {"HEAD /about" IN_1_1, 200, "about.html"},
    {"GET /about?q" IN_1_1, 200, "about.html"},
    {"GET /about HTTP/1.0\r\n", 200, "about.html"},
    {"GET /dir/a%20b" IN_1_1, 200, "dir/a b.html"},
    {"GET /bare" IN_1_1, 200, "bare.html"},
    {"GET /odd" IN_1_1, 200, "odd.html"},
    {"GET /leak" IN_1_1, 200, "leak.html"},
    {"GET /link" IN_1_1, 200, "link.html"},
    {"GET /twice.html" IN_1_1, 200, "twice.html.html"},
    {"GET /about" IN_1_1 "If-None-Match: *\r\n", 304, "about.html"},
    {"GET /about" IN_1_1 "Range: bytes=0-1\r\n", 206, "about.html"},

    {"GET /file" IN_1_1, 200, "file"},
    {"GET /file.html" IN_1_1, 200, "file.html"},
    {"GET /dir" IN_1_1, 301, "/dir/"},
    {"GET /dir.html" IN_1_1, 200, "dir.html"},
    {"GET /dir/sub" IN_1_1, 301, "/dir/sub/"},
    {"GET /page.html" IN_1_1, 301, "/page.html/"},
    {"GET /page" IN_1_1, 404, ""},
    {"GET /UPPER.HTML" IN_1_1, 200, "UPPER.HTML"},

    {"GET /about.html" IN_1_1, 301, "/about"},
    {"HEAD /about.html" IN_1_1, 301, "/about"},
    {"GET /about.html?a=b/c" IN_1_1, 301, "/about?a=b/c"},
    {"GET //about.html" IN_1_1, 301, "/about"},
    {"GET http://b/about.html" IN_1_1, 301, "/about"},
    {"GET /dir/a%20b.html" IN_1_1, 301, "/dir/a%20b"},
    {"GET /bare.html" IN_1_1, 301, "/bare"},
    {"GET /odd.html" IN_1_1, 301, "/odd"},
    {"GET /twice.html.html" IN_1_1, 301, "/twice.html"},
    {"GET /index.html" IN_1_1, 301, "/"},
    {"GET /index.html?q" IN_1_1, 301, "/?q"},
    {"GET /dir/index.html" IN_1_1, 301, "/dir/"},
    {"GET /index" IN_1_1, 301, "/"},
    {"GET /dir/index" IN_1_1, 301, "/dir/"},
    {"GET /about.html" IN_1_1 "If-None-Match: *\r\n", 301, "/about"},

    {"GET /" IN_1_1, 200, "index.html"},
    {"GET /dir/" IN_1_1, 200, "dir/index.html"},
    {"GET /about/" IN_1_1, 404, ""},
    {"GET /absent" IN_1_1, 404, ""},
    {"GET /absent.html" IN_1_1, 404, ""},
    {"GET /secret" IN_1_1, 404, ""},
    {"GET /secret.html" IN_1_1, 404, ""},
    {"GET /dir/sub/index" IN_1_1, 404, ""},
    {"GET /.html" IN_1_1, 404, ""},
    {"POST /about.html" IN_1_1, 405, ""},
};

START_TEST(each_page_has_one_path)
{
    struct asked *a = asked_with_clean_urls();

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct clean_case *c = &cases[i];
        char text[500], location[200];
        struct plan plan;

        snprintf(text, sizeof(text), "%s\r\n", c->request);
        for (int times = 0; times < 2; times++) { /* anew, and from the cache */
            ask(a, text, &plan);
            ck_assert_msg(plan.status == c->status, "%s: %u", text,
                          plan.status);
            ck_assert_msg(strcmp(plan.status == 301
                                     ? location_of(&plan, location)
                                     : a->explanation.file,
                                 c->to) == 0,
                          "%s: %s%s", text, location_of(&plan, location),
                          a->explanation.file);
        }
    }
    asked_free(a);
}
END_TEST

/* No redirect leads to another one, or to another page. */
START_TEST(a_redirect_leads_to_its_page)
{
    struct asked *a = asked_with_clean_urls();

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[500], location[200];
        struct plan plan;

        snprintf(text, sizeof(text), "%s\r\n", cases[i].request);
        ask(a, text, &plan);
        location_of(&plan, location);
        /* A folder without a page is redirected, too, and then a 404. */
        if (plan.status != 301 || strcmp(location, "/dir/sub/") == 0)
            continue;
        snprintf(text, sizeof(text), "GET %s" IN_1_1 "\r\n", location);
        ask(a, text, &plan);
        ck_assert_msg(plan.status == 200, "%s: %u", text, plan.status);
    }
    asked_free(a);
}
END_TEST

START_TEST(without_the_option_nothing_changes)
{
    struct asked *a = asked_with_clean_urls();
    struct plan plan;

    a->explained.config.has_clean_urls = false;
    ask(a, "GET /about" IN_1_1 "\r\n", &plan);
    ck_assert_uint_eq(plan.status, 404);
    ask(a, "GET /about.html" IN_1_1 "\r\n", &plan);
    ck_assert_uint_eq(plan.status, 200);
    ask(a, "GET /bare" IN_1_1 "\r\n", &plan);
    ck_assert_uint_eq(plan.status, 301);
    asked_free(a);
}
END_TEST

/* File, page, page of the application, 404.html. */
START_TEST(precedence)
{
    struct asked *a = asked_with_clean_urls();
    struct plan plan;

    a->explained.config.is_spa = true;
    site_write(&a->site, "404.html", "none");
    ask(a, "GET /about" IN_1_1 BROWSER "\r\n", &plan);
    ck_assert_str_eq(a->explanation.file, "about.html");
    ask(a, "GET /absent" IN_1_1 BROWSER "\r\n", &plan);
    ck_assert_str_eq(a->explanation.file, "index.html");
    ask(a, "GET /absent" IN_1_1 "\r\n", &plan);
    ck_assert_str_eq(a->explanation.file, "404.html");
    ask(a, "GET /404" IN_1_1 "\r\n", &plan);
    ck_assert_uint_eq(plan.status, 200);
    asked_free(a);
}
END_TEST

/* The page is not replaced by another one while it cannot be read. */
START_TEST(page_that_may_not_be_read)
{
    struct asked *a = asked_with_clean_urls();
    struct plan plan;

    a->explained.config.is_spa = true;
    ck_assert_int_eq(fchmodat(a->site.fd, "about.html", 0, 0), 0);
    if (site_become_nobody()) {
        ask(a, "GET /about" IN_1_1 BROWSER "\r\n", &plan);
        ck_assert_uint_eq(plan.status, 403);
        site_become_yourself();
    }
    asked_free(a);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("clean_url");

    suite_add_tests(suite, each_page_has_one_path, a_redirect_leads_to_its_page,
                    without_the_option_nothing_changes, precedence,
                    page_that_may_not_be_read);
    return suite_run(suite);
}
