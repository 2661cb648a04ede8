#include "wire/event_text.h"

#include <stdio.h>

#include "base/bytes.h"
#include "made_event.h"
#include "suite.h"

#define BEGIN "   0.000137 c7  "
#define CLOSE BEGIN "tcp  close    "
#define GO_ON "\n            c7  tcp           "
#define USED "; pipeline 2 deep"
#define IN GO_ON "in   79 B          2 recvs    2 requests"
#define OUT GO_ON "out  612 B         1 send     1 response"
#define IN_SEGMENTS \
    GO_ON "in   79 B          4 segments, 2 with data   2 recvs    2 requests"
#define OUT_SEGMENTS \
    GO_ON "out  612 B         6 segments, 3 with data   1 send     1 response"

static const struct event_style plain_style = {.start_us = OPENED_US};
static const struct event_style coloured = {.start_us = OPENED_US,
                                            .colour = true};

static const struct ledger_arrival arrival = {.at_us = OPENED_US + 137 - 300},
                                   later_arrival = {.at_us = OPENED_US + 138};

struct line {
    struct ledger_event event;
    const char *text;
};

static const struct line kinds[] = {
    {{EVENT(LEDGER_OPEN), .info = &plain_info,
      .open = {.local = "127.0.0.1:8080", .peer = "127.0.0.1:40612"}},
     BEGIN "tcp  open     127.0.0.1:40612 > 127.0.0.1:8080  worker 1"
           "  mss 32768  rtt 14 us"},
    {{EVENT(LEDGER_OPEN), .open = {.local = "unix:/a\nb", .peer = "unix:"}},
     BEGIN "tcp  open     unix: > unix:/a\\x0ab  worker 1"},
    {{EVENT(LEDGER_RECV), .from = 25, .to = 79},
     BEGIN "tcp  recv     in  [25,79)        recv() = 54"},
    {{EVENT(LEDGER_RECV), .from = 25, .to = 79,
      .recv = {.arrival = &arrival, .segments = 2}},
     BEGIN "tcp  recv     in  [25,79)        recv() = 54"
           "  2 segments  waited 300 us"},
    {{EVENT(LEDGER_RECV), .from = 25, .to = 79,
      .recv = {.arrival = &later_arrival, .segments = 1}},
     BEGIN "tcp  recv     in  [25,79)        recv() = 54  1 segment"},
    {{EVENT(LEDGER_REQUEST), .from = 36, .head_to = 72, .to = 72,
      .request = &plain_request},
     BEGIN "http request  in  [36,72)        #2 GET /b.css"
           "  whole in this recv"},
    {{EVENT(LEDGER_REQUEST), .from = 36, .head_to = 68, .to = 72,
      .request = &plain_request},
     BEGIN "http request  in  [36,72)        #2 GET /b.css"
           "  head 32 B, body 4 B  whole in this recv"},
    {{EVENT(LEDGER_REQUEST), .from = 36, .head_to = 43, .to = 43,
      .request = &refused_request},
     BEGIN "http request  in  [36,43)        #2 refused with 400:"
           " \"GET /\\x0d\\x0a\""},
    {{EVENT(LEDGER_SKIP), .from = 0, .to = 2, .why = LEDGER_EMPTY_LINE},
     BEGIN "http skip     in  [0,2)          2 B"
           "  no message: an empty line, passed over"},
    {{EVENT(LEDGER_SKIP), .from = 72, .to = 79, .why = LEDGER_UNFINISHED},
     BEGIN "http skip     in  [72,79)        7 B"
           "  no message: the rest of it never came"},
    {{EVENT(LEDGER_SKIP), .from = 72, .to = 79, .why = LEDGER_AFTER_END},
     BEGIN "http skip     in  [72,79)        7 B"
           "  came after the last response, dropped"},
    {{EVENT(LEDGER_SKIP), .from = 72, .to = 79, .why = LEDGER_NOT_READ},
     BEGIN "http skip     in  [72,79)        7 B"
           "  not read: the connection ended"},
    {{EVENT(LEDGER_RESPONSE), .from = 0, .head_to = 245, .to = 612,
      .request_number = 1, .response = &plain_response},
     BEGIN "http response out [0,612)        #1 200 text/html"
           "  head 245 B, body 367 B"},
    {{EVENT(LEDGER_RESPONSE), .head_to = 19, .to = 19, .request_number = 1,
      .response = &bare_response},
     BEGIN "http response out [0,19)         #1 304  head 19 B, body 0 B"},
    {{EVENT(LEDGER_RESPONSE), .head_to = 19, .to = 19, .request_number = 1,
      .response = &endless_response},
     BEGIN "http response out [0,19)         #1 200 text/event-stream"
           "  head 19 B, body without an end so far"},
    {{EVENT(LEDGER_RESPONSE), .head_to = 19, .to = 19, .request_number = 1,
      .response = &streamed_response},
     BEGIN "http response out [0,19)         #1 200 text/html"
           "  head 19 B, body follows"},
    {{EVENT(LEDGER_CONTENT), .from = 19, .to = 612, .request_number = 1},
     BEGIN "http content  out [19,612)       #1  body 593 B, complete"},
    {{EVENT(LEDGER_SEND), .to = 612, .info = &plain_info},
     BEGIN "tcp  send     out [0,612)        send() = 612"},
    {{EVENT(LEDGER_SEND), .to = 1 << 30, .call = LEDGER_CALL_SENDFILE},
     BEGIN "tcp  send     out [0,1073741824) sendfile() = 1073741824"},
    {{EVENT(LEDGER_SEND), .from = 1 << 30, .to = 1 << 30 | 1},
     BEGIN "tcp  send     out [1073741824,1073741825) send() = 1"},
    {{EVENT(LEDGER_SEND), .to = 612, .info = &lossy_info},
     BEGIN
     "tcp  send     out [0,612)        send() = 612  cwnd 2  retransmitted 3"},
    {{EVENT(LEDGER_LEFT), .from = 19, .to = 612},
     BEGIN "tcp  left     out [19,612)       593 B handed to the network"},
    {{EVENT(LEDGER_LEFT), .from = 612, .to = 612, .is_again = true},
     BEGIN "tcp  left     out 612            retransmission of this byte or of"
           " some behind it"},
    {{EVENT(LEDGER_ACKED), .from = 19, .to = 612, .info = &plain_info},
     BEGIN "tcp  acked    out [19,612)       593 B acknowledged"},
    {{EVENT(LEDGER_BLOCKED), .from = 612, .to = 612, .info = &plain_info,
      .held = &plain_held},
     BEGIN "tcp  blocked  out 612            send() = EAGAIN"
           "  queued 900 B, unsent 400 B  window 65535"},
    {{EVENT(LEDGER_BLOCKED), .from = 612, .to = 612},
     BEGIN "tcp  blocked  out 612            send() = EAGAIN"},
    {{EVENT(LEDGER_EOF), .from = 79, .to = 79},
     BEGIN "tcp  eof      in  79             recv() = 0: the peer has ended "
           "its stream"},
    {{EVENT(LEDGER_SHUTDOWN), .from = 612, .to = 612},
     BEGIN "tcp  shutdown out 612            shutdown() = 0: we have ended our "
           "stream"},
    {{EVENT(LEDGER_CLOSE), .account = &plain_account},
     CLOSE "by the peer after 137 us" USED IN "  never read 5 B" OUT GO_ON
           "of them sent 600 B, acknowledged 500 B, in flight 100 B,"
           " unsent 12 B"},
    {{EVENT(LEDGER_CLOSE)}, CLOSE "by the peer after 137 us" USED IN OUT},
    {{EVENT(LEDGER_CLOSE), .info = &plain_info},
     CLOSE "by the peer after 137 us" USED IN_SEGMENTS OUT_SEGMENTS GO_ON
           "rtt 14 us, retransmitted 0"},
};

