#include "http/session.h"

#include "base/log.h"

#include "served_site.h"
#include "suite.h"

/* What is fed, cut anywhere in two and byte by byte, and which responses come
 * of it. */

#define END "\r\n"
#define IN_1_1 " HTTP/1.1\r\nHost: a\r\n"
#define GET(path) "GET " path IN_1_1 END

struct session_case {
    const char *rule;
    const char *text;
    unsigned statuses[8];
    enum protocol_wants wants;
};

static const struct session_case cases[] = {
    {"one", GET("/file"), {200}, PROTOCOL_NEXT},
    {"pipeline",
     GET("/file") GET("/absent") GET("/dir") GET("/"),
     {200, 404, 301, 200},
     PROTOCOL_NEXT},
    {"pipeline_with_head",
     "HEAD /file" IN_1_1 END "HEAD /absent" IN_1_1 END GET("/file"),
     {200, 404, 200},
     PROTOCOL_NEXT},
    {"pipeline_unfinished", GET("/file") "GET /ab", {200}, PROTOCOL_MORE},
    {"pipeline_that_closes",
     GET("/file") "GET /file" IN_1_1 "Connection: close" END END GET("/file"),
     {200, 200},
     PROTOCOL_END},
    {"pipeline_in_1_0",
     "GET /file HTTP/1.0" END END GET("/file"),
     {200},
     PROTOCOL_END},
    {"pipeline_kept_in_1_0",
     "GET /file HTTP/1.0" END "Connection: keep-alive" END END GET("/file"),
     {200, 200},
     PROTOCOL_NEXT},
    {"upgrade_then_another",
     "GET /file" IN_1_1 "Connection: Upgrade" END
     "Upgrade: h2c" END END GET("/file"),
     {200, 200},
     PROTOCOL_NEXT},

    {"nothing_after_a_refusal",
     "GET /a b" IN_1_1 END GET("/file"),
     {400},
     PROTOCOL_END},
    {"nothing_after_a_refusal_in_a_pipeline",
     GET("/file") "GET /\x01" IN_1_1 END GET("/file"),
     {200, 400},
     PROTOCOL_END},
    {"nothing_after_a_bad_target",
     GET("/%zz") GET("/file"),
     {400},
     PROTOCOL_END},
    {"nothing_after_no_host",
     "GET / HTTP/1.1" END END GET("/file"),
     {400},
     PROTOCOL_END},
    {"nothing_after_a_method_unknown",
     "FOO / HTTP/1.1" END END GET("/file"),
     {501},
     PROTOCOL_END},
    {"nothing_after_connect",
     "CONNECT a:1" IN_1_1 END GET("/file"),
     {405},
     PROTOCOL_END},
    {"tls", "\x16\x03\x01\x02", {400}, PROTOCOL_END},
    {"preface_of_http_2",
     "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
     {505},
     PROTOCOL_END},
    {"preface_in_a_body",
     "GET /file" IN_1_1 "Transfer-Encoding: chunked" END END
     "PRI * HTTP/2.0\r\n\r\n",
     {400},
     PROTOCOL_END},

    {"body_is_dropped",
     "GET /file" IN_1_1 "Content-Length: 29" END END
     "GET /absent HTTP/1.1\r\nHost: b" GET("/dir"),
     {200, 301},
     PROTOCOL_NEXT},
    {"body_of_post_is_dropped",
     "POST /file" IN_1_1 "Content-Length: 4" END END "\r\n\r\n" GET("/file"),
     {405, 200},
     PROTOCOL_NEXT},
    {"body_of_head_is_dropped",
     "HEAD /file" IN_1_1 "Content-Length: 4" END END "body" GET("/file"),
     {200, 200},
     PROTOCOL_NEXT},
    {"chunks_are_dropped",
     "GET /file" IN_1_1 "Transfer-Encoding: chunked" END END
     "3;a=b\r\nGET\r\n0\r\nA: b\r\n\r\n" GET("/dir"),
     {200, 301},
     PROTOCOL_NEXT},
    {"body_past_limit",
     "GET /file" IN_1_1 "Content-Length: 65537" END END GET("/file"),
     {413},
     PROTOCOL_END},
    {"body_that_has_not_come",
     "GET /file" IN_1_1 "Content-Length: 4" END END "bod",
     {0},
     PROTOCOL_MORE},

    {"nothing", "", {0}, PROTOCOL_NEXT},
    {"half_of_an_empty_line", "\r", {0}, PROTOCOL_NEXT},
    {"empty_line", END, {0}, PROTOCOL_NEXT},
    {"empty_line_first", END GET("/file"), {200}, PROTOCOL_NEXT},
    {"empty_lines_between",
     GET("/file") END GET("/dir") END END GET("/file"),
     {200, 301, 200},
     PROTOCOL_NEXT},
    {"eight_empty_lines",
     END END END END END END END END GET("/file"),
     {200},
     PROTOCOL_NEXT},
    {"eight_empty_lines_twice",
     END END END END END END END END GET("/file")
         END END END END END END END END GET("/file"),
     {200, 200},
     PROTOCOL_NEXT},
    {"nine_empty_lines",
     END END END END END END END END END GET("/file"),
     {400},
     PROTOCOL_END},
    {"bare_lf_first", "\n" GET("/file"), {400}, PROTOCOL_END},
    {"bare_cr_first", "\r" GET("/file"), {400}, PROTOCOL_END},
    {"two_bare_crs", "\r\r" GET("/file"), {400}, PROTOCOL_END},
    {"bare_lf_after_empty_line", END "\n" GET("/file"), {400}, PROTOCOL_END},
    {"bare_lf_between",
     GET("/file") "\n" GET("/file"),
     {200, 400},
     PROTOCOL_END},
};

