/* How a pipeline is divided into turns. */
#include "tcp/connection.h"

#include <sys/syscall.h>
#include <time.h>

#include "bench.h"
#include "suite.h"
#include "tcp/turn.h"

enum { LINES = 2 * TURN_MESSAGES_MAX + 5 };

/* The kernel's, in place of the C library's: each reading of the precise
 * clock finds it this much later. 0: it stands still. */
static int64_t clock_step_us;

int clock_gettime(clockid_t clock, struct timespec *now)
{
    static int64_t now_us;

    if (clock != CLOCK_MONOTONIC)
        return (int)syscall(SYS_clock_gettime, clock, now);
    now_us += clock_step_us;
    *now = (struct timespec){.tv_sec = now_us / 1000000,
                             .tv_nsec = now_us % 1000000 * 1000};
    return 0;
}

/* The kernel reports `count` lines at once: the first turn. */
static void report_lines(struct bench *bench, int count)
{
    bench_init(bench, pair_init, 1);
    for (int i = 0; i < count; i++)
        ck_assert_int_eq(write(bench->pair.theirs, "a\n", 2), 2);
    begin_batch(bench);
    connection_event(&bench->env, bench->c, READABLE);
}

/* It has had a turn, and is to have another. */
static void check_pending(const struct bench *bench, size_t lines)
{
    ck_assert_uint_eq(read_all(bench), 2 * lines);
    ck_assert_int_eq(bench->c->state, CONN_PENDING);
    ck_assert_ptr_eq(bench->env.ready.next, &bench->c->ready);
}

START_TEST(pipeline_has_its_responses_in_turns)
{
    struct bench bench;

    report_lines(&bench, LINES);
    check_pending(&bench, TURN_MESSAGES_MAX);
    connection_resume(&bench.env, bench.c);
    check_pending(&bench, TURN_MESSAGES_MAX);
    connection_resume(&bench.env, bench.c);
    ck_assert_uint_eq(read_all(&bench), 2 * 5);
    ck_assert_int_eq(bench.c->state, CONN_IDLE);
    ck_assert(list_is_empty(&bench.env.ready));
    ck_assert_ptr_null(bench.c->pending.memory);
    bench_fini(&bench);
}
END_TEST

/* A pipeline that one turn ends needs no other. */
START_TEST(pipeline_of_one_turn_is_at_its_end)
{
    struct bench bench;

    report_lines(&bench, TURN_MESSAGES_MAX);
    ck_assert_uint_eq(read_all(&bench), 2 * TURN_MESSAGES_MAX);
    ck_assert_int_eq(bench.c->state, CONN_IDLE);
    ck_assert(list_is_empty(&bench.env.ready));
    bench_fini(&bench);
}
END_TEST

/* The clock starts behind the first line; it is looked at from the eighth on.
 */
START_TEST(turn_ends_when_its_time_is_over)
{
    struct bench bench;

    clock_step_us = TURN_US / 2;
    report_lines(&bench, LINES);
    clock_step_us = 0;
    check_pending(&bench, TURN_MESSAGES_SURE + 1);
    bench_fini(&bench);
}
END_TEST

/* What comes while others have their turn does not put it before them. */
START_TEST(news_does_not_bring_the_turn_forward)
{
    struct bench bench;

    report_lines(&bench, LINES);
    check_pending(&bench, TURN_MESSAGES_MAX);
    ck_assert_int_eq(write(bench.pair.theirs, "b\n", 2), 2);
    connection_event(&bench.env, bench.c, READABLE);
    check_pending(&bench, 0);
    happen(&bench, READABLE);
    ck_assert_uint_eq(read_all(&bench), 2 * (LINES - TURN_MESSAGES_MAX + 1));
    ck_assert_int_eq(bench.c->state, CONN_IDLE);
    bench_fini(&bench);
}
END_TEST

/* What a later turn looks at, it looks at anew. */
START_TEST(later_turn_is_of_a_later_batch)
{
    struct bench bench;
    uint64_t batch;

    report_lines(&bench, LINES);
    batch = bench.echo.last_batch;
    connection_resume(&bench.env, bench.c);
    ck_assert_uint_eq(bench.echo.last_batch, batch + 1);
    bench_fini(&bench);
}
END_TEST

/* However long others take. */
START_TEST(peer_is_not_late_while_others_have_turns)
{
    struct bench bench;

    report_lines(&bench, LINES);
    check_pending(&bench, TURN_MESSAGES_MAX);
    check_deadline(&bench, DEADLINE_MESSAGE, NOW + lengths[DEADLINE_MESSAGE]);
    bench.env.now_ms += lengths[DEADLINE_MESSAGE];
    connection_expired(&bench.env, bench.c);
    check_pending(&bench, TURN_MESSAGES_MAX);
    bench_fini(&bench);
}
END_TEST

