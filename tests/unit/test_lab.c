#include "site/lab.h"

#include "asked_site.h"
#include "site/lab_query.h"
#include "site/role.h"
#include "suite.h"

#define HEAD " HTTP/1.1\r\nHost: localhost\r\n\r\n"
#define GET_LAB(query) "GET /-/wire/lab" query HEAD

/* The lab needs a live page, and this test none of its events. */
static struct body_opener no_events;

static struct asked *lab_site(enum role role)
{
    struct asked *a = asked_new();

    site_handler.close(a->handler);
    site_explainer.close(a->explainer);
    a->explained.config.live = &no_events;
    a->handler = site_handler.open(&a->explained.config);
    a->explainer = site_explainer.open(&a->explained);
    a->stream.role = (uint8_t)role;
    return a;
}

static struct plan ask_lab(struct asked *a, const char *text)
{
    struct plan plan;

    ask(a, text, &plan);
    return plan;
}

/* Reads all of a source, which is closed, and asserts that it is the content.
 * `piece_len`: of each read but the last. */
static void check_content(struct body_source *source, uint64_t size,
                          size_t piece_len)
{
    static char piece[BODY_SOURCE_READ_MAX];
    enum body_next next = BODY_GOES_ON;
    uint64_t at = 0;
    size_t len;

    while (next == BODY_GOES_ON) {
        next = source->read(source, piece, sizeof(piece), &len);
        ck_assert(next == BODY_ENDS || len == piece_len);
        for (size_t i = 0; i < len; i++, at++) {
            char line[32];

            snprintf(line, sizeof(line), "byte %010llu\n",
                     (unsigned long long)(at / LAB_LINE_LEN * LAB_LINE_LEN));
            ck_assert_int_eq(piece[i], line[at % LAB_LINE_LEN]);
        }
    }
    ck_assert_int_eq(next, BODY_ENDS);
    ck_assert_uint_eq(at, size);
    source->close(source);
}

START_TEST(content_says_where_it_is)
{
    struct asked *a = lab_site(ROLE_LIVE);
    struct plan plan = ask_lab(a, GET_LAB("?size=200001"));

    ck_assert_uint_eq(plan.status, 200);
    ck_assert_int_eq(plan.content.kind, CONTENT_SOURCE);
    ck_assert_uint_eq(plan.content.size, 200001);
    check_content(plan.content.source, 200001, BODY_SOURCE_READ_MAX);
    asked_free(a);
}
END_TEST

/* 122 writes of 536 bytes fit into a read; the 112 bytes that are left are part
 * of the next write. */
START_TEST(reads_are_whole_writes)
{
    struct asked *a = lab_site(ROLE_LIVE);
    struct plan plan = ask_lab(a, GET_LAB("?size=200000&segment=536"));

    ck_assert_uint_eq(plan.content.shape->write_max, 536);
    ck_assert_uint_eq(plan.content.shape->len, 200000);
    check_content(plan.content.source, 200000, 122 * 536);
    asked_free(a);
}
END_TEST

START_TEST(head_method_gets_the_length_alone)
{
    struct asked *a = lab_site(ROLE_LIVE);
    struct plan plan = ask_lab(a, "HEAD /-/wire/lab?size=5k&fin=1" HEAD);

    ck_assert_uint_eq(plan.status, 200);
    ck_assert_uint_eq(plan.content.size, 5120);
    ck_assert_ptr_null(plan.content.source);
    ck_assert_ptr_null(plan.content.shape);
    asked_free(a);
}
END_TEST

START_TEST(bad_query_is_explained)
{
    struct asked *a = lab_site(ROLE_LIVE);
    struct plan plan = ask_lab(a, GET_LAB("?size=80m"));

    ck_assert_uint_eq(plan.status, 400);
    ck_assert_int_eq(plan.content.kind, CONTENT_BYTES);
    ck_assert_int_eq(
        memcmp(plan.content.at, "'size=80m': write a size from 1 to 64m\n", 39),
        0);
    asked_free(a);
}
END_TEST

static const struct place {
    enum role role;
    const char *text;
    unsigned status;
} places[] = {
    {ROLE_SITE, GET_LAB(""), 404},
    {ROLE_LIVE_PUBLIC, GET_LAB(""), 404},
    {ROLE_LIVE, "GET /-/wire/lab/ HTTP/1.1\r\nHost: localhost\r\n\r\n", 404},
    {ROLE_LIVE, "GET /-/wire/lab HTTP/1.1\r\nHost: example.org\r\n\r\n", 403},
    {ROLE_LIVE,
     "GET /-/wire/lab HTTP/1.1\r\nHost: localhost\r\n"
     "Sec-Fetch-Site: cross-site\r\n\r\n",
     403},
    {ROLE_LIVE, "POST /-/wire/lab HTTP/1.1\r\nHost: localhost\r\n\r\n", 405},
};

START_TEST(lab_is_on_its_own_listener_alone)
{
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        struct asked *a = lab_site(places[i].role);

        ck_assert_uint_eq(ask_lab(a, places[i].text).status, places[i].status);
        asked_free(a);
    }
}
END_TEST

START_TEST(responses_under_way_are_bounded)
{
    struct asked *a = lab_site(ROLE_LIVE);
    struct body_source *open[LAB_OPEN_MAX];
    struct plan plan;

    for (int i = 0; i < LAB_OPEN_MAX; i++) {
        ask_alone(a, GET_LAB(""), &plan);
        ck_assert_uint_eq(plan.status, 200);
        open[i] = plan.content.source;
    }
    ask_alone(a, GET_LAB(""), &plan);
    ck_assert_uint_eq(plan.status, 503);
    open[0]->close(open[0]);
    ask_alone(a, GET_LAB(""), &plan);
    ck_assert_uint_eq(plan.status, 200);
    open[0] = plan.content.source;
    for (int i = 0; i < LAB_OPEN_MAX; i++)
        open[i]->close(open[i]);
    asked_free(a);
}
END_TEST

static const struct target_case {
    enum role role;
    const char *target;
    uint32_t recv_max;
} targets[] = {
    {ROLE_LIVE, "/-/wire/lab?read=16", 16},
    {ROLE_LIVE, "/-/wire/lab?size=5&read=1", 1},
    {ROLE_LIVE, "/-/wire/lab?size=5", 0},
    {ROLE_LIVE, "/-/wire/lab?read=16&x", 0},
    {ROLE_LIVE, "/-/wire/lab", 0},
    {ROLE_LIVE, "/-/wire/events?read=16", 0},
    {ROLE_LIVE, "", 0},
    {ROLE_SITE, "/-/wire/lab?read=16", 0},
    {ROLE_LIVE_PUBLIC, "/-/wire/lab?read=16", 0},
};

START_TEST(target_bounds_the_recvs_of_its_request)
{
    for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
        const struct stream stream = {.role = (uint8_t)targets[i].role};
        uint32_t got = lab_recv_max(&stream, bytes_of(targets[i].target));

        ck_assert_msg(got == targets[i].recv_max, "%s: %u", targets[i].target,
                      got);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("lab");

    suite_add_tests(suite, content_says_where_it_is, reads_are_whole_writes,
                    head_method_gets_the_length_alone, bad_query_is_explained,
                    lab_is_on_its_own_listener_alone,
                    responses_under_way_are_bounded,
                    target_bounds_the_recvs_of_its_request);
    return suite_run(suite);
}
