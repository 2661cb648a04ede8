#include "wire/event_json.h"

#include <assert.h>

#include "base/json.h"
#include "base/put.h"

/* `name` is everything before the value: ",\"name\":". */
static inline char *put_count(char *to, const char *name, uint64_t value)
{
    return put_number(put_text(to, name), value);
}

static inline char *put_named(char *to, const char *name, struct bytes text,
                              size_t max)
{
    return json_put_string(put_text(to, name), text, max);
}

static char *put_time(char *to, int64_t time_us)
{
    return put_count(
        to, "{\"v\":2,\"time_us\":", time_us > 0 ? (uint64_t)time_us : 0);
}

static char *put_range(char *to, const struct ledger_event *event)
{
    assert(event->from <= event->to);
    to = put_count(to, ",\"from\":", event->from);
    return put_count(to, ",\"to\":", event->to);
}

/* The same with the end of a message's head. */
static char *put_message(char *to, const struct ledger_event *event)
{
    assert(event->from <= event->head_to && event->head_to <= event->to);
    to = put_count(to, ",\"from\":", event->from);
    to = put_count(to, ",\"head_to\":", event->head_to);
    return put_count(to, ",\"to\":", event->to);
}

static char *put_info(char *to, const struct ledger_info *info)
{
    if (info == NULL)
        return to;
    to = put_count(to, ",\"info\":{\"rtt_us\":", info->rtt_us);
    to = put_count(to, ",\"rttvar_us\":", info->rttvar_us);
    to = put_count(to, ",\"mss\":", info->mss);
    to = put_count(to, ",\"cwnd\":", info->cwnd);
    to = put_count(to, ",\"segments_in\":", info->segments_in);
    to = put_count(to, ",\"segments_out\":", info->segments_out);
    to = put_count(to, ",\"data_segments_in\":", info->data_segments_in);
    to = put_count(to, ",\"data_segments_out\":", info->data_segments_out);
    to = put_count(to, ",\"bytes_acked\":", info->bytes_acked);
    to = put_count(to, ",\"bytes_unacked\":", info->bytes_unacked);
    to = put_count(to, ",\"retransmitted\":", info->retransmitted);
    if (info->delivery_rate > 0)
        to = put_count(to, ",\"delivery_rate\":", info->delivery_rate);
    to = put_count(to, ",\"peer_window\":", info->peer_window);
    to = put_count(to, ",\"rwnd_limited_us\":", info->rwnd_limited_us);
    return put_char(to, '}');
}

static char *put_syn(char *to, const struct ledger_syn *syn)
{
    if (syn == NULL)
        return to;
    to = put_text(to, ",\"syn\":{\"bytes\":\"");
    for (size_t i = 0; i < syn->bytes.len; i++)
        to = put_hex(to, (unsigned char)syn->bytes.at[i]);
    to = put_count(to, "\",\"ttl\":", syn->ttl);
    to = put_count(to, ",\"sequence\":", syn->sequence);
    to = put_count(to, ",\"window\":", syn->window);
    if (syn->mss != 0)
        to = put_count(to, ",\"mss\":", syn->mss);
    if (syn->window_scale >= 0)
        to = put_count(to, ",\"window_scale\":", (uint64_t)syn->window_scale);
    to = put_text(to, syn->has_sack ? ",\"sack\":true" : ",\"sack\":false");
    to = put_text(to, syn->has_timestamps ? ",\"timestamps\":true"
                                          : ",\"timestamps\":false");
    return put_text(to, syn->asks_ecn ? ",\"ecn\":true}" : ",\"ecn\":false}");
}

static char *put_open(char *to, const struct ledger_event *event)
{
    to = put_text(to, ",\"layer\":\"tcp\",\"event\":\"open\"");
    to = put_named(to, ",\"local\":", bytes_of(event->open.local),
                   EVENT_JSON_NAME_MAX);
    to = put_named(to, ",\"peer\":", bytes_of(event->open.peer),
                   EVENT_JSON_NAME_MAX);
    to = put_count(to, ",\"worker\":", event->ledger->worker);
    to = put_syn(to, event->open.syn);
    return put_info(to, event->info);
}

static char *put_recv(char *to, const struct ledger_event *event)
{
    const struct ledger_arrival *arrival = event->recv.arrival;

    to = put_text(to, ",\"layer\":\"tcp\",\"event\":\"recv\"");
    to = put_range(to, event);
    if (arrival == NULL)
        return to;
    to = put_count(to, ",\"segments\":", event->recv.segments);
    if (arrival->at_us == 0 || arrival->at_us > event->time_us)
        return to; /* not known, or the clock was set back */
    return put_count(
        to, ",\"waited_us\":", (uint64_t)(event->time_us - arrival->at_us));
}

