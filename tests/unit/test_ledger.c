#include "base/ledger.h"

#include "base/observer.h"
#include "suite.h"

enum { SEEN_MAX = 1000 };

/* An event with what its ledger said at that moment. */
struct seen {
    struct ledger_event event;
    struct ledger ledger;
};

struct witness {
    struct observer observer; /* first: the two share their address */
    struct ledger *ledger;
    unsigned count;
    struct seen seen[SEEN_MAX];
};

static void note(struct observer *observer, const struct ledger_event *event)
{
    struct witness *witness = (struct witness *)observer;

    ck_assert_ptr_eq(event->ledger, witness->ledger);
    ck_assert_uint_lt(witness->count, SEEN_MAX);
    witness->seen[witness->count++] =
        (struct seen){.event = *event, .ledger = *event->ledger};
}

static struct witness *witness_new(void)
{
    struct witness *witness = calloc(1, sizeof(*witness));

    ck_assert_ptr_nonnull(witness);
    witness->observer.event = note;
    witness->ledger = ledger_new(7, 2);
    ck_assert_ptr_nonnull(witness->ledger);
    ledger_open(witness->ledger, &witness->observer, "here", "there", NULL);
    return witness;
}

static void witness_free(struct witness *witness)
{
    ledger_free(witness->ledger);
    free(witness);
}

/* Where one kind of ranges must go on, in each direction. */
struct ends {
    uint64_t recv, message, answer, send;
};

static void check_range(const struct ledger_event *event, uint64_t *end)
{
    ck_assert_uint_eq(event->from, *end);
    ck_assert_uint_ge(event->to, event->from);
    *end = event->to;
}

static void check_event(const struct seen *seen, struct ends *ends)
{
    const struct ledger_event *event = &seen->event;

    switch (event->kind) {
    case LEDGER_RECV:
        check_range(event, &ends->recv);
        break;
    case LEDGER_REQUEST:
        ck_assert_uint_le(event->head_to, event->to);
        check_range(event, &ends->message);
        ck_assert_uint_le(event->to, ends->recv);
        break;
    case LEDGER_SKIP:
        check_range(event, &ends->message);
        ck_assert_uint_gt(event->to, event->from);
        ck_assert_uint_le(event->to, ends->recv);
        break;
    case LEDGER_ANSWER:
        ck_assert_uint_le(event->head_to, event->to);
        check_range(event, &ends->answer);
        break;
    case LEDGER_SEND:
        check_range(event, &ends->send);
        ck_assert_uint_le(event->to, ends->answer);
        break;
    case LEDGER_CLOSE:
        ck_assert_uint_eq(ends->message, ends->recv);
        ck_assert_uint_eq(seen->ledger.received, ends->recv);
        ck_assert_uint_eq(seen->ledger.sent, ends->send);
        break;
    case LEDGER_OPEN:
        ck_abort_msg("opened twice");
    }
}

/* Ranges follow each other without gap or overlap, from first to last. */
static void check_story(const struct witness *witness)
{
    struct ends ends = {0};

    ck_assert_uint_gt(witness->count, 1);
    ck_assert_int_eq(witness->seen[0].event.kind, LEDGER_OPEN);
    for (unsigned i = 1; i < witness->count; i++) {
        ck_assert_int_ge(witness->seen[i].event.time_us,
                         witness->seen[0].event.time_us);
        check_event(&witness->seen[i], &ends);
    }
    ck_assert_int_eq(witness->seen[witness->count - 1].event.kind,
                     LEDGER_CLOSE);
}

static void take_request(struct ledger *ledger, uint64_t used, size_t head_len,
                         unsigned refused)
{
    const struct ledger_request request = {.head = {"", head_len},
                                           .refused = refused};

    ledger_request(ledger, used, &request);
}

static void take_answer(struct ledger *ledger, uint64_t ahead, unsigned status,
                        size_t head_len, uint64_t body_len)
{
    const struct ledger_answer answer = {.head = {"", head_len},
                                         .status = status};

    ledger_answer(ledger, ahead, body_len, &answer);
}

static const struct seen *last(const struct witness *witness)
{
    return &witness->seen[witness->count - 1];
}

