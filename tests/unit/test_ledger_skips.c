/* Bytes that belong to no message. */
#include "ledger_witness.h"

START_TEST(empty_lines_belong_to_no_message)
{
    struct witness *w = witness_new();

    ledger_recv(w->ledger, 3, NULL); /* CR LF, and a byte */
    ledger_offer(w->ledger, 3);
    ledger_skip(w->ledger, 2, LEDGER_EMPTY_LINE);
    check_last(w, LEDGER_SKIP, 0, 2);
    ck_assert_int_eq(last(w)->event.why, LEDGER_EMPTY_LINE);
    ledger_skip(w->ledger, 0, LEDGER_EMPTY_LINE); /* nothing to report */
    ck_assert_uint_eq(w->count, 3);
    ledger_recv(w->ledger, 9, NULL);
    ledger_offer(w->ledger, 10);
    take_request(w->ledger, 10, 10, 0);
    check_last(w, LEDGER_REQUEST, 2, 12);
    ck_assert_uint_eq(last(w)->event.head_to, 12);
    ck_assert_uint_eq(last(w)->ledger.message_recvs, 2);
    ledger_close(w->ledger, LEDGER_UNFINISHED, NULL, NULL);
    check_story(w);
    witness_free(w);
}
END_TEST

START_TEST(empty_line_alone_in_a_recv_brought_no_part_of_a_request)
{
    struct witness *w = witness_new();

    ledger_recv(w->ledger, 2, NULL);
    ledger_offer(w->ledger, 2);
    ledger_skip(w->ledger, 2, LEDGER_EMPTY_LINE);
    ledger_recv(w->ledger, 10, NULL);
    ledger_offer(w->ledger, 10);
    take_request(w->ledger, 10, 10, 0);
    ck_assert_uint_eq(last(w)->ledger.message_recvs, 1);
    ledger_close(w->ledger, LEDGER_UNFINISHED, NULL, NULL);
    check_story(w);
    witness_free(w);
}
END_TEST

/* What is behind a refused message is none, whatever else ended the stream. */
START_TEST(bytes_behind_a_refusal_come_after_the_end)
{
    static const enum ledger_cause causes[] = {LEDGER_BY_REFUSAL,
                                               LEDGER_BY_REQUEST_TIMEOUT};

    for (size_t i = 0; i < sizeof(causes) / sizeof(causes[0]); i++) {
        struct witness *w = witness_new();

        ledger_recv(w->ledger, 20, NULL);
        ledger_offer(w->ledger, 20);
        take_request(w->ledger, 20, 7, 400);
        check_last(w, LEDGER_REQUEST, 0, 20);
        ck_assert_uint_eq(last(w)->event.head_to, 7);
        take_response(w->ledger, 0, 400, 30, 9);
        ledger_ends(w->ledger, causes[i]);
        ledger_send(w->ledger, LEDGER_CALL_SEND, 39, NULL);
        ledger_recv(w->ledger, 100, NULL);
        ledger_ends(w->ledger, LEDGER_BY_PEER); /* the first one holds */
        ledger_close(w->ledger, LEDGER_UNFINISHED, NULL, NULL);
        ck_assert_int_eq(last(w)->ledger.cause, causes[i]);
        w->count--;
        check_last(w, LEDGER_SKIP, 20, 120);
        ck_assert_int_eq(last(w)->event.why, LEDGER_AFTER_END);
        w->count++;
        check_story(w);
        witness_free(w);
    }
}
END_TEST

START_TEST(bytes_behind_the_last_response)
{
    struct witness *w = witness_new();

    ledger_recv(w->ledger, 25, NULL);
    ledger_offer(w->ledger, 25);
    take_request(w->ledger, 10, 10, 0);
    take_response(w->ledger, 0, 200, 10, 0);
    ledger_ends(w->ledger, LEDGER_BY_DRAINING);
    ledger_drop_rest(w->ledger);
    ledger_close(w->ledger, LEDGER_UNFINISHED, NULL, NULL);
    w->count--;
    check_last(w, LEDGER_SKIP, 10, 25);
    ck_assert_int_eq(last(w)->event.why, LEDGER_AFTER_END);
    w->count++;
    check_story(w);
    witness_free(w);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("ledger_skips");

    suite_add_tests(suite, empty_lines_belong_to_no_message,
                    empty_line_alone_in_a_recv_brought_no_part_of_a_request,
                    bytes_behind_a_refusal_come_after_the_end,
                    bytes_behind_the_last_response);
    return suite_run(suite);
}
