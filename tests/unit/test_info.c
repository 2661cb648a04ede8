/* What the kernel reports of a connection. */
#include "tcp/info.h"

#include <stdio.h>
#include <string.h>

#include "pair.h"
#include "suite.h"

START_TEST(tcp_counts_what_went)
{
    static const char text[1000];
    struct ledger_info info;
    struct pair pair;

    pair_init_tcp(&pair);
    ck_assert_int_eq(write(pair.theirs, text, 600), 600);
    await(pair.ours, POLLIN);
    ck_assert_int_eq(write(pair.ours, text, 1000), 1000);
    await(pair.theirs, POLLIN);
    ck_assert(info_read(pair.ours, &info));
    ck_assert_uint_eq(info.data_segments_in, 1);
    ck_assert_uint_eq(info.data_segments_out, 1);
    ck_assert_uint_eq(info.bytes_acked + info.bytes_unacked, 1000);
    ck_assert_uint_gt(info.mss, 0);
    ck_assert_uint_gt(info.cwnd, 0);
    ck_assert_uint_ge(info.segments_in, info.data_segments_in);
    ck_assert_uint_eq(info.retransmitted, 0);
    pair_fini(&pair);
}
END_TEST

/* Waits until the kernel has no byte unacknowledged. */
static void await_acknowledged(int fd)
{
    struct ledger_held held;

    do
        ck_assert(info_read_held(fd, &held));
    while (held.queued > 0);
}

/* The peer never reads, so that its window closes, and then resets. */
START_TEST(queues_are_known_even_after_a_reset)
{
    static const char text[100000];
    struct ledger_held held, after;
    struct ledger_info info;
    struct pair pair;
    ssize_t accepted = 0, sent;

    pair_init_tcp(&pair);
    ck_assert_int_eq(write(pair.theirs, text, 600), 600);
    await(pair.ours, POLLIN);
    ck_assert_int_eq(write(pair.ours, text, 10), 10);
    await_acknowledged(pair.ours);
    while ((sent = write(pair.ours, text, sizeof(text))) != -1)
        accepted += sent;
    ck_assert(info_read_held(pair.ours, &held));
    ck_assert_uint_eq(held.unread, 600);
    ck_assert_uint_gt(held.unsent, 0);
    ck_assert_uint_le(held.unsent, held.queued);
    ck_assert_uint_le(held.queued, (uint64_t)accepted);
    pair_reset(&pair);
    ck_assert(info_read_held(pair.ours, &after));
    ck_assert_uint_eq(after.unread, 600);
    ck_assert_uint_le(after.unsent, held.unsent);
    ck_assert_uint_gt(after.unsent, 0);
    ck_assert(info_read(pair.ours, &info));
    ck_assert_uint_eq(10 + (uint64_t)accepted - after.queued, info.bytes_acked);
    pair_fini(&pair);
}
END_TEST

START_TEST(socket_that_is_not_tcp_has_none)
{
    struct ledger_held held;
    struct ledger_info info;
    struct pair pair;

    pair_init(&pair);
    ck_assert(!info_read(pair.ours, &info));
    ck_assert(!info_read_held(pair.ours, &held));
    pair_fini(&pair);
}
END_TEST

START_TEST(local_end_is_the_one_that_was_reached)
{
    char local[ADDRESS_TEXT_MAX];
    struct sockaddr_in address;
    socklen_t len = sizeof(address);
    struct pair pair;
    char expected[ADDRESS_TEXT_MAX];

    pair_init_tcp(&pair);
    getpeername(pair.theirs, (struct sockaddr *)&address, &len);
    snprintf(expected, sizeof(expected), "127.0.0.1:%u",
             (unsigned)ntohs(address.sin_port));
    ck_assert_str_eq(info_format_local(pair.ours, local), expected);
    pair_fini(&pair);
    pair_init(&pair);
    ck_assert_str_eq(info_format_local(pair.ours, local), "unix:");
    pair_fini(&pair);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("info");

    suite_add_tests(
        suite, tcp_counts_what_went, queues_are_known_even_after_a_reset,
        socket_that_is_not_tcp_has_none, local_end_is_the_one_that_was_reached);
    return suite_run(suite);
}
