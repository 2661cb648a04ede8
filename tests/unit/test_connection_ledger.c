/* What a connection reports to its ledger: each recv and send, and its cause.
 */
#include "bench.h"
#include "seen_events.h"
#include "suite.h"
#include "tcp/connection.h"

static void watch(struct bench *bench, struct seen_events *seen)
{
    seen_events_init(seen);
    bench->env.observer = &seen->observer;
    bench->c->stream.ledger = ledger_new(7, 1);
    ck_assert_ptr_nonnull(bench->c->stream.ledger);
}

static struct seen_events seen;

START_TEST(reads_and_sends_are_reported)
{
    struct bench bench;

    bench_init(&bench, pair_init_tcp, 3);
    watch(&bench, &seen);
    to_first(&bench);
    ck_assert_uint_eq(seen_count(&seen, LEDGER_OPEN), 1);
    send_text(&bench, "ab");
    send_text(&bench, "c\n#\n");
    ck_assert_uint_eq(seen_nth(&seen, LEDGER_RECV, 0)->to, 2);
    ck_assert_uint_eq(seen_nth(&seen, LEDGER_RECV, 1)->to, 6);
    for (unsigned i = 0; i < 2; i++) {
        ck_assert(seen_nth(&seen, LEDGER_RECV, i)->has_arrival);
        ck_assert_uint_eq(seen_nth(&seen, LEDGER_RECV, i)->segments, 1);
    }
    ck_assert_uint_eq(seen_nth(&seen, LEDGER_SEND, 0)->to, 12);
    ck_assert_int_eq(seen_nth(&seen, LEDGER_SEND, 0)->call, LEDGER_CALL_SEND);
    bench_fini(&bench);
    ck_assert_uint_eq(seen_count(&seen, LEDGER_CLOSE), 1);
}
END_TEST

START_TEST(what_a_slow_peer_takes_is_reported_piece_by_piece)
{
    struct bench bench;

    bench_init(&bench, pair_init, TIMES);
    watch(&bench, &seen);
    to_send(&bench);
    for (unsigned i = 0; bench.c->state == CONN_SEND && i < 1000000; i++) {
        read_all(&bench);
        happen(&bench, EPOLLOUT);
    }
    ck_assert_int_eq(bench.c->state, CONN_IDLE);
    ck_assert_uint_gt(seen_count(&seen, LEDGER_SEND), 1);
    ck_assert_uint_eq(seen.send_to, 200 * 50 * TIMES);
    ck_assert_uint_ge(seen_count(&seen, LEDGER_BLOCKED), 1);
    ck_assert(!seen_nth(&seen, LEDGER_BLOCKED, 0)->is_held);
    bench_fini(&bench);
}
END_TEST

static void peer_ends(struct bench *bench)
{
    shutdown(bench->pair.theirs, SHUT_WR);
    happen(bench, READABLE | EPOLLRDHUP);
}

static void peer_resets(struct bench *bench)
{
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};

    setsockopt(bench->pair.theirs, SOL_SOCKET, SO_LINGER, &at_once,
               sizeof(at_once));
    close(bench->pair.theirs);
    bench->pair.theirs = -1;
    await(bench->c->fd, POLLERR);
    happen(bench, READABLE | EPOLLHUP | EPOLLERR);
}

static void time_passes(struct bench *bench)
{
    connection_expired(&bench->env, bench->c);
}

static void server_drains(struct bench *bench)
{
    bench->env.draining = true;
    connection_drain(&bench->env, bench->c);
}

static void worker_stops(struct bench *bench)
{
    connection_close(&bench->env, bench->c, LEDGER_BY_DRAINING);
}

static void sends_too_much(struct bench *bench)
{
    static const char bytes[TURN_IN_MAX / 16] = {'a'};

    for (int i = 0; i < 16; i++)
        send_bytes(bench, bytes, sizeof(bytes));
}

/* What ends a connection in a state, and the cause that is given. */
static const struct end {
    void (*reach)(struct bench *);
    void (*end)(struct bench *);
    enum ledger_cause cause;
} ends[] = {
    {to_first, peer_ends, LEDGER_BY_PEER},
    {to_idle, peer_ends, LEDGER_BY_PEER},
    {to_message, peer_ends, LEDGER_BY_PEER},
    {to_news, peer_ends, LEDGER_BY_PEER},
    {to_idle, peer_resets, LEDGER_BY_RESET},
    {to_linger, peer_ends, LEDGER_BY_RESPONSE},
    {to_linger, peer_resets, LEDGER_BY_RESPONSE},
    {to_first, time_passes, LEDGER_BY_FIRST_BYTE_TIMEOUT},
    {to_idle, time_passes, LEDGER_BY_IDLE_TIMEOUT},
    {to_message, time_passes, LEDGER_BY_REQUEST_TIMEOUT},
    {to_linger, time_passes, LEDGER_BY_RESPONSE},
    {to_idle, server_drains, LEDGER_BY_DRAINING},
    {to_news, server_drains, LEDGER_BY_DRAINING},
    {to_message, worker_stops, LEDGER_BY_DRAINING},
    {to_linger, worker_stops, LEDGER_BY_RESPONSE},
    {to_first, sends_too_much, LEDGER_BY_FAILURE},
};

