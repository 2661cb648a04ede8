#include "wire/live.h"

#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "suite.h"
#include "viewing.h"

enum { RUSH_COUNT = 20000 /* events of each worker */ };

/* --- Which events a viewer gets, and in which order --- */

START_TEST(viewer_comes_first_then_the_recent_past_then_what_happens)
{
    struct server server = server_new();
    struct ledger *own = endless_ledger(&server, 3);
    struct viewing *v = viewing_new(server.live, own);

    read_all(v);
    ck_assert_uint_eq(v->count, 7);
    check_seen(&v->seen[0], "viewer", 3);
    check_seen(&v->seen[1], "open", 1);
    check_seen(&v->seen[2], "open", 3);
    check_seen(&v->seen[3], "recv", 3);
    check_seen(&v->seen[4], "request", 3);
    check_seen(&v->seen[5], "response", 3);
    check_seen(&v->seen[6], "open", 2);
    now_us++;
    ledger_recv(server.ledgers[1], 5, NULL);
    read_all(v);
    ck_assert_uint_eq(v->count, 9);
    check_seen(&v->seen[8], "recv", 2);
    viewing_free(v);
    ledger_free(own);
    server_free(&server);
}
END_TEST

START_TEST(viewer_without_a_ledger_sees_only_others)
{
    struct server server = server_new();
    struct viewing *v = viewing_new(server.live, NULL);

    read_all(v);
    ck_assert_uint_eq(v->count, 2);
    check_seen(&v->seen[0], "open", 1);
    check_seen(&v->seen[1], "open", 2);
    viewing_free(v);
    server_free(&server);
}
END_TEST

START_TEST(events_of_all_workers_come_in_order_of_time)
{
    struct server server = server_new();
    struct viewing *v = viewing_new(server.live, NULL);

    read_all(v);
    for (unsigned i = 0; i < 3000; i++) {
        now_us++;
        ledger_recv(server.ledgers[i / 7 % 3 % 2], 1, NULL);
    }
    read_all(v);
    ck_assert_uint_eq(v->count, 3002);
    for (unsigned i = 1; i < v->count; i++)
        ck_assert_int_ge(v->seen[i].time_us, v->seen[i - 1].time_us);
    check_lane(v, "recv", 1, 0);
    check_lane(v, "recv", 2, 0);
    viewing_free(v);
    server_free(&server);
}
END_TEST

START_TEST(longest_event_arrives_whole)
{
    static struct most_event most;
    struct server server = server_new();
    struct ledger *own = endless_ledger(&server, 3);
    struct viewing *v = viewing_new(server.live, own);

    most_event_make(&most, LEDGER_REQUEST, '\x01');
    for (unsigned i = 0; i < 10; i++)
        server.observers[0]->event(server.observers[0], &most.event);
    read_all(v);
    ck_assert_uint_eq(count_of(v, "request"), 11);
    ck_assert_uint_eq(count_of(v, "lost"), 0);
    viewing_free(v);
    ledger_free(own);
    server_free(&server);
}
END_TEST

START_TEST(each_viewer_gets_every_event)
{
    struct server server = server_new();
    struct viewing *one = viewing_new(server.live, NULL);
    struct viewing *other = viewing_new(server.live, NULL);

    for (unsigned i = 0; i < 100; i++)
        ledger_recv(server.ledgers[i % 2], 1, NULL);
    read_all(one);
    read_all(other);
    ck_assert_uint_eq(one->count, 102);
    ck_assert_uint_eq(other->count, 102);
    viewing_free(one);
    viewing_free(other);
    server_free(&server);
}
END_TEST

/* --- Who is too slow --- */

START_TEST(slow_viewer_learns_how_many_it_lost)
{
    struct server server = server_new();
    struct viewing *v = viewing_new(server.live, NULL);
    uint64_t lost = 0, next[WORKERS] = {0, 0};
    unsigned recvs = 0;

    read_all(v);
    for (unsigned i = 0; i < 30000; i++)
        ledger_recv(server.ledgers[i % 3 == 0], 1, NULL);
    read_all(v);
    for (unsigned i = 2; i < v->count; i++) {
        const struct seen *seen = &v->seen[i];

        lost += seen->count;
        if (strcmp(seen->event, "recv") != 0)
            continue;
        recvs++;
        ck_assert_uint_ge(seen->from, next[seen->conn - 1]);
        next[seen->conn - 1] = seen->to;
    }
    ck_assert_uint_gt(lost, 10000);
    ck_assert_uint_eq(recvs + lost, 30000);
    ck_assert_uint_eq(next[0], 20000);
    ck_assert_uint_eq(next[1], 10000);
    /* It is shown before the first event after the gap. */
    check_seen(&v->seen[2], "lost", 0);
    viewing_free(v);
    server_free(&server);
}
END_TEST

