/* When a connection gives up waiting, and how it ends with the server. */
#include "tcp/connection.h"

#include "bench.h"
#include "suite.h"

START_TEST(each_state_has_its_deadline)
{
    for (size_t i = 0; i < REACHES; i++) {
        struct bench bench;

        bench_reach(&bench, &reaches[i], pair_init);
        check_deadline(&bench, reaches[i].deadline,
                       NOW + lengths[reaches[i].deadline]);
        bench_fini(&bench);
    }
}
END_TEST

START_TEST(waiting_for_a_message_expires_silently)
{
    for (size_t i = 0; i < 2; i++) { /* FIRST and IDLE */
        struct bench bench;

        bench_reach(&bench, &reaches[i], pair_init);
        read_all(&bench);
        connection_expired(&bench.env, bench.c);
        ck_assert(is_closed(&bench));
        ck_assert_int_eq(read(bench.pair.theirs, &(char){0}, 1), 0);
        bench_fini(&bench);
    }
}
END_TEST

START_TEST(late_message_is_responded_and_the_stream_ends)
{
    struct bench bench;

    bench_reach(&bench, &reaches[2], pair_init);
    bench.env.now_ms = NOW + 2000;
    connection_expired(&bench.env, bench.c);
    ck_assert(!is_closed(&bench));
    ck_assert_int_eq(bench.c->state, CONN_LINGER);
    check_deadline(&bench, DEADLINE_LINGER, NOW + 7000);
    check_received(&bench, "late\n");
    ck_assert_uint_eq(bench.echo.late_len, 1); /* what was there of it */
    ck_assert_int_eq(read(bench.pair.theirs, &(char){0}, 1), 0);
    send_text(&bench, "b\n"); /* is dropped */
    connection_expired(&bench.env, bench.c);
    ck_assert(is_closed(&bench));
    bench_fini(&bench);
}
END_TEST

START_TEST(peer_that_takes_nothing_is_reset)
{
    struct bench bench;
    int error = 0;
    socklen_t len = sizeof(error);

    bench_reach(&bench, &reaches[3], pair_init_tcp);
    connection_expired(&bench.env, bench.c);
    ck_assert(is_closed(&bench));
    await(bench.pair.theirs, POLLERR);
    getsockopt(bench.pair.theirs, SOL_SOCKET, SO_ERROR, &error, &len);
    ck_assert_int_eq(error, ECONNRESET);
    bench_fini(&bench);
}
END_TEST

/* A byte now and then must not keep a connection for ever. */
START_TEST(message_has_one_deadline_however_it_dribbles)
{
    struct bench bench;

    bench_init(&bench, pair_init, 1);
    to_first(&bench);
    bench.env.now_ms = NOW + 500;
    for (int i = 0; i < 100; i++) {
        send_text(&bench, "a");
        ck_assert_int_eq(bench.c->state, CONN_MESSAGE);
        check_deadline(&bench, DEADLINE_MESSAGE, NOW + 2500);
        bench.env.now_ms += 10;
    }
    send_text(&bench, "\n");
    ck_assert_int_eq(bench.c->state, CONN_IDLE);
    check_deadline(&bench, DEADLINE_IDLE, NOW + 4500);
    bench_fini(&bench);
}
END_TEST

START_TEST(message_after_an_response_has_a_deadline_of_its_own)
{
    struct bench bench;

    bench_reach(&bench, &reaches[2], pair_init);
    bench.env.now_ms = NOW + 1500;
    send_text(&bench, "\nb\nc");
    ck_assert_int_eq(bench.c->state, CONN_MESSAGE);
    check_deadline(&bench, DEADLINE_MESSAGE, NOW + 3500);
    check_received(&bench, "a\nb\n");
    bench_fini(&bench);
}
END_TEST

START_TEST(bytes_that_nothing_responses_wind_up_no_clock)
{
    for (size_t i = 0; i < 2; i++) { /* FIRST and IDLE */
        struct bench bench;

        bench_reach(&bench, &reaches[i], pair_init);
        for (int n = 0; n < 10; n++) {
            bench.env.now_ms += 50;
            send_text(&bench, "#\n");
            check_deadline(&bench, reaches[i].deadline,
                           NOW + lengths[reaches[i].deadline]);
        }
        bench_fini(&bench);
    }
}
END_TEST

START_TEST(each_response_winds_up_the_idle_clock)
{
    struct bench bench;

    bench_reach(&bench, &reaches[1], pair_init);
    bench.env.now_ms = NOW + 2999;
    send_text(&bench, "b\n");
    ck_assert_int_eq(bench.c->state, CONN_IDLE);
    check_deadline(&bench, DEADLINE_IDLE, NOW + 5999);
    bench_fini(&bench);
}
END_TEST

