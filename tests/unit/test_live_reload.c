/* --live: its script and events, and who gets them. */
#include "site/live_reload.h"

#include "asked_site.h"
#include "suite.h"

#define IN_1_1 " HTTP/1.1\r\nHost: a\r\n"

enum { VIEWERS_MAX = 2 };

/* A stream that is never read; counted. */
static struct body_source source;
static int opened, closed;

static enum body_next source_read(struct body_source *unread, char *out,
                                  size_t size, size_t *len)
{
    (void)unread;
    (void)out;
    (void)size;
    *len = 0;
    return BODY_WAITS;
}

static void source_close(struct body_source *unread)
{
    (void)unread;
    closed++;
}

static struct body_source *source_open(struct body_opener *opener,
                                       const struct ledger *ledger,
                                       struct waker *waker)
{
    (void)opener;
    (void)ledger;
    (void)waker;
    if (opened - closed == VIEWERS_MAX)
        return NULL;
    opened++;
    source = (struct body_source){
        .read = source_read, .close = source_close, .is_endless = true};
    return &source;
}

static struct body_opener opener = {source_open};

static union peer peer_at(const char *text)
{
    struct address addresses[ADDRESS_PARSE_MAX];
    union peer peer;

    ck_assert_int_eq(address_parse(bytes_of(text), addresses), 1);
    if (addresses[0].any.sa_family == AF_INET6)
        peer.in6 = addresses[0].in6;
    else if (addresses[0].any.sa_family == AF_INET)
        peer.in4 = addresses[0].in4;
    else
        peer.any.sa_family = AF_UNIX;
    return peer;
}

static struct asked *asked_live(const char *peer)
{
    struct asked *a = asked_new();

    a->explained.config.reload = &opener;
    a->stream.peer = peer_at(peer);
    return a;
}

static const struct live_case {
    const char *peer, *request;
    unsigned status;
    const char *type; /* "": that of an error */
} cases[] = {
    {"127.0.0.1:9", "GET /-/live/live.js" IN_1_1, 200, "text/javascript"},
    {"127.9.9.9:9", "HEAD /-/live/live.js" IN_1_1, 200, "text/javascript"},
    {"[::1]:9", "GET /-/live/live.js?x" IN_1_1, 200, "text/javascript"},
    {"[::1]:9", "GET /-/live/events" IN_1_1, 200, "text/event-stream"},
    {"[::1]:9", "GET /-/live/events HTTP/1.0\r\n", 200, "text/event-stream"},
    {"[::1]:9", "HEAD /-/live/events" IN_1_1, 200, "text/event-stream"},
    {"[::1]:9", "GET /-/live/events" IN_1_1 "Sec-Fetch-Site: same-origin\r\n",
     200, "text/event-stream"},
    {"[::1]:9", "GET /-/live/events" IN_1_1 "Sec-Fetch-Site: cross-site\r\n",
     403, ""},
    {"[::1]:9", "GET /-/live/nope" IN_1_1, 404, ""},
    {"[::1]:9", "POST /-/live/events" IN_1_1, 405, ""},
    {"192.0.2.7:9", "GET /-/live/live.js" IN_1_1, 403, ""},
    {"[2001:db8::7]:9", "GET /-/live/events" IN_1_1, 403, ""},
    {"unix:a", "GET /-/live/events" IN_1_1, 403, ""},
    {"[::1]:9", "GET /-/live/" IN_1_1, 404, ""},
    {"[::1]:9", "GET /-/lively" IN_1_1, 404, ""},
    {"192.0.2.7:9", "GET /file" IN_1_1, 200, "text/plain"},
};

START_TEST(this_machine_gets_script_and_events)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct asked *a = asked_live(cases[i].peer);
        char request[200];
        struct plan plan;

        snprintf(request, sizeof(request), "%s\r\n", cases[i].request);
        ask(a, request, &plan);
        ck_assert_msg(plan.status == cases[i].status, "%s: %u", request,
                      plan.status);
        ck_assert_msg(
            plan.type.len >= strlen(cases[i].type) &&
                memcmp(plan.type.at, cases[i].type, strlen(cases[i].type)) == 0,
            "%s", request);
        closed = opened;
        asked_free(a);
    }
}
END_TEST

START_TEST(script_is_that_of_the_program)
{
    struct asked *a = asked_live("127.0.0.1:9");
    struct plan plan;

    ask(a, "GET /-/live/live.js" IN_1_1 "\r\n", &plan);
    ck_assert_int_eq(plan.content.kind, CONTENT_BYTES);
    ck_assert_ptr_nonnull(
        memmem(plan.content.at, plan.content.size, "/-/live/events", 14));
    ck_assert_ptr_nonnull(
        memmem(plan.content.at, plan.content.size, "EventSource", 11));
    asked_free(a);
}
END_TEST

/* The path is above any base. */
START_TEST(base_does_not_move_it)
{
    struct asked *a = asked_live("127.0.0.1:9");
    struct base_path base;
    struct plan plan;

    ck_assert(base_path_parse(BYTES("/repo/"), &base));
    a->explained.config.base = &base;
    ask(a, "GET /-/live/live.js" IN_1_1 "\r\n", &plan);
    ck_assert_uint_eq(plan.status, 200);
    ask(a, "GET /repo/-/live/live.js" IN_1_1 "\r\n", &plan);
    ck_assert_uint_eq(plan.status, 404);
    asked_free(a);
}
END_TEST

START_TEST(without_the_option_its_paths_are_ordinary)
{
    struct asked *a = asked_live("127.0.0.1:9");
    struct plan plan;

    a->explained.config.reload = NULL;
    site_folder(&a->site, "-");
    site_folder(&a->site, "-/live");
    site_write(&a->site, "-/live/live.js", "of the site");
    ask(a, "GET /-/live/live.js" IN_1_1 "\r\n", &plan);
    ck_assert_uint_eq(plan.status, 200);
    ck_assert_int_eq(memcmp(plan.content.at, "of the site", 11), 0);
    asked_free(a);
}
END_TEST

START_TEST(too_many_streams_are_refused)
{
    struct asked *a = asked_live("127.0.0.1:9");
    struct plan plan;

    opened = closed = 0;
    for (int i = 0; i <= VIEWERS_MAX; i++) {
        ask_alone(a, "GET /-/live/events" IN_1_1 "\r\n", &plan);
        ck_assert_uint_eq(plan.status, i < VIEWERS_MAX ? 200 : 503);
    }
    asked_free(a);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("live_reload");

    suite_add_tests(suite, this_machine_gets_script_and_events,
                    script_is_that_of_the_program, base_does_not_move_it,
                    without_the_option_its_paths_are_ordinary,
                    too_many_streams_are_refused);
    return suite_run(suite);
}
