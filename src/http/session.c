#include "http/session.h"

#include <stdlib.h>

#include "base/clock.h"
#include "http/event_stream.h"
#include "http/http_worker.h"
#include "http/observe.h"
#include "http/respond.h"

/* Empty lines that may stand before a request line; one more is refused. */
enum { EMPTY_LINES_MAX = 8 };

struct session {
    struct request_parser *parser; /* of an unfinished request; or NULL */
    const struct stream *stream;
    struct event_stream events; /* the answer that is being told, if one is */
    unsigned empty_lines;       /* since the last request */
};

static void opened(void *context, void *state, const struct stream *stream)
{
    struct session *session = state;

    (void)context;
    session->stream = stream;
}

static void closed(void *context, void *state)
{
    struct session *session = state;

    (void)context;
    request_parser_free(session->parser);
    event_stream_close(&session->events);
}

/* Gives the session a parser to read a request with. False: no memory. */
static bool take_parser(struct http_worker *worker, struct session *session)
{
    if (session->parser == NULL)
        session->parser = http_worker_take_parser(worker);
    return session->parser != NULL;
}

/* The request is over: its parser serves the next one, whosever that is. */
static void give_parser(struct http_worker *worker, struct session *session)
{
    http_worker_give_parser(worker, session->parser);
    session->parser = NULL;
    session->empty_lines = 0;
}

/* Queues the answer, and tells who watches of it. */
static void write_watched(const struct http_worker *worker,
                          const struct session *session,
                          const struct request *request,
                          const struct response *response, struct outqueue *out)
{
    struct ledger *ledger = session->stream->ledger;
    uint64_t ahead = ledger == NULL ? 0 : outqueue_len(out);
    const char *head = outqueue_reserve(out, 0);
    uint64_t body_len = response_write(response, &worker->renderer, out);

    if (ledger != NULL)
        observe_answer(ledger, response, head, ahead, body_len, out);
    if (worker->observer != NULL)
        observe_answered(worker->observer, &session->stream->peer.any,
                         worker->renderer.date_s, request, response->status,
                         body_len);
}

/* Queues the answer to `request` (NULL: to what was none). */
static void write_answer(const struct http_worker *worker,
                         const struct session *session,
                         const struct request *request,
                         const struct response *response, struct outqueue *out)
{
    if (session->stream->ledger == NULL && worker->observer == NULL)
        response_write(response, &worker->renderer, out);
    else
        write_watched(worker, session, request, response, out);
}

/* The request that is being read, as soon as its head is whole; else NULL. */
static const struct request *request_of(const struct session *session)
{
    const struct request_parser *parser = session->parser;

    return parser != NULL && request_parser_head(parser).len > 0
               ? request_parser_request(parser)
               : NULL;
}

/* Answers what was no request, or one whose content is not read; all that the
 * turn offers is part of it. */
static void answer_refusal(const struct http_worker *worker,
                           const struct session *session, unsigned status,
                           struct bytes head, struct turn *turn)
{
    struct response response;

    if (session->stream->ledger != NULL)
        observe_refusal(session->stream->ledger, head, status, turn->in_len);
    respond_refusal(status, head, &response);
    write_answer(worker, session, request_of(session), &response, turn->out);
}

/* An event stream was asked for: its viewer is let in, or refused. */
static void open_events(const struct http_worker *worker,
                        struct session *session, struct response *response)
{
    if (response->head_only ||
        event_stream_open(&session->events, worker->config->events,
                          session->stream->ledger,
                          response->events == EVENTS_CHUNKED))
        return;
    response->events = EVENTS_NONE;
    response->status = 503; /* the connection is good for other things */
}

/* A request is whole, with the first `used` bytes of the turn. */
static void note_request(struct http_worker *worker,
                         const struct session *session,
                         const struct request *request, uint64_t used,
                         struct response *response)
{
    struct ledger *ledger = session->stream->ledger;
    unsigned recvs = ledger->message_recvs;

    observe_request(ledger, request, used);
    if (worker->config->tells_timing)
        response->fields = (struct bytes){
            worker->timing, observe_timing(ledger, recvs, worker->timing)};
}