static void check_last(const struct witness *witness,
                       enum ledger_event_kind kind, uint64_t from, uint64_t to)
{
    const struct ledger_event *event = &last(witness)->event;

    ck_assert_int_eq(event->kind, kind);
    ck_assert_uint_eq(event->from, from);
    ck_assert_uint_eq(event->to, to);
}

/* The drawing in ledger.h: two requests of 36 bytes and the start of a third,
 * in recvs of 25 and 54 bytes. */
START_TEST(messages_and_chunks_have_their_own_bounds)
{
    struct witness *w = witness_new();
    struct ledger *ledger = w->ledger;

    ck_assert_str_eq(w->seen[0].event.open.local, "here");
    ck_assert_str_eq(w->seen[0].event.open.peer, "there");
    ck_assert_int_eq(w->seen[0].event.time_us, ledger->opened_us);
    ledger_recv(ledger, 25);
    check_last(w, LEDGER_RECV, 0, 25);
    ledger_offer(ledger, 25);
    ledger_recv(ledger, 54);
    check_last(w, LEDGER_RECV, 25, 79);
    ck_assert_uint_eq(last(w)->ledger.recv_from, 25);
    ledger_offer(ledger, 79);
    take_request(ledger, 36, 36, 0);
    check_last(w, LEDGER_REQUEST, 0, 36);
    ck_assert_uint_eq(last(w)->event.head_to, 36);
    ck_assert_uint_eq(last(w)->ledger.message_recvs, 2);
    take_answer(ledger, 0, 200, 245, 61);
    check_last(w, LEDGER_ANSWER, 0, 306);
    ck_assert_uint_eq(last(w)->event.head_to, 245);
    ck_assert_uint_eq(last(w)->event.answer.number, 1);
    ledger_offer(ledger, 43);
    take_request(ledger, 36, 30, 0);
    check_last(w, LEDGER_REQUEST, 36, 72);
    ck_assert_uint_eq(last(w)->event.head_to, 66);
    ck_assert_uint_eq(last(w)->ledger.message_recvs, 1);
    take_answer(ledger, 306, 200, 245, 61);
    check_last(w, LEDGER_ANSWER, 306, 612);
    ledger_send(ledger, LEDGER_CALL_SENDFILE, 612, NULL);
    check_last(w, LEDGER_SEND, 0, 612);
    ck_assert_int_eq(last(w)->event.call, LEDGER_CALL_SENDFILE);
    ledger_ends(ledger, LEDGER_BY_PEER);
    ledger_close(ledger, NULL);
    check_last(w, LEDGER_CLOSE, 0, 0);
    ck_assert_int_eq(w->seen[w->count - 2].event.kind, LEDGER_SKIP);
    ck_assert_int_eq(w->seen[w->count - 2].event.why, LEDGER_UNFINISHED);
    ck_assert_uint_eq(last(w)->ledger.requests, 2);
    ck_assert_uint_eq(last(w)->ledger.answers, 2);
    ck_assert_uint_eq(last(w)->ledger.recvs, 2);
    ck_assert_uint_eq(last(w)->ledger.sends, 1);
    ck_assert_uint_eq(last(w)->ledger.pipeline_max, 2);
    check_story(w);
    witness_free(w);
}
END_TEST

/* Takes all messages of `len` bytes that are whole within what is offered, and
 * answers each at once. Returns what is left over. */
static uint64_t take_whole(struct witness *w, uint64_t offered, uint64_t len)
{
    while (offered >= len) {
        ledger_offer(w->ledger, offered);
        take_request(w->ledger, len, (size_t)len - 1, 0);
        take_answer(w->ledger, 0, 200, 10, 5);
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
        uint64_t kept = 0;

        for (uint64_t at = 0; at < (uint64_t)LEN * COUNT; at += chunk) {
            uint64_t left = (uint64_t)LEN * COUNT - at;
            uint64_t len = left < chunk ? left : chunk;

            ledger_recv(w->ledger, len);
            kept = take_whole(w, kept + len, LEN);
        }
        for (unsigned i = 0; i < w->count; i++) {
            const struct ledger_event *event = &w->seen[i].event;

            if (event->kind == LEDGER_REQUEST)
                ck_assert_uint_eq(w->seen[i].ledger.message_recvs,
                                  recvs_of(event->from, event->to, chunk));
        }
        ck_assert_uint_eq(kept, 0);
        ck_assert_uint_eq(w->ledger->requests, COUNT);
        ck_assert_uint_eq(w->ledger->pipeline_max, 1);
        ledger_close(w->ledger, NULL);
        check_story(w);
        witness_free(w);
    }
}
END_TEST

