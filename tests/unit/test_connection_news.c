/* A stream that waits for news: CONN_NEWS. */
#include "tcp/connection.h"

#include "bench.h"
#include "suite.h"

static void look(struct bench *bench)
{
    connection_expired(&bench->env, bench->c);
}

START_TEST(each_look_arms_the_next)
{
    struct bench bench;

    bench_init(&bench, pair_init, 1);
    to_news(&bench);
    check_received(&bench, "news\n");
    check_deadline(&bench, DEADLINE_NEWS, NOW + 50);
    for (int i = 1; i < 4; i++) {
        bench.env.now_ms = NOW + 50 * i;
        look(&bench);
        ck_assert_int_eq(bench.c->state, CONN_NEWS);
        check_received(&bench, "tock\n");
        check_deadline(&bench, DEADLINE_NEWS, NOW + 50 * i + 50);
    }
    bench_fini(&bench);
}
END_TEST

/* Else a peer that sends now and then would get no news. */
START_TEST(what_arrives_does_not_put_news_off)
{
    struct bench bench;

    bench_init(&bench, pair_init, 0);
    to_news(&bench);
    bench.env.now_ms = NOW + 20;
    send_text(&bench, "#news\n");
    ck_assert_int_eq(bench.c->state, CONN_IDLE);
    send_text(&bench, "news\n");
    bench.env.now_ms = NOW + 40;
    send_text(&bench, "news\n");
    check_deadline(&bench, DEADLINE_NEWS, NOW + 20 + 50);
    bench_fini(&bench);
}
END_TEST

START_TEST(draining_server_lets_it_send_its_end)
{
    struct bench bench;

    bench_init(&bench, pair_init, 1);
    to_news(&bench);
    read_all(&bench);
    bench.env.draining = true;
    connection_drain(&bench.env, bench.c);
    check_received(&bench, "end\n");
    ck_assert_int_eq(bench.c->state, CONN_LINGER);
    bench_fini(&bench);
}
END_TEST

/* Until the kernel takes no more. */
static void fill(struct bench *bench)
{
    unsigned looks = 0;

    to_news(bench);
    while (bench->c->state == CONN_NEWS && looks++ < 1000000)
        look(bench);
    ck_assert_int_eq(bench->c->state, CONN_SEND);
}

/* It stands still until the peer takes something. Then it looks for news at
 * once: the worker may have been woken meanwhile. */
START_TEST(peer_without_room_gets_no_more_news)
{
    struct bench bench;

    bench_init(&bench, pair_init, 1);
    fill(&bench);
    read_all(&bench);
    happen(&bench, EPOLLOUT);
    ck_assert_int_eq(bench.c->state, CONN_NEWS);
    check_received(&bench, "tock\ntock\n");
    bench_fini(&bench);
}
END_TEST

START_TEST(end_waits_for_room_and_for_nothing_else)
{
    struct bench bench;

    bench_init(&bench, pair_init, 1);
    fill(&bench);
    bench.env.draining = true;
    connection_drain(&bench.env, bench.c);
    ck_assert_int_eq(bench.c->state, CONN_SEND);
    read_all(&bench);
    happen(&bench, EPOLLOUT);
    ck_assert_int_eq(bench.c->state, CONN_LINGER);
    check_received(&bench, "tock\nend\n");
    bench_fini(&bench);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("connection_news");

    suite_add_tests(suite, each_look_arms_the_next,
                    what_arrives_does_not_put_news_off,
                    draining_server_lets_it_send_its_end,
                    peer_without_room_gets_no_more_news,
                    end_waits_for_room_and_for_nothing_else);
    return suite_run(suite);
}