static uint64_t left_to_send(const struct bench *bench)
{
    const struct outqueue *unsent = bench->c->unsent;

    return unsent == NULL ? 0 : unsent->items[unsent->first].left;
}

/* The peer takes little at a time: some of it makes room for more, some not. */
START_TEST(sending_has_a_new_deadline_with_each_progress_and_no_other)
{
    unsigned progresses = 0, others = 0;
    int64_t at_ms = NOW + 4000;
    struct bench bench;
    char received[4096];

    bench_reach(&bench, &reaches[3], pair_init);
    for (int i = 0; i < 300; i++) {
        unsigned offered = bench.echo.offered;
        uint64_t left = left_to_send(&bench);

        bench.env.now_ms += 10;
        ck_assert_int_gt(read(bench.pair.theirs, received, sizeof(received)),
                         0);
        happen(&bench, EPOLLOUT);
        ck_assert_int_eq(bench.c->state, CONN_SEND);
        if (bench.echo.offered != offered || left_to_send(&bench) != left)
            at_ms = bench.env.now_ms + 4000;
        progresses +=
            bench.echo.offered == offered && left_to_send(&bench) != left;
        others += at_ms != bench.env.now_ms + 4000;
        check_deadline(&bench, DEADLINE_SEND, at_ms);
    }
    ck_assert_uint_gt(progresses, 0);
    ck_assert_uint_gt(others, 0);
    bench_fini(&bench);
}
END_TEST

START_TEST(lingering_drops_bytes_and_keeps_its_deadline)
{
    struct bench bench;
    unsigned offered;

    bench_reach(&bench, &reaches[4], pair_init);
    offered = bench.echo.offered;
    for (int i = 0; i < 10; i++) {
        bench.env.now_ms += 400;
        send_text(&bench, "a\n");
        ck_assert(!is_closed(&bench));
        check_deadline(&bench, DEADLINE_LINGER, NOW + 5000);
    }
    ck_assert_uint_eq(bench.echo.offered, offered);
    check_received(&bench, "end\n");
    bench_fini(&bench);
}
END_TEST

/* The responses are sent before the protocol is called again, which adds none.
 */
START_TEST(response_that_left_for_want_of_room_winds_up_the_clock)
{
    enum { LINE = 1000, MANY = 20 };
    static char input[1 + 4 * LINE + 1];
    struct bench bench;

    memset(input, 'a', sizeof(input));
    for (size_t i = 0; i < sizeof(input); i += LINE)
        input[i] = '\n';
    input[1 + 3 * LINE] =
        '#'; /* there is no room for a response, and no need */
    bench_init(&bench, pair_init, MANY);
    to_message(&bench);
    bench.env.now_ms = NOW + 1500;
    send_bytes(&bench, input, sizeof(input));
    ck_assert_uint_eq(read_all(&bench), (2 + 3 * LINE) * MANY);
    ck_assert_int_eq(bench.c->state, CONN_MESSAGE);
    check_deadline(&bench, DEADLINE_MESSAGE, NOW + 3500);
    bench_fini(&bench);
}
END_TEST

static void drain(struct bench *bench)
{
    bench->env.draining = true;
    connection_drain(&bench->env, bench->c);
}

START_TEST(draining_closes_what_waits_for_a_message)
{
    for (size_t i = 0; i < REACHES; i++) {
        struct bench bench;
        bool waits = i < 2; /* FIRST and IDLE */

        bench_reach(&bench, &reaches[i], pair_init);
        drain(&bench);
        ck_assert(is_closed(&bench) == waits);
        if (!waits) /* NEWS has sent its last */
            ck_assert_int_eq(bench.c->state, reaches[i].state == CONN_NEWS
                                                 ? CONN_LINGER
                                                 : reaches[i].state);
        bench_fini(&bench);
    }
}
END_TEST

START_TEST(draining_looks_at_the_socket_a_last_time)
{
    for (size_t i = 0; i < 2; i++) { /* FIRST and IDLE */
        struct bench bench;

        bench_reach(&bench, &reaches[i], pair_init);
        read_all(&bench);
        ck_assert_int_eq(write(bench.pair.theirs, "b\n", 2), 2);
        drain(&bench);
        ck_assert(!is_closed(&bench));
        ck_assert_int_eq(bench.c->state, CONN_LINGER);
        check_received(&bench, "b\n");
        bench_fini(&bench);
    }
}
END_TEST

/* Its beginning is found by that last look: the rest must come soon. */
START_TEST(message_that_begins_with_the_drain_must_be_short)
{
    for (size_t i = 0; i < 2; i++) {
        struct bench bench;

        bench_reach(&bench, &reaches[i], pair_init);
        ck_assert_int_eq(write(bench.pair.theirs, "b", 1), 1);
        drain(&bench);
        ck_assert_int_eq(bench.c->state, CONN_MESSAGE);
        check_deadline(&bench, DEADLINE_LINGER, NOW + lengths[DEADLINE_LINGER]);
        bench_fini(&bench);
    }
}
END_TEST

