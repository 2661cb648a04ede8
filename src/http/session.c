#include "http/session.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "files/file_cache.h"
#include "http/parser.h"
#include "http/respond.h"
#include "http/response.h"

/* A file up to this size is held in memory; a larger one goes by sendfile. */
enum { CACHED_BODY_MAX = 65536 };

/* Empty lines that may stand before a request line; one more is refused. */
enum { EMPTY_LINES_MAX = 8 };

/* What one worker's sessions share. */
struct http_worker {
    const struct http_config *config;
    struct file_cache *files;
    struct request_parser *spare; /* ready for a first byte; or NULL */
    struct observer *observer;    /* or NULL */
    time_t explained_s; /* when explain_refusal last had a word to say */
    struct response_renderer renderer;
    char path[UINT16_MAX];
    char location[RESPONSE_LOCATION_MAX];
};

struct session {
    struct request_parser *parser; /* of an unfinished request; or NULL */
    const union peer *peer;
    unsigned empty_lines; /* since the last request */
};

static void worker_close(void *context)
{
    struct http_worker *worker = context;

    if (worker == NULL)
        return;
    request_parser_free(worker->spare);
    file_cache_free(worker->files);
    if (worker->observer != NULL)
        worker->observer->close(worker->observer);
    free(worker);
}

static void *worker_open(void *arg)
{
    const struct http_config *config = arg;
    struct file_cache_config cache_config = {
        .root = config->root,
        .types = config->types,
        .describe = response_describe,
        .entries_max = config->cache_entries_max,
        .body_max_bytes = CACHED_BODY_MAX,
        .bodies_max_bytes = config->cache_bodies_max_bytes,
        .descriptors_max = config->cache_descriptors_max,
    };
    struct http_worker *worker = calloc(1, sizeof(*worker));

    if (worker == NULL)
        return NULL;
    worker->config = config;
    worker->files = file_cache_new(&cache_config);
    worker->spare = request_parser_new(&config->limits);
    if (config->observer_new != NULL)
        worker->observer = config->observer_new(config->observer_arg);
    response_renderer_init(&worker->renderer);
    if (worker->files == NULL || worker->spare == NULL ||
        (config->observer_new != NULL && worker->observer == NULL)) {
        worker_close(worker);
        return NULL;
    }
    return worker;
}

static void waiting(void *context)
{
    struct http_worker *worker = context;

    if (worker->observer != NULL)
        worker->observer->waiting(worker->observer);
}

static void opened(void *context, void *state, const union peer *peer)
{
    struct session *session = state;

    (void)context;
    session->peer = peer;
}

static void closed(void *context, void *state)
{
    struct session *session = state;

    (void)context;
    request_parser_free(session->parser);
}

/* Gives the session a parser to read a request with. False: no memory. */
static bool take_parser(struct http_worker *worker, struct session *session)
{
    if (session->parser != NULL)
        return true;
    session->parser = worker->spare;
    worker->spare = NULL;
    if (session->parser == NULL)
        session->parser = request_parser_new(&worker->config->limits);
    return session->parser != NULL;
}

/* The request is over: its parser serves the next one, whosever that is. */
static void give_parser(struct http_worker *worker, struct session *session)
{
    request_parser_reset(session->parser);
    if (worker->spare == NULL)
        worker->spare = session->parser;
    else
        request_parser_free(session->parser);
    session->parser = NULL;
    session->empty_lines = 0;
}

static void observe(const struct http_worker *worker,
                    const struct session *session,
                    const struct request *request, unsigned status,
                    uint64_t body_len)
{
    struct observed_answer answer = {
        .peer = &session->peer->any,
        .when = worker->renderer.date_s,
        .status = status,
        .body_len = body_len,
    };

    if (request != NULL) {
        answer.method = request_part(request, request->method_name);
        answer.target = request_part(request, request->target);
        answer.is_1_1 = request->is_1_1;
        request_find(request, BYTES("referer"), &answer.referer);
        request_find(request, BYTES("user-agent"), &answer.user_agent);
    }
    worker->observer->answered(worker->observer, &answer);
}

/* Queues the answer to `request` (NULL: to what was none). */
static void write_answer(const struct http_worker *worker,
                         const struct session *session,
                         const struct request *request,
                         const struct response *response, struct outqueue *out)
{
    uint64_t body_len = response_write(response, &worker->renderer, out);

    if (worker->observer != NULL)
        observe(worker, session, request, response->status, body_len);
}

static void answer_refusal(const struct http_worker *worker,
                           const struct session *session, unsigned status,
                           struct bytes head, struct outqueue *out)
{
    struct response response;

