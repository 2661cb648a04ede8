/* A connection whose stream has a shape: pauses, cuts, bounded recvs. */
#include "bench.h"
#include "suite.h"
#include "tcp/turn_shape.h"

enum { LONG_US = 600000000, LINE = 3000 };

/* A connection in FIRST. */
static struct shape *shaped_init(struct bench *bench,
                                 void (*pair)(struct pair *),
                                 struct shape_base base)
{
    bench_init(bench, pair, 1);
    bench->c->stream.shape = shape_new(&base);
    ck_assert_ptr_nonnull(bench->c->stream.shape);
    to_first(bench);
    return bench->c->stream.shape;
}

/* Its deadline expires: the time of its pause has come. */
static void pause_ends(struct bench *bench)
{
    bench->c->stream.shape->due_us = 1;
    connection_expired(&bench->env, bench->c);
    while (!is_closed(bench) && !list_is_empty(&bench->env.ready))
        connection_resume(&bench->env, LIST_ENTRY(bench->env.ready.next,
                                                  struct connection, ready));
}

/* Sends a line of LINE bytes, whose response has this wish from its 100th byte
 * on. */
static void ask(struct bench *bench, const struct shape_wish *wish)
{
    static char line[LINE];

    memset(line, 'a', LINE - 1);
    line[LINE - 1] = '\n';
    shape_begin(bench->c->stream.shape, wish, 0, 100);
    send_bytes(bench, line, LINE);
}

static const struct shape_wish delayed = {.len = LINE - 100,
                                          .delay_us = LONG_US};

START_TEST(writes_are_apart)
{
    struct bench bench;
    const struct deadlines *deadlines = &bench.env.deadlines;

    shaped_init(&bench, pair_init, (struct shape_base){.first_recv_max = 256});
    ask(&bench, &delayed);
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(bench.c->state, CONN_PAUSE);
        ck_assert_uint_eq(read_all(&bench), SHAPE_WRITE_MAX);
        ck_assert_ptr_eq(
            deadlines_expired(deadlines, DEADLINE_PAUSE, INT64_MAX),
            &bench.c->deadline);
        ck_assert_int_gt(bench.c->deadline.at_ms, NOW);
        pause_ends(&bench);
    }
    ck_assert_uint_eq(read_all(&bench), LINE - 2 * SHAPE_WRITE_MAX);
    ck_assert_int_eq(bench.c->state, CONN_IDLE);
    bench_fini(&bench);
}
END_TEST

/* What comes in a pause is responded to after the response that pauses. */
START_TEST(input_waits_for_the_pause)
{
    struct bench bench;

    shaped_init(&bench, pair_init, (struct shape_base){.first_recv_max = 256});
    ask(&bench, &delayed);
    send_text(&bench, "b\n");
    ck_assert_int_eq(bench.c->state, CONN_PAUSE);
    ck_assert_uint_eq(read_all(&bench), SHAPE_WRITE_MAX);
    pause_ends(&bench);
    pause_ends(&bench);
    ck_assert_uint_eq(read_all(&bench), LINE - SHAPE_WRITE_MAX + 2);
    ck_assert_int_eq(bench.c->state, CONN_IDLE);
    bench_fini(&bench);
}
END_TEST

START_TEST(reset_by_the_peer_ends_a_pause)
{
    struct bench bench;

    shaped_init(&bench, pair_init_tcp,
                (struct shape_base){.first_recv_max = 256});
    ask(&bench, &delayed);
    ck_assert_int_eq(bench.c->state, CONN_PAUSE);
    pair_reset(&bench.pair);
    happen(&bench, EPOLLIN | EPOLLHUP | EPOLLERR | EPOLLRDHUP);
    ck_assert(is_closed(&bench));
    bench_fini(&bench);
}
END_TEST

/* A peer that has sent all it will send still gets its response in time. */
START_TEST(half_close_does_not_end_a_pause)
{
    struct bench bench;

    shaped_init(&bench, pair_init_tcp,
                (struct shape_base){.first_recv_max = 256});
    ask(&bench, &delayed);
    ck_assert_int_eq(shutdown(bench.pair.theirs, SHUT_WR), 0);
    await(bench.pair.ours, POLLRDHUP);
    happen(&bench, EPOLLIN | EPOLLRDHUP);
    ck_assert(!is_closed(&bench));
    ck_assert_int_eq(bench.c->state, CONN_PAUSE);
    bench_fini(&bench);
}
END_TEST

/* The kernel has no room when the pause ends: the peer has SEND's time. */
START_TEST(pause_becomes_send)
{
    struct bench bench;
    int small = 4096;
    char junk[4096] = "";
    size_t filled = 0;
    ssize_t put;

    shaped_init(&bench, pair_init, (struct shape_base){.first_recv_max = 256});
    setsockopt(bench.pair.ours, SOL_SOCKET, SO_SNDBUF, &small, sizeof(small));
    ask(&bench, &delayed);
    while ((put = write(bench.pair.ours, junk, sizeof(junk))) > 0)
        filled += (size_t)put;
    pause_ends(&bench);
    ck_assert_int_eq(bench.c->state, CONN_SEND);
    check_deadline(&bench, DEADLINE_SEND, NOW + 4000);
    ck_assert_uint_eq(read_all(&bench), SHAPE_WRITE_MAX + filled);
    happen(&bench, EPOLLOUT);
    ck_assert_int_eq(bench.c->state, CONN_PAUSE);
    ck_assert_uint_eq(read_all(&bench), SHAPE_WRITE_MAX);
    bench_fini(&bench);
}
END_TEST

