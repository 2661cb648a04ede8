/* An answer that is told bit by bit: CONN_TICK. */
#include "tcp/connection.h"

#include "bench.h"
#include "suite.h"

static void tick(struct bench *bench)
{
    connection_expired(&bench->env, bench->c);
}

START_TEST(each_tick_is_told_and_arms_the_next)
{
    struct bench bench;

    bench_init(&bench, pair_init, 1);
    to_tick(&bench);
    check_heard(&bench, "tick\n");
    check_deadline(&bench, DEADLINE_TICK, NOW + 50);
    for (int i = 1; i < 4; i++) {
        bench.env.now_ms = NOW + 50 * i;
        tick(&bench);
        ck_assert_int_eq(bench.c->state, CONN_TICK);
        check_heard(&bench, "tock\n");
        check_deadline(&bench, DEADLINE_TICK, NOW + 50 * i + 50);
    }
    bench_fini(&bench);
}
END_TEST

/* Else a peer that sends now and then would never be told anything. */
START_TEST(what_arrives_does_not_put_the_tick_off)
{
    struct bench bench;

    bench_init(&bench, pair_init, 0);
    to_tick(&bench);
    bench.env.now_ms = NOW + 20;
    say(&bench, "#tick\n");
    ck_assert_int_eq(bench.c->state, CONN_IDLE);
    say(&bench, "tick\n");
    bench.env.now_ms = NOW + 40;
    say(&bench, "tick\n");
    check_deadline(&bench, DEADLINE_TICK, NOW + 20 + 50);
    bench_fini(&bench);
}
END_TEST

START_TEST(end_of_the_server_lets_it_say_a_last_word)
{
    struct bench bench;

    bench_init(&bench, pair_init, 1);
    to_tick(&bench);
    hear_all(&bench);
    bench.env.draining = true;
    connection_drain(&bench.env, bench.c);
    check_heard(&bench, "end\n");
    ck_assert_int_eq(bench.c->state, CONN_LINGER);
    bench_fini(&bench);
}
END_TEST

/* It stands still until the peer takes something, and then goes on. */
START_TEST(peer_without_room_gets_no_more_ticks)
{
    struct bench bench;
    unsigned ticks = 0;

    bench_init(&bench, pair_init, 1);
    to_tick(&bench);
    while (bench.c->state == CONN_TICK && ticks++ < 1000000)
        tick(&bench);
    ck_assert_int_eq(bench.c->state, CONN_SEND);
    hear_all(&bench);
    happen(&bench, EPOLLOUT);
    ck_assert_int_eq(bench.c->state, CONN_TICK);
    check_heard(&bench, "tock\n");
    bench_fini(&bench);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("connection_ticks");

    suite_add_tests(suite, each_tick_is_told_and_arms_the_next,
                    what_arrives_does_not_put_the_tick_off,
                    end_of_the_server_lets_it_say_a_last_word,
                    peer_without_room_gets_no_more_ticks);
    return suite_run(suite);
}
