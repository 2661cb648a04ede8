#include "ledger_witness.h"

/* The drawing in ledger.h: two requests of 36 bytes and the start of a third,
 * in recvs of 25 and 54 bytes. */
START_TEST(messages_and_reads_have_their_own_bounds)
{
    struct witness *w = witness_new();
    struct ledger *ledger = w->ledger;

    ck_assert_str_eq(w->seen[0].event.open.local, "here");
    ck_assert_str_eq(w->seen[0].event.open.peer, "there");
    ck_assert_int_eq(w->seen[0].event.time_us, ledger->opened_us);
    ledger_recv(ledger, 25, NULL);
    check_last(w, LEDGER_RECV, 0, 25);
    ledger_offer(ledger, 25);
    ledger_recv(ledger, 54, NULL);
    check_last(w, LEDGER_RECV, 25, 79);
    ck_assert_uint_eq(last(w)->ledger.recv_from, 25);
    ledger_offer(ledger, 79);
    take_request(ledger, 36, 36, 0);
    check_last(w, LEDGER_REQUEST, 0, 36);
    ck_assert_uint_eq(last(w)->event.head_to, 36);
    ck_assert_uint_eq(last(w)->ledger.message_recvs, 2);
    take_response(ledger, 0, 200, 245, 61);
    check_last(w, LEDGER_RESPONSE, 0, 306);
    ck_assert_uint_eq(last(w)->event.head_to, 245);
    ck_assert_uint_eq(last(w)->event.request_number, 1);
    ledger_offer(ledger, 43);
    take_request(ledger, 36, 30, 0);
    check_last(w, LEDGER_REQUEST, 36, 72);
    ck_assert_uint_eq(last(w)->event.head_to, 66);
    ck_assert_uint_eq(last(w)->ledger.message_recvs, 1);
    take_response(ledger, 306, 200, 245, 61);
    check_last(w, LEDGER_RESPONSE, 306, 612);
    ledger_send(ledger, LEDGER_CALL_SENDFILE, 612, NULL);
    check_last(w, LEDGER_SEND, 0, 612);
    ck_assert_int_eq(last(w)->event.call, LEDGER_CALL_SENDFILE);
    ledger_ends(ledger, LEDGER_BY_PEER);
    ledger_close(ledger, LEDGER_UNFINISHED, NULL, NULL);
    check_last(w, LEDGER_CLOSE, 0, 0);
    ck_assert_int_eq(w->seen[w->count - 2].event.kind, LEDGER_SKIP);
    ck_assert_int_eq(w->seen[w->count - 2].event.why, LEDGER_UNFINISHED);
    ck_assert_uint_eq(last(w)->ledger.requests, 2);
    ck_assert_uint_eq(last(w)->ledger.responses, 2);
    ck_assert_uint_eq(last(w)->ledger.recvs, 2);
    ck_assert_uint_eq(last(w)->ledger.sends, 1);
    ck_assert_uint_eq(last(w)->ledger.pipeline_max, 2);
    check_story(w);
    witness_free(w);
}
END_TEST

/* A head, two sends of content that is not complete, and the rest of it. */
START_TEST(streamed_content_has_its_range_when_it_is_complete)
{
    const struct ledger_response response = {.head = {"head", 4},
                                             .status = 200,
                                             .is_endless = true,
                                             .has_end = true};
    struct witness *w = witness_new();
    struct ledger *ledger = w->ledger;

    ledger_recv(ledger, 20, NULL);
    ledger_offer(ledger, 20);
    take_request(ledger, 20, 20, 0);
    ledger_response(ledger, 0, 0, &response);
    check_last(w, LEDGER_RESPONSE, 0, 4);
    ck_assert(!ledger->carries_endless);
    ledger_content(ledger, 104, 100);
    check_last(w, LEDGER_CONTENT, 4, 104);
    ck_assert_uint_eq(last(w)->event.request_number, 1);
    ledger_send(ledger, LEDGER_CALL_SEND, 64, NULL);
    ledger_send(ledger, LEDGER_CALL_SEND, 40, NULL);
    ledger_close(ledger, LEDGER_UNFINISHED, NULL, NULL);
    check_story(w);
    witness_free(w);
}
END_TEST

/* Takes all messages of `len` bytes that are whole within what is offered, and
 * responds to each at once. Returns what is left over. */
static uint64_t take_whole(struct witness *w, uint64_t offered, uint64_t len)
{
    while (offered >= len) {
        ledger_offer(w->ledger, offered);
        take_request(w->ledger, len, (size_t)len - 1, 0);
        take_response(w->ledger, 0, 200, 10, 5);
        ledger_send(w->ledger, LEDGER_CALL_SEND, 15, NULL);
        offered -= len;
    }
    return offered;
}

/* How many recvs of `chunk` bytes bring the message [from, to). */
static unsigned recvs_of(uint64_t from, uint64_t to, uint64_t chunk)
{
    return (unsigned)((to - 1) / chunk - from / chunk + 1);
}

START_TEST(messages_cut_anywhere)
{
    enum { LEN = 12, COUNT = 5 };

    for (uint64_t chunk = 1; chunk <= (uint64_t)LEN * COUNT; chunk++) {
        struct witness *w = witness_new();
        uint64_t kept = 0, deepest = 0;

        for (uint64_t at = 0; at < (uint64_t)LEN * COUNT; at += chunk) {
            uint64_t left = (uint64_t)LEN * COUNT - at;
            uint64_t len = left < chunk ? left : chunk;
            uint64_t completed = (at + len) / LEN - at / LEN;

            ledger_recv(w->ledger, len, NULL);
            kept = take_whole(w, kept + len, LEN);
            deepest = completed > deepest ? completed : deepest;
        }
        for (unsigned i = 0; i < w->count; i++) {
            const struct ledger_event *event = &w->seen[i].event;

            if (event->kind == LEDGER_REQUEST)
                ck_assert_uint_eq(w->seen[i].ledger.message_recvs,
                                  recvs_of(event->from, event->to, chunk));
        }
        ck_assert_uint_eq(kept, 0);
        ck_assert_uint_eq(w->ledger->requests, COUNT);
        ck_assert_uint_eq(w->ledger->pipeline_max, deepest);
        ledger_close(w->ledger, LEDGER_UNFINISHED, NULL, NULL);
        check_story(w);
        witness_free(w);
    }
}
END_TEST

