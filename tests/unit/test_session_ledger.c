/* What a session reports to its ledger, however the bytes are split. */
#include "http/session.h"
#include "seen_events.h"
#include "served_site.h"
#include "suite.h"

#define IN_1_1 " HTTP/1.1\r\nHost: a\r\n"
#define GET(path) "GET " path IN_1_1 "\r\n"
#define EXPECTING \
    "GET /file" IN_1_1 "Content-Length: 4\r\nExpect: 100-continue\r\n\r\n"

static struct seen_events seen;

static void watch(struct http_stream *stream)
{
    seen_events_init(&seen);
    stream->stream.ledger = ledger_new(7, 1);
    ledger_open(stream->stream.ledger, &seen.observer, "", "", NULL, NULL);
}

/* Feeds `text` in pieces of `piece` bytes, and closes. */
static void feed_in_pieces(struct served_site *s, const char *text, size_t len,
                           size_t piece)
{
    struct http_stream stream;

    served_open(s, &stream);
    watch(&stream);
    for (size_t at = 0; at < len; at += piece)
        if (!stream_feed(&stream, text + at,
                         len - at < piece ? len - at : piece))
            break;
    stream_close(&stream);
}

struct expected {
    enum ledger_event_kind kind;
    uint64_t from, head_to, to;
    unsigned status;
};

/* The messages of one stream; sizes of responses are tested elsewhere. */
static const struct story {
    const char *text;
    struct expected in[4];
    unsigned responses;
} stories[] = {
    {GET("/file"), {{LEDGER_REQUEST, 0, 31, 31, 0}}, 1},
    {GET("/file") GET("/dir"),
     {{LEDGER_REQUEST, 0, 31, 31, 0}, {LEDGER_REQUEST, 31, 61, 61, 0}},
     2},
    {"\r\n" GET("/file"),
     {{LEDGER_SKIP, 0, 0, 2, 0}, {LEDGER_REQUEST, 2, 33, 33, 0}},
     1},
    {"POST /file" IN_1_1 "Content-Length: 4\r\n\r\nbody" GET("/file"),
     {{LEDGER_REQUEST, 0, 51, 55, 0}, {LEDGER_REQUEST, 55, 86, 86, 0}},
     2},
    {"POST /file" IN_1_1
     "Transfer-Encoding: chunked\r\n\r\n2\r\nbo\r\n0\r\n\r\n" GET("/file"),
     {{LEDGER_REQUEST, 0, 60, 72, 0}, {LEDGER_REQUEST, 72, 103, 103, 0}},
     2},
    {GET("/file") "GET /fi",
     {{LEDGER_REQUEST, 0, 31, 31, 0}, {LEDGER_SKIP, 31, 0, 38, 0}},
     1},
    {"GET /file" IN_1_1 "Expect: 100-continue\r\nContent-Length: 4\r\n\r\n",
     {{LEDGER_SKIP, 0, 0, 72, 0}},
     1},
};

static void check_story(const struct story *story, size_t piece)
{
    unsigned n = 0, requests = 0, skips = 0;

    for (; n < 4 && story->in[n].to > 0; n++) {
        const struct expected *e = &story->in[n];
        const struct seen_event *t = seen_nth(
            &seen, e->kind, e->kind == LEDGER_REQUEST ? requests++ : skips++);

        ck_assert_uint_eq(t->from, e->from);
        ck_assert_uint_eq(t->to, e->to);
        ck_assert_uint_eq(t->head_to, e->head_to);
        ck_assert_uint_eq(t->status, e->status);
        if (e->kind == LEDGER_REQUEST && piece == 1)
            ck_assert_uint_eq(t->recvs, e->to - e->from);
    }
    ck_assert_uint_eq(seen_count(&seen, LEDGER_REQUEST), requests);
    ck_assert_uint_eq(seen_count(&seen, LEDGER_RESPONSE), story->responses);
}

START_TEST(messages_have_their_places_in_every_cut)
{
    struct served_site *s = served_new();

    for (size_t i = 0; i < sizeof(stories) / sizeof(stories[0]); i++) {
        size_t len = strlen(stories[i].text);

        for (size_t piece = 1; piece <= len; piece++) {
            feed_in_pieces(s, stories[i].text, len, piece);
            check_story(&stories[i], piece);
        }
    }
    served_free(s);
}
END_TEST