START_TEST(draining_ends_all_pauses)
{
    struct bench bench;

    shaped_init(&bench, pair_init, (struct shape_base){.first_recv_max = 256});
    ask(&bench, &delayed);
    bench.env.draining = true;
    connection_drain(&bench.env, bench.c);
    ck_assert_uint_eq(read_all(&bench), LINE);
    ck_assert_int_eq(bench.c->state, CONN_LINGER);
    bench_fini(&bench);
}
END_TEST

/* So that others have their turn. */
START_TEST(turn_makes_few_small_writes)
{
    const struct shape_wish wish = {.len = LINE - 100, .write_max = 10};
    struct bench bench;
    char line[LINE];

    shaped_init(&bench, pair_init, (struct shape_base){.first_recv_max = LINE});
    shape_begin(bench.c->stream.shape, &wish, 0, 100);
    memset(line, '\n', LINE);
    memset(line, 'a', LINE - 1);
    ck_assert_int_eq(write(bench.pair.theirs, line, LINE), LINE);
    connection_event(&bench.env, bench.c, READABLE);
    ck_assert_uint_eq(read_all(&bench), SHAPED_WRITES_MAX * 10);
    ck_assert(!list_is_empty(&bench.env.ready));
    happen(&bench, 0);
    ck_assert_uint_eq(read_all(&bench), LINE - SHAPED_WRITES_MAX * 10);
    ck_assert_int_eq(bench.c->state, CONN_IDLE);
    bench_fini(&bench);
}
END_TEST

START_TEST(fin_comes_where_it_was_asked_for)
{
    const struct shape_wish wish = {.len = 900, .end = SHAPE_ENDS};
    struct bench bench;
    char byte;

    shaped_init(&bench, pair_init_tcp,
                (struct shape_base){.first_recv_max = 256});
    ask(&bench, &wish);
    ck_assert_int_eq(bench.c->state, CONN_LINGER);
    await(bench.pair.theirs, POLLRDHUP);
    ck_assert_uint_eq(read_all(&bench), 1000);
    ck_assert_int_eq(read(bench.pair.theirs, &byte, 1), 0);
    send_text(&bench, "b\n"); /* is dropped */
    ck_assert_int_eq(bench.c->state, CONN_LINGER);
    bench_fini(&bench);
}
END_TEST

START_TEST(reset_comes_behind_what_was_acknowledged)
{
    const struct shape_wish wish = {.len = 900, .end = SHAPE_RESETS};
    struct bench bench;

    shaped_init(&bench, pair_init_tcp,
                (struct shape_base){.first_recv_max = 256});
    ask(&bench, &wish);
    while (!is_closed(&bench)) { /* an acknowledgement may come some ms later */
        ck_assert_int_eq(bench.c->state, CONN_CUT);
        poll(NULL, 0, 1);
        connection_expired(&bench.env, bench.c);
    }
    await(bench.pair.theirs, POLLERR);
    ck_assert_uint_eq(read_all(&bench), 1000);
    ck_assert_int_eq(errno, ECONNRESET);
    bench_fini(&bench);
}
END_TEST

/* A peer on a Unix socket acknowledges by reading, and this one does not. */
START_TEST(reset_does_not_wait_for_ever)
{
    const struct shape_wish wish = {.len = 900, .end = SHAPE_RESETS};
    struct bench bench;

    shaped_init(&bench, pair_init, (struct shape_base){.first_recv_max = 256});
    ask(&bench, &wish);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(bench.c->state, CONN_CUT);
        ck_assert_int_eq(bench.c->deadline.at_ms,
                         bench.env.now_ms + CUT_LOOK_MS);
        bench.env.now_ms += CUT_LOOK_MS;
        connection_expired(&bench.env, bench.c);
    }
    bench.c->stream.shape->due_us = 1; /* the time has passed */
    connection_expired(&bench.env, bench.c);
    ck_assert(is_closed(&bench));
    bench_fini(&bench);
}
END_TEST

START_TEST(message_comes_in_bounded_recvs)
{
    struct bench bench;
    struct shape *shape = shaped_init(&bench, pair_init,
                                      (struct shape_base){.first_recv_max = 4});

    send_text(&bench, "aaaaaaaaaa");
    ck_assert_uint_eq(bench.echo.offered, 2); /* 4, and the rest */
    shape->recv_max = 1;
    bench.echo.offered = 0;
    send_text(&bench, "aaaaa\n");
    ck_assert_uint_eq(bench.echo.offered, 6);
    bench.echo.offered = 0;
    send_text(&bench, "bbbbbbbbb\n"); /* the bound was for that message */
    ck_assert_uint_eq(shape->recv_max, 0);
    ck_assert_uint_eq(bench.echo.offered, 2);
    bench_fini(&bench);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("connection_shape");

    suite_add_tests(
        suite, writes_are_apart, input_waits_for_the_pause,
        reset_by_the_peer_ends_a_pause, half_close_does_not_end_a_pause,
        pause_becomes_send, draining_ends_all_pauses,
        turn_makes_few_small_writes, fin_comes_where_it_was_asked_for,
        reset_comes_behind_what_was_acknowledged, reset_does_not_wait_for_ever,
        message_comes_in_bounded_recvs);
    return suite_run(suite);
}