static const struct line colours[] = {
    {{EVENT(LEDGER_RECV), .to = 4},
     "   0.000137 \33[33mc7  \33[0m\33[36mtcp \33[0m recv     in  [0,4)"
     "          recv() = 4"},
    {{EVENT(LEDGER_SKIP), .to = 2, .why = LEDGER_EMPTY_LINE},
     "   0.000137 \33[33mc7  \33[0m\33[35mhttp\33[0m skip     in  [0,2)"
     "          2 B  no message: an empty line, passed over"},
    {{EVENT(LEDGER_SEND), .to = 612, .info = &lossy_info},
     "   0.000137 \33[33mc7  \33[0m\33[36mtcp \33[0m send     out [0,612)"
     "        send() = 612  cwnd 2  \33[1;31mretransmitted 3\33[0m"},
    {{EVENT(LEDGER_LEFT), .from = 612, .to = 612, .is_again = true},
     "   0.000137 \33[33mc7  \33[0m\33[36mtcp \33[0m left     out 612"
     "            \33[1;31mretransmission\33[0m of this byte or of"
     " some behind it"},
};

static const char *text_of(const struct ledger_event *event,
                           const struct event_style *style)
{
    static char out[EVENT_TEXT_MAX + 1];

    out[event_text_write(event, style, out)] = '\0';
    return out;
}

