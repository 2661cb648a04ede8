#include "wire/event_text.h"

#include <assert.h>

#include "base/put.h"
#include "tcp/address.h"
#include "wire/close_text.h"
#include "wire/event_columns.h"
#include "wire/text_fold.h"
#include "wire/text_parts.h"

/* The longest parts, in characters; "..." follows what is cut. */
enum {
    TARGET_WIDTH = 60,
    METHOD_WIDTH = 20,
    TYPE_WIDTH = 40,
    HEAD_WIDTH = 40,
    WHY_WIDTH = 80,
};

enum { EVENT_LINE_MAX = 1024 }; /* bytes of one line before it is folded */

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

/* "recv() = 54" */
static char *put_result(char *to, const char *call, uint64_t result)
{
    return put_number(put_text(put_text(to, call), "() = "), result);
}

static const char *name_of(enum ledger_call call)
{
    return call == LEDGER_CALL_SENDFILE ? "sendfile" : "send";
}

static char *put_recv(char *to, const struct ledger_event *event)
{
    const struct ledger_arrival *arrival = event->recv.arrival;

    to = put_result(to, "recv", event->to - event->from);
    if (arrival == NULL)
        return to;
    to = text_put_count(put_text(to, "  "), event->recv.segments, "segment");
    if (arrival->at_us == 0 || arrival->at_us > event->time_us)
        return to;
    to = put_text(to, "  waited ");
    return text_put_duration(to, (uint64_t)(event->time_us - arrival->at_us));
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
    to = put_text(to, " in this recv, the rest in ");
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
    to = put_result(to, name_of(event->call), event->to - event->from);
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
        to = column_put_range(column_put_event(to, "left"), "out ", event);
        to = text_put_size(to, event->to - event->from);
        return put_text(to, " handed to the network");
    }
    to = column_put_place(column_put_event(to, "left"), "out ", event);
    to = text_put_bright(to, style->colour, "retransmission");
    return put_text(to, " of this byte or of some behind it");
}

static char *put_acked(char *to, const struct ledger_event *event)
{
    to = text_put_size(to, event->to - event->from);
    return put_text(to, " acknowledged");
}

static char *put_blocked(char *to, const struct ledger_event *event)
{
    to = put_text(to, name_of(event->call));
    to = put_text(to, "() = EAGAIN");
    if (event->held != NULL) {
        to = text_put_size(put_text(to, "  queued "), event->held->queued);
        to = text_put_size(put_text(to, ", unsent "), event->held->unsent);
    }
    if (event->info == NULL)
        return to;
    to = put_text(to, "  window ");
    return put_number(to, event->info->peer_window);
}

static char *put_kind(char *to, const struct ledger_event *event,
                      const struct event_style *style)
{
    switch (event->kind) {
    case LEDGER_OPEN:
        return put_open(column_put_event(to, "open"), event);
    case LEDGER_RECV:
        to = column_put_range(column_put_event(to, "recv"), "in  ", event);
        return put_recv(to, event);
    case LEDGER_REQUEST:
        to = column_put_range(column_put_event(to, "request"), "in  ", event);
        return put_request(to, event);
    case LEDGER_SKIP:
        to = column_put_range(column_put_event(to, "skip"), "in  ", event);
        return put_skip(to, event);
    case LEDGER_RESPONSE:
        to = column_put_range(column_put_event(to, "response"), "out ", event);
        return put_response(to, event);
    case LEDGER_CONTENT:
        to = column_put_range(column_put_event(to, "content"), "out ", event);
        return put_content(to, event);
    case LEDGER_SEND:
        to = column_put_range(column_put_event(to, "send"), "out ", event);
        return put_send(to, event, style);
    case LEDGER_LEFT:
        return put_left(to, event, style);
    case LEDGER_ACKED:
        to = column_put_range(column_put_event(to, "acked"), "out ", event);
        return put_acked(to, event);
    case LEDGER_BLOCKED:
        return put_blocked(
            column_put_place(column_put_event(to, "blocked"), "out ", event),
            event);
    case LEDGER_EOF:
        to = column_put_place(column_put_event(to, "eof"), "in  ", event);
        return put_text(to, "recv() = 0: the peer has ended its stream");
    case LEDGER_SHUTDOWN:
        to = column_put_place(column_put_event(to, "shutdown"), "out ", event);
        return put_text(to, "shutdown() = 0: we have ended our stream");
    case LEDGER_CLOSE:
        return close_text_put(column_put_event(to, "close"), event);
    }
    return to;
}

/* Whether the server decides when it happens. */
static bool is_ours(enum ledger_event_kind kind)
{
    return kind == LEDGER_RESPONSE || kind == LEDGER_CONTENT ||
           kind == LEDGER_SEND || kind == LEDGER_BLOCKED;
}

/* What the connection waited for when this event came. */
static char *put_waited_for(char *to, const struct ledger_event *event)
{
    const struct ledger *ledger = event->ledger;
    uint64_t received =
        event->kind == LEDGER_RECV ? event->from : ledger->received;

    if (event->kind == LEDGER_LEFT && !event->is_again)
        return put_text(to, "the kernel waited for the peer");
    if (event->kind == LEDGER_LEFT || event->kind == LEDGER_ACKED)
        return put_text(to, "no acknowledgement came");
    if (ledger->is_blocked && ledger->blocked_window == UINT32_MAX)
        return put_text(to, "the kernel has no room");
    if (ledger->is_blocked) {
        to = put_text(to, "the peer's window is ");
        return put_number(to, ledger->blocked_window);
    }
    if (is_ours(event->kind))
        return put_text(to, "the server sent nothing");
    if (received > ledger->message_to)
        return put_text(to, "the rest of a request was to come");
    if (ledger->is_shut)
        return put_text(to, "the peer did not end its stream");
    return put_text(to, ledger->requests == 0 ? "no request came"
                                              : "no other request came");
}

/* A line for the time in which nothing happened: "+3.01 s". */
static char *put_gap(char *to, const struct ledger_event *event,
                     const struct event_style *style)
{
    uint64_t hundredths = (uint64_t)event->since_us / 10000;

    to = column_go_on(to, style, event);
    to = put_char(to, '+');
    to = put_number(to, hundredths / 100);
    to = put_char(to, '.');
    to = put_number(to, hundredths / 10 % 10);
    to = put_number(to, hundredths % 10);
    to = put_text(to, " s, ");
    to = put_waited_for(to, event);
    return put_char(to, '\n');
}

size_t event_text_write(const struct ledger_event *event,
                        const struct event_style *style,
                        char out[EVENT_TEXT_MAX])
{
    bool is_http =
        event->kind == LEDGER_REQUEST || event->kind == LEDGER_SKIP ||
        event->kind == LEDGER_RESPONSE || event->kind == LEDGER_CONTENT;
    char line[EVENT_LINE_MAX];
    char *to = out, *end;

    if (event->since_us >= EVENT_TEXT_GAP_US)
        to = put_gap(to, event, style);
    end = column_begin(line, style, event, is_http);
    end = put_kind(end, event, style);
    assert(end <= line + EVENT_LINE_MAX);
    to = text_fold(to, (struct bytes){line, (size_t)(end - line)},
                   COLUMN_DETAILS);
    if (event->kind == LEDGER_CLOSE)
        to = close_text_put_table(to, event, style);
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