    respond_refusal(status, head, &response);
    write_answer(worker, session, NULL, &response, out);
}

static enum protocol_wants answer_request(struct http_worker *worker,
                                          const struct session *session,
                                          const struct request *request,
                                          struct turn *turn)
{
    struct respond_env env = {
        .files = worker->files,
        .now = worker->renderer.date_s,
        .path = worker->path,
        .location = worker->location,
    };
    struct response response;

    respond(&env, request, &response);
    if (turn->draining)
        response.persistence = CONNECTION_CLOSE;
    write_answer(worker, session, request, &response, turn->out);
    return response.persistence == CONNECTION_CLOSE ? PROTOCOL_END
                                                    : PROTOCOL_NEXT;
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

/* A word to the operator, who may have the wrong port in mind; one a second is
 * enough, however many peers are wrong. */
static void explain(struct http_worker *worker, const char *began_with)
{
    if (worker->explained_s == worker->renderer.date_s)
        return;
    worker->explained_s = worker->renderer.date_s;
    log_info("a peer began with %s; this server speaks HTTP/1.1, without TLS: "
             "use http://, not https://",
             began_with);
}

/* Explains what began with other than HTTP/1. Returns the status to answer
 * with. */
static unsigned explain_refusal(struct http_worker *worker, unsigned status,
                                struct bytes head)
{
    static const struct bytes h2_preface = {"PRI * HTTP/2.0\r\n", 16};

    if (head.len > 0 && head.at[0] == 0x16) {
        explain(worker, "a TLS handshake");
        return 400;
    }
    if (head.len >= h2_preface.len &&
        memcmp(head.at, h2_preface.at, h2_preface.len) == 0) {
        explain(worker, "the preface of HTTP/2");
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
    return at;
}

/* Reads one request on from in[0..len) and answers it where it is whole. */
static enum protocol_wants advance(struct http_worker *worker,
                                   struct session *session, struct turn *turn,
                                   const char *in, size_t len, size_t *used)
{
    struct request_parser *parser = session->parser;
    enum protocol_wants wants;
    struct bytes head;
    unsigned refusal;

    switch (request_parse(parser, in, len, used)) {
    case PARSE_DONE:
        wants = answer_request(worker, session, request_parser_request(parser),
                               turn);
        give_parser(worker, session);
        return wants;
    case PARSE_MORE:
        if (request_parser_expects_continue(parser))
            outqueue_copy(turn->out, "HTTP/1.1 100 Continue\r\n\r\n", 25);
        return PROTOCOL_MORE;
    case PARSE_REFUSED:
        head = head_of(session, in, len);
        refusal = explain_refusal(worker, request_parser_refusal(parser), head);
        answer_refusal(worker, session, refusal, head, turn->out);
        return PROTOCOL_END;
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
    size_t at = 0;

    response_renderer_set_time(&worker->renderer, clock_wall_s());
    file_cache_turn(worker->files);
    for (;;) {
        enum protocol_wants wants;
        size_t used;

        if (session->parser == NULL)
            at += skip_empty_lines(session, turn->in + at, turn->in_len - at);
        turn->in_used = at;
        if (session->empty_lines > EMPTY_LINES_MAX) {
            answer_refusal(worker, session, 400, (struct bytes){"", 0},
                           turn->out);
            return PROTOCOL_END;
        }
        if (is_between(session, turn->in + at, turn->in_len - at))
            return PROTOCOL_NEXT;
        if (at == turn->in_len)
            return PROTOCOL_MORE;
        if (!outqueue_has_room(turn->out, RESPONSE_ITEMS_MAX,
                               RESPONSE_BYTES_MAX))
            return PROTOCOL_ROOM;
        if (!take_parser(worker, session))
            return PROTOCOL_END;
        wants = advance(worker, session, turn, turn->in + at, turn->in_len - at,
                        &used);
        at += used;
        turn->in_used = at;
        if (wants == PROTOCOL_END || (wants == PROTOCOL_MORE && used == 0))
            return wants;
    }
}

static void expired(void *context, void *state, struct turn *turn)
{
    struct http_worker *worker = context;
    const struct session *session = state;

    response_renderer_set_time(&worker->renderer, clock_wall_s());
    answer_refusal(worker, session, 408,
                   head_of(session, turn->in, turn->in_len), turn->out);
}

const struct protocol http_protocol = {
    .session_size = sizeof(struct session),
    .worker_open = worker_open,
    .worker_close = worker_close,
    .waiting = waiting,
    .opened = opened,
    .received = received,
    .expired = expired,
    .closed = closed,
};
