#include "http/session.h"

#include <assert.h>
#include <stdlib.h>

#include "http/body_stream.h"
#include "http/http_worker.h"
#include "http/observe.h"
#include "http/shaping.h"

/* Empty lines before a request line; one more is refused. */
enum { EMPTY_LINES_MAX = 8 };

struct session {
    struct request_parser *parser; /* of an incomplete request; or NULL */
    const struct stream *stream;
    struct body_stream
        body;          /* of a response that is streamed, if there is one */
    bool is_body_last; /* the connection ends with that response */
    struct outgoing *unsent; /* responses that were not sent in the turn in
                                which they were planned; or NULL */
    unsigned empty_lines;    /* since the last request */
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
    body_stream_close(&session->body);
    outgoing_end(session->unsent);
}

/* Gives the session a parser to read a request with. False: no memory. */
static bool take_parser(struct http_worker *worker, struct session *session)
{
    if (session->parser == NULL)
        session->parser = http_worker_take_parser(worker);
    return session->parser != NULL;
}

/* The request has its response: its parser reads the next one of any session.
 */
static void give_parser(struct http_worker *worker, struct session *session)
{
    http_worker_give_parser(worker, session->parser);
    session->parser = NULL;
    session->empty_lines = 0;
}

/* The request that is being read, if its head is complete; else NULL. */
static const struct request *request_of(const struct session *session)
{
    const struct request_parser *parser = session->parser;

    return parser != NULL && request_parser_head(parser).len > 0
               ? request_parser_request(parser)
               : NULL;
}

/* Writes a planned refusal. All bytes that the turn offers belong to it. */
static enum protocol_wants write_refusal(const struct http_worker *worker,
                                         const struct session *session,
                                         const struct plan *plan,
                                         struct bytes head, struct turn *turn)
{
    observe_refusal(session->stream->ledger, head, plan->status, turn->in_len);
    http_worker_write(worker, session->stream, request_of(session), plan,
                      turn->out);
    return PROTOCOL_END;
}

/* Refuses something that is not a request, or that came too late. */
static enum protocol_wants refuse_with(const struct http_worker *worker,
                                       const struct session *session,
                                       enum status status, const char *why,
                                       struct bytes head, struct turn *turn)
{
    struct plan plan;

    plan_refusal(&plan, status, why, head);
    return write_refusal(worker, session, &plan, head, turn);
}

/* Reports the request, which ends with the first `used` bytes of the turn.
 * Returns field lines for its response. */
static struct bytes note_request(struct http_worker *worker,
                                 const struct session *session,
                                 const struct request *request, uint64_t used)
{
    struct ledger *ledger = session->stream->ledger;
    struct bytes fields = {worker->timing, 0};

    if (worker->config->adds_timing)
        fields.len = observe_timing(ledger, worker->timing);
    observe_request(ledger, request, used);
    return fields;
}

/* Whether the head alone calls for a refusal, whatever the content is. This
 * takes precedence: a PUT that is too long is refused as a PUT. */
static bool head_is_refused(const struct http_worker *worker,
                            const struct session *session,
                            const struct request *request, struct plan *plan)
{
    const struct asking asking = {
        .request = request,
        .stream = session->stream,
        .now = worker->renderer.date_s,
        .is_last = true,
    };

    return worker->config->handler->refuse(worker->handler, &asking, plan);
}

/* Whether no further bytes are expected. RFC 9112, 9.6: a client that has sent
 * "close" sends no further request. But HTTP/1.0 clients may send an empty line
 * after a body. */
static bool is_last(const struct request *request)
{
    return !request->keep_alive && request->method != METHOD_CONNECT &&
           !request_has_body(request);
}

static enum protocol_wants respond(struct http_worker *worker,
                                   struct session *session,
                                   const struct request *request,
                                   struct turn *turn)
{
    const struct asking asking = {
        .request = request,
        .stream = session->stream,
        .now = worker->renderer.date_s,
        .waker = worker->waker,
        .fields = note_request(worker, session, request, turn->in_used),
        .is_last = turn->draining,
    };
    struct plan plan;

