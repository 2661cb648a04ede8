#include "http/session.h"

#include "base/log.h"
#include "http/response.h"

#include "served_site.h"
#include "suite.h"

#define END "\r\n"
#define IN_1_1 " HTTP/1.1\r\nHost: a\r\n"
#define GET(path) "GET " path IN_1_1 END
#define EXPECT \
    "GET /file" IN_1_1 "Content-Length: 4\r\nExpect: 100-continue\r\n\r\n"
#define CONTINUE "HTTP/1.1 100 Continue\r\n\r\n"

START_TEST(bodies_are_what_the_files_hold)
{
    struct served_site *s = served_new();
    struct http_stream stream;
    struct response responses[8];

    served_open(s, &stream);
    served_feed(&stream, GET("/file") GET("/big") GET("/medium") GET("/empty"));
    served_feed(&stream,
                GET("/") "GET /big" IN_1_1 "Range: bytes=279990-" END END
                         "GET /medium" IN_1_1 "Range: bytes=1-9" END END);
    ck_assert_uint_eq(served_responses(s, &stream, 0, responses, 8), 7);
    ck_assert(bytes_equal(responses[0].body, BYTES("0123456789")));
    ck_assert_uint_eq(responses[1].body.len, SERVED_BIG - 1);
    ck_assert_mem_eq(responses[1].body.at, s->big, SERVED_BIG - 1);
    ck_assert_uint_eq(responses[2].body.len, SERVED_MEDIUM);
    ck_assert_mem_eq(responses[2].body.at,
                     s->big + SERVED_BIG - 1 - SERVED_MEDIUM, SERVED_MEDIUM);
    ck_assert_uint_eq(responses[3].body.len, 0);
    ck_assert(bytes_equal(responses[4].body, BYTES("<p>index</p>")));
    ck_assert(bytes_equal(responses[5].body,
                          (struct bytes){s->big + SERVED_BIG - 10, 9}));
    ck_assert(
        bytes_equal(responses[6].body,
                    (struct bytes){s->big + SERVED_BIG - SERVED_MEDIUM, 9}));
    stream_close(&stream);
    served_free(s);
}
END_TEST

/* A queue with room for one response, and one like that of tcp. */
START_TEST(responses_wait_for_room)
{
    enum { COUNT = 300 };
    static const size_t rooms[][2] = {{RESPONSE_ITEMS_MAX, RESPONSE_BYTES_MAX},
                                      {TURN_OUT_ITEMS, TURN_OUT_BYTES}};
    static const char request[] = GET("/medium");
    struct served_site *s = served_new();
    char *text = malloc(COUNT * sizeof(request));
    size_t len = 0;

    ck_assert_ptr_nonnull(text);
    for (int i = 0; i < COUNT; i++, len += sizeof(request) - 1)
        memcpy(text + len, request, sizeof(request));
    for (size_t i = 0; i < 2; i++) {
        struct http_stream stream;

        s->observer.count = 0;
        stream_open(&stream, s->worker, rooms[i][0], rooms[i][1]);
        stream_feed(&stream, text, len);
        ck_assert_int_eq(stream.wants, PROTOCOL_NEXT);
        ck_assert_uint_ge(stream.room_count, i == 0 ? COUNT - 1 : 2);
        ck_assert_uint_eq(served_responses(s, &stream, 0, NULL, 0), COUNT);
        stream_close(&stream);
    }
    free(text);
    served_free(s);
}
END_TEST

START_TEST(nothing_is_used_while_there_is_no_room)
{
    static const size_t rooms[][2] = {{RESPONSE_ITEMS_MAX, TURN_OUT_BYTES},
                                      {TURN_OUT_ITEMS, RESPONSE_BYTES_MAX}};
    static const char text[] = GET("/file");
    struct served_site *s = served_new();

    for (size_t i = 0; i < 2; i++) {
        struct turn turn = {.in = text, .in_len = sizeof(text) - 1};
        struct http_stream stream;

        s->observer.count = 0;
        stream_open(&stream, s->worker, rooms[i][0], rooms[i][1]);
        turn.out = stream.out;
        outqueue_copy(stream.out, "x", 1);
        ck_assert_int_eq(
            http_protocol.received(s->worker, stream.session, &turn),
            PROTOCOL_ROOM);
        ck_assert_uint_eq(turn.in_used, 0);
        ck_assert_uint_eq(s->observer.count, 0);
        outqueue_clear(stream.out);
        ck_assert_int_eq(
            http_protocol.received(s->worker, stream.session, &turn),
            PROTOCOL_NEXT);
        ck_assert_uint_eq(turn.in_used, turn.in_len);
        stream_send(&stream);
        stream_close(&stream);
    }
    served_free(s);
}
END_TEST

