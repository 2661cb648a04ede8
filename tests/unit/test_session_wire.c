/* The live page: who gets it, and its stream of events. */
#include "http/session.h"
#include "served_site.h"
#include "site/role.h"
#include "suite.h"

struct one_event {
    struct body_opener opener;
    struct body_source source;
    unsigned open;
    bool is_full;
};

static struct body_source *one_open(struct body_opener *opener,
                                    const struct ledger *ledger,
                                    struct waker *waker)
{
    struct one_event *one = (struct one_event *)opener;

    (void)ledger;
    (void)waker;
    if (one->is_full)
        return NULL;
    one->open++;
    return &one->source;
}

static enum body_next one_read(struct body_source *source, char *out,
                               size_t size, size_t *len)
{
    (void)source;
    (void)size;
    memcpy(out, "data: x\n\n", 9);
    *len = 9;
    return BODY_WAITS;
}

static void one_close(struct body_source *source);

static struct one_event one;

static void one_close(struct body_source *source)
{
    ck_assert_ptr_eq(source, &one.source);
    one.open--;
}

/* Its worker is one that has the page. */
static struct served_site *wired_new(void)
{
    struct served_site *s = served_new();

    one = (struct one_event){
        .opener = {one_open},
        .source = {.read = one_read, .close = one_close, .is_endless = true}};
    http_protocol.worker_close(s->worker);
    s->site_config.live = &one.opener;
    s->site_config.live_port = 8081;
    s->worker =
        http_protocol.worker_open(&s->config, &s->observer.observer, NULL);
    ck_assert_ptr_nonnull(s->worker);
    return s;
}

/* A stream by a listener of that role. */
static void live_open(struct served_site *s, struct http_stream *stream,
                      enum role role)
{
    served_open(s, stream);
    stream->stream.role = (uint8_t)role;
}

static const struct visit {
    enum role role;
    const char *request;
    unsigned status;
} visits[] = {
    {ROLE_LIVE, "GET /-/wire/ HTTP/1.1\r\nHost: localhost:8080", 200},
    {ROLE_LIVE, "GET /-/wire/ HTTP/1.1\r\nHost: LOCALHOST", 200},
    {ROLE_LIVE, "GET /-/wire/ HTTP/1.1\r\nHost: 127.0.0.1:8080", 200},
    {ROLE_LIVE, "GET /-/wire/ HTTP/1.1\r\nHost: [::1]:8080", 200},
    {ROLE_LIVE, "GET /-/wire/ HTTP/1.1\r\nHost: [::1]", 200},
    {ROLE_LIVE, "GET /-/wire/ HTTP/1.0\r\nX: y", 200},
    {ROLE_LIVE, "GET /-/wire HTTP/1.1\r\nHost: localhost", 301},
    {ROLE_LIVE, "GET /-/wire/none HTTP/1.1\r\nHost: localhost", 404},
    {ROLE_LIVE, "GET /-/other HTTP/1.1\r\nHost: localhost", 404},
    {ROLE_LIVE, "POST /-/wire/ HTTP/1.1\r\nHost: localhost", 405},
    {ROLE_LIVE, "HEAD /-/wire/events HTTP/1.1\r\nHost: localhost", 200},
    {ROLE_LIVE, "GET http://127.0.0.1:8081/-/wire/ HTTP/1.1\r\nHost: x", 200},
    /* A name that resolves to this machine. */
    {ROLE_LIVE, "GET /-/wire/ HTTP/1.1\r\nHost: evil.example", 403},
    {ROLE_LIVE, "GET /-/wire/ HTTP/1.1\r\nHost: 127.evil.example", 403},
    {ROLE_LIVE, "GET /-/wire/events HTTP/1.1\r\nHost: evil.example", 403},
    {ROLE_LIVE, "GET /-/wire HTTP/1.1\r\nHost: evil.example", 403},
    {ROLE_LIVE, "GET /-/wire/none HTTP/1.1\r\nHost: evil.example", 403},
    {ROLE_LIVE, "GET /file HTTP/1.1\r\nHost: evil.example", 200},
    {ROLE_LIVE, "GET /-/wire/ HTTP/1.1\r\nHost:", 400},
    {ROLE_LIVE, "GET http://evil.example/-/wire/ HTTP/1.1\r\nHost: localhost",
     403},
    /* A page of that site has a link to ours, or fetches from it. */
    {ROLE_LIVE,
     "GET /-/wire/ HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: cross-site",
     403},
    {ROLE_LIVE,
     "GET /-/wire/events HTTP/1.1\r\nHost: localhost\r\n"
     "sec-fetch-site: cross-site",
     403},
    {ROLE_LIVE,
     "GET /-/wire/ HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-site",
     200},
    {ROLE_LIVE,
     "GET /-/wire/ HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: none", 200},
    {ROLE_LIVE,
     "GET /file HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: cross-site",
     200},
    /* On all listeners, to everybody. */
    {ROLE_LIVE_PUBLIC, "GET /-/wire/ HTTP/1.1\r\nHost: anything", 200},
    {ROLE_LIVE_PUBLIC,
     "GET /-/wire/ HTTP/1.1\r\nHost: localhost\r\nVia: 1.1 proxy", 200},
    {ROLE_LIVE_PUBLIC,
     "GET /-/wire/ HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: cross-site", 200},
};

