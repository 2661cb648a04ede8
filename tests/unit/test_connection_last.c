/* How a last word is taken. */
#include "bench.h"
#include "suite.h"
#include "tcp/connection.h"

START_TEST(long_last_word_lingers)
{
    struct bench bench;

    bench_init(&bench, pair_init_tcp, 4000); /* 20 kB */
    say(&bench, "last\n");
    ck_assert(!is_closed(&bench));
    ck_assert_int_ne(bench.c->state, CONN_IDLE);
    while (bench.c->state == CONN_SEND) {
        hear_all(&bench);
        happen(&bench, EPOLLOUT);
    }
    ck_assert_int_eq(bench.c->state, CONN_LINGER);
    bench_fini(&bench);
}
END_TEST

START_TEST(promised_last_word_needs_no_lingering)
{
    struct bench bench;
    char heard[8];

    bench_init(&bench, pair_init, 1);
    say(&bench, "last\n");
    ck_assert(is_closed(&bench));
    ck_assert_int_eq(read(bench.pair.theirs, heard, sizeof(heard)), 5);
    ck_assert_int_eq(read(bench.pair.theirs, heard, sizeof(heard)), 0);
    bench_fini(&bench);
}
END_TEST

START_TEST(broken_promise_lingers)
{
    struct bench bench;

    bench_init(&bench, pair_init, 1);
    say(&bench, "last\nmore\n");
    ck_assert(!is_closed(&bench));
    ck_assert_int_eq(bench.c->state, CONN_LINGER);
    check_heard(&bench, "last\n");
    bench_fini(&bench);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("connection_last");

    suite_add_tests(suite, promised_last_word_needs_no_lingering,
                    long_last_word_lingers, broken_promise_lingers);
    return suite_run(suite);
}
