/* What a session reports of its responses, and when: as the kernel accepts
 * them. */
#include "http/session.h"
#include "served_site.h"
#include "suite.h"

#define IN_1_1 " HTTP/1.1\r\nHost: a\r\n"
#define GET(path) "GET " path IN_1_1 "\r\n"
#define BIG_LEN ((uint64_t)SERVED_BIG - 1)

/* Over a stream that accepts `window` bytes. */
static void begin(struct served_site *s, struct http_stream *stream,
                  uint64_t window, const char *text)
{
    served_open(s, stream);
    stream->window = window;
    s->observer.count = 0;
    served_feed(stream, text);
}

/* Bytes of the heads and contents of all that was sent. */
static uint64_t head_len(const struct http_stream *stream)
{
    const char *end = strstr(stream->responses, "\r\n\r\n");

    ck_assert_ptr_nonnull(end);
    return (uint64_t)(end + 4 - stream->responses);
}

START_TEST(stalled_response_has_no_line)
{
    struct served_site *s = served_new();
    struct http_stream stream;
    const struct seen *seen = s->observer.seen;

    begin(s, &stream, 1000, GET("/big"));
    ck_assert_uint_eq(s->observer.count, 0);
    stream_widen(&stream, 100000);
    ck_assert_uint_eq(s->observer.count, 0);
    stream_widen(&stream, UINT64_MAX);
    ck_assert_uint_eq(s->observer.count, 1);
    ck_assert_str_eq(seen->target, "/big");
    ck_assert_uint_eq(seen->body_len, BIG_LEN);
    stream_close(&stream);
    ck_assert_uint_eq(s->observer.count, 1);
    served_free(s);
}
END_TEST

START_TEST(lost_stream_has_the_bytes_that_were_accepted)
{
    static const uint64_t windows[] = {0, 10, 1000, 100000};
    struct served_site *s = served_new();

    for (size_t i = 0; i < sizeof(windows) / sizeof(windows[0]); i++) {
        const struct seen *seen = s->observer.seen;
        struct http_stream stream;

        begin(s, &stream, windows[i],
              "GET /big" IN_1_1 "Referer: here\r\nUser-Agent: me\r\n\r\n");
        ck_assert_uint_eq(s->observer.count, 0);
        stream_close(&stream);
        ck_assert_uint_eq(s->observer.count, 1);
        ck_assert_str_eq(seen->method, "GET");
        ck_assert_str_eq(seen->target, "/big");
        ck_assert_str_eq(seen->version, "1.1");
        ck_assert_str_eq(seen->referer, "here");
        ck_assert_str_eq(seen->user_agent, "me");
        ck_assert_uint_eq(seen->status, 200);
        if (windows[i] < 100)
            ck_assert_uint_eq(seen->body_len, 0);
        else
            ck_assert_uint_lt(windows[i] - seen->body_len, 400);
    }
    served_free(s);
}
END_TEST

/* Content that came in several turns: its head lies with the parser. */
START_TEST(request_in_pieces_has_its_line)
{
    static const uint64_t windows[] = {0, 100, UINT64_MAX};
    struct served_site *s = served_new();

    for (size_t i = 0; i < sizeof(windows) / sizeof(windows[0]); i++) {
        struct http_stream stream;

        begin(s, &stream, windows[i],
              "GET /file" IN_1_1 "Content-Length: 4\r\n\r\nbo");
        served_feed(&stream, "dy" GET("/dir") GET("/empty"));
        ck_assert_uint_eq(s->observer.count, windows[i] == UINT64_MAX ? 3 : 0);
        stream_close(&stream);
        ck_assert_uint_eq(s->observer.count, 3);
        ck_assert_str_eq(s->observer.seen[0].target, "/file");
        ck_assert_str_eq(s->observer.seen[1].target, "/dir");
        ck_assert_str_eq(s->observer.seen[2].target, "/empty");
        ck_assert_uint_eq(s->observer.seen[0].body_len, i == 2 ? 10 : 0);
    }
    served_free(s);
}
END_TEST