START_TEST(pipeline_is_what_one_recv_completed)
{
    static const unsigned bursts[] = {1, 5, 3};
    struct witness *w = witness_new();

    for (size_t i = 0; i < sizeof(bursts) / sizeof(bursts[0]); i++) {
        ledger_recv(w->ledger, 10 * bursts[i], NULL);
        for (unsigned n = 0; n < bursts[i]; n++) {
            ledger_offer(w->ledger, 10 * (bursts[i] - n));
            take_request(w->ledger, 10, 10, 0);
            take_response(w->ledger, 20 * n, 200, 20, 0);
        }
        ledger_send(w->ledger, LEDGER_CALL_SEND, 20 * bursts[i], NULL);
    }
    ck_assert_uint_eq(w->ledger->pipeline_max, 5);
    ledger_close(w->ledger, LEDGER_UNFINISHED, NULL, NULL);
    check_story(w);
    witness_free(w);
}
END_TEST

START_TEST(early_response_is_to_the_request_that_is_being_read)
{
    struct witness *w = witness_new();

    for (uint64_t number = 1; number <= 2; number++) {
        ledger_recv(w->ledger, 30, NULL);
        ledger_offer(w->ledger, 30);
        take_response(w->ledger, 0, 100, 25, 0);
        ck_assert_uint_eq(last(w)->event.request_number, number);
        ledger_send(w->ledger, LEDGER_CALL_SEND, 25, NULL);
        ledger_recv(w->ledger, 5, NULL);
        ledger_offer(w->ledger, 35);
        take_request(w->ledger, 35, 30, 0);
        take_response(w->ledger, 0, 200, 20, 1);
        ck_assert_uint_eq(last(w)->event.request_number, number);
        ledger_send(w->ledger, LEDGER_CALL_SEND, 21, NULL);
    }
    ck_assert_uint_eq(w->ledger->pipeline_max, 1);
    ledger_close(w->ledger, LEDGER_UNFINISHED, NULL, NULL);
    check_story(w);
    witness_free(w);
}
END_TEST

/* Sends have bounds of their own; what is queued waits behind them. */
START_TEST(response_that_leaves_in_parts)
{
    struct witness *w = witness_new();

    ledger_recv(w->ledger, 20, NULL);
    ledger_offer(w->ledger, 20);
    take_request(w->ledger, 10, 10, 0);
    take_response(w->ledger, 0, 200, 100, 900);
    ledger_send(w->ledger, LEDGER_CALL_SEND, 300, NULL);
    ledger_offer(w->ledger, 10);
    take_request(w->ledger, 10, 10, 0);
    take_response(w->ledger, 700, 404, 50, 0);
    check_last(w, LEDGER_RESPONSE, 1000, 1050);
    ledger_send(w->ledger, LEDGER_CALL_SENDFILE, 700, &(struct ledger_info){0});
    check_last(w, LEDGER_SEND, 300, 1000);
    ck_assert_ptr_nonnull(last(w)->event.info);
    ledger_send(w->ledger, LEDGER_CALL_SEND, 50, NULL);
    ledger_close(w->ledger, LEDGER_UNFINISHED, NULL, NULL);
    check_story(w);
    witness_free(w);
}
END_TEST

START_TEST(nothing_at_all_is_a_story_too)
{
    struct witness *w = witness_new();

    ledger_ends(w->ledger, LEDGER_BY_PEER);
    ledger_close(w->ledger, LEDGER_UNFINISHED, NULL, NULL);
    ck_assert_uint_eq(w->count, 2);
    ck_assert_uint_eq(last(w)->ledger.id, 7);
    ck_assert_uint_eq(last(w)->ledger.worker, 2);
    check_story(w);
    witness_free(w);
}
END_TEST

/* Positions alone are counted, as Server-Timing wants them. */
START_TEST(ledger_without_an_observer)
{
    struct ledger *ledger = ledger_new(1, 1);

    ledger_recv(ledger, 10, NULL);
    ledger_offer(ledger, 10);
    take_request(ledger, 10, 10, 0);
    take_response(ledger, 0, 200, 10, 0);
    ledger_send(ledger, LEDGER_CALL_SEND, 10, NULL);
    ledger_skip(ledger, 0, LEDGER_EMPTY_LINE);
    ledger_close(ledger, LEDGER_UNFINISHED, NULL, NULL);
    ck_assert_uint_eq(ledger->received, 10);
    ck_assert_uint_eq(ledger->sent, 10);
    ck_assert_uint_eq(ledger->requests, 1);
    ledger_free(ledger);
    ledger_free(NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("ledger");

    suite_add_tests(suite, messages_and_reads_have_their_own_bounds,
                    streamed_content_has_its_range_when_it_is_complete,
                    messages_cut_anywhere, pipeline_is_what_one_recv_completed,
                    early_response_is_to_the_request_that_is_being_read,
                    response_that_leaves_in_parts,
                    nothing_at_all_is_a_story_too, ledger_without_an_observer);
    return suite_run(suite);
}