/* RFC 9112, 9.6: who has said "close" sends no further request. What HTTP/1.0
 * clients put behind a body, an empty line mostly, may still come. */
static bool is_last(const struct request *request)
{
    return !request->keep_alive && request->method != METHOD_CONNECT &&
           !request_has_body(request);
}

static enum protocol_wants answer_request(struct http_worker *worker,
                                          struct session *session,
                                          const struct request *request,
                                          struct turn *turn, size_t used)
{
    bool shows_wire =
        worker->builtin != NULL &&
        (session->stream->is_local || worker->config->events_are_public);
    struct respond_env env = {
        .files = worker->files,
        .builtin = shows_wire ? worker->builtin : NULL,
        .builtin_is_public = worker->config->events_are_public,
        .now = worker->renderer.date_s,
        .path = worker->path,
        .location = worker->location,
    };
    struct response response;

    respond(&env, request, &response);
    if (turn->draining)
        response.persistence = CONNECTION_CLOSE;
    if (session->stream->ledger != NULL)
        note_request(worker, session, request, used, &response);
    if (response.events != EVENTS_NONE)
        open_events(worker, session, &response);
    write_answer(worker, session, request, &response, turn->out);
    if (session->events.source != NULL)
        return PROTOCOL_TICK;
    if (response.persistence != CONNECTION_CLOSE)
        return PROTOCOL_NEXT;
    return is_last(request) ? PROTOCOL_LAST : PROTOCOL_END;
}

/* What there is of the head of the request that is being read, where in[0..len)
 * is what is offered of it. */
static struct bytes head_of(const struct session *session, const char *in,
                            size_t len)
{
    struct bytes head = {"", 0};

    if (session->parser != NULL)
        head = request_parser_head(session->parser);
    return head.len > 0 ? head : (struct bytes){in, len};
}

/* Explains what began with other than HTTP/1. Returns the status to answer
 * with. */
static unsigned explain_refusal(struct http_worker *worker, unsigned status,
                                struct bytes head)
{
    static const struct bytes h2_preface = {"PRI * HTTP/2.0\r\n", 16};

    if (head.len > 0 && head.at[0] == 0x16) {
        http_worker_explain(worker, "a TLS handshake");
        return 400;
    }
    if (head.len >= h2_preface.len &&
        memcmp(head.at, h2_preface.at, h2_preface.len) == 0) {
        http_worker_explain(worker, "the preface of HTTP/2");
        return 505;
    }
    return status;
}

/* RFC 9112, 2.2: empty lines before a request line are passed over. Returns how
 * many bytes they have; a lone CR at the end may become one, and stays. */
static size_t skip_empty_lines(struct session *session, const char *in,
                               size_t len)
{
    size_t at = 0;

    while (len - at >= 2 && in[at] == '\r' && in[at + 1] == '\n' &&
           session->empty_lines <= EMPTY_LINES_MAX) {
        session->empty_lines++;
        at += 2;
    }
    if (at > 0 && session->stream->ledger != NULL)
        ledger_skip(session->stream->ledger, at, LEDGER_EMPTY_LINE);
    return at;
}

/* What becomes of a request whose head is whole and whose content is not taken,
 * for `status`: what is wrong with the head comes first. A PUT that is too long
 * is refused as a PUT. */
static unsigned refusal_of(struct http_worker *worker,
                           const struct request *request, unsigned status)
{
    unsigned by_head = respond_judge_head(request, worker->path);

    return by_head != 0 ? by_head : status;
}

static void ask_for_rest(const struct session *session, struct turn *turn)
{
    static const struct bytes go_on = {"HTTP/1.1 100 Continue\r\n\r\n", 25};

    if (session->stream->ledger != NULL)
        observe_continue(session->stream->ledger, go_on,
                         outqueue_len(turn->out));
    outqueue_copy(turn->out, go_on.at, go_on.len);
}

/* What cannot be read gets its refusal, and the end. */
static enum protocol_wants refuse(struct http_worker *worker,
                                  const struct session *session,
                                  struct bytes in, struct turn *turn)
{
    const struct request *request = request_of(session);
    struct bytes head = head_of(session, in.at, in.len);
    unsigned status = request_parser_refusal(session->parser);