START_TEST(cause_is_what_came_first)
{
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        struct bench bench;

        bench_init(&bench, pair_init_tcp, 1);
        watch(&bench, &seen);
        ends[i].reach(&bench);
        read_all(&bench);
        ends[i].end(&bench);
        bench_fini(&bench);
        ck_assert_msg(seen_nth(&seen, LEDGER_CLOSE, 0)->cause == ends[i].cause,
                      "end %zu: cause %d", i,
                      (int)seen_nth(&seen, LEDGER_CLOSE, 0)->cause);
        ck_assert_uint_eq(seen_count(&seen, LEDGER_EOF),
                          ends[i].end == peer_ends);
        if (ends[i].reach == to_linger)
            ck_assert_uint_eq(seen_count(&seen, LEDGER_SHUTDOWN), 1);
    }
}
END_TEST

START_TEST(peer_that_takes_nothing_is_a_cause)
{
    const struct ledger_account *account;
    struct bench bench;

    bench_init(&bench, pair_init_tcp, TIMES);
    watch(&bench, &seen);
    to_send(&bench);
    ck_assert_int_eq(bench.c->state, CONN_SEND);
    time_passes(&bench);
    ck_assert_int_eq(seen_nth(&seen, LEDGER_CLOSE, 0)->cause,
                     LEDGER_BY_SEND_TIMEOUT);
    ck_assert(seen_nth(&seen, LEDGER_BLOCKED, 0)->is_held);
    account = &seen_nth(&seen, LEDGER_CLOSE, 0)->account;
    ck_assert_uint_gt(account->unsent, 0);
    ck_assert_uint_eq(account->sent + account->unsent, seen.send_to);
    ck_assert_uint_eq(account->acked + account->in_flight, account->sent);
    ck_assert_int_eq(seen_nth(&seen, LEDGER_SKIP, 0)->why, LEDGER_NOT_READ);
    bench_fini(&bench);
}
END_TEST

/* The kernel reports that it has stamped something: that is no turn, and no
 * reason to look for more input from now on. */
START_TEST(stamps_are_reported_and_take_no_turn)
{
    struct bench bench;

    bench_init(&bench, pair_init_tcp, 1);
    watch(&bench, &seen);
    to_first(&bench);
    send_text(&bench, "ab\n");
    while (seen.acked_to < 3) {
        await(bench.c->fd, POLLERR);
        happen(&bench, EPOLLOUT | EPOLLERR);
    }
    ck_assert_uint_eq(seen.left_to, 3);
    ck_assert(!bench.c->reads_on);
    ck_assert_uint_eq(seen_count(&seen, LEDGER_RECV), 1);
    bench_fini(&bench);
}
END_TEST

/* Nor does it try to send where there is no room. */
START_TEST(stamps_while_the_peer_takes_nothing)
{
    struct bench bench;
    unsigned blocked_count;

    bench_init(&bench, pair_init_tcp, TIMES);
    watch(&bench, &seen);
    to_send(&bench);
    blocked_count = seen_count(&seen, LEDGER_BLOCKED);
    await(bench.c->fd, POLLERR);
    happen(&bench, EPOLLERR);
    ck_assert_uint_gt(seen.left_to, 0);
    ck_assert_uint_eq(seen_count(&seen, LEDGER_BLOCKED), blocked_count);
    bench_fini(&bench);
}
END_TEST

START_TEST(bytes_of_no_message_are_reported_at_the_end)
{
    struct bench bench;

    bench_init(&bench, pair_init, 1);
    watch(&bench, &seen);
    send_text(&bench, "abc");
    bench_fini(&bench);
    ck_assert_uint_eq(seen_nth(&seen, LEDGER_SKIP, 0)->to, 3);
    ck_assert_int_eq(seen_nth(&seen, LEDGER_SKIP, 0)->why, LEDGER_UNFINISHED);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("connection_ledger");

    suite_add_tests(suite, reads_and_sends_are_reported,
                    what_a_slow_peer_takes_is_reported_piece_by_piece,
                    cause_is_what_came_first,
                    peer_that_takes_nothing_is_a_cause,
                    stamps_are_reported_and_take_no_turn,
                    stamps_while_the_peer_takes_nothing,
                    bytes_of_no_message_are_reported_at_the_end);
    return suite_run(suite);
}
