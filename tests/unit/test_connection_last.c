/* How a last message is responded to. */
#include "bench.h"
#include "suite.h"
#include "tcp/connection.h"

START_TEST(long_last_response_lingers)
{
    struct bench bench;

    bench_init(&bench, pair_init_tcp, 4000); /* 20 kB */
    send_text(&bench, "last\n");
    ck_assert(!is_closed(&bench));
    ck_assert_int_ne(bench.c->state, CONN_IDLE);
    while (bench.c->state == CONN_SEND) {
        read_all(&bench);
        happen(&bench, EPOLLOUT);
    }
    ck_assert_int_eq(bench.c->state, CONN_LINGER);
    bench_fini(&bench);
}
END_TEST

START_TEST(announced_last_message_needs_no_lingering)
{
    struct bench bench;
    char received[8];

    bench_init(&bench, pair_init, 1);
    send_text(&bench, "last\n");
    ck_assert(is_closed(&bench));
    ck_assert_int_eq(read(bench.pair.theirs, received, sizeof(received)), 5);
    ck_assert_int_eq(read(bench.pair.theirs, received, sizeof(received)), 0);
    bench_fini(&bench);
}
END_TEST

START_TEST(broken_promise_lingers)
{
    struct bench bench;

    bench_init(&bench, pair_init, 1);
    send_text(&bench, "last\nmore\n");
    ck_assert(!is_closed(&bench));
    ck_assert_int_eq(bench.c->state, CONN_LINGER);
    check_received(&bench, "last\n");
    bench_fini(&bench);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("connection_last");

    suite_add_tests(suite, announced_last_message_needs_no_lingering,
                    long_last_response_lingers, broken_promise_lingers);
    return suite_run(suite);
}
