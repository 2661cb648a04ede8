/* Which requests a look at a file does for. */
#include "http/session.h"

#include "base/log.h"

#include "served_site.h"
#include "suite.h"

#define END "\r\n"
#define IN_1_1 " HTTP/1.1\r\nHost: a\r\n"
#define GET "GET /file" IN_1_1 END
#define OLD "0123456789"
#define NEW "abcdefghij"

/* The file was looked at when the text's first byte had come, and was edited
 * after that: those of its messages that may have begun later get the new one.
 */
static const struct edit_case {
    const char *rule;
    const char *text;
    const char *bodies[3];
} cases[] = {
    {"begun_before_the_look", GET, {OLD}},
    {"begun_perhaps_after_the_look", GET GET GET, {OLD, NEW, NEW}},
    {"only_an_empty_line_came_before_the_look", END GET, {NEW}},
    {"after_a_body",
     "GET /file" IN_1_1 "Content-Length: 4" END END "body" GET,
     {OLD, NEW}},
    {"after_what_asks_for_no_file", "GET /%zz" IN_1_1 END GET, {""}},
    {"after_what_is_missing", "GET /absent" IN_1_1 END GET, {"", NEW}},
};

static void check_bodies(const struct edit_case *c,
                         const struct response responses[3], size_t count)
{
    for (size_t i = 0; i < 3 && c->bodies[i] != NULL; i++) {
        struct bytes body = bytes_of(c->bodies[i]);

        ck_assert_msg(i < count, "%s: only %zu responses", c->rule, count);
        ck_assert_msg(body.len == 0 || bytes_equal(responses[i].body, body),
                      "%s: response %zu is of another version", c->rule, i);
    }
}

START_TEST(file_is_looked_at_after_its_request_began)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct served_site *s = served_new();
        struct http_stream stream;
        struct response responses[3];

        served_open(s, &stream);
        stream_feed(&stream, GET, sizeof(GET) - 1);
        served_responses(s, &stream, 0, responses, 3);
        stream_close(&stream);
        s->observer.count = 0;

        site_write(&s->site, "file", NEW);
        served_open(s, &stream);
        stream.is_of_last_batch = true;
        stream_feed(&stream, cases[i].text, strlen(cases[i].text));
        check_bodies(&cases[i], responses,
                     served_responses(s, &stream, 0, responses, 3));
        stream_close(&stream);
        served_free(s);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("session_freshness");

    log_set_level(LOG_ERROR);
    suite_add_tests(suite, file_is_looked_at_after_its_request_began);
    return suite_run(suite);
}
