#include "http/outgoing.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "suite.h"

/* What is asked for in vain gives NULL, under the sanitizers too. */
const char *__asan_default_options(void);
const char *__tsan_default_options(void);

const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}

const char *__tsan_default_options(void)
{
    return "allocator_may_return_null=1";
}

enum { REPORTS_MAX = 32 };

/* What was reported: the status is the response's number. */
static struct {
    unsigned count;
    unsigned status[REPORTS_MAX];
    uint64_t body_len[REPORTS_MAX];
    int64_t took_us[REPORTS_MAX];
    char text[REPORTS_MAX][32];
} reports;

static void responded(struct observer *observer,
                      const struct observed_response *response)
{
    unsigned n = reports.count++;

    (void)observer;
    ck_assert_uint_lt(n, REPORTS_MAX);
    reports.status[n] = response->status;
    reports.body_len[n] = response->body_len;
    reports.took_us[n] = response->took_us;
    snprintf(reports.text[n], sizeof(reports.text[n]), "%.*s %.*s %.*s %.*s",
             (int)response->method.len, response->method.at, 1,
             response->target.at, (int)response->version.len,
             response->version.at,
             response->referer.at == NULL ? 1 : (int)response->referer.len,
             response->referer.at == NULL ? "-" : response->referer.at);
}

static struct observer observer = {.responded = responded};

static struct outgoing *list_new(void)
{
    struct outgoing *list = outgoing_new(&observer);

    ck_assert_ptr_nonnull(list);
    memset(&reports, 0, sizeof(reports));
    return list;
}

/* Adds response number `n`, to what stands in `text`: "GET/1.1". */
static struct observed_response *add(struct outgoing *list, unsigned n,
                                     const char *text, uint64_t head_len,
                                     uint64_t content_len)
{
    struct observed_response *response =
        outgoing_add(list, head_len, content_len);

    *response = (struct observed_response){.method = {text, 3},
                                           .target = {text + 3, 1},
                                           .version = {text + 4, 3},
                                           .status = n};
    return response;
}

static void check_reported(unsigned count, uint64_t last_len)
{
    ck_assert_uint_eq(reports.count, count);
    for (unsigned i = 0; i < count; i++)
        ck_assert_uint_eq(reports.status[i], i + 1);
    if (count > 0)
        ck_assert_uint_eq(reports.body_len[count - 1], last_len);
}

/* Three responses: [0, 10, 110) [110, 120, 120) [120, 125, 130). */
static const struct way {
    uint64_t sends[4]; /* up to a 0; then the connection ends */
    unsigned whole[4]; /* reported after each */
    uint64_t body_len[3];
} ways[] = {
    {{130}, {3}, {100, 0, 5}},
    {{110, 10, 10}, {1, 2, 3}, {100, 0, 5}},
    {{109, 1, 20}, {0, 1, 3}, {100, 0, 5}},
    {{5}, {0}, {0, 0, 0}},
    {{10}, {0}, {0, 0, 0}},
    {{11}, {0}, {1, 0, 0}},
    {{60, 40}, {0, 0}, {90, 0, 0}},
    {{119}, {1}, {100, 0, 0}},
    {{100, 28}, {0, 2}, {100, 0, 3}},
};

START_TEST(each_is_reported_when_it_is_whole_or_over)
{
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        struct outgoing *list = list_new(), *unsent = NULL;

        add(list, 1, "GET/1.1", 10, 100);
        add(list, 2, "GET/1.1", 10, 0);
        add(list, 3, "GET/1.1", 5, 5);
        for (size_t n = 0; n < 4 && ways[i].sends[n] > 0; n++) {
            unsent = outgoing_sent(list, unsent, ways[i].sends[n]);
            ck_assert_uint_eq(reports.count, ways[i].whole[n]);
            ck_assert((unsent == NULL) == (reports.count == 3));
            ck_assert(outgoing_is_empty(list));
        }
        outgoing_end(unsent);
        check_reported(3, ways[i].body_len[2]);
        ck_assert_uint_eq(reports.body_len[0], ways[i].body_len[0]);
        ck_assert_uint_eq(reports.body_len[1], ways[i].body_len[1]);
        outgoing_free(list);
    }
}
END_TEST

/* A connection that has never had room to send. */
START_TEST(nothing_accepted_is_nothing_reported)
{
    struct outgoing *list = list_new(), *unsent;

    ck_assert_ptr_null(outgoing_sent(list, NULL, 0));
    add(list, 1, "GET/1.1", 10, 100);
    unsent = outgoing_sent(list, NULL, 0);
    ck_assert_uint_eq(reports.count, 0);
    outgoing_end(unsent);
    check_reported(1, 0);
    outgoing_free(list);
}
END_TEST

/* The clock is read only for an observer that wants it. */
START_TEST(time_is_measured_up_to_the_last_byte)
{
    enum { AGO_US = 5000000 };

    for (int wants = 0; wants <= 1; wants++) {
        struct outgoing *list = list_new(), *unsent;

        observer.wants_duration = wants == 1;
        add(list, 1, "GET/1.1", 10, 100)->began_us = clock_now_us() - AGO_US;
        add(list, 2, "GET/1.1", 10, 0)->began_us = clock_now_us();
        unsent = outgoing_sent(list, NULL, 10);
        unsent = outgoing_sent(list, unsent, 110);
        ck_assert_ptr_null(unsent);
        check_reported(2, 0);
        if (wants) {
            ck_assert_int_ge(reports.took_us[0], AGO_US);
            ck_assert_int_lt(reports.took_us[1], reports.took_us[0]);
        } else {
            ck_assert_int_eq(reports.took_us[0], 0);
        }
        outgoing_free(list);
    }
}
END_TEST

