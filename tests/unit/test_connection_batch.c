/* Many that have something to say at once; and how a last word is taken. */
#include "bench.h"
#include "suite.h"
#include "tcp/connection.h"

enum { OTHERS = 200 }; /* more than a batch holds */

/* More connections of the bench's worker. */
struct others {
    struct pair pairs[OTHERS];
    struct connection *c[OTHERS];
};

static struct others others;

static void others_init(struct bench *bench)
{
    struct stream stream = {.peer.any.sa_family = AF_UNIX};

    for (size_t i = 0; i < OTHERS; i++) {
        pair_init(&others.pairs[i]);
        others.c[i] =
            connection_new(&echo_protocol, others.pairs[i].ours, &stream);
        connection_event(&bench->env, others.c[i], EPOLLOUT);
    }
}

static void others_fini(struct bench *bench)
{
    for (size_t i = 0; i < OTHERS; i++) {
        connection_close(&bench->env, others.c[i]);
        close(others.pairs[i].theirs);
    }
    bench->env.closed_count -= OTHERS;
    bench->echo.opened -= OTHERS;
    bench->echo.closed -= OTHERS;
}

static void write_line(int fd, const char *line)
{
    ck_assert_int_eq(write(fd, line, strlen(line)), (ssize_t)strlen(line));
}

START_TEST(all_are_heard_before_one_is_answered)
{
    struct bench bench;
    uint64_t moment;

    bench_init(&bench, pair_init, 1);
    others_init(&bench);
    write_line(bench.pair.theirs, "a\n");
    write_line(others.pairs[0].theirs, "b\nb");
    connection_event(&bench.env, bench.c, READABLE);
    connection_event(&bench.env, others.c[0], READABLE);
    ck_assert_uint_eq(bench.echo.offered, 0);
    check_heard(&bench, "");
    connection_flush(&bench.env);
    ck_assert_uint_eq(bench.echo.offered, 2);
    check_heard(&bench, "a\n");
    moment = bench.echo.last_moment;

    write_line(others.pairs[0].theirs, "\n"); /* one that has kept something */
    connection_event(&bench.env, others.c[0], READABLE);
    ck_assert_uint_eq(bench.echo.offered, 3);
    ck_assert_uint_gt(bench.echo.last_moment, moment);
    others_fini(&bench);
    bench_fini(&bench);
}
END_TEST

START_TEST(batch_is_one_moment_and_the_next_another)
{
    struct bench bench;
    uint64_t moment;

    bench_init(&bench, pair_init, 1);
    others_init(&bench);
    for (int i = 0; i < 2; i++) {
        write_line(others.pairs[i].theirs, "#\n");
        connection_event(&bench.env, others.c[i], READABLE);
    }
    moment = bench.env.moment;
    connection_flush(&bench.env);
    ck_assert_uint_eq(bench.echo.last_moment, moment + 1);
    ck_assert_uint_eq(bench.env.moment, moment + 1);
    to_first(&bench);
    to_idle(&bench);
    ck_assert_uint_gt(bench.echo.last_moment, moment + 1);
    others_fini(&bench);
    bench_fini(&bench);
}
END_TEST

START_TEST(more_than_a_batch_holds_are_all_answered)
{
    struct bench bench;
    char heard[8];

    bench_init(&bench, pair_init, 1);
    others_init(&bench);
    for (int i = 0; i < OTHERS; i++)
        write_line(others.pairs[i].theirs, "a\n");
    for (int i = 0; i < OTHERS; i++)
        connection_event(&bench.env, others.c[i], READABLE);
    connection_flush(&bench.env);
    for (int i = 0; i < OTHERS; i++)
        ck_assert_int_eq(read(others.pairs[i].theirs, heard, sizeof(heard)), 2);
    to_first(&bench);
    others_fini(&bench);
    bench_fini(&bench);
}
END_TEST

/* It takes most of the buffer; who comes then has to wait for a flush. */
START_TEST(large_message_leaves_the_others_theirs)
{
    static char lines[60000];
    struct bench bench;
    char heard[8];

    memset(lines, '#', sizeof(lines));
    lines[sizeof(lines) - 1] = '\n';
    bench_init(&bench, pair_init, 1);
    others_init(&bench);
    ck_assert_int_eq(write(bench.pair.theirs, lines, sizeof(lines)),
                     sizeof(lines));
    write_line(others.pairs[0].theirs, "b\n");
    connection_event(&bench.env, bench.c, READABLE);
    connection_event(&bench.env, others.c[0], READABLE);
    ck_assert_uint_eq(bench.echo.offered, 1);
    connection_flush(&bench.env);
    ck_assert_int_eq(read(others.pairs[0].theirs, heard, sizeof(heard)), 2);
    others_fini(&bench);
    bench_fini(&bench);
}
END_TEST

START_TEST(new_connection_that_says_nothing_is_not_asked)
{
    struct bench bench;

    bench_init(&bench, pair_init, 1);
    write_line(bench.pair.theirs, "a\n"); /* after the kernel's word */
    happen(&bench, EPOLLOUT);
    ck_assert_int_eq(bench.c->state, CONN_FIRST);
    ck_assert_uint_eq(bench.echo.offered, 0);
    happen(&bench, READABLE);
    check_heard(&bench, "a\n");
    bench_fini(&bench);
}
END_TEST

/* Its request is there, and the server ends: it is heard, and lives until it is
 * answered. */
START_TEST(draining_answers_what_was_gathered)
{
    struct bench bench;

    bench_init(&bench, pair_init, 1);
    bench.env.draining = true;
    write_line(bench.pair.theirs, "a\n");
    connection_event(&bench.env, bench.c, READABLE);
    ck_assert(!is_closed(&bench));
    connection_flush(&bench.env);
    check_heard(&bench, "a\n");
    ck_assert_int_eq(bench.c->state, CONN_LINGER);
    bench_fini(&bench);
}
END_TEST

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
    Suite *suite = suite_create("connection_batch");

    suite_add_tests(suite, all_are_heard_before_one_is_answered,
                    batch_is_one_moment_and_the_next_another,
                    more_than_a_batch_holds_are_all_answered,
                    large_message_leaves_the_others_theirs,
                    new_connection_that_says_nothing_is_not_asked,
                    draining_answers_what_was_gathered,
                    promised_last_word_needs_no_lingering,
                    long_last_word_lingers, broken_promise_lingers);
    return suite_run(suite);
}