static char *put_request(char *to, const struct ledger_event *event)
{
    const struct ledger_request *request = event->request;

    to = put_text(to, ",\"layer\":\"http\",\"event\":\"request\"");
    to = put_count(to, ",\"request\":", event->ledger->requests);
    to = put_message(to, event);
    to = put_count(to, ",\"recvs\":", event->ledger->message_recvs);
    if (request->refused != 0) {
        to = put_count(to, ",\"refused\":", request->refused);
    } else {
        to = put_named(to, ",\"method\":", request->method,
                       EVENT_JSON_METHOD_MAX);
        to = put_named(to, ",\"target\":", request->target,
                       EVENT_JSON_TARGET_MAX);
        to = put_text(to, ",\"version\":\"");
        to = put_bytes(to, request->version);
        to = put_char(to, '"');
    }
    return put_named(to, ",\"head\":", request->head, EVENT_JSON_HEAD_MAX);
}

static char *put_skip(char *to, const struct ledger_event *event)
{
    static const char *const why[] = {
        [LEDGER_EMPTY_LINE] = ",\"why\":\"empty line\"",
        [LEDGER_UNFINISHED] = ",\"why\":\"unfinished\"",
        [LEDGER_AFTER_END] = ",\"why\":\"after the last answer\"",
        [LEDGER_NOT_READ] = ",\"why\":\"not read\"",
    };

    to = put_text(to, ",\"layer\":\"http\",\"event\":\"skip\"");
    to = put_range(to, event);
    return put_text(to, why[event->why]);
}

static char *put_response(char *to, const struct ledger_event *event)
{
    const struct ledger_response *response = event->response;

    to = put_text(to, ",\"layer\":\"http\",\"event\":\"response\"");
    to = put_count(to, ",\"request\":", event->request_number);
    to = put_message(to, event);
    to = put_count(to, ",\"status\":", response->status);
    if (response->why != NULL)
        to = put_named(to, ",\"why\":", bytes_of(response->why),
                       EVENT_JSON_NAME_MAX);
    if (response->type.at != NULL)
        to = put_named(to, ",\"type\":", response->type, EVENT_JSON_NAME_MAX);
    if (response->is_endless)
        to = put_text(to, ",\"endless\":true");
    return put_named(to, ",\"head\":", response->head, EVENT_JSON_HEAD_MAX);
}

static char *put_content(char *to, const struct ledger_event *event)
{
    to = put_text(to, ",\"layer\":\"http\",\"event\":\"content\"");
    to = put_count(to, ",\"request\":", event->request_number);
    return put_range(to, event);
}

static char *put_call(char *to, enum ledger_call call)
{
    return put_text(to, call == LEDGER_CALL_SENDFILE ? ",\"call\":\"sendfile\""
                                                     : ",\"call\":\"send\"");
}

static char *put_send(char *to, const struct ledger_event *event)
{
    to = put_text(to, ",\"layer\":\"tcp\",\"event\":\"send\"");
    to = put_range(to, event);
    to = put_call(to, event->call);
    return put_info(to, event->info);
}

static char *put_left(char *to, const struct ledger_event *event)
{
    to = put_text(to, ",\"layer\":\"tcp\",\"event\":\"left\"");
    if (!event->is_again)
        return put_range(to, event);
    to = put_count(to, ",\"to\":", event->to);
    return put_text(to, ",\"again\":true");
}

static char *put_acked(char *to, const struct ledger_event *event)
{
    to = put_text(to, ",\"layer\":\"tcp\",\"event\":\"acked\"");
    return put_info(put_range(to, event), event->info);
}

static char *put_blocked(char *to, const struct ledger_event *event)
{
    to = put_text(to, ",\"layer\":\"tcp\",\"event\":\"blocked\"");
    to = put_count(to, ",\"at\":", event->to);
    to = put_call(to, event->call);
    if (event->held != NULL) {
        to = put_count(to, ",\"queued\":", event->held->queued);
        to = put_count(to, ",\"unsent\":", event->held->unsent);
    }
    return put_info(to, event->info);
}

static char *put_end(char *to, const char *name, uint64_t at)
{
    to = put_text(to, ",\"layer\":\"tcp\",\"event\":\"");
    to = put_text(to, name);
    return put_count(to, "\",\"at\":", at);
}

