/* What socket_io does with files in a queue, alone and among memory. */
#include "tcp/socket_io.h"

#include <errno.h>

#include "sending.h"
#include "suite.h"

enum { BIG = 4 * 1024 * 1024, PIECES = 200 };

/* Memory goes in one call, so a budget that it exceeds ends at 0. */
START_TEST(budget_is_looked_at_before_each_call)
{
    struct outqueue *queue = outqueue_new(4, 16);
    int file = pattern_file(100);
    struct pair pair;
    uint64_t budget = 0;
    char in[64];

    pair_init(&pair);
    outqueue_copy(queue, "head", 4);
    outqueue_file(queue, file, 0, 20, NULL);
    ck_assert_int_eq(socket_send(pair.ours, queue, &budget, NULL), IO_BUDGET);
    ck_assert_uint_eq(take(pair.theirs, in, sizeof(in)), 0);
    budget = 3;
    ck_assert_int_eq(socket_send(pair.ours, queue, &budget, NULL), IO_BUDGET);
    ck_assert_uint_eq(budget, 0);
    ck_assert_uint_eq(take(pair.theirs, in, sizeof(in)), 4);
    budget = 15;
    ck_assert_int_eq(socket_send(pair.ours, queue, &budget, NULL), IO_BUDGET);
    ck_assert_uint_eq(budget, 0);
    ck_assert_uint_eq(take(pair.theirs, in, sizeof(in)), 15);
    budget = 5;
    ck_assert_int_eq(socket_send(pair.ours, queue, &budget, NULL), IO_DONE);
    ck_assert_uint_eq(budget, 0);
    ck_assert_uint_eq(take(pair.theirs, in, sizeof(in)), 5);
    close(file);
    outqueue_free(queue);
    pair_fini(&pair);
}
END_TEST

START_TEST(range_of_a_file_is_sent)
{
    static const struct {
        size_t from, len;
    } ranges[] = {{0, 1000}, {0, 1}, {999, 1}, {100, 200}, {512, 488}};
    char *bytes = pattern_new(1000);
    int file = pattern_file(1000);

    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
        struct outqueue *queue = outqueue_new(1, 0);
        struct pair pair;
        char in[1000];

        pair_init_tcp(&pair);
        outqueue_file(queue, file, ranges[i].from, ranges[i].len, NULL);
        send_all(&pair, queue, 100, in, ranges[i].len);
        ck_assert_int_eq(memcmp(in, bytes + ranges[i].from, ranges[i].len), 0);
        outqueue_free(queue);
        pair_fini(&pair);
    }
    /* Two connections may send one file: its own offset is not used. */
    ck_assert_int_eq(lseek(file, 0, SEEK_CUR), 1000);
    close(file);
    free(bytes);
}
END_TEST

START_TEST(large_file_goes_as_the_peer_takes_it)
{
    struct outqueue *queue = outqueue_new(2, 8);
    char *bytes = pattern_new(BIG), *in = malloc(BIG + 4);
    int file = pattern_file(BIG);
    struct pair pair;

    pair_init_tcp(&pair);
    outqueue_copy(queue, "head", 4);
    outqueue_file(queue, file, 0, BIG, NULL);
    send_all(&pair, queue, 300000, in, BIG + 4);
    ck_assert_int_eq(memcmp(in, "head", 4), 0);
    ck_assert_int_eq(memcmp(in + 4, bytes, BIG), 0);
    close(file);
    free(in);
    free(bytes);
    outqueue_free(queue);
    pair_fini(&pair);
}
END_TEST

/* The length in the head cannot be kept, and the peer must notice. */
START_TEST(file_that_became_shorter_fails)
{
    static const off_t lens[] = {0, 9, 10, 11, 19};

    for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
        struct outqueue *queue = outqueue_new(2, 8);
        uint64_t budget = UINT64_MAX;
        int file = pattern_file(100);
        struct pair pair;

        pair_init_tcp(&pair);
        outqueue_copy(queue, "head", 4);
        outqueue_file(queue, file, 10, 10, NULL);
        ck_assert_int_eq(ftruncate(file, lens[i]), 0);
        ck_assert_int_eq(socket_send(pair.ours, queue, &budget, NULL),
                         IO_FAILED);
        ck_assert(!outqueue_is_empty(queue));
        close(file);
        outqueue_free(queue);
        pair_fini(&pair);
    }
}
END_TEST

START_TEST(file_that_cannot_be_read_fails)
{
    struct outqueue *queue = outqueue_new(1, 0);
    uint64_t budget = 100;
    struct pair pair;

    pair_init(&pair);
    outqueue_file(queue, -1, 0, 10, NULL);
    ck_assert_int_eq(socket_send(pair.ours, queue, &budget, NULL), IO_FAILED);
    ck_assert_int_eq(queue->file_error, EBADF);
    outqueue_free(queue);
    pair_fini(&pair);
}
END_TEST

/* Copied, viewed and filed bytes by turns, more of them than one call takes. */
START_TEST(all_kinds_leave_in_their_order)
{
    enum { EACH = 3 };
    static const uint64_t shares[] = {1, 2, 7, 64, UINT64_MAX};
    char *bytes = pattern_new(PIECES * EACH);
    int file = pattern_file(PIECES * EACH);

    for (size_t i = 0; i < sizeof(shares) / sizeof(shares[0]); i++)
        for (unsigned files_from = 0; files_from <= PIECES; files_from += 50) {
            struct outqueue *queue = outqueue_new(PIECES, PIECES * EACH);
            char in[PIECES * EACH];
            struct pair pair;

            pair_init_tcp(&pair);
            for (unsigned n = 0; n < PIECES; n++) {
                size_t at = (size_t)n * EACH;

                if (n % 3 == 0 && n >= files_from)
                    outqueue_file(queue, file, at, EACH, NULL);
                else if (n % 2 == 0)
                    outqueue_copy(queue, bytes + at, EACH);
                else
                    outqueue_view(queue, bytes + at, EACH, NULL);
            }
            send_all(&pair, queue, shares[i], in, sizeof(in));
            ck_assert_int_eq(memcmp(in, bytes, sizeof(in)), 0);
            outqueue_free(queue);
            pair_fini(&pair);
        }
    close(file);
    free(bytes);
}
END_TEST

START_TEST(head_and_file_share_a_segment)
{
    struct outqueue *queue = outqueue_new(4, 8);
    uint64_t budget = UINT64_MAX;
    int file = pattern_file(100), on = 1;
    struct pair pair;
    char in[200];

    pair_init_tcp(&pair);
    setsockopt(pair.ours, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    outqueue_copy(queue, "head", 4);
    outqueue_view(queue, "more", 4, NULL);
    outqueue_file(queue, file, 0, 100, NULL);
    ck_assert_int_eq(socket_send(pair.ours, queue, &budget, NULL), IO_DONE);
    await(pair.theirs, POLLIN);
    ck_assert_uint_eq(take(pair.theirs, in, sizeof(in)), 108);
    ck_assert_uint_eq(segments_of(&pair), 1);
    close(file);
    outqueue_free(queue);
    pair_fini(&pair);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("socket_files");

    suite_add_tests(
        suite, budget_is_looked_at_before_each_call, range_of_a_file_is_sent,
        large_file_goes_as_the_peer_takes_it, file_that_became_shorter_fails,
        file_that_cannot_be_read_fails, all_kinds_leave_in_their_order,
        head_and_file_share_a_segment);
    return suite_run(suite);
}