START_TEST(page_is_for_whom_it_is_meant)
{
    for (size_t i = 0; i < sizeof(visits) / sizeof(visits[0]); i++) {
        struct served_site *s = wired_new();
        struct http_stream stream;
        unsigned status;

        live_open(s, &stream, visits[i].role);
        served_feed(&stream, visits[i].request);
        served_feed(&stream, "\r\n\r\n");
        status = (unsigned)atoi(stream.responses + 9);
        ck_assert_msg(status == visits[i].status, "%s: %u", visits[i].request,
                      status);
        stream_close(&stream);
        served_free(s);
    }
}
END_TEST

/* By a listener of the site alone. NULL: the response is a plain 404. */
static const struct referral {
    const char *request, *location;
} referrals[] = {
    {"GET /-/wire/ HTTP/1.1\r\nHost: localhost:8080",
     "http://localhost:8081/-/wire/"},
    {"GET /-/wire HTTP/1.1\r\nHost: 127.0.0.1", "http://127.0.0.1:8081/-/wire"},
    {"HEAD /-/wire/ HTTP/1.1\r\nHost: [::1]:8080", "http://[::1]:8081/-/wire/"},
    {"GET /-/wire/wire.css?n=1 HTTP/1.1\r\nHost: LOCALHOST",
     "http://LOCALHOST:8081/-/wire/wire.css"},
    {"GET /x/../-/wire/events HTTP/1.0\r\nHost: 127.255.255.255",
     "http://127.255.255.255:8081/-/wire/events"},
    {"GET http://localhost/-/wire/ HTTP/1.1\r\nHost: x",
     "http://localhost:8081/-/wire/"},
    {"GET /-/wire/none%0d HTTP/1.1\r\nHost: localhost", NULL},
    {"GET /-/wire/ HTTP/1.1\r\nHost: 127.0.0.1.0.0.1.0.0.1", NULL},
    {"GET /-/wire/ HTTP/1.1\r\nHost: example.org", NULL},
    {"GET /-/wire/events HTTP/1.1\r\nHost: example.org", NULL},
    {"GET /-/wire/ HTTP/1.0\r\nX: y", NULL},
};

START_TEST(other_listeners_refer_to_it)
{
    struct served_site *s = wired_new();

    for (size_t i = 0; i < sizeof(referrals) / sizeof(referrals[0]); i++) {
        struct http_stream stream;
        char want[100];

        snprintf(want, sizeof(want), "\r\nLocation: %s\r\n",
                 referrals[i].location);
        live_open(s, &stream, ROLE_SITE);
        served_feed(&stream, referrals[i].request);
        served_feed(&stream, "\r\n\r\n");
        ck_assert_msg(atoi(stream.responses + 9) ==
                          (referrals[i].location == NULL ? 404 : 307),
                      "%s: %s", referrals[i].request, stream.responses);
        ck_assert_msg(referrals[i].location == NULL ||
                          strstr(stream.responses, want) != NULL,
                      "%s: %s", referrals[i].request, stream.responses);
        stream_close(&stream);
    }
    served_free(s);
}
END_TEST

