/* --live: pages with its script. */
#include "site/live_script.h"

#include "asked_site.h"
#include "suite.h"

#define IN_1_1 " HTTP/1.1\r\nHost: a\r\n"
#define SCRIPT "<script src=\"/-/live/live.js\" async></script>\n"

static struct body_opener opener;
static atomic_bool has_named_policy;

static struct asked *asked_live(void)
{
    struct asked *a = asked_new();

    a->explained.config.reload = &opener;
    a->explained.config.has_named_policy = &has_named_policy;
    a->stream.peer.in4 = (struct sockaddr_in){
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    return a;
}

static void check_content(const struct plan *plan, const char *text)
{
    ck_assert_int_eq(plan->content.kind, CONTENT_BYTES);
    ck_assert_msg(bytes_equal((struct bytes){plan->content.at,
                                             (size_t)plan->content.size},
                              bytes_of(text)),
                  "%.*s, not %s", (int)plan->content.size, plan->content.at,
                  text);
}

static const struct page {
    const char *name, *bytes, *sent; /* NULL: as it is */
} pages[] = {
    {"a.html", "<p>x</body></html>", "<p>x" SCRIPT "</body></html>"},
    {"b.html", "</BODY\n>", SCRIPT "</BODY\n>"},
    {"c.html", "'</body>' </body>!", "'</body>' " SCRIPT "</body>!"},
    {"d.html", "<p>no end", "<p>no end" SCRIPT},
    {"e.html", "", SCRIPT},
    {"f.html", "</bod", "</bod" SCRIPT},
    {"g.html", "\xff\xfe<\1", NULL},
    {"h.html",
     "<meta http-equiv=Content-Security-Policy content=\"default-src "
     "'none'\"></body>",
     NULL},
    {"i.xhtml", "<p></p>", NULL},
    {"j.txt", "</body>", NULL},
    {"k.css", "</body>", NULL},
};

START_TEST(script_is_put_into_pages)
{
    struct asked *a = asked_live();
    struct plan plan;

    for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
        char request[100];

        site_write(&a->site, pages[i].name, pages[i].bytes);
        snprintf(request, sizeof(request), "GET /%s" IN_1_1 "\r\n",
                 pages[i].name);
        for (int again = 0; again < 2; again++) {
            ask(a, request, &plan);
            ck_assert_uint_eq(plan.status, 200);
            check_content(&plan, pages[i].sent != NULL ? pages[i].sent
                                                       : pages[i].bytes);
        }
    }
    asked_free(a);
}
END_TEST

START_TEST(edited_page_has_the_script)
{
    struct asked *a = asked_live();
    struct plan plan;

    site_write(&a->site, "a.html", "1");
    ask(a, "GET /a.html" IN_1_1 "\r\n", &plan);
    check_content(&plan, "1" SCRIPT);
    site_write(&a->site, "a.html", "22");
    ask(a, "GET /a.html" IN_1_1 "\r\n", &plan);
    check_content(&plan, "22" SCRIPT);
    asked_free(a);
}
END_TEST

START_TEST(other_machines_get_the_page_as_it_is)
{
    struct asked *a = asked_live();
    struct plan plan;

    a->stream.peer.in4.sin_addr.s_addr = htonl(0xc0000207);
    ask(a, "GET /dir/" IN_1_1 "\r\n", &plan);
    check_content(&plan, "dir");
    a->stream.peer.any.sa_family = AF_UNIX;
    ask(a, "GET /dir/" IN_1_1 "\r\n", &plan);
    check_content(&plan, "dir");
    asked_free(a);
}
END_TEST

START_TEST(not_found_page_has_the_script)
{
    struct asked *a = asked_live();
    struct plan plan;

    site_write(&a->site, "404.html", "none");
    ask(a, "GET /nope" IN_1_1 "\r\n", &plan);
    ck_assert_uint_eq(plan.status, 404);
    check_content(&plan, "none" SCRIPT);
    asked_free(a);
}
END_TEST

/* For a browser that shows it; the script itself asks for anything. */
START_TEST(error_that_is_shown_has_the_script)
{
    static const struct {
        const char *request;
        bool is_page;
    } errors[] = {
        {"GET /nope" IN_1_1 "Accept: text/html,*/*;q=0.8\r\n\r\n", true},
        {"HEAD /nope" IN_1_1 "Accept: */*\r\n\r\n", false},
        {"GET /nope" IN_1_1 "\r\n", false},
    };
    struct asked *a = asked_live();
    struct plan plan;

    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        ask(a, errors[i].request, &plan);
        ck_assert_uint_eq(plan.status, 404);
        check_content(&plan, errors[i].is_page
                                 ? "<!doctype html>\n<title>404 Not Found"
                                   "</title>\n<p>404 Not Found\n" SCRIPT
                                 : "404 Not Found\n");
        ck_assert_int_eq(memcmp(plan.type.at, "text/html", 9) == 0,
                         errors[i].is_page);
    }
    asked_free(a);
}
END_TEST

/* A page that is not held in memory is read for it, up to the bound. */
START_TEST(large_pages_have_it_up_to_the_bound)
{
    const size_t script_len = sizeof(SCRIPT) - 1;
    struct asked *a = asked_live();
    struct plan plan;

    a->explained.config.cache_bytes_max = 64 << 20;
    site_handler.close(a->handler);
    a->handler = site_handler.open(&a->explained.config);
    for (int more = 0; more < 2; more++) {
        const uint64_t size = (uint64_t)LIVE_SCRIPT_PAGE_MAX + (uint64_t)more;

        int fd = openat(a->site.fd, "large.html",
                        O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

        ck_assert_int_eq(ftruncate(fd, (off_t)size), 0);
        close(fd);
        ask(a, "GET /large.html" IN_1_1 "\r\n", &plan);
        ck_assert_uint_eq(plan.content.size,
                          more == 0 ? size + script_len : size);
        ck_assert_int_eq(plan.content.kind,
                         more == 0 ? CONTENT_BYTES : CONTENT_FILE);
    }
    asked_free(a);
}
END_TEST

START_TEST(reason_of_a_policy_is_logged_once)
{
    struct asked *a = asked_live();
    struct plan plan;

    has_named_policy = false;
    site_write(&a->site, "h.html", pages[7].bytes);
    ask(a, "GET /h.html" IN_1_1 "\r\n", &plan);
    ck_assert(has_named_policy);
    asked_free(a);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("live_script");

    suite_add_tests(
        suite, script_is_put_into_pages, edited_page_has_the_script,
        other_machines_get_the_page_as_it_is, not_found_page_has_the_script,
        large_pages_have_it_up_to_the_bound, error_that_is_shown_has_the_script,
        reason_of_a_policy_is_logged_once);
    return suite_run(suite);
}