START_TEST(pipeline_is_what_was_whole_before_a_send)
{
    static const unsigned bursts[] = {1, 5, 3};
    struct witness *w = witness_new();

    for (size_t i = 0; i < sizeof(bursts) / sizeof(bursts[0]); i++) {
        ledger_recv(w->ledger, 10 * bursts[i]);
        for (unsigned n = 0; n < bursts[i]; n++) {
            ledger_offer(w->ledger, 10 * (bursts[i] - n));
            take_request(w->ledger, 10, 10, 0);
            take_answer(w->ledger, 20 * n, 200, 20, 0);
        }
        ledger_send(w->ledger, LEDGER_CALL_SEND, 20 * bursts[i], NULL);
    }
    ck_assert_uint_eq(w->ledger->pipeline_max, 5);
    ledger_close(w->ledger, NULL);
    check_story(w);
    witness_free(w);
}
END_TEST

START_TEST(empty_lines_belong_to_no_message)
{
    struct witness *w = witness_new();

    ledger_recv(w->ledger, 3); /* CR LF, and a byte */
    ledger_offer(w->ledger, 3);
    ledger_skip(w->ledger, 2, LEDGER_EMPTY_LINE);
    check_last(w, LEDGER_SKIP, 0, 2);
    ck_assert_int_eq(last(w)->event.why, LEDGER_EMPTY_LINE);
    ledger_skip(w->ledger, 0, LEDGER_EMPTY_LINE); /* nothing to tell */
    ck_assert_uint_eq(w->count, 3);
    ledger_recv(w->ledger, 9);
    ledger_offer(w->ledger, 10);
    take_request(w->ledger, 10, 10, 0);
    check_last(w, LEDGER_REQUEST, 2, 12);
    ck_assert_uint_eq(last(w)->event.head_to, 12);
    ck_assert_uint_eq(last(w)->ledger.message_recvs, 2);
    ledger_close(w->ledger, NULL);
    check_story(w);
    witness_free(w);
}
END_TEST

