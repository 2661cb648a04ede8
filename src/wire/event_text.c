#include "wire/event_text.h"

#include <assert.h>

#include "base/put.h"
#include "tcp/address.h"

/* The least widths of columns; a space follows each. */
enum { CONN_WIDTH = 3, EVENT_WIDTH = 8, RANGE_WIDTH = 18 };

enum { SECONDS_FILL = 1000 }; /* smaller numbers of seconds are padded */

/* The longest parts, in characters; "..." follows what is cut. */
enum {
    TARGET_WIDTH = 60,
    METHOD_WIDTH = 20,
    TYPE_WIDTH = 40,
    HEAD_WIDTH = 40,
    WHY_WIDTH = 80,
};

static const char plain[] = "\33[0m";
static const char alarm[] = "\33[1;31m";

static char *pad(char *to, const char *from, int width)
{
    while (to - from < width)
        to = put_char(to, ' ');
    return put_char(to, ' ');
}

/* "1 segment", "2 segments" */
static char *put_count(char *to, uint64_t count, const char *thing)
{
    to = put_number(to, count);
    to = put_char(to, ' ');
    to = put_text(to, thing);
    return count == 1 ? to : put_char(to, 's');
}

static char *put_size(char *to, uint64_t len)
{
    return put_text(put_number(to, len), " B");
}

/* "14 us", "5.3 ms", "5.0 s" */
static char *put_duration(char *to, uint64_t us)
{
    uint64_t tenths = us < 1000000 ? us / 100 : us / 100000;

    if (us < 1000)
        return put_text(put_number(to, us), " us");
    to = put_number(to, tenths / 10);
    to = put_char(to, '.');
    to = put_number(to, tenths % 10);
    return put_text(to, us < 1000000 ? " ms" : " s");
}

/* Text from a peer, with "..." for what exceeds `max` characters. */
static char *put_cut(char *to, struct bytes text, size_t max)
{
    to = put_escaped(to, max, &text);
    return text.len > 0 ? put_text(to, "...") : to;
}

/* "   0.000137": seconds, right-aligned. A clock that was set back shows 0. */
static char *put_time(char *to, int64_t us)
{
    uint64_t since = us > 0 ? (uint64_t)us : 0;
    uint64_t seconds = since / 1000000;

    for (uint64_t s = seconds > 0 ? seconds : 1; s < SECONDS_FILL; s *= 10)
        to = put_char(to, ' ');
    to = put_number(to, seconds);
    to = put_char(to, '.');
    for (uint64_t unit = 100000; unit > 0; unit /= 10)
        to = put_char(to, (char)('0' + since / unit % 10));
    return put_char(to, ' ');
}

static char *put_conn(char *to, const struct event_style *style, uint64_t id)
{
    static const char *const colours[] = {"\33[32m", "\33[33m", "\33[94m",
                                          "\33[92m", "\33[95m", "\33[93m"};
    char *from;

    if (style->colour)
        to = put_text(to, colours[id % (sizeof(colours) / sizeof(*colours))]);
    from = to;
    to = put_char(to, 'c');
    to = put_number(to, id);
    to = pad(to, from, CONN_WIDTH);
    return style->colour ? put_text(to, plain) : to;
}

static char *put_layer(char *to, const struct event_style *style, bool is_http)
{
    if (style->colour)
        to = put_text(to, is_http ? "\33[35m" : "\33[36m");
    to = put_text(to, is_http ? "http" : "tcp ");
    return put_text(to, style->colour ? "\33[0m " : " ");
}

static char *put_event(char *to, const char *name)
{
    return pad(put_text(to, name), to, EVENT_WIDTH);
}

static char *put_range(char *to, const char *direction,
                       const struct ledger_event *event)
{
    char *from = to;

    assert(event->from <= event->to);
    to = put_text(to, direction);
    to = put_char(to, '[');
    to = put_number(to, event->from);
    to = put_char(to, ',');
    to = put_number(to, event->to);
    to = put_char(to, ')');
    return pad(to, from, RANGE_WIDTH);
}

/* Retransmissions are the first thing to look for, and are highlighted. */
static char *put_retransmitted(char *to, const struct event_style *style,
                               uint32_t count)
{
    bool is_bright = style->colour && count > 0;

    to = put_text(to, is_bright ? alarm : "");
    to = put_text(to, "retransmitted ");
    to = put_number(to, count);
    return put_text(to, is_bright ? plain : "");
}

static char *put_open(char *to, const struct ledger_event *event)
{
    to = put_cut(to, bytes_of(event->open.peer), ADDRESS_TEXT_MAX);
    to = put_text(to, " > ");
    to = put_cut(to, bytes_of(event->open.local), ADDRESS_TEXT_MAX);
    to = put_text(to, "  worker ");
    to = put_number(to, event->ledger->worker);
    if (event->info == NULL)
        return to;
    to = put_text(to, "  mss ");
    to = put_number(to, event->info->mss);
    to = put_text(to, "  rtt ");
    return put_duration(to, event->info->rtt_us);
}

