/* What a viewer sees of its own stream, and that this ends. */
#include "wire/live.h"

#include "suite.h"
#include "viewing.h"

START_TEST(lane_of_the_viewer_is_contiguous)
{
    struct server server = server_new();
    struct ledger *own = ledger_new(3, 1);
    struct viewing *v;
    uint64_t end;

    /* An earlier response, which the stream shows like any other. */
    ledger_open(own, server.observers[0], "127.0.0.1:80", "127.0.0.1:40001",
                NULL, NULL);
    ledger_response(own, 0, 100, &plain_response);
    ledger_send(own, LEDGER_CALL_SEND, plain_response.head.len + 100, NULL);
    v = viewing_new(server.live, own);
    ledger_response(own, 0, 0, &endless_response);
    for (unsigned i = 0; i < 100; i++) {
        now_us += TICK_MS * 1000;
        ledger_recv(server.ledgers[i % 2], 1, NULL);
        read_once(v);
    }
    end = check_lane(v, "send", 3, 0);
    ck_assert_uint_gt(end, 0);
    ck_assert_uint_lt(end, own->sent); /* the last page was not shown yet */
    viewing_free(v);
    ledger_free(own);
    server_free(&server);
}
END_TEST

/* The past may be longer than a page, and come before the viewer's own story:
 * its lane still begins with `open`, and times never go back. */
START_TEST(own_send_comes_after_the_response_that_it_carried)
{
    struct server server = server_new();
    struct ledger *own = ledger_new(3, 1);
    struct viewing *v;
    unsigned at = 0;

    for (unsigned i = 0; i < 2000; i++)
        ledger_recv(server.ledgers[0], 1, NULL);
    ledger_open(own, server.observers[0], "127.0.0.1:80", "127.0.0.1:40001",
                NULL, NULL);
    v = viewing_new(server.live, own);
    now_us++;
    ledger_response(own, 0, 0, &endless_response);
    ledger_send(own, LEDGER_CALL_SEND, endless_response.head.len, NULL);
    now_us += TICK_MS * 1000;
    ck_assert_uint_gt(read_once(v), PAGE_SIZE / 2);
    ck_assert_uint_eq(count_of(v, "response") + count_of(v, "send"), 0);
    now_us += TICK_MS * 1000;
    read_all(v);
    while (at < v->count && strcmp(v->seen[at].event, "response") != 0)
        at++;
    while (at < v->count && strcmp(v->seen[at].event, "send") != 0)
        at++;
    ck_assert_uint_lt(at, v->count);
    check_lane(v, "send", 3, 0);
    ck_assert_uint_eq(v->seen[at].to, endless_response.head.len);
    for (unsigned i = 2; i < v->count; i++)
        ck_assert_int_ge(v->seen[i].time_us, v->seen[i - 1].time_us);
    viewing_free(v);
    ledger_free(own);
    server_free(&server);
}
END_TEST

START_TEST(own_send_stands_in_front_and_is_dated_when_it_was_written)
{
    struct server server = server_new();
    struct ledger *own = endless_ledger(&server, 3);
    struct viewing *v = viewing_new(server.live, own);
    int64_t wrote_us = now_us;
    unsigned at;

    read_all(v);
    at = v->count;
    now_us += TICK_MS * 1000;
    ledger_recv(server.ledgers[0], 1, NULL);
    read_all(v);
    check_seen(&v->seen[at], "send", 3);
    ck_assert_uint_eq(v->seen[at].from, 0);
    ck_assert_int_eq(v->seen[at].time_us, wrote_us);
    check_seen(&v->seen[at + 1], "recv", 1);
    ck_assert_uint_eq(v->count, at + 2);
    viewing_free(v);
    ledger_free(own);
    server_free(&server);
}
END_TEST

/* A minute of nothing: after the greeting one send of its own, then a comment
 * each 15 seconds. */
START_TEST(stream_does_not_feed_itself)
{
    struct server server = server_new();
    struct ledger *own = endless_ledger(&server, 3);
    struct viewing *v = viewing_new(server.live, own);
    unsigned greeted;

    read_all(v);
    greeted = v->count;
    for (unsigned ms = 0; ms < 62000; ms += TICK_MS) {
        now_us += TICK_MS * 1000;
        read_once(v);
    }
    ck_assert_uint_eq(v->count, greeted + 5);
    check_seen(&v->seen[greeted], "send", 3);
    ck_assert_uint_eq(count_of(v, ""), 4);
    /* And when something happens again, the lane has no gap. */
    ledger_recv(server.ledgers[0], 1, NULL);
    read_once(v);
    check_seen(&v->seen[v->count - 2], "send", 3);
    check_seen(&v->seen[v->count - 1], "recv", 1);
    check_lane(v, "send", 3, 0);
    viewing_free(v);
    ledger_free(own);
    server_free(&server);
}
END_TEST

START_TEST(two_viewers_do_not_feed_each_other)
{
    struct server server = server_new();
    struct ledger *owns[] = {endless_ledger(&server, 3),
                             endless_ledger(&server, 4)};
    struct viewing *one = viewing_new(server.live, owns[0]);
    struct viewing *other = viewing_new(server.live, owns[1]);
    unsigned greeted;

    read_all(one);
    read_all(other);
    greeted = one->count + other->count;
    for (unsigned ms = 0; ms < 14000; ms += TICK_MS) {
        now_us += TICK_MS * 1000;
        read_once(one);
        read_once(other);
    }
    ck_assert_uint_eq(one->count + other->count, greeted + 2);
    viewing_free(one);
    viewing_free(other);
    ledger_free(owns[0]);
    ledger_free(owns[1]);
    server_free(&server);
}
END_TEST

START_TEST(comment_comes_where_nothing_else_has)
{
    struct server server = server_new();
    struct viewing *v = viewing_new(server.live, NULL);

    read_all(v);
    now_us += (LIVE_COMMENT_MS - 1) * INT64_C(1000);
    ck_assert_uint_eq(read_once(v), 0);
    now_us += 1000;
    ck_assert_uint_eq(read_once(v), 3);
    check_seen(&v->seen[2], "", 0);
    ck_assert_uint_eq(read_once(v), 0);
    now_us += (LIVE_COMMENT_MS - 1) * INT64_C(1000);
    ledger_recv(server.ledgers[0], 1, NULL);
    ck_assert_uint_gt(read_once(v), 3);
    now_us += 1000;
    ck_assert_uint_eq(read_once(v), 0);
    viewing_free(v);
    server_free(&server);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("live_sends");

    suite_add_tests(suite, lane_of_the_viewer_is_contiguous,
                    own_send_comes_after_the_response_that_it_carried,
                    own_send_stands_in_front_and_is_dated_when_it_was_written,
                    stream_does_not_feed_itself,
                    two_viewers_do_not_feed_each_other,
                    comment_comes_where_nothing_else_has);
    return suite_run(suite);
}