/* A refusal takes room too, of what is no request as well. */
START_TEST(refusal_waits_for_room)
{
    static const char text[] = END END END END END END END END END;
    struct served_site *s = served_new();
    struct turn turn = {.in = text, .in_len = sizeof(text) - 1};
    struct http_stream stream;

    stream_open(&stream, s->worker, RESPONSE_ITEMS_MAX + 1, RESPONSE_BYTES_MAX);
    turn.out = stream.out;
    outqueue_copy(stream.out, "x", 1);
    ck_assert_int_eq(http_protocol.received(s->worker, stream.session, &turn),
                     PROTOCOL_ROOM);
    ck_assert_uint_eq(turn.in_used, 0);
    outqueue_clear(stream.out);
    ck_assert_int_eq(http_protocol.received(s->worker, stream.session, &turn),
                     PROTOCOL_END);
    stream_send(&stream);
    ck_assert_uint_eq(s->observer.seen[0].status, 400);
    stream_close(&stream);
    served_free(s);
}
END_TEST

START_TEST(content_is_asked_for_where_it_has_not_come)
{
    struct served_site *s = served_new();
    struct http_stream stream;

    served_open(s, &stream);
    served_feed(&stream, EXPECT);
    ck_assert_str_eq(stream.responses, CONTINUE);
    ck_assert_int_eq(stream.wants, PROTOCOL_MORE);
    served_feed(&stream, "bo");
    served_feed(&stream, "");
    ck_assert_str_eq(stream.responses, CONTINUE);
    served_feed(&stream, "dy");
    ck_assert_ptr_nonnull(strstr(stream.responses, CONTINUE "HTTP/1.1 200 OK"));
    ck_assert_uint_eq(served_responses(s, &stream, 0, NULL, 0), 1);
    stream_close(&stream);

    s->observer.count = 0;
    served_open(s, &stream);
    served_feed(&stream, EXPECT "body" EXPECT "b");
    served_feed(&stream, "ody" EXPECT);
    ck_assert_ptr_nonnull(strstr(stream.responses, CONTINUE));
    ck_assert_uint_eq(served_responses(s, &stream, 0, NULL, 0), 2);
    ck_assert_str_eq(stream.responses + stream.responses_len - strlen(CONTINUE),
                     CONTINUE);
    stream_close(&stream);
    served_free(s);
}
END_TEST

/* What the head decides comes before its content, and before its faults. */
START_TEST(method_is_refused_before_content)
{
    static const char *const requests[] = {
        "PUT /file" IN_1_1 "Content-Length: 65537\r\n\r\n",
        "PUT /file" IN_1_1 "Content-Length: 4\r\nExpect: a\r\n\r\n",
        "PUT /file" IN_1_1 "Content-Length: 4\r\nExpect: 100-continue\r\n\r\n",
        "PUT /file" IN_1_1 "Content-Length: 4\r\nExpect: 100-continue\r\n\r\nb",
        "PUT /file" IN_1_1
        "Content-Length: 4\r\nExpect: 100-continue\r\n\r\nbody",
        "PUT /file" IN_1_1 "Transfer-Encoding: chunked\r\n\r\n10001\r\n",
        "PUT /file" IN_1_1 "Transfer-Encoding: chunked\r\n"
        "Expect: 100-continue\r\n\r\nx",
    };

    for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
        struct served_site *s = served_new();
        struct http_stream stream;
        struct response response;

        served_open(s, &stream);
        served_feed(&stream, requests[i]);
        ck_assert_uint_eq(served_responses(s, &stream, 0, &response, 1), 1);
        ck_assert_msg(response.status == 405, "%s: %u", requests[i],
                      response.status);
        ck_assert(response.closes);
        ck_assert_int_eq(stream.wants, PROTOCOL_END);
        stream_close(&stream);
        served_free(s);
    }
}
END_TEST