/* Which recvs brought the message: their bounds differ from its own. */
static char *put_arrival(char *to, const struct ledger_event *event)
{
    const struct ledger *ledger = event->ledger;
    unsigned before = ledger->message_recvs - 1;

    if (event->from >= ledger->recv_from)
        return put_text(to, "  whole in this recv");
    assert(before >= 1); /* it brought the beginning */
    to = put_text(to, "  its last ");
    to = put_size(to, event->to - ledger->recv_from);
    to = put_text(to, " came in this recv, the rest in ");
    if (before == 1)
        return put_text(to, "the one before");
    to = put_number(to, before);
    return put_text(to, " before");
}

static char *put_refused(char *to, const struct ledger_request *request)
{
    to = put_text(to, "refused with ");
    to = put_number(to, request->refused);
    if (request->head.len == 0)
        return to;
    to = put_text(to, ": \"");
    to = put_cut(to, request->head, HEAD_WIDTH);
    return put_char(to, '"');
}

static char *put_request(char *to, const struct ledger_event *event)
{
    const struct ledger_request *request = event->request;

    to = put_char(to, '#');
    to = put_number(to, event->ledger->requests);
    to = put_char(to, ' ');
    if (request->refused != 0)
        return put_refused(to, request);
    to = put_cut(to, request->method, METHOD_WIDTH);
    to = put_char(to, ' ');
    to = put_cut(to, request->target, TARGET_WIDTH);
    if (!bytes_equal(request->version, BYTES("1.1"))) {
        to = put_text(to, " HTTP/");
        to = put_bytes(to, request->version);
    }
    if (event->to > event->head_to) {
        to = put_text(to, "  head ");
        to = put_size(to, event->head_to - event->from);
        to = put_text(to, ", body ");
        to = put_size(to, event->to - event->head_to);
    }
    return put_arrival(to, event);
}

static char *put_skip(char *to, const struct ledger_event *event)
{
    to = put_size(to, event->to - event->from);
    switch (event->why) {
    case LEDGER_EMPTY_LINE:
        return put_text(to, "  no message: an empty line, passed over");
    case LEDGER_UNFINISHED:
        return put_text(to, "  no message: the rest of it never came");
    case LEDGER_AFTER_END:
        return put_text(to, "  came after the last response, dropped");
    }
    return to;
}

/* Without its parameters: "text/html; charset=utf-8" is text/html here. */
static char *put_type(char *to, struct bytes type)
{
    const char *end = memchr(type.at, ';', type.len);

    if (end != NULL)
        type.len = (size_t)(end - type.at);
    return put_cut(to, type, TYPE_WIDTH);
}

static char *put_response(char *to, const struct ledger_event *event)
{
    const struct ledger_response *response = event->response;

    to = put_char(to, '#');
    to = put_number(to, event->request_number);
    to = put_char(to, ' ');
    to = put_number(to, response->status);
    if (response->type.at != NULL)
        to = put_type(put_char(to, ' '), response->type);
    to = put_text(to, "  head ");
    to = put_size(to, event->head_to - event->from);
    if (response->is_endless)
        return put_text(to, response->has_end ? ", body follows"
                                              : ", body without an end so far");
    to = put_text(to, ", body ");
    to = put_size(to, event->to - event->head_to);
    if (response->why == NULL || response->status < 300 ||
        response->status == 304)
        return to; /* the status needs no reason */
    return put_cut(put_text(to, "  "), bytes_of(response->why), WHY_WIDTH);
}

static char *put_content(char *to, const struct ledger_event *event)
{
    to = put_char(to, '#');
    to = put_number(to, event->request_number);
    to = put_text(to, "  body ");
    to = put_size(to, event->to - event->from);
    return put_text(to, ", complete");
}

static char *put_send(char *to, const struct ledger_event *event,
                      const struct event_style *style)
{
    to = put_size(to, event->to - event->from);
    if (event->call == LEDGER_CALL_SENDFILE)
        to = put_text(to, " by sendfile");
    if (event->info == NULL || event->info->retransmitted == 0)
        return to;
    to = put_text(to, "  cwnd ");
    to = put_number(to, event->info->cwnd);
    to = put_text(to, "  ");
    return put_retransmitted(to, style, event->info->retransmitted);
}