/* The requests go when the turn does, and other streams have theirs. */
START_TEST(what_is_left_outlives_its_request)
{
    struct outgoing *list = list_new(), *one, *other;
    char text[] = "GET/1.1from";

    add(list, 1, text, 10, 0);
    add(list, 2, text, 10, 100)->referer = (struct bytes){text + 7, 4};
    one = outgoing_sent(list, NULL, 50);
    check_reported(1, 0);
    memset(text, 'x', sizeof(text));
    add(list, 2, "PUT*1.0", 10, 7);
    other = outgoing_sent(list, NULL, 3);
    ck_assert_ptr_null(outgoing_sent(list, other, 14));
    check_reported(2, 7);
    ck_assert_str_eq(reports.text[1], "PUT * 1.0 -");
    outgoing_end(one);
    ck_assert_uint_eq(reports.body_len[2], 30);
    ck_assert_str_eq(reports.text[2], "GET / 1.1 from");
    outgoing_free(list);
}
END_TEST

/* Freed once, whether the response has left or not, or nothing was sent. */
START_TEST(lent_head_lives_until_all_is_sent)
{
    for (uint64_t len = 0; len <= 20; len += 10) {
        struct outgoing *list = list_new(), *unsent;
        char *head = strdup("GET/1.1");

        add(list, 1, head, 10, 10);
        outgoing_lend_head(list, head);
        add(list, 2, "GET/1.1", 10, 0);
        outgoing_lend_head(list, NULL);
        unsent = outgoing_sent(list, NULL, len);
        outgoing_end(unsent);
        ck_assert_str_eq(reports.text[0], "GET / 1.1 -");
        add(list, 1, head = strdup("GET/1.1"), 10, 10);
        outgoing_lend_head(list, head);
        outgoing_free(list);
    }
}
END_TEST

START_TEST(endless_content_ends_with_its_connection)
{
    struct outgoing *list = list_new(), *unsent;

    add(list, 1, "GET/1.1", 10, 5);
    add(list, 2, "GET/1.1", 10, UINT64_MAX);
    unsent = outgoing_sent(list, NULL, 25);
    check_reported(1, 5);
    for (int i = 0; i < 1000; i++)
        unsent = outgoing_sent(list, unsent, i % 2 == 0 ? 9 : 0);
    check_reported(1, 5);
    outgoing_end(unsent);
    check_reported(2, 4500);
    outgoing_free(list);
}
END_TEST

/* Before it was sent in its first turn, or in a later one. */
START_TEST(streamed_content_ends_when_it_is_complete)
{
    struct outgoing *list = list_new(), *unsent;

    add(list, 1, "GET/1.1", 10, UINT64_MAX);
    outgoing_complete(list, 30);
    add(list, 2, "GET/1.1", 10, 0);
    unsent = outgoing_sent(list, NULL, 39);
    check_reported(0, 0);
    unsent = outgoing_sent(list, unsent, 1);
    check_reported(1, 30);
    ck_assert_ptr_null(outgoing_sent(list, unsent, 10));
    check_reported(2, 0);

    memset(&reports, 0, sizeof(reports));
    add(list, 1, "GET/1.1", 10, UINT64_MAX);
    unsent = outgoing_sent(list, NULL, 25);
    outgoing_complete(unsent, 15);
    ck_assert_ptr_null(outgoing_sent(list, unsent, 0));
    check_reported(1, 15);
    ck_assert(outgoing_is_empty(list));
    outgoing_free(list);
}
END_TEST

START_TEST(list_is_full_until_it_is_sent)
{
    struct outgoing *list = list_new();

    for (int round = 0; round < 2; round++) {
        for (unsigned i = 0; i < OUTGOING_MAX; i++) {
            ck_assert(!outgoing_is_full(list));
            add(list, i + 1, "GET/1.1", 1, i);
        }
        ck_assert(outgoing_is_full(list));
        reports.count = 0;
        ck_assert_ptr_null(outgoing_sent(
            list, NULL, OUTGOING_MAX + OUTGOING_MAX * (OUTGOING_MAX - 1) / 2));
        check_reported(OUTGOING_MAX, OUTGOING_MAX - 1);
    }
    outgoing_free(list);
}
END_TEST

/* Late knowledge is worth no more than a line. */
START_TEST(what_cannot_be_kept_is_reported_at_once)
{
    struct outgoing *list = list_new();

    add(list, 1, "GET/1.1", 10, 100)->target.len = PTRDIFF_MAX;
    add(list, 2, "GET/1.1", 10, 100);
    ck_assert_ptr_null(outgoing_sent(list, NULL, 30));
    check_reported(2, 0);
    ck_assert_uint_eq(reports.body_len[0], 20);
    add(list, 3, "GET/1.1", 10, 1);
    ck_assert_ptr_null(outgoing_sent(list, NULL, 11));
    check_reported(3, 1);
    outgoing_free(list);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("outgoing");

    suite_add_tests(
        suite, each_is_reported_when_it_is_whole_or_over,
        nothing_accepted_is_nothing_reported,
        time_is_measured_up_to_the_last_byte, what_is_left_outlives_its_request,
        lent_head_lives_until_all_is_sent,
        endless_content_ends_with_its_connection,
        streamed_content_ends_when_it_is_complete,
        list_is_full_until_it_is_sent, what_cannot_be_kept_is_reported_at_once);
    return suite_run(suite);
}
