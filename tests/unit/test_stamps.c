/* When bytes left, and when they were acknowledged: as the kernel stamps it. */
#include "tcp/stamps.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <sys/sendfile.h>

#include "base/clock.h"
#include "pair.h"
#include "seen_events.h"
#include "suite.h"
#include "tcp/info.h"

static struct seen_events seen;

struct stamped {
    struct pair pair;
    struct ledger *ledger;
};

static struct stamped stamped_new(void (*connect_pair)(struct pair *))
{
    struct stamped s;

    seen_events_init(&seen);
    connect_pair(&s.pair);
    s.ledger = ledger_new(1, 1);
    ck_assert_ptr_nonnull(s.ledger);
    ledger_open(s.ledger, &seen.observer, "here", "there", NULL, NULL);
    stamps_begin(s.pair.ours);
    return s;
}

static void stamped_fini(struct stamped *s)
{
    ledger_free(s->ledger);
    pair_fini(&s->pair);
}

static void send_some(struct stamped *s, size_t len)
{
    static const char text[1000];

    ck_assert_int_eq(write(s->pair.ours, text, len), (ssize_t)len);
    ledger_send(s->ledger, LEDGER_CALL_SEND, len, NULL);
}

/* Waits until the kernel has all acknowledgements. */
static void await_kernel(const struct stamped *s)
{
    struct ledger_held held;

    do
        ck_assert(info_read_held(s->pair.ours, &held));
    while (held.queued > 0);
}

/* Reports until all that was sent is acknowledged. */
static void await_acked(struct stamped *s)
{
    while (s->ledger->acked < s->ledger->sent) {
        await(s->pair.ours, POLLERR);
        stamps_report(s->pair.ours, s->ledger);
    }
}

START_TEST(each_write_leaves_and_is_acknowledged)
{
    struct stamped s = stamped_new(pair_init_tcp);
    int64_t before_us = clock_wall_us();

    for (unsigned i = 0; i < 3; i++) {
        send_some(&s, 100 + i);
        await_acked(&s);
    }
    ck_assert_uint_eq(seen_count(&seen, LEDGER_LEFT), 3);
    ck_assert_uint_eq(seen_count(&seen, LEDGER_ACKED), 3);
    for (unsigned i = 0; i < 3; i++) {
        const struct seen_event *left = seen_nth(&seen, LEDGER_LEFT, i);
        const struct seen_event *acked = seen_nth(&seen, LEDGER_ACKED, i);

        ck_assert_uint_eq(left->to, acked->to);
        ck_assert_int_ge(left->time_us, before_us);
        ck_assert_int_ge(acked->time_us, left->time_us);
        ck_assert_int_le(acked->time_us, clock_wall_us());
        ck_assert(!acked->has_info); /* nothing more is under way */
        before_us = acked->time_us;
    }
    stamped_fini(&s);
}
END_TEST

/* More stamps than one system call reads. */
START_TEST(many_stamps_are_read_together)
{
    enum { WRITES = 100 };
    struct stamped s = stamped_new(pair_init_tcp);
    const int on = 1;
    unsigned with_info = 0;

    setsockopt(s.pair.ours, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    for (unsigned i = 0; i < WRITES; i++)
        send_some(&s, 10);
    await_kernel(&s);
    stamps_report(s.pair.ours, s.ledger);
    ck_assert_uint_gt(seen_count(&seen, LEDGER_LEFT), 32);
    ck_assert_uint_eq(seen.left_to, WRITES * 10);
    ck_assert_uint_eq(seen.acked_to, WRITES * 10);
    for (unsigned i = 0; i < seen_count(&seen, LEDGER_ACKED); i++)
        with_info += seen_nth(&seen, LEDGER_ACKED, i)->has_info;
    ck_assert_uint_ge(with_info, 1);
    stamped_fini(&s);
}
END_TEST

START_TEST(bytes_of_a_file_are_stamped)
{
    struct stamped s = stamped_new(pair_init_tcp);
    int fd = memfd_create("file", MFD_CLOEXEC);
    off_t offset = 0;

    ck_assert_int_eq(ftruncate(fd, 5000), 0);
    ck_assert_int_eq(sendfile(s.pair.ours, fd, &offset, 5000), 5000);
    ledger_send(s.ledger, LEDGER_CALL_SENDFILE, 5000, NULL);
    await_acked(&s);
    ck_assert_uint_eq(seen.left_to, 5000);
    close(fd);
    stamped_fini(&s);
}
END_TEST

/* What was stamped before a reset is still there after it. */
START_TEST(stamps_outlive_a_reset)
{
    struct stamped s = stamped_new(pair_init_tcp);

    send_some(&s, 700);
    await_kernel(&s);
    pair_reset(&s.pair);
    stamps_report(s.pair.ours, s.ledger);
    ck_assert_uint_eq(seen.left_to, 700);
    ck_assert_uint_eq(seen.acked_to, 700);
    stamped_fini(&s);
}
END_TEST

/* Once the first socket wants stamps, the kernel soon begins to make them. */
START_TEST(read_has_the_time_of_its_last_segment)
{
    struct stamped s = stamped_new(pair_init_tcp);
    char in[8];
    int64_t stamp_us, before_us;

    do {
        ck_assert_int_eq(write(s.pair.theirs, "abcd", 4), 4);
        await(s.pair.ours, POLLIN);
        before_us = clock_wall_us();
        ck_assert_int_eq(write(s.pair.theirs, "efgh", 4), 4);
        while (recv(s.pair.ours, in, 8, MSG_PEEK) < 8)
            await(s.pair.ours, POLLIN);
        ck_assert_int_eq(stamps_recv(s.pair.ours, in, 8, &stamp_us), 8);
    } while (stamp_us == 0);
    ck_assert_int_ge(stamp_us, before_us);
    ck_assert_int_le(stamp_us, clock_wall_us());
    ck_assert_int_eq(stamps_recv(s.pair.ours, in, 8, &stamp_us), -1);
    ck_assert_int_eq(errno, EAGAIN);
    ck_assert_int_eq(stamp_us, 0);
    stamped_fini(&s);
}
END_TEST

START_TEST(other_sockets_have_no_stamps)
{
    struct stamped s = stamped_new(pair_init);
    char in[8];
    int64_t stamp_us = -1;

    send_some(&s, 10);
    stamps_report(s.pair.ours, s.ledger);
    ck_assert_uint_eq(seen.count, 2); /* open and send */
    ck_assert_int_eq(write(s.pair.theirs, "ab", 2), 2);
    ck_assert_int_eq(stamps_recv(s.pair.ours, in, 8, &stamp_us), 2);
    ck_assert_int_eq(stamp_us, 0);
    stamped_fini(&s);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("stamps");

    suite_add_tests(suite, each_write_leaves_and_is_acknowledged,
                    many_stamps_are_read_together, bytes_of_a_file_are_stamped,
                    stamps_outlive_a_reset,
                    read_has_the_time_of_its_last_segment,
                    other_sockets_have_no_stamps);
    return suite_run(suite);
}