START_TEST(what_was_over_before_a_viewer_came_is_not_lost)
{
    struct server server = server_new();
    struct viewing *v;

    now_us++;
    for (unsigned i = 0; i < 30000; i++)
        ledger_recv(server.ledgers[0], 1, NULL);
    v = viewing_new(server.live, NULL);
    read_all(v);
    ck_assert_uint_eq(count_of(v, "lost"), 0);
    ck_assert_uint_gt(count_of(v, "recv"), 1000);
    ck_assert_uint_eq(v->seen[v->count - 1].to, 30000);
    viewing_free(v);
    server_free(&server);
}
END_TEST

/* --- How many --- */

START_TEST(one_viewer_too_many_is_turned_away_until_one_leaves)
{
    struct server server = server_new();
    struct body_opener *opener = live_opener(server.live);
    struct body_source *viewers[LIVE_VIEWERS_MAX];

    for (unsigned i = 0; i < LIVE_VIEWERS_MAX; i++) {
        viewers[i] = opener->open(opener, NULL, &viewer_waker);
        ck_assert_ptr_nonnull(viewers[i]);
    }
    ck_assert_ptr_null(opener->open(opener, NULL, &viewer_waker));
    ck_assert_ptr_null(opener->open(opener, NULL, &viewer_waker));
    viewers[7]->close(viewers[7]);
    viewers[7] = opener->open(opener, NULL, &viewer_waker);
    ck_assert_ptr_nonnull(viewers[7]);
    ck_assert_ptr_null(opener->open(opener, NULL, &viewer_waker));
    for (unsigned i = 0; i < LIVE_VIEWERS_MAX; i++)
        viewers[i]->close(viewers[i]);
    server_free(&server);
}
END_TEST

/* --- News --- */

START_TEST(event_wakes_the_workers_that_have_viewers)
{
    struct server server = server_new();
    struct body_opener *opener = live_opener(server.live);
    struct waker wakers[WORKERS];
    struct body_source *viewer;

    for (unsigned i = 0; i < WORKERS; i++)
        wakers[i] = (struct waker){.fd = eventfd(0, EFD_CLOEXEC)};
    viewer = opener->open(opener, NULL, &wakers[0]);
    viewer->close(viewer);
    viewer = opener->open(opener, NULL, &wakers[1]);
    for (int round = 0; round < 2; round++) {
        uint64_t woken;

        ledger_recv(server.ledgers[0], 1, NULL);
        ledger_recv(server.ledgers[1], 1, NULL);
        ck_assert(!waker_is_due(&wakers[0]));
        ck_assert(waker_is_due(&wakers[1]));
        ck_assert_int_eq(read(wakers[1].fd, &woken, sizeof(woken)), 8);
        ck_assert_uint_eq(woken, 1);
        waker_reset(&wakers[1]);
    }
    viewer->close(viewer);
    ledger_recv(server.ledgers[0], 1, NULL);
    ck_assert(!waker_is_due(&wakers[1]));
    for (unsigned i = 0; i < WORKERS; i++)
        close(wakers[i].fd);
    server_free(&server);
}
END_TEST

START_TEST(observers_want_events_alone)
{
    struct server server = server_new();

    for (unsigned i = 0; i < WORKERS; i++) {
        ck_assert(server.observers[i]->event != NULL);
        ck_assert(server.observers[i]->responded == NULL);
        ck_assert(server.observers[i]->waiting == NULL);
    }
    ck_assert_ptr_ne(server.observers[0], server.observers[1]);
    server_free(&server);
}
END_TEST

/* --- Two workers and a viewer at once --- */

static void *rush(void *ledger)
{
    for (unsigned i = 0; i < RUSH_COUNT; i++)
        ledger_recv(ledger, 1, NULL);
    return NULL;
}

START_TEST(each_event_of_two_busy_workers_is_seen_or_counted)
{
    struct server server = server_new();
    struct viewing *v = viewing_new(server.live, NULL);
    pthread_t threads[WORKERS];
    uint64_t recvs = 0, lost = 0;

    read_all(v);
    for (unsigned i = 0; i < WORKERS; i++)
        ck_assert_int_eq(
            pthread_create(&threads[i], NULL, rush, server.ledgers[i]), 0);
    do {
        v->count = 0;
        read_once(v);
        recvs += count_of(v, "recv");
        for (unsigned i = 0; i < v->count; i++)
            lost += v->seen[i].count;
    } while (recvs + lost < WORKERS * RUSH_COUNT);
    ck_assert_uint_eq(recvs + lost, WORKERS * RUSH_COUNT);
    for (unsigned i = 0; i < WORKERS; i++)
        pthread_join(threads[i], NULL);
    ck_assert_uint_eq(read_once(v), 0);
    viewing_free(v);
    server_free(&server);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("live");

    suite_add_tests(
        suite, viewer_comes_first_then_the_recent_past_then_what_happens,
        viewer_without_a_ledger_sees_only_others,
        events_of_all_workers_come_in_order_of_time,
        longest_event_arrives_whole, each_viewer_gets_every_event,
        slow_viewer_learns_how_many_it_lost,
        what_was_over_before_a_viewer_came_is_not_lost,
        one_viewer_too_many_is_turned_away_until_one_leaves,
        event_wakes_the_workers_that_have_viewers, observers_want_events_alone,
        each_event_of_two_busy_workers_is_seen_or_counted);
    return suite_run(suite);
}