START_TEST(refusal_needs_no_content)
{
    struct served_site *s = served_new();
    struct http_stream stream;
    struct response response;

    served_open(s, &stream);
    served_feed(&stream,
                "GET /file" IN_1_1
                "Content-Length: 65537\r\nExpect: 100-continue\r\n\r\n");
    ck_assert_uint_eq(served_responses(s, &stream, 0, &response, 1), 1);
    ck_assert_uint_eq(response.status, 413);
    ck_assert(response.closes);
    ck_assert_int_eq(stream.wants, PROTOCOL_END);
    stream_close(&stream);
    served_free(s);
}
END_TEST

/* RFC 9110, 9.3.2: no content in a response to HEAD. */
START_TEST(refusal_of_head_has_no_content)
{
    static const char *const requests[] = {
        "HEAD /file" IN_1_1 "Expect: a\r\n\r\n",
        "HEAD /file" IN_1_1 "Content-Length: 65537\r\n\r\n",
        "HEAD /file HTTP/1.1\r\n\r\n",
        "HEAD /%zz" IN_1_1 END,
    };
    struct served_site *s = served_new();

    for (size_t i = 0; i < 4; i++) {
        struct http_stream stream;
        const char *end;

        served_open(s, &stream);
        served_feed(&stream, requests[i]);
        ck_assert_int_eq(stream.wants, PROTOCOL_END);
        end = strstr(stream.responses, "\r\n\r\n");
        ck_assert_ptr_nonnull(end);
        ck_assert_msg(end[4] == '\0', "'%s' got '%s'", requests[i], end + 4);
        stream_close(&stream);
    }
    served_free(s);
}
END_TEST

START_TEST(draining_lets_one_response_be_the_last)
{
    struct served_site *s = served_new();
    struct http_stream stream;
    struct response response;

    served_open(s, &stream);
    served_feed(&stream, "GET /fi");
    stream.draining = true;
    ck_assert(!served_feed(&stream, "le" IN_1_1 END GET("/file")));
    ck_assert_uint_eq(served_responses(s, &stream, 0, &response, 1), 1);
    ck_assert_uint_eq(response.status, 200);
    ck_assert(response.closes);
    stream_close(&stream);
    served_free(s);
}
END_TEST

START_TEST(late_request_gets_a_response)
{
    static const char *const starts[] = {
        "GET /", END, "GET /file" IN_1_1 "Content-Length: 4\r\n\r\nbo",
        "GET /file" IN_1_1 "Transfer-Encoding: chunked\r\n\r\n4\r\n"};
    struct served_site *s = served_new();

    for (size_t i = 0; i < 4; i++) {
        struct http_stream stream;
        struct response response;

        s->observer.count = 0;
        served_open(s, &stream);
        ck_assert(served_feed(&stream, starts[i]));
        stream_expire(&stream);
        ck_assert_uint_eq(served_responses(s, &stream, 0, &response, 1), 1);
        ck_assert_uint_eq(response.status, 408);
        ck_assert(response.closes);
        stream_close(&stream);
    }
    served_free(s);
}
END_TEST

START_TEST(each_response_is_reported)
{
    struct served_site *s = served_new();
    struct http_stream stream;
    const struct seen *seen = s->observer.seen;

    served_open(s, &stream);
    served_feed(&stream, "HEAD /file?q" IN_1_1
                         "Referer: here\r\nUser-Agent: me\r\n\r\n" GET(
                             "/dir") "GET /file HTTP/1.0\r\n"
                                     "Connection: keep-alive\r\n\r\n"
                                     "GET /\x01\r\n");
    ck_assert_uint_eq(s->observer.count, 4);
    ck_assert_str_eq(seen[0].method, "HEAD");
    ck_assert_str_eq(seen[0].target, "/file?q");
    ck_assert_str_eq(seen[0].referer, "here");
    ck_assert_str_eq(seen[0].user_agent, "me");
    ck_assert_str_eq(seen[0].version, "1.1");
    ck_assert_uint_eq(seen[0].status, 200);
    ck_assert_uint_eq(seen[0].body_len, 0);
    ck_assert_str_eq(seen[1].target, "/dir");
    ck_assert(!seen[1].has_referer);
    ck_assert_uint_eq(seen[1].status, 301);
    ck_assert_str_eq(seen[2].version, "1.0");
    ck_assert_uint_eq(seen[2].body_len, 10);
    ck_assert_str_eq(seen[3].method, "");
    ck_assert_uint_eq(seen[3].status, 400);
    stream_close(&stream);
    served_free(s);
}
END_TEST

