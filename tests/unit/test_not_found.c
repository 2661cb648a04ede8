/* The content of a 404: the nearest 404.html. */
#include "site/not_found.h"

#include "asked_site.h"
#include "suite.h"

#define IN_1_1 " HTTP/1.1\r\nHost: a\r\n\r\n"
#define TEXT "404 Not Found\n"

/* Folders: a (a page), a/b (none), and those whose page cannot be sent. */
static struct asked *asked_with_pages(void)
{
    struct asked *a = asked_new();

    site_write(&a->site, "404.html", "of the root");
    site_folder(&a->site, "a");
    site_folder(&a->site, "a/b");
    site_write(&a->site, "a/404.html", "of a");
    site_write(&a->site, "a/b/file", "b");
    site_folder(&a->site, "a/folder");
    site_folder(&a->site, "a/folder/404.html");
    site_folder(&a->site, "a/leak");
    site_link(&a->site, "../../../outside.txt", "a/leak/404.html");
    site_folder(&a->site, "a/loop");
    site_link(&a->site, "404.html", "a/loop/404.html");
    site_folder(&a->site, "a/link");
    site_link(&a->site, "../b/file", "a/link/404.html");
    site_folder(&a->site, ".git");
    site_write(&a->site, ".git/404.html", "hidden");
    return a;
}

static void check_content(const struct plan *plan, unsigned status,
                          const char *what, const char *content)
{
    ck_assert_msg(plan->status == status, "%s: %u, not %u", what, plan->status,
                  status);
    ck_assert_int_eq(plan->content.kind, CONTENT_BYTES);
    ck_assert_msg(bytes_equal((struct bytes){plan->content.at,
                                             (size_t)plan->content.size},
                              bytes_of(content)),
                  "%s: not %s", what, content);
}

static const struct page_case {
    const char *request, *content;
} cases[] = {
    {"GET /absent", "of the root"},
    {"HEAD /absent", "of the root"},
    {"GET /absent/x/y", "of the root"},
    {"GET /file/", "of the root"},
    {"GET /leak", "of the root"},
    {"GET /loop", "of the root"},
    {"GET /fifo", "of the root"},
    {"GET /dir/sub/", "of the root"},
    {"GET /odd/", "of the root"},
    {"GET /a/", "of a"},
    {"GET /a/absent", "of a"},
    {"GET /a/b/", "of a"},
    {"GET /a/b/absent?q", "of a"},
    {"GET /a/b/c/d/e/f", "of a"},
    {"GET /a/b/../x", "of a"},
    {"GET /a/../x", "of the root"},

    {"GET /.secret", "of the root"},
    {"GET /.git/x", "of the root"}, /* not the page in there */
    {"GET /a/.git/x", "of a"},
    {"GET /a/b%2Fc", "of a"},

    {"GET /a/folder/x", "of a"},
    {"GET /a/leak/x", "of a"},
    {"GET /a/loop/x", "of a"},
    {"GET /a/link/x", "b"}, /* a link inside the folder is followed */
};

START_TEST(the_nearest_page_is_the_content)
{
    struct asked *a = asked_with_pages();

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct plan plan;
        char text[200];

        snprintf(text, sizeof(text), "%s" IN_1_1, cases[i].request);
        for (int times = 0; times < 2; times++) { /* anew, and from the cache */
            ask(a, text, &plan);
            check_content(&plan, 404, cases[i].request, cases[i].content);
            ck_assert_int_eq(plan.head_only, text[0] == 'H');
            ck_assert_int_eq(plan.persistence, CONNECTION_KEEP);
        }
    }
    asked_free(a);
}
END_TEST

/* All lines of the plan's blocks. */
static const char *lines_of(const struct plan *plan, char out[1024])
{
    size_t len = 0;

    for (size_t i = 0; i < plan->block_count; i++)
        len += (size_t)snprintf(out + len, 1024 - len, "%.*s",
                                (int)plan->blocks[i].len, plan->blocks[i].at);
    return out;
}

/* Nothing of the page can be asked for in part, or again (RFC 9110, 13.2.1). */
START_TEST(conditions_and_ranges_do_not_apply_to_it)
{
    static const char *const fields[] = {
        "Range: bytes=0-1",
        "Range: bytes=99-",
        "If-Match: \"x\"",
        "If-None-Match: *",
        "Range: bytes=0-0,2-2",
        "If-Modified-Since: Fri, 31 Dec 9999 23:59:59 GMT",
    };
    struct asked *a = asked_with_pages();
    char lines[1024];

    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        struct plan plan;
        char text[200];

        snprintf(text, sizeof(text),
                 "GET /absent HTTP/1.1\r\nHost: a\r\n%s\r\n\r\n", fields[i]);
        ask(a, text, &plan);
        check_content(&plan, 404, fields[i], "of the root");
        ck_assert_uint_eq(plan.parts.count, 0);
        ck_assert_str_eq(lines_of(&plan, lines),
                         "Cache-Control: no-cache\r\n"
                         "X-Content-Type-Options: nosniff\r\n"
                         "Content-Type: text/html; charset=utf-8\r\n"
                         "Content-Length: 11\r\n");
    }
    asked_free(a);
}
END_TEST