    /* A client that expects a 100 (Continue) and is refused may send its
     * content or not, so the connection ends. This must not depend on whether
     * the content was fast enough to be here already. */
    if (!request->expects_continue ||
        !head_is_refused(worker, session, request, &plan))
        worker->config->handler->respond(worker->handler, &asking, &plan);
    http_worker_write(worker, session->stream, request, &plan, turn->out);
    if (plan.content.kind == CONTENT_SOURCE && plan.content.source != NULL) {
        body_stream_open(&session->body, plan.content.source, plan.content.size,
                         plan.content.is_chunked);
        session->is_body_last = plan.persistence == CONNECTION_CLOSE;
        return PROTOCOL_ROOM;
    }
    if (plan.persistence != CONNECTION_CLOSE)
        return PROTOCOL_NEXT;
    return is_last(request) ? PROTOCOL_LAST : PROTOCOL_END;
}

/* What there is of the head of the request that is being read; in[0..len) is
 * what the turn offers. */
static struct bytes head_of(const struct session *session, const char *in,
                            size_t len)
{
    struct bytes head = {"", 0};

    if (session->parser != NULL)
        head = request_parser_head(session->parser);
    return head.len > 0 ? head : (struct bytes){in, len};
}

/* Refuses something that has no complete head, and may not be HTTP/1. */
static enum protocol_wants refuse_stranger(struct http_worker *worker,
                                           const struct session *session,
                                           struct bytes head, struct turn *turn)
{
    static const struct bytes h2_preface = {"PRI * HTTP/2.0\r\n", 16};
    enum status status = request_parser_refusal(session->parser);
    const char *why = plan_why_refused(status);

    if (head.len > 0 && head.at[0] == 0x16) {
        why = "a TLS handshake; this is HTTP without TLS";
        status = STATUS_BAD_REQUEST;
        http_worker_explain(worker, "a TLS handshake");
    } else if (head.len >= h2_preface.len &&
               memcmp(head.at, h2_preface.at, h2_preface.len) == 0) {
        why = "the preface of HTTP/2; this is HTTP/1.1";
        status = STATUS_VERSION_NOT_SUPPORTED;
        http_worker_explain(worker, "the preface of HTTP/2");
    }
    return refuse_with(worker, session, status, why, head, turn);
}

/* RFC 9112, 2.2: empty lines before a request line are ignored. Returns their
 * length. A lone CR at the end may become one, and is left. */
static size_t skip_empty_lines(struct session *session, const char *in,
                               size_t len)
{
    size_t at = 0;

    while (len - at >= 2 && in[at] == '\r' && in[at + 1] == '\n' &&
           session->empty_lines <= EMPTY_LINES_MAX) {
        session->empty_lines++;
        at += 2;
    }
    ledger_skip(session->stream->ledger, at, LEDGER_EMPTY_LINE);
    return at;
}

static void ask_for_rest(const struct session *session, struct turn *turn)
{
    static const struct bytes go_on = {"HTTP/1.1 100 Continue\r\n\r\n", 25};

    outqueue_copy(turn->out, go_on.at, go_on.len);
    observe_continue(session->stream->ledger, go_on, turn->out);
}

/* Sends the refusal that the parser has decided on. */
static enum protocol_wants refuse(struct http_worker *worker,
                                  const struct session *session,
                                  struct turn *turn)
{
    const struct request *request = request_of(session);
    const struct bytes head = head_of(session, turn->in, turn->in_len);
    enum status status = request_parser_refusal(session->parser);
    struct plan plan;

    if (request == NULL)
        return refuse_stranger(worker, session, head, turn);
    if ((status == STATUS_CONTENT_TOO_LARGE ||
         status == STATUS_EXPECTATION_FAILED || request->expects_continue) &&
        head_is_refused(worker, session, request, &plan))
        return write_refusal(worker, session, &plan, head, turn);
    return refuse_with(worker, session, status, plan_why_refused(status), head,
                       turn);
}

/* The request is incomplete. RFC 9110, 10.1.1: a client that waits before it
 * sends its content gets a 100 (Continue), or the final response if the head
 * calls for a refusal. The connection ends with that: it could not be known
 * whether the next bytes are the content or a new request. */
static enum protocol_wants wait_for_rest(const struct http_worker *worker,
                                         const struct session *session,
                                         struct turn *turn)
{
    const struct request *request = request_of(session);
    struct plan plan;

    if (request != NULL && request->expects_continue &&
        head_is_refused(worker, session, request, &plan))
        return write_refusal(worker, session, &plan,
                             request_parser_head(session->parser), turn);
    if (request_parser_expects_continue(session->parser))
        ask_for_rest(session, turn);
    if (request == NULL && session->stream->shape != NULL)
        shaping_read(worker, session->stream, turn);
    return PROTOCOL_MORE;
}