START_TEST(each_kind)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        ck_assert_str_eq(text_of(&kinds[i].event, &plain_style), kinds[i].text);
}
END_TEST

START_TEST(colours_mark_layer_connection_and_loss)
{
    for (size_t i = 0; i < sizeof(colours) / sizeof(colours[0]); i++)
        ck_assert_str_eq(text_of(&colours[i].event, &coloured),
                         colours[i].text);
}
END_TEST

START_TEST(neighbours_have_different_colours)
{
    for (uint64_t id = 1; id < 20; id++) {
        struct ledger ledgers[2] = {{.id = id}, {.id = id + 1}};
        char colour[2][6];

        for (int i = 0; i < 2; i++) {
            const struct ledger_event event = {.kind = LEDGER_RECV,
                                               .ledger = &ledgers[i]};

            memcpy(colour[i], text_of(&event, &coloured) + 12, 6);
            ck_assert_mem_eq(colour[i], "\33[", 2);
        }
        ck_assert_mem_ne(colour[0], colour[1], 6);
    }
}
END_TEST

static const struct {
    int64_t us;
    const char *column;
} times[] = {
    {0, "   0.000000 c7  tcp "},
    {-1, "   0.000000 c7  tcp "},
    {9999999, "   9.999999 c7  tcp "},
    {10000000, "  10.000000 c7  tcp "},
    {999000001, " 999.000001 c7  tcp "},
    {1000 * 1000000LL, "1000.000000 c7  tcp "},
    {86400 * 1000000LL, "86400.000000 c7  tcp "},
};

START_TEST(seconds_stand_in_a_column)
{
    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
        struct ledger_event event = {EVENT(LEDGER_RECV)};

        event.time_us = OPENED_US + times[i].us;
        ck_assert_int_eq(strncmp(text_of(&event, &plain_style), times[i].column,
                                 strlen(times[i].column)),
                         0);
    }
}
END_TEST

static const struct {
    uint64_t from, to, recv_from;
    unsigned recvs;
    const char *text;
} arrivals[] = {
    {0, 36, 0, 1, "  whole in this recv"},
    {36, 72, 25, 1, "  whole in this recv"},
    {0, 36, 25, 2,
     "  its last 11 B in this recv, the rest in the one"
     " before"},
    {0, 36, 35, 36, "  its last 1 B in this recv, the rest in 35 before"},
};

START_TEST(request_says_which_recvs_brought_it)
{
    for (size_t i = 0; i < sizeof(arrivals) / sizeof(arrivals[0]); i++) {
        struct ledger ledger = plain_ledger;
        const struct ledger_event event = {.kind = LEDGER_REQUEST,
                                           .ledger = &ledger,
                                           .from = arrivals[i].from,
                                           .head_to = arrivals[i].to,
                                           .to = arrivals[i].to,
                                           .request = &plain_request};
        const char *at;

        ledger.recv_from = arrivals[i].recv_from;
        ledger.message_recvs = arrivals[i].recvs;
        at = strstr(text_of(&event, &plain_style), "/b.css");
        ck_assert_str_eq(at + 6, arrivals[i].text);
    }
}
END_TEST

static const struct {
    enum ledger_cause cause;
    int64_t age_us;
    const char *text;
} ends[] = {
    {LEDGER_BY_FAILURE, 0, "by a failure of ours after 0 us"},
    {LEDGER_BY_PEER, 999, "by the peer after 999 us"},
    {LEDGER_BY_RESET, 1000, "by a reset after 1.0 ms"},
    {LEDGER_BY_RESPONSE, 5370, "by us with the last response after 5.3 ms"},
    {LEDGER_BY_REFUSAL, 999999, "by us with a refusal after 999.9 ms"},
    {LEDGER_BY_CUT, 999999, "by us, as the request asked, after 999.9 ms"},
    {LEDGER_BY_CUT_RESET, 999999,
     "by us with a reset, as the request asked, after 999.9 ms"},
    {LEDGER_BY_FIRST_BYTE_TIMEOUT, 10000000,
     "by us, as no byte came, after 10.0 s"},
    {LEDGER_BY_IDLE_TIMEOUT, 75010000,
     "by us, as no other request came, after 75.0 s"},
    {LEDGER_BY_NEWCOMER, 3000000, "by us, for a newer connection, after 3.0 s"},
    {LEDGER_BY_REQUEST_TIMEOUT, 1000000,
     "by us, as a request was not finished, after 1.0 s"},
    {LEDGER_BY_SEND_TIMEOUT, 1990000,
     "by us, as the peer took nothing, after 1.9 s"},
    {LEDGER_BY_LINGER_TIMEOUT, -5,
     "by us, as the peer did not end it, after 0 us"},
    {LEDGER_BY_DRAINING, 3600000000,
     "by us, as the server ends, after"
     " 3600.0 s"},
};

