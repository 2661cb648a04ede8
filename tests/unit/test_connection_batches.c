/* Which messages are of one batch: those that had begun to come before it. */
#include "bench.h"
#include "suite.h"
#include "tcp/connection.h"

static void write_line(int fd, const char *line)
{
    ck_assert_int_eq(write(fd, line, strlen(line)), (ssize_t)strlen(line));
}

/* What was offered last may have come after the kernel's report: it is of a
 * later batch. */
static void check_unreported(const struct bench *bench)
{
    ck_assert_uint_gt(bench->echo.last_batch, bench->batch);
}

/* The kernel reported both before either is received: they are of one batch. */
START_TEST(reported_together_is_of_one_batch)
{
    struct stream stream = {.peer.any.sa_family = AF_UNIX};
    struct connection *other;
    struct pair pair;
    struct bench bench;

    bench_init(&bench, pair_init, 1);
    pair_init(&pair);
    other = connection_new(&echo_protocol, pair.ours, &stream);
    write_line(bench.pair.theirs, "a\n");
    write_line(pair.theirs, "b\n");
    begin_batch(&bench);
    connection_event(&bench.env, bench.c, READABLE);
    ck_assert_uint_eq(bench.echo.last_batch, bench.batch);
    connection_event(&bench.env, other, READABLE);
    ck_assert_uint_eq(bench.echo.last_batch, bench.batch);

    connection_close(&bench.env, other, LEDGER_BY_DRAINING);
    close(pair.theirs);
    bench.env.closed_count--;
    bench.echo.opened--;
    bench.echo.closed--;
    bench_fini(&bench);
}
END_TEST

/* Its first half came before the batch in which the kernel reported the rest.
 */
START_TEST(message_in_halves_is_of_the_batch_of_its_last)
{
    struct bench bench;

    bench_init(&bench, pair_init, 1);
    to_message(&bench);
    send_text(&bench, "b\n");
    check_received(&bench, "ab\n");
    ck_assert_uint_eq(bench.echo.last_batch, bench.batch);
    bench_fini(&bench);
}
END_TEST

/* A second recv of one turn: what it brings may have come after the kernel
 * reported the first. */
START_TEST(received_later_is_of_a_later_batch)
{
    static char lines[TURN_IN_MAX + 2];
    struct bench bench;

    memset(lines, '#', sizeof(lines));
    lines[TURN_IN_MAX - 1] = lines[sizeof(lines) - 1] = '\n';
    bench_init(&bench, pair_init, 1);
    send_bytes(&bench, lines, sizeof(lines));
    ck_assert_uint_eq(bench.echo.offered, 2);
    check_unreported(&bench);
    bench_fini(&bench);
}
END_TEST

/* Of one recv the first message is of the batch that the kernel's report began,
 * all others of one more. */
START_TEST(offered_later_is_of_one_later_batch)
{
    struct bench bench;

    bench_init(&bench, pair_init, 1);
    send_text(&bench, "a\nb\nc\nd\n");
    ck_assert_uint_eq(bench.echo.offered, 4);
    ck_assert_uint_eq(bench.echo.last_batch, bench.batch + 1);
    bench_fini(&bench);
}
END_TEST

/* What a resumed turn finds may have come after the report, too. */
START_TEST(resumed_is_of_a_later_batch)
{
    struct bench bench;

    bench_init(&bench, pair_init, 1);
    to_idle(&bench);
    write_line(bench.pair.theirs, "a\n");
    connection_resume(&bench.env, bench.c);
    ck_assert_uint_eq(bench.echo.offered, 2);
    check_unreported(&bench);
    bench_fini(&bench);
}
END_TEST

/* Room to send is no reason to receive. */
START_TEST(nothing_is_received_unreported)
{
    struct bench bench;

    bench_init(&bench, pair_init, 1);
    write_line(bench.pair.theirs, "a\n"); /* after the kernel's report */
    happen(&bench, EPOLLOUT);
    ck_assert_int_eq(bench.c->state, CONN_FIRST);
    happen(&bench, EPOLLOUT);
    ck_assert_uint_eq(bench.echo.offered, 0);
    happen(&bench, READABLE);
    check_received(&bench, "a\n");
    bench_fini(&bench);
}
END_TEST

/* The server ends: a new connection is looked at once before it is closed,
 * whether or not input was reported. */
START_TEST(draining_looks_once_more)
{
    static const uint32_t words[] = {READABLE, EPOLLOUT};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        struct bench bench;

        bench_init(&bench, pair_init, 1);
        bench.env.draining = true;
        write_line(bench.pair.theirs, "a\n");
        connection_event(&bench.env, bench.c, words[i]);
        check_received(&bench, "a\n");
        ck_assert_int_eq(bench.c->state, CONN_LINGER);
        bench_fini(&bench);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("connection_batches");

    suite_add_tests(suite, reported_together_is_of_one_batch,
                    message_in_halves_is_of_the_batch_of_its_last,
                    received_later_is_of_a_later_batch,
                    offered_later_is_of_one_later_batch,
                    resumed_is_of_a_later_batch, nothing_is_received_unreported,
                    draining_looks_once_more);
    return suite_run(suite);
}