static char *put_cause(char *to, enum ledger_cause cause)
{
    static const char *const causes[] = {
        [LEDGER_BY_FAILURE] = ",\"cause\":\"failure\"",
        [LEDGER_BY_PEER] = ",\"cause\":\"peer\"",
        [LEDGER_BY_RESET] = ",\"cause\":\"reset\"",
        [LEDGER_BY_RESPONSE] = ",\"cause\":\"answered\"",
        [LEDGER_BY_REFUSAL] = ",\"cause\":\"refused\"",
        [LEDGER_BY_CUT] = ",\"cause\":\"cut\"",
        [LEDGER_BY_CUT_RESET] = ",\"cause\":\"cut by a reset\"",
        [LEDGER_BY_FIRST_BYTE_TIMEOUT] = ",\"cause\":\"first-byte timeout\"",
        [LEDGER_BY_IDLE_TIMEOUT] = ",\"cause\":\"idle timeout\"",
        [LEDGER_BY_NEWCOMER] = ",\"cause\":\"newcomer\"",
        [LEDGER_BY_REQUEST_TIMEOUT] = ",\"cause\":\"request timeout\"",
        [LEDGER_BY_SEND_TIMEOUT] = ",\"cause\":\"send timeout\"",
        [LEDGER_BY_LINGER_TIMEOUT] = ",\"cause\":\"linger timeout\"",
        [LEDGER_BY_DRAINING] = ",\"cause\":\"draining\"",
    };

    return put_text(to, causes[cause]);
}

static char *put_account(char *to, const struct ledger_account *account)
{
    if (account == NULL)
        return to;
    to = put_count(to, ",\"sent\":", account->sent);
    to = put_count(to, ",\"acked\":", account->acked);
    to = put_count(to, ",\"in_flight\":", account->in_flight);
    to = put_count(to, ",\"unsent\":", account->unsent);
    return put_count(to, ",\"unread\":", account->unread);
}

static char *put_close(char *to, const struct ledger_event *event)
{
    const struct ledger *ledger = event->ledger;
    int64_t age_us = event->time_us - ledger->opened_us;

    to = put_text(to, ",\"layer\":\"tcp\",\"event\":\"close\"");
    to = put_cause(to, ledger->cause);
    to = put_count(to, ",\"age_us\":", age_us > 0 ? (uint64_t)age_us : 0);
    to = put_count(to, ",\"in\":", ledger->received);
    to = put_count(to, ",\"out\":", ledger->sent);
    to = put_account(to, event->account);
    to = put_count(to, ",\"recvs\":", ledger->recvs);
    to = put_count(to, ",\"sends\":", ledger->sends);
    to = put_count(to, ",\"requests\":", ledger->requests);
    to = put_count(to, ",\"answers\":", ledger->responses);
    to = put_count(to, ",\"pipeline_max\":", ledger->pipeline_max);
    return put_info(to, event->info);
}

static char *put_kind(char *to, const struct ledger_event *event)
{
    switch (event->kind) {
    case LEDGER_OPEN:
        return put_open(to, event);
    case LEDGER_RECV:
        return put_recv(to, event);
    case LEDGER_REQUEST:
        return put_request(to, event);
    case LEDGER_SKIP:
        return put_skip(to, event);
    case LEDGER_RESPONSE:
        return put_response(to, event);
    case LEDGER_CONTENT:
        return put_content(to, event);
    case LEDGER_SEND:
        return put_send(to, event);
    case LEDGER_LEFT:
        return put_left(to, event);
    case LEDGER_ACKED:
        return put_acked(to, event);
    case LEDGER_BLOCKED:
        return put_blocked(to, event);
    case LEDGER_EOF:
        return put_end(to, "eof", event->to);
    case LEDGER_SHUTDOWN:
        return put_end(to, "shutdown", event->to);
    case LEDGER_CLOSE:
        return put_close(to, event);
    }
    return to;
}

size_t event_json_write(const struct ledger_event *event,
                        char out[EVENT_JSON_MAX])
{
    char *to = put_time(out, event->time_us);

    to = put_count(to, ",\"conn\":", event->ledger->id);
    to = put_kind(to, event);
    to = put_char(to, '}');
    assert(to <= out + EVENT_JSON_MAX);
    return (size_t)(to - out);
}

size_t event_json_viewer(int64_t time_us, uint64_t conn,
                         char out[EVENT_JSON_WIRE_MAX])
{
    char *to = put_time(out, time_us);

    to = put_text(to, ",\"layer\":\"wire\",\"event\":\"viewer\"");
    to = put_count(to, ",\"conn\":", conn);
    to = put_char(to, '}');
    assert(to <= out + EVENT_JSON_WIRE_MAX);
    return (size_t)(to - out);
}

size_t event_json_lost(int64_t time_us, uint64_t count,
                       char out[EVENT_JSON_WIRE_MAX])
{
    char *to = put_time(out, time_us);

    to = put_text(to, ",\"layer\":\"wire\",\"event\":\"lost\"");
    to = put_count(to, ",\"count\":", count);
    to = put_char(to, '}');
    assert(to <= out + EVENT_JSON_WIRE_MAX);
    return (size_t)(to - out);
}