/* A turn is not spent on moving what waits for the next ones. */
START_TEST(pending_input_is_given_back_in_halves)
{
    static char lines[TURN_IN_MAX / 2];
    uint32_t moved = 0, from = 0;
    struct bench bench;

    memset(lines, '#', sizeof(lines));
    for (size_t i = 15; i < sizeof(lines); i += 16)
        lines[i] = '\n';
    bench_init(&bench, pair_init, 1);
    ck_assert_int_eq(write(bench.pair.theirs, lines, sizeof(lines)),
                     sizeof(lines));
    connection_event(&bench.env, bench.c, READABLE);
    while (bench.c->state == CONN_PENDING) {
        ck_assert_uint_le(bench.c->pending.from, bench.c->pending.len);
        if (bench.c->pending.from < from)
            moved += bench.c->pending.len;
        from = bench.c->pending.from;
        connection_resume(&bench.env, bench.c);
    }
    ck_assert_uint_gt(moved, 0);
    ck_assert_uint_le(moved, sizeof(lines));
    ck_assert_int_eq(bench.c->state, CONN_IDLE);
    bench_fini(&bench);
}
END_TEST

START_TEST(draining_server_responds_to_what_is_pending)
{
    struct bench bench;

    report_lines(&bench, LINES);
    bench.env.draining = true;
    connection_drain(&bench.env, bench.c);
    check_pending(&bench, TURN_MESSAGES_MAX);
    connection_resume(&bench.env, bench.c);
    connection_resume(&bench.env, bench.c);
    ck_assert_uint_eq(read_all(&bench), 2 * (LINES - TURN_MESSAGES_MAX));
    ck_assert_int_eq(bench.c->state, CONN_LINGER);
    bench_fini(&bench);
}
END_TEST

/* The deadline of a peer that takes nothing runs in SEND, not before. */
START_TEST(turns_go_on_behind_a_full_window)
{
    struct bench bench;
    size_t received = 0;

    bench_reach(&bench, &reaches[3], pair_init);
    while (bench.c->state == CONN_SEND) {
        received += read_all(&bench);
        connection_event(&bench.env, bench.c, EPOLLOUT);
        while (bench.c->state == CONN_PENDING)
            connection_resume(&bench.env, bench.c);
    }
    received += read_all(&bench);
    ck_assert_uint_eq(received, (size_t)200 * 50 * TIMES);
    ck_assert_int_eq(bench.c->state, CONN_IDLE);
    bench_fini(&bench);
}
END_TEST

/* A session that is busy with one message: others have their turn, and what
 * follows the message is not read. */
START_TEST(busy_session_has_one_look_in_each_turn)
{
    struct bench bench;

    bench_init(&bench, pair_init, 1);
    ck_assert_int_eq(write(bench.pair.theirs, "b\nagain\nc\n", 10), 10);
    begin_batch(&bench);
    connection_event(&bench.env, bench.c, READABLE);
    check_pending(&bench, 1);
    for (unsigned turn = 1; turn < ECHO_TURNS; turn++) {
        unsigned offered = bench.echo.offered;

        connection_resume(&bench.env, bench.c);
        check_pending(&bench, 0);
        ck_assert_uint_eq(bench.echo.offered, offered + 1);
    }
    connection_resume(&bench.env, bench.c);
    check_received(&bench, "again\nc\n");
    ck_assert_int_eq(bench.c->state, CONN_IDLE);
    bench_fini(&bench);
}
END_TEST

/* The window is full: it goes on when the peer has read. */
START_TEST(busy_session_goes_on_behind_a_full_window)
{
    struct bench bench;
    size_t received = 0;

    bench_init(&bench, pair_init, TIMES);
    to_send(&bench);
    send_text(&bench, "again\n");
    while (bench.c->state != CONN_IDLE) {
        received += read_all(&bench);
        happen(&bench, READABLE);
    }
    received += read_all(&bench);
    ck_assert_uint_eq(received, (size_t)(200 * 50 + 6) * TIMES);
    bench_fini(&bench);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("connection_turns");

    suite_add_tests(
        suite, pipeline_has_its_responses_in_turns,
        pipeline_of_one_turn_is_at_its_end, turn_ends_when_its_time_is_over,
        news_does_not_bring_the_turn_forward, later_turn_is_of_a_later_batch,
        peer_is_not_late_while_others_have_turns,
        pending_input_is_given_back_in_halves,
        draining_server_responds_to_what_is_pending,
        turns_go_on_behind_a_full_window,
        busy_session_has_one_look_in_each_turn,
        busy_session_goes_on_behind_a_full_window);
    return suite_run(suite);
}