START_TEST(nothing_refers_to_a_page_that_is_nowhere)
{
    struct served_site *s = wired_new();
    struct http_stream stream;

    s->site_config.live_port = 0;
    live_open(s, &stream, ROLE_SITE);
    served_feed(&stream, "GET /-/wire/ HTTP/1.1\r\nHost: localhost\r\n\r\n");
    ck_assert_int_eq(atoi(stream.responses + 9), 404);
    stream_close(&stream);
    served_free(s);
}
END_TEST

START_TEST(events_come_in_chunks_until_the_server_ends)
{
    struct served_site *s = wired_new();
    struct http_stream stream;

    live_open(s, &stream, ROLE_LIVE);
    served_feed(&stream, "GET /-/wire/events HTTP/1.1\r\nHost: localhost\r\n"
                         "\r\n");
    ck_assert_int_eq(stream.wants, PROTOCOL_NEWS);
    ck_assert_uint_eq(one.open, 1);
    ck_assert_ptr_nonnull(
        strstr(stream.responses, "\r\nContent-Type: text/event-stream\r\n"));
    ck_assert_ptr_nonnull(
        strstr(stream.responses, "\r\nTransfer-Encoding: chunked\r\n"));
    stream.responses_len = 0;
    stream_news(&stream);
    ck_assert_str_eq(stream.responses, "0009\r\ndata: x\n\n\r\n");
    served_feed(&stream, "GET / HTTP/1.1\r\n"); /* gets no response */
    ck_assert_int_eq(stream.wants, PROTOCOL_NEWS);
    ck_assert_uint_eq(stream.in_len, 0);
    stream.responses_len = 0;
    stream.draining = true;
    stream_news(&stream);
    ck_assert_str_eq(stream.responses, "0009\r\ndata: x\n\n\r\n0\r\n\r\n");
    ck_assert_int_eq(stream.wants, PROTOCOL_END);
    ck_assert_uint_eq(s->observer.count, 0); /* its line comes with its end */
    stream_close(&stream);
    ck_assert_uint_eq(s->observer.count, 1);
    ck_assert_str_eq(s->observer.seen[0].target, "/-/wire/events");
    ck_assert_uint_eq(s->observer.seen[0].body_len, 4 * 17 + 5);
    ck_assert_uint_eq(one.open, 0);
    served_free(s);
}
END_TEST

START_TEST(http_1_0_gets_them_without_chunks)
{
    struct served_site *s = wired_new();
    struct http_stream stream;

    live_open(s, &stream, ROLE_LIVE);
    served_feed(&stream, "GET /-/wire/events HTTP/1.0\r\n"
                         "Connection: keep-alive\r\n\r\n");
    ck_assert_ptr_null(strstr(stream.responses, "chunked"));
    ck_assert_ptr_nonnull(
        strstr(stream.responses, "\r\nConnection: close\r\n"));
    stream.responses_len = 0;
    stream_news(&stream);
    ck_assert_str_eq(stream.responses, "data: x\n\n");
    stream_close(&stream);
    ck_assert_uint_eq(s->observer.seen[0].body_len, 2 * 9);
    served_free(s);
}
END_TEST

START_TEST(one_viewer_too_many_gets_a_503)
{
    struct served_site *s = wired_new();
    struct http_stream stream;

    one.is_full = true;
    live_open(s, &stream, ROLE_LIVE);
    served_feed(&stream, "GET /-/wire/events HTTP/1.1\r\nHost: localhost\r\n"
                         "\r\n");
    ck_assert_int_eq(atoi(stream.responses + 9), 503);
    ck_assert_int_eq(stream.wants, PROTOCOL_END);
    stream_close(&stream);
    served_free(s);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("session_wire");

    suite_add_tests(
        suite, page_is_for_whom_it_is_meant, other_listeners_refer_to_it,
        nothing_refers_to_a_page_that_is_nowhere,
        events_come_in_chunks_until_the_server_ends,
        http_1_0_gets_them_without_chunks, one_viewer_too_many_gets_a_503);
    return suite_run(suite);
}