START_TEST(close_says_why_and_when)
{
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        struct ledger ledger = plain_ledger;
        const struct ledger_event event = {.kind = LEDGER_CLOSE,
                                           .ledger = &ledger,
                                           .time_us =
                                               OPENED_US + ends[i].age_us};
        const char *at;

        ledger.cause = ends[i].cause;
        at = strstr(text_of(&event, &plain_style), "close    ") + 9;
        ck_assert_uint_gt(strlen(at), strlen(ends[i].text));
        ck_assert_mem_eq(at, ends[i].text, strlen(ends[i].text));
    }
}
END_TEST

/* A time in which nothing happened, and what was waited for. */
static const struct {
    int64_t since_us;
    enum ledger_event_kind kind;
    struct ledger ledger;
    uint64_t from;
    const char *text;
} gaps[] = {
    {EVENT_TEXT_GAP_US - 1, LEDGER_RECV, {.id = 7}, 0, ""},
    {EVENT_TEXT_GAP_US, LEDGER_RECV, {.id = 7}, 0, "+0.10 s, no request came"},
    {3019999,
     LEDGER_RECV,
     {.id = 7, .requests = 1, .received = 80, .message_to = 72},
     72,
     "+3.01 s, no other request came"},
    {61000000,
     LEDGER_RECV,
     {.id = 7, .requests = 1, .received = 80, .message_to = 72},
     79,
     "+61.00 s, the rest of a request was to come"},
    {61000000,
     LEDGER_EOF,
     {.id = 7, .requests = 1, .received = 80, .message_to = 72},
     80,
     "+61.00 s, the rest of a request was to come"},
    {200000, LEDGER_ACKED, {.id = 7}, 0, "+0.20 s, no acknowledgement came"},
    {200000,
     LEDGER_LEFT,
     {.id = 7},
     0,
     "+0.20 s, the kernel waited for the peer"},
    {500000,
     LEDGER_SEND,
     {.id = 7, .requests = 1, .received = 80, .message_to = 72},
     612,
     "+0.50 s, the server sent nothing"},
    {500000,
     LEDGER_BLOCKED,
     {.id = 7, .requests = 1},
     612,
     "+0.50 s, the server sent nothing"},
    {1000000,
     LEDGER_EOF,
     {.id = 7, .requests = 1, .is_shut = true},
     0,
     "+1.00 s, the peer did not end its stream"},
    {3010000,
     LEDGER_SEND,
     {.id = 7, .requests = 1, .is_blocked = true},
     0,
     "+3.01 s, the peer's window is 0"},
    {3010000,
     LEDGER_SEND,
     {.id = 7, .is_blocked = true, .blocked_window = 65535},
     0,
     "+3.01 s, the peer's window is 65535"},
    {3010000,
     LEDGER_SEND,
     {.id = 7, .is_blocked = true, .blocked_window = UINT32_MAX},
     0,
     "+3.01 s, the kernel has no room"},
};

START_TEST(gap_says_what_was_waited_for)
{
    for (size_t i = 0; i < sizeof(gaps) / sizeof(gaps[0]); i++) {
        const struct ledger_event event = {.kind = gaps[i].kind,
                                           .ledger = &gaps[i].ledger,
                                           .time_us = OPENED_US,
                                           .since_us = gaps[i].since_us,
                                           .from = gaps[i].from,
                                           .to = gaps[i].from};
        const char *text = text_of(&event, &plain_style);
        char expected[200] = "";

        if (gaps[i].text[0] != '\0')
            snprintf(expected, sizeof(expected),
                     "            c7  tcp           %s\n", gaps[i].text);
        strcat(expected, "   0.000000 c7  tcp ");
        ck_assert_int_eq(strncmp(text, expected, strlen(expected)), 0);
    }
}
END_TEST