START_TEST(empty_line_alone_in_a_recv_brought_no_part_of_a_request)
{
    struct witness *w = witness_new();

    ledger_recv(w->ledger, 2);
    ledger_offer(w->ledger, 2);
    ledger_skip(w->ledger, 2, LEDGER_EMPTY_LINE);
    ledger_recv(w->ledger, 10);
    ledger_offer(w->ledger, 10);
    take_request(w->ledger, 10, 10, 0);
    ck_assert_uint_eq(last(w)->ledger.message_recvs, 1);
    ledger_close(w->ledger, NULL);
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

        ledger_recv(w->ledger, 20);
        ledger_offer(w->ledger, 20);
        take_request(w->ledger, 20, 7, 400);
        check_last(w, LEDGER_REQUEST, 0, 20);
        ck_assert_uint_eq(last(w)->event.head_to, 7);
        take_answer(w->ledger, 0, 400, 30, 9);
        ledger_ends(w->ledger, causes[i]);
        ledger_send(w->ledger, LEDGER_CALL_SEND, 39, NULL);
        ledger_recv(w->ledger, 100);
        ledger_ends(w->ledger, LEDGER_BY_PEER); /* the first word holds */
        ledger_close(w->ledger, NULL);
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

START_TEST(bytes_behind_the_last_answer)
{
    struct witness *w = witness_new();

    ledger_recv(w->ledger, 25);
    ledger_offer(w->ledger, 25);
    take_request(w->ledger, 10, 10, 0);
    take_answer(w->ledger, 0, 200, 10, 0);
    ledger_ends(w->ledger, LEDGER_BY_DRAINING);
    ledger_over(w->ledger);
    ledger_close(w->ledger, NULL);
    w->count--;
    check_last(w, LEDGER_SKIP, 10, 25);
    ck_assert_int_eq(last(w)->event.why, LEDGER_AFTER_END);
    w->count++;
    check_story(w);
    witness_free(w);
}
END_TEST

START_TEST(early_answer_is_to_the_request_that_is_being_read)
{
    struct witness *w = witness_new();

    for (uint64_t number = 1; number <= 2; number++) {
        ledger_recv(w->ledger, 30);
        ledger_offer(w->ledger, 30);
        take_answer(w->ledger, 0, 100, 25, 0);
        ck_assert_uint_eq(last(w)->event.answer.number, number);
        ledger_send(w->ledger, LEDGER_CALL_SEND, 25, NULL);
        ledger_recv(w->ledger, 5);
        ledger_offer(w->ledger, 35);
        take_request(w->ledger, 35, 30, 0);
        take_answer(w->ledger, 0, 200, 20, 1);
        ck_assert_uint_eq(last(w)->event.answer.number, number);
        ledger_send(w->ledger, LEDGER_CALL_SEND, 21, NULL);
    }
    ck_assert_uint_eq(w->ledger->pipeline_max, 1);
    ledger_close(w->ledger, NULL);
    check_story(w);
    witness_free(w);
}
END_TEST

/* Sends move chunks of their own; what is queued waits behind them. */
START_TEST(answer_that_leaves_in_parts)
{
    struct witness *w = witness_new();

    ledger_recv(w->ledger, 20);
    ledger_offer(w->ledger, 20);
    take_request(w->ledger, 10, 10, 0);
    take_answer(w->ledger, 0, 200, 100, 900);
    ledger_send(w->ledger, LEDGER_CALL_SEND, 300, NULL);
    ledger_offer(w->ledger, 10);
    take_request(w->ledger, 10, 10, 0);
    take_answer(w->ledger, 700, 404, 50, 0);
    check_last(w, LEDGER_ANSWER, 1000, 1050);
    ledger_send(w->ledger, LEDGER_CALL_SENDFILE, 700, &(struct ledger_info){0});
    check_last(w, LEDGER_SEND, 300, 1000);
    ck_assert_ptr_nonnull(last(w)->event.info);
    ledger_send(w->ledger, LEDGER_CALL_SEND, 50, NULL);
    ledger_close(w->ledger, NULL);
    check_story(w);
    witness_free(w);
}
END_TEST

START_TEST(nothing_at_all_is_a_story_too)
{
    struct witness *w = witness_new();

    ledger_ends(w->ledger, LEDGER_BY_PEER);
    ledger_close(w->ledger, NULL);
    ck_assert_uint_eq(w->count, 2);
    ck_assert_uint_eq(last(w)->ledger.id, 7);
    ck_assert_uint_eq(last(w)->ledger.worker, 2);
    check_story(w);
    witness_free(w);
}
END_TEST

/* Positions alone are counted, as Server-Timing wants them. */
START_TEST(ledger_that_nobody_watches)
{
    struct ledger *ledger = ledger_new(1, 1);

    ledger_recv(ledger, 10);
    ledger_offer(ledger, 10);
    take_request(ledger, 10, 10, 0);
    take_answer(ledger, 0, 200, 10, 0);
    ledger_send(ledger, LEDGER_CALL_SEND, 10, NULL);
    ledger_skip(ledger, 0, LEDGER_EMPTY_LINE);
    ledger_close(ledger, NULL);
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

    suite_add_tests(
        suite, messages_and_chunks_have_their_own_bounds, messages_cut_anywhere,
        pipeline_is_what_was_whole_before_a_send,
        empty_lines_belong_to_no_message,
        empty_line_alone_in_a_recv_brought_no_part_of_a_request,
        bytes_behind_a_refusal_come_after_the_end, bytes_behind_the_last_answer,
        early_answer_is_to_the_request_that_is_being_read,
        answer_that_leaves_in_parts, nothing_at_all_is_a_story_too,
        ledger_that_nobody_watches);
    return suite_run(suite);
}