START_TEST(asked_for_itself_it_is_a_file)
{
    struct asked *a = asked_with_pages();
    struct plan plan;

    ask(a, "GET /404.html" IN_1_1, &plan);
    check_content(&plan, 200, "itself", "of the root");
    ask(a, "GET /a/404.html HTTP/1.1\r\nHost: a\r\nIf-None-Match: *\r\n\r\n",
        &plan);
    ck_assert_uint_eq(plan.status, 304);
    asked_free(a);
}
END_TEST

/* Only a 404 has it. */
START_TEST(other_refusals_are_text)
{
    struct asked *a = asked_with_pages();
    struct plan plan;

    ask(a, "POST /absent" IN_1_1, &plan);
    check_content(&plan, 405, "post", "405 Method Not Allowed\n");
    ask(a, "GET /%zz" IN_1_1, &plan);
    check_content(&plan, 400, "bad", "400 Bad Request\n");
    asked_free(a);
}
END_TEST

START_TEST(a_page_comes_and_goes)
{
    struct asked *a = asked_new();
    struct plan plan;

    for (int times = 0; times < 3; times++) {
        ask(a, "GET /dir/x" IN_1_1, &plan);
        check_content(&plan, 404, "none", TEXT);
        site_write(&a->site, "404.html", "one");
        ask(a, "GET /dir/x" IN_1_1, &plan);
        check_content(&plan, 404, "new", "one");
        site_write(&a->site, "404.html", "two");
        ask(a, "GET /dir/x" IN_1_1, &plan);
        check_content(&plan, 404, "edited", "two");
        site_write(&a->site, "dir/404.html", "nearer");
        ask(a, "GET /dir/x" IN_1_1, &plan);
        check_content(&plan, 404, "nearer", "nearer");
        ck_assert_int_eq(unlinkat(a->site.fd, "dir/404.html", 0), 0);
        ask(a, "GET /dir/x" IN_1_1, &plan);
        check_content(&plan, 404, "removed", "two");
        ck_assert_int_eq(unlinkat(a->site.fd, "404.html", 0), 0);
    }
    asked_free(a);
}
END_TEST

/* A folder deeper than the bound has the root's page. */
START_TEST(folders_are_bounded)
{
    struct asked *a = asked_with_pages();
    char path[100] = "a";
    struct plan plan;

    for (int folders = 2; folders <= NOT_FOUND_FOLDERS_MAX + 2; folders++) {
        char text[200];

        strcat(path, "/x");
        snprintf(text, sizeof(text), "GET /%s" IN_1_1, path);
        ask(a, text, &plan);
        check_content(&plan, 404, path,
                      folders - 1 <= NOT_FOUND_FOLDERS_MAX ? "of a"
                                                           : "of the root");
    }
    asked_free(a);
}
END_TEST

START_TEST(a_page_that_may_not_be_read_is_passed_over)
{
    struct asked *a = asked_with_pages();
    struct plan plan;

    ck_assert_int_eq(fchmodat(a->site.fd, "a/404.html", 0, 0), 0);
    if (site_become_nobody()) {
        ask(a, "GET /a/x" IN_1_1, &plan);
        check_content(&plan, 404, "forbidden", "of the root");
        site_become_yourself();
    }
    asked_free(a);
}
END_TEST

/* The refusal of a head has the page, too. */
START_TEST(head_alone_has_the_page)
{
    struct asked *a = asked_with_pages();
    struct asking asking = {.stream = &a->stream, .is_last = true};
    static const char head[] =
        "GET /a/.env HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n";
    struct plan plan;
    size_t used;

    ck_assert_int_eq(request_parse(a->parser, head, strlen(head), &used),
                     PARSE_MORE);
    asking.request = request_parser_request(a->parser);
    ck_assert(site_handler.refuse(a->handler, &asking, &plan));
    check_content(&plan, 404, "head alone", "of a");
    ck_assert_int_eq(plan.persistence, CONNECTION_CLOSE);
    asked_free(a);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("not_found");

    suite_add_tests(
        suite, the_nearest_page_is_the_content,
        conditions_and_ranges_do_not_apply_to_it, asked_for_itself_it_is_a_file,
        other_refusals_are_text, a_page_comes_and_goes, folders_are_bounded,
        a_page_that_may_not_be_read_is_passed_over, head_alone_has_the_page);
    return suite_run(suite);
}