START_TEST(connection_that_was_never_used)
{
    const struct ledger ledger = {
        .id = 1, .opened_us = OPENED_US, .cause = LEDGER_BY_PEER};
    const struct ledger_event event = {
        .kind = LEDGER_CLOSE, .ledger = &ledger, .time_us = OPENED_US};

    ck_assert_str_eq(text_of(&event, &plain_style),
                     "   0.000000 c1  tcp  close    by the peer after 0 us"
                     "; it was never used"
                     "\n            c1  tcp           "
                     "in   0 B           0 recvs    0 requests"
                     "\n            c1  tcp           "
                     "out  0 B           0 sends    0 responses");
}
END_TEST

/* Bytes came, and no request was made of them. */
START_TEST(connection_that_was_used_for_nothing)
{
    const struct ledger ledger = {.id = 1,
                                  .opened_us = OPENED_US,
                                  .received = 8,
                                  .cause = LEDGER_BY_PEER};
    const struct ledger_event event = {
        .kind = LEDGER_CLOSE, .ledger = &ledger, .time_us = OPENED_US};

    ck_assert_ptr_null(strstr(text_of(&event, &plain_style), "never used"));
}
END_TEST

START_TEST(what_a_peer_sent_is_escaped_and_cut)
{
    static const char hostile[] = "\33[2J\n c8  tcp  open\"\\\x80";
    static const char details[] = /* below each other */
        "\n                                                 whole in this recv";
    struct ledger_request request = plain_request;
    const struct ledger_event event = {EVENT(LEDGER_REQUEST), .from = 36,
                                       .head_to = 72, .to = 72,
                                       .request = &request};
    char target[200];

    request.method = request.target = bytes_of(hostile);
    ck_assert_ptr_nonnull(strstr(text_of(&event, &coloured),
                                 "#2 \\x1b[2J\\x0a c8  tcp ... \\x1b[2J"));
    ck_assert_ptr_nonnull(
        strstr(text_of(&event, &coloured), " open\\x22\\x5c\\x80"));
    memset(target, 'a', sizeof(target));
    request.target = (struct bytes){target, 60};
    ck_assert_ptr_null(strstr(text_of(&event, &plain_style), "aaa..."));
    ck_assert_ptr_nonnull(strstr(text_of(&event, &plain_style), details));
    request.target = (struct bytes){target, 61};
    ck_assert_ptr_nonnull(strstr(text_of(&event, &plain_style),
                                 " aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                                 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaa..."));
}
END_TEST

/* The room is exactly what was promised: sanitizers watch its end. */
START_TEST(longest_lines_fit)
{
    static const char fills[] = {'a', '\1'};
    struct most_event *most = malloc(sizeof(*most));
    char *out = malloc(EVENT_TEXT_MAX);

    for (int kind = LEDGER_OPEN; kind <= LEDGER_CLOSE; kind++)
        for (size_t i = 0; i < sizeof(fills); i++) {
            size_t len;

            most_event_make(most, (enum ledger_event_kind)kind, fills[i]);
            len = event_text_write(&most->event, &coloured, out);
            ck_assert_uint_le(len, EVENT_TEXT_MAX);
            most->request.refused = 599;
            len = event_text_write(&most->event, &coloured, out);
            ck_assert_uint_le(len, EVENT_TEXT_MAX);
            ck_assert_int_ne(out[len - 1], '\n');
        }
    ck_assert_uint_le(event_text_lost(UINT64_MAX, out), EVENT_TEXT_MAX);
    free(out);
    free(most);
}
END_TEST

START_TEST(what_is_missing_is_counted)
{
    char out[EVENT_TEXT_MAX + 1];

    out[event_text_lost(1, out)] = '\0';
    ck_assert_str_eq(out, "... 1 event lost: they could not be written");
    out[event_text_lost(12, out)] = '\0';
    ck_assert_str_eq(out, "... 12 events lost: they could not be written");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("event_text");

    suite_add_tests(
        suite, each_kind, colours_mark_layer_connection_and_loss,
        neighbours_have_different_colours, seconds_stand_in_a_column,
        request_says_which_recvs_brought_it, close_says_why_and_when,
        gap_says_what_was_waited_for, connection_that_was_never_used,
        connection_that_was_used_for_nothing,
        what_a_peer_sent_is_escaped_and_cut, longest_lines_fit,
        what_is_missing_is_counted);
    return suite_run(suite);
}
