/* Positions of what left and what was acknowledged, from numbers of 32 bits. */
#include "ledger_witness.h"

enum { AT_US = 5 };

static struct witness *sent(uint64_t len)
{
    struct witness *w = witness_new();

    take_response(w->ledger, 0, 200, 0, len);
    ledger_send(w->ledger, LEDGER_CALL_SENDFILE, len, NULL);
    return w;
}

static void finish(struct witness *w)
{
    ledger_close(w->ledger, LEDGER_UNFINISHED, NULL, NULL);
    check_story(w);
    witness_free(w);
}

START_TEST(ranges_follow_each_other)
{
    const struct ledger_info info = {.cwnd = 10};
    struct witness *w = sent(1000);
    int64_t at_us = w->ledger->opened_us + AT_US;

    ledger_left(w->ledger, 299, at_us);
    check_last(w, LEDGER_LEFT, 0, 300);
    ck_assert_int_eq(last(w)->event.time_us, at_us);
    ck_assert(!last(w)->event.is_again);
    ledger_left(w->ledger, 999, at_us);
    check_last(w, LEDGER_LEFT, 300, 1000);
    ledger_acked(w->ledger, 299, at_us, NULL);
    check_last(w, LEDGER_ACKED, 0, 300);
    ledger_acked(w->ledger, 999, at_us, &info);
    check_last(w, LEDGER_ACKED, 300, 1000);
    ck_assert_ptr_eq(last(w)->event.info, &info);
    finish(w);
}
END_TEST

START_TEST(what_has_left_leaves_again)
{
    struct witness *w = sent(1000);
    int64_t at_us = w->ledger->opened_us + AT_US;

    ledger_left(w->ledger, 999, at_us);
    ledger_left(w->ledger, 299, at_us);
    check_last(w, LEDGER_LEFT, 300, 300);
    ck_assert(last(w)->event.is_again);
    ledger_left(w->ledger, 999, at_us);
    check_last(w, LEDGER_LEFT, 1000, 1000);
    ck_assert(last(w)->event.is_again);
    ck_assert_uint_eq(w->ledger->left, 1000);
    finish(w);
}
END_TEST

START_TEST(acknowledgement_counts_once)
{
    struct witness *w = sent(1000);
    unsigned count;

    ledger_acked(w->ledger, 999, w->ledger->opened_us, NULL);
    count = w->count;
    ledger_acked(w->ledger, 299, w->ledger->opened_us, NULL);
    ledger_acked(w->ledger, 999, w->ledger->opened_us, NULL);
    ck_assert_uint_eq(w->count, count);
    finish(w);
}
END_TEST

/* A stream of several GiB: the numbers begin anew, positions go on. */
START_TEST(numbers_wrap_around)
{
    static const struct {
        uint64_t sent, to;
    } cases[] = {
        {1, 1},
        {UINT32_MAX, UINT32_MAX},
        {(uint64_t)1 << 32, (uint64_t)1 << 32},
        {((uint64_t)1 << 32) + 1, ((uint64_t)1 << 32) + 1},
        {((uint64_t)1 << 32) + 1000, ((uint64_t)1 << 32) - 1000},
        {((uint64_t)5 << 32) + 1, ((uint64_t)5 << 32) - 70000},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct witness *w = sent(cases[i].sent);

        ledger_left(w->ledger, (uint32_t)(cases[i].to - 1),
                    w->ledger->opened_us);
        check_last(w, LEDGER_LEFT, 0, cases[i].to);
        finish(w);
    }
}
END_TEST

/* The queues were read before the last stamps. */
START_TEST(account_has_what_was_stamped)
{
    const struct ledger_held held = {.queued = 1000, .unsent = 400};
    struct witness *w = sent(1000);
    const struct ledger_account *account;

    ledger_left(w->ledger, 999, w->ledger->opened_us);
    ledger_acked(w->ledger, 799, w->ledger->opened_us, NULL);
    ledger_close(w->ledger, LEDGER_UNFINISHED, &held, NULL);
    account = &last(w)->account;
    ck_assert_uint_eq(account->acked, 800);
    ck_assert_uint_eq(account->sent, 800);
    ck_assert_uint_eq(account->in_flight, 0);
    ck_assert_uint_eq(account->unsent, 200);
    check_story(w);
    witness_free(w);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("ledger_stamps");

    suite_add_tests(suite, ranges_follow_each_other, what_has_left_leaves_again,
                    acknowledgement_counts_once, numbers_wrap_around,
                    account_has_what_was_stamped);
    return suite_run(suite);
}