/* Reads more of a request, and responds if it is complete. */
static enum protocol_wants advance(struct http_worker *worker,
                                   struct session *session, struct turn *turn)
{
    struct request_parser *parser = session->parser;
    enum protocol_wants wants;

    switch (request_parse(parser, turn->in, turn->in_len, &turn->in_used)) {
    case PARSE_DONE:
        wants = respond(worker, session, request_parser_request(parser), turn);
        give_parser(worker, session);
        return wants;
    case PARSE_MORE:
        return wait_for_rest(worker, session, turn);
    case PARSE_REFUSED:
        return refuse(worker, session, turn);
    }
    return PROTOCOL_END;
}

/* Nothing of a request has come: no byte, or half of an empty line. */
static bool is_between(const struct session *session, const char *in,
                       size_t len)
{
    return session->parser == NULL && (len == 0 || (len == 1 && in[0] == '\r'));
}

/* All of the content is in the queue. */
static enum protocol_wants complete_body(const struct http_worker *worker,
                                         struct session *session,
                                         const struct turn *turn)
{
    const uint64_t len = session->body.queued;
    struct outgoing *list =
        session->unsent != NULL ? session->unsent : worker->outgoing;

    if (session->body.size == UINT64_MAX) {
        if (list != NULL)
            outgoing_complete(list, len);
        observe_content(session->stream->ledger, len, turn->out);
    }
    body_stream_close(&session->body);
    return session->is_body_last ? PROTOCOL_END : PROTOCOL_ROOM;
}

/* Writes more of the content of the response that is streamed. What follows its
 * request is dropped if the content has no end, and else waits. */
static enum protocol_wants stream_body(const struct http_worker *worker,
                                       struct session *session,
                                       struct turn *turn)
{
    if (session->body.source->is_endless)
        turn->in_used = turn->in_len;
    switch (body_stream_read(&session->body, turn)) {
    case BODY_WAITS:
        return PROTOCOL_NEWS;
    case BODY_GOES_ON:
        return PROTOCOL_AGAIN;
    case BODY_ENDS:
        return session->body.source->is_endless
                   ? PROTOCOL_END
                   : complete_body(worker, session, turn);
    case BODY_FAILS:
        break;
    }
    return PROTOCOL_END;
}

static enum protocol_wants received(void *context, void *state,
                                    struct turn *turn)
{
    struct http_worker *worker = context;
    struct session *session = state;

    if (session->body.source != NULL)
        return stream_body(worker, session, turn);
    assert(session->unsent == NULL); /* all that was queued has been sent */
    if (!http_worker_has_room(worker, turn->out))
        return PROTOCOL_ROOM;
    http_worker_begin(worker);
    if (session->parser == NULL) {
        turn->in_used = skip_empty_lines(session, turn->in, turn->in_len);
        if (session->empty_lines > EMPTY_LINES_MAX)
            return refuse_with(worker, session, STATUS_BAD_REQUEST,
                               "more than 8 empty lines before a request",
                               (struct bytes){"", 0}, turn);
        if (turn->in_used > 0)
            return PROTOCOL_NEXT; /* the request may belong to a later batch */
    }
    if (is_between(session, turn->in, turn->in_len))
        return PROTOCOL_NEXT;
    if (turn->in_len == 0)
        return PROTOCOL_MORE;
    if (!take_parser(worker, session))
        return refuse_with(worker, session, STATUS_SERVICE_UNAVAILABLE,
                           "no memory for the request",
                           head_of(session, turn->in, turn->in_len), turn);
    return advance(worker, session, turn);
}

static void expired(void *context, void *state, struct turn *turn)
{
    struct http_worker *worker = context;
    const struct session *session = state;

    assert(session->body.source == NULL && outqueue_is_empty(turn->out));
    http_worker_begin(worker);
    refuse_with(worker, session, STATUS_REQUEST_TIMEOUT,
                "the request was not whole in time",
                head_of(session, turn->in, turn->in_len), turn);
}

static void sent(void *context, void *state, uint64_t len)
{
    struct http_worker *worker = context;
    struct session *session = state;

    if (worker->outgoing != NULL)
        session->unsent = outgoing_sent(worker->outgoing, session->unsent, len);
}

const struct protocol http_protocol = {
    .session_size = sizeof(struct session),
    .worker_open = http_worker_open,
    .worker_close = http_worker_close,
    .waiting = http_worker_waiting,
    .batch = http_worker_batch,
    .opened = opened,
    .received = received,
    .expired = expired,
    .sent = sent,
    .closed = closed,
};
