/* made_event.h -- a ledger's events, made without a connection */
#ifndef UNIT_MADE_EVENT_H
#define UNIT_MADE_EVENT_H

#include <limits.h>
#include <string.h>

#include "base/ledger.h"

enum { OPENED_US = 1700000000 /* and the trace began there */ };

static const struct ledger_info plain_info = {
    .rtt_us = 14,
    .rttvar_us = 7,
    .mss = 32768,
    .cwnd = 10,
    .segments_in = 4,
    .segments_out = 6,
    .data_segments_in = 2,
    .data_segments_out = 3,
    .bytes_acked = 870,
    .bytes_unacked = 12,
    .retransmitted = 0,
    .delivery_rate = 1000000,
    .rwnd_limited_us = 70,
    .peer_window = 65535,
};

static const struct ledger_info lossy_info = {
    .rtt_us = 12345, .mss = 1448, .cwnd = 2, .retransmitted = 3};

static const struct ledger_info most_info = {
    UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX,
    UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT64_MAX, UINT64_MAX,
    UINT32_MAX, UINT64_MAX, UINT32_MAX, UINT64_MAX};

/* After the second of two requests: [36,72), of which the last recv brought
 * all, while the first one's end was in it too. */
static const struct ledger plain_ledger = {
    .id = 7,
    .opened_us = OPENED_US,
    .worker = 1,
    .received = 79,
    .recv_from = 25,
    .message_to = 36,
    .sent = 612,
    .recvs = 2,
    .sends = 1,
    .requests = 2,
    .responses = 1,
    .message_recvs = 1,
    .pipeline = 2,
    .pipeline_max = 2,
    .cause = LEDGER_BY_PEER,
};

static const struct ledger most_ledger = {
    .id = UINT64_MAX,
    .opened_us = 0,
    .worker = UINT_MAX,
    .received = UINT64_MAX,
    .recv_from = 1,
    .sent = UINT64_MAX,
    .recvs = UINT64_MAX,
    .sends = UINT64_MAX,
    .requests = UINT64_MAX,
    .responses = UINT64_MAX,
    .message_recvs = UINT_MAX,
    .pipeline_max = UINT_MAX,
    .cause = LEDGER_BY_REQUEST_TIMEOUT, /* the longest word */
};

static const struct ledger_arrival early_arrival = {1, UINT32_MAX};

static const struct ledger_syn plain_syn = {
    .bytes = {"E\xff\0\1", 4},
    .ttl = 64,
    .sequence = 4000000000,
    .window = 65535,
    .mss = 1460,
    .window_scale = 0,
    .has_sack = true,
    .asks_ecn = true,
};
static const struct ledger_syn bare_syn = {.window_scale = -1};

static const struct ledger_held plain_held = {.queued = 900, .unsent = 400};
static const struct ledger_held most_held = {UINT64_MAX, UINT64_MAX,
                                             UINT64_MAX};

static const struct ledger_account plain_account = {
    .sent = 600, .acked = 500, .in_flight = 100, .unsent = 12, .unread = 5};
static const struct ledger_account most_account = {
    UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX};

#define HEAD "GET /b.css HTTP/1.1\r\nHost: a\r\n\r\n"

static const struct ledger_request plain_request = {
    .head = {HEAD, sizeof(HEAD) - 1},
    .version = {"1.1", 3},
    .method = {"GET", 3},
    .target = {"/b.css", 6},
};

static const struct ledger_request refused_request = {.head = {"GET /\r\n", 7},
                                                      .refused = 400};

#define RESPONSE_HEAD "HTTP/1.1 200 OK\r\n\r\n"

static const struct ledger_response plain_response = {
    .head = {RESPONSE_HEAD, sizeof(RESPONSE_HEAD) - 1},
    .status = 200,
    .type = {"text/html; charset=utf-8", 24},
};

static const struct ledger_response bare_response = {
    .head = {RESPONSE_HEAD, sizeof(RESPONSE_HEAD) - 1}, .status = 304};

static const struct ledger_response endless_response = {
    .head = {RESPONSE_HEAD, sizeof(RESPONSE_HEAD) - 1},
    .status = 200,
    .type = {"text/event-stream", 17},
    .is_endless = true};

static const struct ledger_response streamed_response = {
    .head = {RESPONSE_HEAD, sizeof(RESPONSE_HEAD) - 1},
    .status = 200,
    .type = {"text/html", 9},
    .is_endless = true,
    .has_end = true};

/* Begins an event of `plain_ledger`, 137 microseconds after it was opened; more
 * members may follow. */
#define EVENT(kind_) \
    .kind = (kind_), .ledger = &plain_ledger, .time_us = OPENED_US + 137

/* The longest of each kind: all numbers at their largest, each part of a peer's
 * `fill` and nothing else. */
struct most_event {
    struct ledger_request request;
    struct ledger_response response;
    struct ledger_syn syn;
    struct ledger_event event;
    char text[100000];
};

static inline void most_event_make(struct most_event *most,
                                   enum ledger_event_kind kind, char fill)
{
    const struct bytes part = {most->text, sizeof(most->text) - 1};

    memset(most->text, fill, sizeof(most->text) - 1);
    most->text[sizeof(most->text) - 1] = '\0';
    most->request =
        (struct ledger_request){.head = part, .method = part, .target = part};
    most->syn = (struct ledger_syn){.bytes = {most->text, LEDGER_SYN_MAX},
                                    .ttl = UINT8_MAX,
                                    .sequence = UINT32_MAX,
                                    .window = UINT16_MAX,
                                    .mss = UINT16_MAX,
                                    .window_scale = UINT8_MAX};
    most->response = (struct ledger_response){
        .head = part, .type = part, .status = 599, .is_endless = true};
    most->event = (struct ledger_event){.kind = kind,
                                        .ledger = &most_ledger,
                                        .time_us = INT64_MAX,
                                        .head_to = UINT64_MAX / 2,
                                        .to = UINT64_MAX,
                                        .info = &most_info};
    if (kind == LEDGER_OPEN)
        most->event.open.syn = &most->syn;
    if (kind == LEDGER_OPEN)
        most->event.open.local = most->event.open.peer = most->text;
    else if (kind == LEDGER_RECV)
        most->event.recv.arrival = &early_arrival;
    else if (kind == LEDGER_REQUEST)
        most->event.request = &most->request;
    else if (kind == LEDGER_RESPONSE)
        most->event.response = &most->response;
    else if (kind == LEDGER_SEND)
        most->event.call = LEDGER_CALL_SENDFILE;
    else if (kind == LEDGER_BLOCKED)
        most->event.held = &most_held;
    else if (kind == LEDGER_CLOSE)
        most->event.account = &most_account;
    else if (kind == LEDGER_SKIP)
        most->event.why = LEDGER_AFTER_END;
    if (kind == LEDGER_RESPONSE || kind == LEDGER_CONTENT)
        most->event.request_number = UINT64_MAX;
}

#endif
