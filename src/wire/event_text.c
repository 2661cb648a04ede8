#include "wire/event_text.h"

#include <assert.h>

#include "base/put.h"
#include "tcp/address.h"
#include "wire/close_text.h"
#include "wire/text_parts.h"

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

static char *pad(char *to, const char *from, int width)
{
    while (to - from < width)
        to = put_char(to, ' ');
    return put_char(to, ' ');
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

/* A position alone: nothing moved. */
static char *put_place(char *to, const char *direction,
                       const struct ledger_event *event)
{
    char *from = to;

    to = put_text(to, direction);
    return pad(put_number(to, event->to), from, RANGE_WIDTH);
}

static char *put_open(char *to, const struct ledger_event *event)
{
    to = text_put_cut(to, bytes_of(event->open.peer), ADDRESS_TEXT_MAX);
    to = put_text(to, " > ");
    to = text_put_cut(to, bytes_of(event->open.local), ADDRESS_TEXT_MAX);
    to = put_text(to, "  worker ");
    to = put_number(to, event->ledger->worker);
    if (event->info == NULL)
        return to;
    to = put_text(to, "  mss ");
    to = put_number(to, event->info->mss);
    to = put_text(to, "  rtt ");
    return text_put_duration(to, event->info->rtt_us);
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
    to = text_put_size(to, event->to - ledger->recv_from);
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
    to = text_put_cut(to, request->head, HEAD_WIDTH);
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
    to = text_put_cut(to, request->method, METHOD_WIDTH);
    to = put_char(to, ' ');
    to = text_put_cut(to, request->target, TARGET_WIDTH);
    if (!bytes_equal(request->version, BYTES("1.1"))) {
        to = put_text(to, " HTTP/");
        to = put_bytes(to, request->version);
    }
    if (event->to > event->head_to) {
        to = put_text(to, "  head ");
        to = text_put_size(to, event->head_to - event->from);
        to = put_text(to, ", body ");
        to = text_put_size(to, event->to - event->head_to);
    }
    return put_arrival(to, event);
}

static char *put_skip(char *to, const struct ledger_event *event)
{
    to = text_put_size(to, event->to - event->from);
    switch (event->why) {
    case LEDGER_EMPTY_LINE:
        return put_text(to, "  no message: an empty line, passed over");
    case LEDGER_UNFINISHED:
        return put_text(to, "  no message: the rest of it never came");
    case LEDGER_AFTER_END:
        return put_text(to, "  came after the last response, dropped");
    case LEDGER_NOT_READ:
        return put_text(to, "  not read: the connection ended");
    }
    return to;
}

/* Without its parameters: "text/html; charset=utf-8" is text/html here. */
static char *put_type(char *to, struct bytes type)
{
    const char *end = memchr(type.at, ';', type.len);

    if (end != NULL)
        type.len = (size_t)(end - type.at);
    return text_put_cut(to, type, TYPE_WIDTH);
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
    to = text_put_size(to, event->head_to - event->from);
    if (response->is_endless)
        return put_text(to, response->has_end ? ", body follows"
                                              : ", body without an end so far");
    to = put_text(to, ", body ");
    to = text_put_size(to, event->to - event->head_to);
    if (response->why == NULL || response->status < 300 ||
        response->status == 304)
        return to; /* the status needs no reason */
    return text_put_cut(put_text(to, "  "), bytes_of(response->why), WHY_WIDTH);
}

static char *put_content(char *to, const struct ledger_event *event)
{
    to = put_char(to, '#');
    to = put_number(to, event->request_number);
    to = put_text(to, "  body ");
    to = text_put_size(to, event->to - event->from);
    return put_text(to, ", complete");
}

static char *put_send(char *to, const struct ledger_event *event,
                      const struct event_style *style)
{
    to = text_put_size(to, event->to - event->from);
    if (event->call == LEDGER_CALL_SENDFILE)
        to = put_text(to, " by sendfile");
    if (event->info == NULL || event->info->retransmitted == 0)
        return to;
    to = put_text(to, "  cwnd ");
    to = put_number(to, event->info->cwnd);
    to = put_text(to, "  ");
    return text_put_retransmitted(to, style->colour,
                                  event->info->retransmitted);
}

static char *put_left(char *to, const struct ledger_event *event,
                      const struct event_style *style)
{
    if (!event->is_again) {
        to = put_range(put_event(to, "left"), "out ", event);
        return text_put_size(to, event->to - event->from);
    }
    to = put_place(put_event(to, "left"), "out ", event);
    return text_put_retransmitted(to, style->colour, 1);
}

static char *put_blocked(char *to, const struct ledger_event *event)
{
    to = put_text(to, "the kernel has no room");
    if (event->held != NULL) {
        to = text_put_size(put_text(to, "  queued "), event->held->queued);
        to = text_put_size(put_text(to, ", unsent "), event->held->unsent);
    }
    if (event->info == NULL)
        return to;
    to = put_text(to, "  the peer's window is ");
    return put_number(to, event->info->peer_window);
}

static char *put_kind(char *to, const struct ledger_event *event,
                      const struct event_style *style)
{
    switch (event->kind) {
    case LEDGER_OPEN:
        return put_open(put_event(to, "open"), event);
    case LEDGER_RECV:
        to = put_range(put_event(to, "recv"), "in  ", event);
        return text_put_size(to, event->to - event->from);
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
    case LEDGER_LEFT:
        return put_left(to, event, style);
    case LEDGER_ACKED:
        to = put_range(put_event(to, "acked"), "out ", event);
        return text_put_size(to, event->to - event->from);
    case LEDGER_BLOCKED:
        return put_blocked(put_place(put_event(to, "blocked"), "out ", event),
                           event);
    case LEDGER_EOF:
        to = put_place(put_event(to, "eof"), "in  ", event);
        return put_text(to, "the peer has ended its stream");
    case LEDGER_SHUTDOWN:
        to = put_place(put_event(to, "shutdown"), "out ", event);
        return put_text(to, "we have ended our stream");
    case LEDGER_CLOSE:
        return close_text_put(put_event(to, "close"), event, style);
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

    to = text_put_count(to, count, "event");
    to = put_text(to, " lost: they could not be written");
    return (size_t)(to - out);
}
