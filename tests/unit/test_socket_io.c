#include "tcp/socket_io.h"

#include <signal.h>

#include "sending.h"
#include "suite.h"

enum { BIG = 4 * 1024 * 1024, PIECES = 200 };

START_TEST(received_bytes_are_counted)
{
    struct pair pair;
    char in[8] = "";
    size_t len = 0;

    pair_init(&pair);
    ck_assert_int_eq(write(pair.theirs, "abcde", 5), 5);
    ck_assert_int_eq(socket_recv(pair.ours, in, 3, &len, NULL), IO_DONE);
    ck_assert_uint_eq(len, 3);
    ck_assert_int_eq(socket_recv(pair.ours, in + 3, 5, &len, NULL), IO_DONE);
    ck_assert_uint_eq(len, 2);
    ck_assert_str_eq(in, "abcde");
    pair_fini(&pair);
}
END_TEST

START_TEST(nothing_to_receive_blocks_and_sets_nothing)
{
    struct pair pair;
    char in[8];
    size_t len = 77;

    pair_init(&pair);
    ck_assert_int_eq(socket_recv(pair.ours, in, 8, &len, NULL), IO_BLOCKED);
    ck_assert_uint_eq(len, 77);
    pair_fini(&pair);
}
END_TEST

START_TEST(last_byte_of_the_peer_is_the_end)
{
    struct pair pair;
    char in[8];
    size_t len = 0;

    pair_init(&pair);
    ck_assert_int_eq(write(pair.theirs, "a", 1), 1);
    shutdown(pair.theirs, SHUT_WR);
    ck_assert_int_eq(socket_recv(pair.ours, in, 8, &len, NULL), IO_DONE);
    ck_assert_int_eq(socket_recv(pair.ours, in, 8, &len, NULL), IO_END);
    ck_assert_int_eq(socket_recv(pair.ours, in, 8, &len, NULL), IO_END);
    pair_fini(&pair);
}
END_TEST

START_TEST(reset_is_gone)
{
    struct outqueue *queue = outqueue_new(1, 1);
    uint64_t budget = 100;
    struct pair pair;
    char in[8];
    size_t len;

    pair_init_tcp(&pair);
    pair_reset(&pair);
    ck_assert_int_eq(socket_recv(pair.ours, in, 8, &len, NULL), IO_GONE);
    outqueue_copy(queue, "a", 1);
    ck_assert_int_eq(socket_send(pair.ours, queue, &budget, NULL), IO_GONE);
    outqueue_free(queue);
    pair_fini(&pair);
}
END_TEST

/* SIGPIPE ends a process by default: sending memory never raises it. (sendfile
 * has no flag against it.) */
START_TEST(sending_memory_to_a_closed_peer_raises_no_signal)
{
    for (int pieces = 1; pieces <= 2; pieces++) {
        struct outqueue *queue = outqueue_new(2, 1);
        uint64_t budget = 100;
        struct pair pair;

        signal(SIGPIPE, SIG_DFL);
        pair_init(&pair);
        close(pair.theirs);
        pair.theirs = -1;
        for (int i = 0; i < pieces; i++)
            outqueue_view(queue, "a", 1, NULL);
        ck_assert_int_eq(socket_send(pair.ours, queue, &budget, NULL), IO_GONE);
        outqueue_free(queue);
        pair_fini(&pair);
    }
}
END_TEST

START_TEST(sending_nothing_is_done)
{
    struct outqueue *queue = outqueue_new(1, 1);
    uint64_t budget = 0;
    struct pair pair;

    pair_init(&pair);
    ck_assert_int_eq(socket_send(pair.ours, queue, &budget, NULL), IO_DONE);
    outqueue_free(queue);
    pair_fini(&pair);
}
END_TEST

START_TEST(sent_bytes_are_taken_off_the_budget)
{
    struct outqueue *queue = outqueue_new(4, 16);
    uint64_t budget = 100;
    struct pair pair;
    char in[16] = "";

    pair_init(&pair);
    outqueue_copy(queue, "abc", 3);
    outqueue_view(queue, "de", 2, NULL);
    ck_assert_int_eq(socket_send(pair.ours, queue, &budget, NULL), IO_DONE);
    ck_assert_uint_eq(budget, 95);
    ck_assert_uint_eq(take(pair.theirs, in, sizeof(in)), 5);
    ck_assert_str_eq(in, "abcde");
    outqueue_free(queue);
    pair_fini(&pair);
}
END_TEST

START_TEST(peer_that_reads_nothing_blocks)
{
    struct outqueue *queue = outqueue_new(2, 0);
    uint64_t budget = UINT64_MAX;
    char *bytes = pattern_new(BIG), *in = malloc(BIG);
    struct pair pair;
    size_t left;

    pair_init(&pair);
    outqueue_view(queue, bytes, BIG, NULL);
    ck_assert_int_eq(socket_send(pair.ours, queue, &budget, NULL), IO_BLOCKED);
    left = queue->items[queue->first].left;
    ck_assert_uint_lt(left, BIG);
    ck_assert_uint_eq(UINT64_MAX - budget, BIG - left);
    ck_assert_int_eq(socket_send(pair.ours, queue, &budget, NULL), IO_BLOCKED);
    ck_assert_uint_gt(send_all(&pair, queue, UINT64_MAX, in, BIG), 0);
    ck_assert_int_eq(memcmp(in, bytes, BIG), 0);
    free(in);
    free(bytes);
    outqueue_free(queue);
    pair_fini(&pair);
}
END_TEST

START_TEST(pieces_of_memory_share_a_segment)
{
    struct outqueue *queue = outqueue_new(PIECES, 0);
    uint64_t budget = UINT64_MAX;
    char in[PIECES];
    struct pair pair;
    size_t len = 0;
    int on = 1;

    pair_init_tcp(&pair);
    setsockopt(pair.ours, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    for (int i = 0; i < PIECES; i++)
        outqueue_view(queue, "a", 1, NULL);
    ck_assert_int_eq(socket_send(pair.ours, queue, &budget, NULL), IO_DONE);
    while (len < PIECES) {
        await(pair.theirs, POLLIN);
        len += take(pair.theirs, in + len, sizeof(in) - len);
    }
    ck_assert_uint_eq(segments_of(&pair), 1);
    outqueue_free(queue);
    pair_fini(&pair);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("socket_io");

    suite_add_tests(
        suite, received_bytes_are_counted,
        nothing_to_receive_blocks_and_sets_nothing,
        last_byte_of_the_peer_is_the_end, reset_is_gone,
        sending_memory_to_a_closed_peer_raises_no_signal,
        sending_nothing_is_done, sent_bytes_are_taken_off_the_budget,
        peer_that_reads_nothing_blocks, pieces_of_memory_share_a_segment);
    return suite_run(suite);
}