START_TEST(refused_bytes_are_reported_as_such)
{
    struct served_site *s = served_new();
    struct http_stream stream;
    const struct seen_event *refused;

    served_open(s, &stream);
    watch(&stream);
    served_feed(&stream, GET("/file") "GET /\x01 HTTP/1.1\r\n\r\nmore");
    stream_close(&stream);
    refused = seen_nth(&seen, LEDGER_REQUEST, 1);
    ck_assert_uint_eq(refused->from, 31);
    ck_assert_uint_eq(refused->to, 31 + 23);
    ck_assert_uint_eq(refused->status, 400);
    ck_assert_uint_eq(seen_nth(&seen, LEDGER_RESPONSE, 1)->status, 400);
    ck_assert_int_eq(seen_nth(&seen, LEDGER_CLOSE, 0)->cause,
                     LEDGER_BY_REFUSAL);
    served_free(s);
}
END_TEST

START_TEST(late_request_is_refused_with_what_came_of_it)
{
    struct served_site *s = served_new();
    struct http_stream stream;

    served_open(s, &stream);
    watch(&stream);
    served_feed(&stream, GET("/file") "GET /fi");
    stream_expire(&stream);
    stream_close(&stream);
    ck_assert_uint_eq(seen_nth(&seen, LEDGER_REQUEST, 1)->status, 408);
    ck_assert_uint_eq(seen_nth(&seen, LEDGER_REQUEST, 1)->to, 38);
    ck_assert_uint_eq(seen_nth(&seen, LEDGER_RESPONSE, 1)->number, 2);
    served_free(s);
}
END_TEST

/* Each response is reported where it is in the bytes sent. */
START_TEST(responses_have_their_places)
{
    static const char text[] = GET("/file") GET("/medium") GET("/big")
        GET("/none") "HEAD /file" IN_1_1 "\r\n" EXPECTING;
    struct served_site *s = served_new();
    struct http_stream stream;
    uint64_t end = 0;

    served_open(s, &stream);
    watch(&stream);
    served_feed(&stream, text);
    served_feed(&stream, "body");
    for (unsigned i = 0; i < seen_count(&seen, LEDGER_RESPONSE); i++) {
        const struct seen_event *t = seen_nth(&seen, LEDGER_RESPONSE, i);
        const char *at = stream.responses + t->from;

        ck_assert_int_eq(memcmp(at, "HTTP/1.1 ", 9), 0);
        ck_assert_uint_eq((unsigned)atoi(at + 9), t->status);
        ck_assert_int_eq(
            memcmp(stream.responses + t->head_to - 4, "\r\n\r\n", 4), 0);
        ck_assert_int_eq(memcmp(at, t->head, strlen(t->head)), 0);
        end = t->to;
    }
    ck_assert_uint_eq(end, stream.responses_len);
    ck_assert_uint_eq(seen_count(&seen, LEDGER_RESPONSE), 7);
    ck_assert_uint_eq(seen_nth(&seen, LEDGER_RESPONSE, 5)->status, 100);
    ck_assert_uint_eq(seen_nth(&seen, LEDGER_RESPONSE, 5)->number, 6);
    ck_assert_uint_eq(seen_nth(&seen, LEDGER_RESPONSE, 6)->number, 6);
    stream_close(&stream);
    served_free(s);
}
END_TEST

START_TEST(timing_is_added_where_it_is_configured)
{
    struct served_site *s = served_new();
    struct http_stream stream;

    s->config.adds_timing = true;
    served_open(s, &stream);
    stream.stream.ledger = ledger_new(7, 1); /* without an observer */
    served_feed(&stream, GET("/file") "GET /none HT");
    served_feed(&stream, "TP/1.1\r\nHost: a\r\n\r\n");
    ck_assert_ptr_nonnull(
        strstr(stream.responses,
               "\r\nServer-Timing: conn;desc=\"7\", "
               "req;desc=\"1 of this connection\", recv;desc=\"1\"\r\n"));
    ck_assert_ptr_nonnull(
        strstr(stream.responses,
               "\r\nServer-Timing: conn;desc=\"7\", "
               "req;desc=\"2 of this connection\", recv;desc=\"2\"\r\n"));
    stream_close(&stream);
    served_free(s);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("session_ledger");

    suite_add_tests(suite, messages_have_their_places_in_every_cut,
                    refused_bytes_are_reported_as_such,
                    late_request_is_refused_with_what_came_of_it,
                    responses_have_their_places,
                    timing_is_added_where_it_is_configured);
    return suite_run(suite);
}