/* Looking for two fields costs more than the rest of a log's line. */
START_TEST(origin_is_looked_for_where_it_is_wanted)
{
    struct served_site *s = served_new();
    struct http_stream stream;

    s->observer.observer.wants_origin = false;
    served_open(s, &stream);
    served_feed(&stream, "GET /file" IN_1_1 "Referer: here\r\n\r\n");
    ck_assert_uint_eq(s->observer.count, 1);
    ck_assert(!s->observer.seen[0].has_referer);
    stream_close(&stream);
    served_free(s);
}
END_TEST

START_TEST(observers_are_optional)
{
    struct served_site *s = served_new();
    struct http_stream stream;
    void *worker;

    worker = http_protocol.worker_open(&s->config, NULL, NULL);
    ck_assert_ptr_nonnull(worker);
    stream_open(&stream, worker, TURN_OUT_ITEMS, TURN_OUT_BYTES);
    served_feed(&stream, GET("/file") "\x16");
    ck_assert_int_eq(stream.wants, PROTOCOL_END);
    stream_close(&stream);
    http_protocol.worker_close(worker);
    served_free(s);
}
END_TEST

/* The worker has one spare parser; sessions that need more have their own. */
START_TEST(streams_do_not_touch_each_other)
{
    enum { COUNT = 5 };
    static const char request[] =
        "POST /file" IN_1_1 "Content-Length: 4\r\n\r\nbody" GET("/dir");
    struct served_site *s = served_new();
    struct http_stream streams[COUNT];

    for (size_t i = 0; i < COUNT; i++)
        served_open(s, &streams[i]);
    for (size_t at = 0; at < sizeof(request) - 1; at++)
        for (size_t i = 0; i < COUNT; i++)
            stream_feed(&streams[i], request + at, 1);
    ck_assert_uint_eq(s->observer.count, 2 * COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        ck_assert_ptr_nonnull(strstr(streams[i].responses, "HTTP/1.1 405 "));
        ck_assert_ptr_nonnull(strstr(streams[i].responses, "HTTP/1.1 301 "));
        stream_close(&streams[i]);
    }
    served_free(s);
}
END_TEST

START_TEST(stream_may_close_at_any_byte)
{
    static const char text[] =
        "POST /file" IN_1_1 "Transfer-Encoding: chunked\r\n\r\n"
        "4\r\nbody\r\n0\r\n\r\n" GET("/dir");
    struct served_site *s = served_new();

    for (size_t len = 0; len < sizeof(text); len++) {
        struct http_stream stream;

        s->observer.count = 0;
        served_open(s, &stream);
        stream_feed(&stream, text, len / 2);
        stream_feed(&stream, text + len / 2, len - len / 2);
        stream_close(&stream);
    }
    served_free(s);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("session");

    log_set_level(LOG_ERROR);
    suite_add_tests(
        suite, bodies_are_what_the_files_hold, responses_wait_for_room,
        nothing_is_used_while_there_is_no_room, refusal_waits_for_room,
        content_is_asked_for_where_it_has_not_come,
        method_is_refused_before_content, refusal_needs_no_content,
        refusal_of_head_has_no_content, draining_lets_one_response_be_the_last,
        late_request_gets_a_response, each_response_is_reported,
        origin_is_looked_for_where_it_is_wanted, observers_are_optional,
        streams_do_not_touch_each_other, stream_may_close_at_any_byte);
    return suite_run(suite);
}
