/* How streams end, and what became of their bytes. */
#include "ledger_witness.h"

/* 1000 bytes were accepted. With a FIN, the kernel counts one byte more. */
static const struct {
    bool is_shut;
    struct ledger_held held;
    struct ledger_account account;
} accounts[] = {
    {false, {0, 0, 0}, {1000, 1000, 0, 0, 0}},
    {false, {1000, 1000, 0}, {0, 0, 0, 1000, 0}},
    {false, {300, 100, 7}, {900, 700, 200, 100, 7}},
    {false, {100, 300, 0}, {900, 900, 0, 100, 0}}, /* acknowledged meanwhile */
    {true, {0, 0, 0}, {1000, 1000, 0, 0, 0}},
    {true, {1, 0, 0}, {1000, 1000, 0, 0, 0}},
    {true, {1, 1, 0}, {1000, 1000, 0, 0, 0}},
    {true, {301, 101, 0}, {900, 700, 200, 100, 0}},
    {true, {1001, 1001, 0}, {0, 0, 0, 1000, 0}},
    {false, {5000, 4000, 0}, {0, 0, 0, 1000, 0}},
};

START_TEST(account_adds_up)
{
    for (size_t i = 0; i < sizeof(accounts) / sizeof(accounts[0]); i++) {
        struct witness *w = witness_new();
        const struct ledger_account *account;

        take_response(w->ledger, 0, 200, 100, 900);
        ledger_send(w->ledger, LEDGER_CALL_SEND, 1000, NULL);
        if (accounts[i].is_shut)
            ledger_shutdown(w->ledger);
        ledger_close(w->ledger, LEDGER_UNFINISHED, &accounts[i].held, NULL);
        account = &last(w)->account;
        ck_assert_uint_eq(account->sent, accounts[i].account.sent);
        ck_assert_uint_eq(account->acked, accounts[i].account.acked);
        ck_assert_uint_eq(account->in_flight, accounts[i].account.in_flight);
        ck_assert_uint_eq(account->unsent, accounts[i].account.unsent);
        ck_assert_uint_eq(account->unread, accounts[i].account.unread);
        ck_assert_uint_eq(account->sent + account->unsent, 1000);
        check_story(w);
        witness_free(w);
    }
}
END_TEST

START_TEST(each_stream_has_its_end)
{
    struct witness *w = witness_new();

    ledger_eof(NULL);
    ledger_shutdown(NULL);
    ledger_recv(w->ledger, 10, NULL);
    ledger_offer(w->ledger, 10);
    take_request(w->ledger, 10, 10, 0);
    take_response(w->ledger, 0, 200, 30, 0);
    ledger_blocked(w->ledger, LEDGER_CALL_SEND, &(struct ledger_held){9, 4, 0},
                   NULL);
    check_last(w, LEDGER_BLOCKED, 0, 0);
    ck_assert_ptr_nonnull(last(w)->event.held);
    ledger_send(w->ledger, LEDGER_CALL_SEND, 30, NULL);
    ledger_shutdown(w->ledger);
    check_last(w, LEDGER_SHUTDOWN, 30, 30);
    ledger_eof(w->ledger);
    check_last(w, LEDGER_EOF, 10, 10);
    ledger_close(w->ledger, LEDGER_UNFINISHED, NULL, NULL);
    ck_assert_ptr_null(last(w)->event.account);
    check_story(w);
    witness_free(w);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("ledger_ends");

    suite_add_tests(suite, account_adds_up, each_stream_has_its_end);
    return suite_run(suite);
}