START_TEST(draining_lets_a_message_come_to_its_end)
{
    struct bench bench;

    bench_reach(&bench, &reaches[2], pair_init);
    drain(&bench);
    send_text(&bench, "b");
    ck_assert_int_eq(bench.c->state, CONN_MESSAGE);
    send_text(&bench, "c\n");
    ck_assert_int_eq(bench.c->state, CONN_LINGER);
    check_received(&bench, "abc\n");
    bench_fini(&bench);
}
END_TEST

START_TEST(draining_sends_the_rest_and_ends_the_stream)
{
    struct bench bench;
    size_t received = 0;

    bench_reach(&bench, &reaches[3], pair_init);
    drain(&bench);
    while (bench.c->state == CONN_SEND) {
        received += read_all(&bench);
        happen(&bench, EPOLLOUT);
    }
    ck_assert_int_eq(bench.c->state, CONN_LINGER);
    ck_assert_uint_eq(received + read_all(&bench), (size_t)200 * 50 * TIMES);
    bench_fini(&bench);
}
END_TEST

START_TEST(new_connection_of_a_draining_server_is_closed)
{
    struct bench bench;

    bench_init(&bench, pair_init, 1);
    bench.env.draining = true;
    happen(&bench, EPOLLOUT);
    ck_assert(is_closed(&bench));
    bench_fini(&bench);
}
END_TEST

/* The process was paused: what was waited for came in time, and the kernel
 * holds it. No event has reported it yet. */
START_TEST(what_came_during_a_pause_is_served)
{
    for (size_t i = 0; i < 3; i++) { /* FIRST, IDLE, MESSAGE */
        struct bench bench;

        bench_reach(&bench, &reaches[i], pair_init);
        read_all(&bench);
        ck_assert_int_eq(write(bench.pair.theirs, "b\n", 2), 2);
        bench.env.now_ms += lengths[reaches[i].deadline];
        connection_expired(&bench.env, bench.c);
        ck_assert(!is_closed(&bench));
        check_received(&bench, i == 2 ? "ab\n" : "b\n");
        check_deadline(&bench, DEADLINE_IDLE,
                       bench.env.now_ms + lengths[DEADLINE_IDLE]);
        bench_fini(&bench);
    }
}
END_TEST

/* There is one last look: a peer that still dribbles is late. */
START_TEST(rest_that_dribbles_is_late)
{
    struct bench bench;

    bench_reach(&bench, &reaches[2], pair_init);
    ck_assert_int_eq(write(bench.pair.theirs, "b", 1), 1);
    bench.env.now_ms += lengths[DEADLINE_MESSAGE];
    connection_expired(&bench.env, bench.c);
    check_received(&bench, "late\n");
    ck_assert_int_eq(bench.c->state, CONN_LINGER);
    bench_fini(&bench);
}
END_TEST

/* The same with room to send. */
START_TEST(room_that_came_during_a_pause_is_used)
{
    struct bench bench;

    bench_reach(&bench, &reaches[3], pair_init);
    ck_assert_uint_gt(read_all(&bench), 0);
    bench.c->unacknowledged = 0; /* the kernel reports nothing */
    bench.env.now_ms += lengths[DEADLINE_SEND];
    connection_expired(&bench.env, bench.c);
    ck_assert(!is_closed(&bench));
    ck_assert_uint_gt(read_all(&bench), 0);
    bench_fini(&bench);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("connection_clocks");

    suite_add_tests(suite, each_state_has_its_deadline,
                    waiting_for_a_message_expires_silently,
                    what_came_during_a_pause_is_served,
                    rest_that_dribbles_is_late,
                    room_that_came_during_a_pause_is_used,
                    late_message_is_responded_and_the_stream_ends,
                    peer_that_takes_nothing_is_reset,
                    message_has_one_deadline_however_it_dribbles,
                    message_after_an_response_has_a_deadline_of_its_own,
                    bytes_that_nothing_responses_wind_up_no_clock,
                    each_response_winds_up_the_idle_clock,
                    sending_has_a_new_deadline_with_each_progress_and_no_other,
                    lingering_drops_bytes_and_keeps_its_deadline,
                    response_that_left_for_want_of_room_winds_up_the_clock,
                    draining_closes_what_waits_for_a_message,
                    draining_looks_at_the_socket_a_last_time,
                    message_that_begins_with_the_drain_must_be_short,
                    draining_lets_a_message_come_to_its_end,
                    draining_sends_the_rest_and_ends_the_stream,
                    new_connection_of_a_draining_server_is_closed);
    return suite_run(suite);
}