static size_t count_of(const unsigned statuses[8])
{
    size_t count = 0;

    while (count < 8 && statuses[count] != 0)
        count++;
    return count;
}

static void check_statuses(const struct served_site *s,
                           const struct http_stream *stream, size_t seen,
                           const struct session_case *c, const char *how)
{
    struct response responses[8];
    size_t count = served_responses(s, stream, seen, responses, 8);

    ck_assert_msg(count == count_of(c->statuses), "%s, %s: %zu responses",
                  c->rule, how, count);
    for (size_t k = 0; k < count; k++)
        ck_assert_msg(responses[k].status == c->statuses[k],
                      "%s, %s: response %zu is %u", c->rule, how, k,
                      responses[k].status);
    if (count > 0)
        ck_assert_msg(responses[count - 1].closes == (c->wants == PROTOCOL_END),
                      "%s, %s: the last one closes, or not", c->rule, how);
    ck_assert_msg(stream->wants == c->wants, "%s, %s: wants %d", c->rule, how,
                  (int)stream->wants);
}

START_TEST(one_response_for_each_request_in_order)
{
    struct served_site *s = served_new();

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct session_case *c = &cases[i];
        size_t len = strlen(c->text);
        struct http_stream stream;

        for (size_t cut = 0; cut <= len; cut++) {
            size_t seen = s->observer.count = 0;

            served_open(s, &stream);
            stream_feed(&stream, c->text, cut);
            stream_feed(&stream, c->text + cut, len - cut);
            check_statuses(s, &stream, seen, c, "cut in two");
            stream_close(&stream);
        }
        s->observer.count = 0;
        served_open(s, &stream);
        for (size_t at = 0; at < len; at++)
            stream_feed(&stream, c->text + at, 1);
        check_statuses(s, &stream, 0, c, "byte by byte");
        stream_close(&stream);
    }
    served_free(s);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("session_order");

    log_set_level(LOG_ERROR);
    suite_add_tests(suite, one_response_for_each_request_in_order);
    return suite_run(suite);
}