/* Byte by byte, a line is there with the last one of its response. */
START_TEST(pipeline_has_a_line_for_each)
{
    static const struct {
        const char *target;
        unsigned status;
        uint64_t body_len;
    } lines[] = {
        {"/file", 200, 10},  {"/file", 200, 0}, {"/dir", 301, 0},
        {"/empty", 200, 0},  {"/none", 404, 0}, {"/file", 304, 0},
        {"/medium", 206, 9}, {"", 400, 0},
    };
    enum { LINES = sizeof(lines) / sizeof(lines[0]) };
    struct served_site *s = served_new();
    struct http_stream stream;
    unsigned seen = 0;

    begin(s, &stream, 0,
          GET("/file") "HEAD /file" IN_1_1 "\r\n" GET("/dir") GET("/empty")
              GET("/none") "GET /file" IN_1_1 "If-None-Match: *\r\n\r\n"
                           "GET /medium" IN_1_1 "Range: bytes=1-9\r\n\r\n"
                           "GET /\x01\r\n");
    ck_assert_int_eq(stream.wants, PROTOCOL_END);
    while (!outqueue_is_empty(stream.out)) {
        struct bytes rest;
        struct response response;
        unsigned whole = 0;

        stream_widen(&stream, 1);
        rest = (struct bytes){stream.responses, stream.responses_len};
        while (whole < LINES && rest.len > 0 &&
               response_cut(&rest, whole == 1, &response))
            whole++;
        ck_assert_uint_eq(s->observer.count, whole);
        for (; seen < whole; seen++) {
            ck_assert_str_eq(s->observer.seen[seen].target, lines[seen].target);
            ck_assert_uint_eq(s->observer.seen[seen].status,
                              lines[seen].status);
            ck_assert_uint_eq(s->observer.seen[seen].body_len,
                              lines[seen].body_len > 0 ? lines[seen].body_len
                                                       : response.body.len);
        }
    }
    ck_assert_uint_eq(seen, LINES);
    stream_close(&stream);
    served_free(s);
}
END_TEST

START_TEST(late_request_has_its_line_when_its_refusal_has_left)
{
    struct served_site *s = served_new();
    struct http_stream stream;

    begin(s, &stream, 0, "GET /file" IN_1_1);
    stream_expire(&stream);
    ck_assert_uint_eq(s->observer.count, 0);
    stream_widen(&stream, UINT64_MAX);
    ck_assert_uint_eq(s->observer.count, 1);
    ck_assert_str_eq(s->observer.seen[0].method, "");
    ck_assert_uint_eq(s->observer.seen[0].status, 408);
    ck_assert_uint_eq(s->observer.seen[0].body_len,
                      stream.responses_len - head_len(&stream));
    stream_close(&stream);
    served_free(s);
}
END_TEST

/* 100 (Continue) is no response of its own, and none of the next one's bytes.
 */
START_TEST(continue_is_not_counted)
{
    static const char expecting[] =
        "GET /file" IN_1_1 "Content-Length: 4\r\nExpect: 100-continue\r\n\r\n";
    struct served_site *s = served_new();
    struct http_stream stream;

    begin(s, &stream, 30, GET("/file"));
    stream_widen(&stream, UINT64_MAX);
    served_feed(&stream, expecting);
    ck_assert_uint_eq(s->observer.count, 1);
    served_feed(&stream, "body");
    ck_assert_uint_eq(s->observer.count, 2);
    ck_assert_uint_eq(s->observer.seen[1].body_len, 10);
    stream_close(&stream);
    served_free(s);
}
END_TEST

/* More than the worker's list holds go in several sends. */
START_TEST(long_pipeline_loses_no_line)
{
    enum { COUNT = 100 };
    struct served_site *s = served_new();
    struct http_stream stream;
    char text[COUNT * sizeof(GET("/empty"))] = "";

    for (int i = 0; i < COUNT; i++)
        strcat(text, GET("/empty"));
    begin(s, &stream, UINT64_MAX, text);
    ck_assert_uint_eq(served_responses(s, &stream, 0, NULL, 0), COUNT);
    stream_close(&stream);
    ck_assert_uint_eq(s->observer.count, COUNT);
    served_free(s);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("session_log");

    suite_add_tests(suite, stalled_response_has_no_line,
                    lost_stream_has_the_bytes_that_were_accepted,
                    request_in_pieces_has_its_line,
                    pipeline_has_a_line_for_each,
                    late_request_has_its_line_when_its_refusal_has_left,
                    continue_is_not_counted, long_pipeline_loses_no_line);
    return suite_run(suite);
}