    if (request != NULL &&
        (status == 413 || status == 417 || request->expects_continue))
        status = refusal_of(worker, request, status);
    else
        status = explain_refusal(worker, status, head);
    answer_refusal(worker, session, status, head, turn);
    return PROTOCOL_END;
}

/* The request is not whole. RFC 9110, 10.1.1: a client that waits for a word
 * before it sends its content gets one, and where the head decides, that is the
 * response. The connection ends with it: whether the content will still come,
 * or the next request in its place, nobody could know. */
static enum protocol_wants wait_for_rest(struct http_worker *worker,
                                         const struct session *session,
                                         struct turn *turn)
{
    const struct request *request = request_of(session);
    unsigned status = 0;

    if (request != NULL && request->expects_continue)
        status = refusal_of(worker, request, 0);
    if (status != 0) {
        answer_refusal(worker, session, status,
                       request_parser_head(session->parser), turn);
        return PROTOCOL_END;
    }
    if (request_parser_expects_continue(session->parser))
        ask_for_rest(session, turn);
    return PROTOCOL_MORE;
}

/* Reads one request on, and answers it where it is whole. */
static enum protocol_wants advance(struct http_worker *worker,
                                   struct session *session, struct turn *turn)
{
    struct request_parser *parser = session->parser;
    const struct bytes in = {turn->in, turn->in_len};
    enum protocol_wants wants;

    switch (request_parse(parser, in.at, in.len, &turn->in_used)) {
    case PARSE_DONE:
        wants = answer_request(worker, session, request_parser_request(parser),
                               turn, turn->in_used);
        give_parser(worker, session);
        return wants;
    case PARSE_MORE:
        return wait_for_rest(worker, session, turn);
    case PARSE_REFUSED:
        return refuse(worker, session, in, turn);
    }
    return PROTOCOL_END;
}

/* Nothing of a request line is there: no byte, or half of an empty line. */
static bool is_between(const struct session *session, const char *in,
                       size_t len)
{
    return session->parser == NULL && (len == 0 || (len == 1 && in[0] == '\r'));
}

static enum protocol_wants received(void *context, void *state,
                                    struct turn *turn)
{
    struct http_worker *worker = context;
    struct session *session = state;

    if (session->events.source != NULL) { /* nothing behind it is answered */
        turn->in_used = turn->in_len;
        return PROTOCOL_TICK;
    }
    response_renderer_set_time(&worker->renderer, clock_wall_s());
    if (session->parser == NULL) {
        turn->in_used = skip_empty_lines(session, turn->in, turn->in_len);
        if (session->empty_lines > EMPTY_LINES_MAX) {
            answer_refusal(worker, session, 400, (struct bytes){"", 0}, turn);
            return PROTOCOL_END;
        }
        if (turn->in_used > 0)
            return PROTOCOL_NEXT; /* the request may be of a later batch */
    }
    if (is_between(session, turn->in, turn->in_len))
        return PROTOCOL_NEXT;
    if (turn->in_len == 0)
        return PROTOCOL_MORE;
    if (!outqueue_has_room(turn->out, RESPONSE_ITEMS_MAX, RESPONSE_BYTES_MAX))
        return PROTOCOL_ROOM;
    if (!take_parser(worker, session)) {
        answer_refusal(worker, session, 503,
                       head_of(session, turn->in, turn->in_len), turn);
        return PROTOCOL_END;
    }
    return advance(worker, session, turn);
}

static void expired(void *context, void *state, struct turn *turn)
{
    struct http_worker *worker = context;
    const struct session *session = state;

    response_renderer_set_time(&worker->renderer, clock_wall_s());
    answer_refusal(worker, session, 408,
                   head_of(session, turn->in, turn->in_len), turn);
}

static enum protocol_wants ticked(void *context, void *state, struct turn *turn)
{
    struct session *session = state;

    (void)context;
    return event_stream_tick(&session->events, turn);
}

const struct protocol http_protocol = {
    .session_size = sizeof(struct session),
    .worker_open = http_worker_open,
    .worker_close = http_worker_close,
    .waiting = http_worker_waiting,
    .batch = http_worker_batch,
    .opened = opened,
    .received = received,
    .ticked = ticked,
    .expired = expired,
    .closed = closed,
};