static char *put_cause(char *to, enum ledger_cause cause)
{
    static const char *const causes[] = {
        [LEDGER_BY_FAILURE] = "by a failure of ours",
        [LEDGER_BY_PEER] = "by the peer",
        [LEDGER_BY_RESET] = "by a reset",
        [LEDGER_BY_RESPONSE] = "by us with the last response",
        [LEDGER_BY_REFUSAL] = "by us with a refusal",
        [LEDGER_BY_FIRST_BYTE_TIMEOUT] = "by us, as no byte came,",
        [LEDGER_BY_IDLE_TIMEOUT] = "by us, as no other request came,",
        [LEDGER_BY_NEWCOMER] = "by us, for a newer connection,",
        [LEDGER_BY_REQUEST_TIMEOUT] = "by us, as a request was not finished,",
        [LEDGER_BY_SEND_TIMEOUT] = "by us, as the peer took nothing,",
        [LEDGER_BY_LINGER_TIMEOUT] = "by us, as the peer did not end it,",
        [LEDGER_BY_DRAINING] = "by us, as the server ends,",
    };

    return put_text(to, causes[cause]);
}

/* One direction: "; in 108 B: 6 segments (2 with data), 2 recvs, 3 requests" */
struct direction {
    const char *name;
    uint64_t len;
    uint32_t segments, data_segments;
    uint64_t calls;
    const char *call;
    uint64_t messages;
    const char *message;
};

static char *put_direction(char *to, const struct direction *way,
                           bool has_segments)
{
    to = put_text(to, way->name);
    to = put_size(to, way->len);
    to = put_text(to, ": ");
    if (has_segments) {
        to = put_count(to, way->segments, "segment");
        to = put_text(to, " (");
        to = put_number(to, way->data_segments);
        to = put_text(to, " with data), ");
    }
    to = put_count(to, way->calls, way->call);
    to = put_text(to, ", ");
    return put_count(to, way->messages, way->message);
}

static char *put_close(char *to, const struct ledger_event *event,
                       const struct event_style *style)
{
    static const struct ledger_info none = {0};
    const struct ledger *ledger = event->ledger;
    const struct ledger_info *info = event->info ? event->info : &none;
    int64_t age_us = event->time_us - ledger->opened_us;
    const struct direction in = {"; in ",           ledger->received,
                                 info->segments_in, info->data_segments_in,
                                 ledger->recvs,     "recv",
                                 ledger->requests,  "request"};
    const struct direction out = {"; out ",           ledger->sent,
                                  info->segments_out, info->data_segments_out,
                                  ledger->sends,      "send",
                                  ledger->responses,  "response"};

    to = put_cause(to, ledger->cause);
    to = put_text(to, " after ");
    to = put_duration(to, age_us > 0 ? (uint64_t)age_us : 0);
    to = put_direction(to, &in, event->info != NULL);
    to = put_direction(to, &out, event->info != NULL);
    if (event->info != NULL) {
        to = put_text(to, "; rtt ");
        to = put_duration(to, info->rtt_us);
        to = put_text(to, ", ");
        to = put_retransmitted(to, style, info->retransmitted);
    }
    if (ledger->requests == 0)
        return put_text(to, "; connection never used");
    to = put_text(to, "; connection used for ");
    to = put_count(to, ledger->requests, "request");
    to = put_text(to, ", pipeline ");
    to = put_number(to, ledger->pipeline_max);
    return put_text(to, " deep");
}

static char *put_kind(char *to, const struct ledger_event *event,
                      const struct event_style *style)
{
    switch (event->kind) {
    case LEDGER_OPEN:
        return put_open(put_event(to, "open"), event);
    case LEDGER_RECV:
        to = put_range(put_event(to, "recv"), "in  ", event);
        return put_size(to, event->to - event->from);
    case LEDGER_REQUEST:
        to = put_range(put_event(to, "request"), "in  ", event);
        return put_request(to, event);
    case LEDGER_SKIP:
        to = put_range(put_event(to, "skip"), "in  ", event);
        return put_skip(to, event);
    case LEDGER_RESPONSE:
        to = put_range(put_event(to, "response"), "out ", event);
        return put_response(to, event);
    case LEDGER_CONTENT:
        to = put_range(put_event(to, "content"), "out ", event);
        return put_content(to, event);
    case LEDGER_SEND:
        to = put_range(put_event(to, "send"), "out ", event);
        return put_send(to, event, style);
    case LEDGER_CLOSE:
        return put_close(put_event(to, "close"), event, style);
    }
    return to;
}

size_t event_text_write(const struct ledger_event *event,
                        const struct event_style *style,
                        char out[EVENT_TEXT_MAX])
{
    bool is_http =
        event->kind == LEDGER_REQUEST || event->kind == LEDGER_SKIP ||
        event->kind == LEDGER_RESPONSE || event->kind == LEDGER_CONTENT;
    char *to = put_time(out, event->time_us - style->start_us);

    to = put_conn(to, style, event->ledger->id);
    to = put_layer(to, style, is_http);
    to = put_kind(to, event, style);
    assert(to <= out + EVENT_TEXT_MAX);
    return (size_t)(to - out);
}

size_t event_text_lost(uint64_t count, char out[EVENT_TEXT_MAX])
{
    char *to = put_text(out, "... ");

    to = put_count(to, count, "event");
    to = put_text(to, " lost: they could not be written");
    return (size_t)(to - out);
}
