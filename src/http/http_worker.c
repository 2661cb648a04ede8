#include "http/http_worker.h"

#include <stdlib.h>

#include "base/log.h"
#include "http/shaping.h"

enum { LOG_INTERVAL_MS = 5000 };

void http_worker_close(void *context)
{
    struct http_worker *worker = context;

    if (worker == NULL)
        return;
    request_parser_free(worker->spare);
    outgoing_free(worker->outgoing);
    if (worker->handler != NULL)
        worker->config->handler->close(worker->handler);
    free(worker);
}

void *http_worker_open(void *arg, struct observer *observer,
                       struct waker *waker)
{
    const struct http_config *config = arg;
    struct http_worker *worker = calloc(1, sizeof(*worker));
    bool has_outgoing = true; /* or needs none */

    if (worker == NULL)
        return NULL;
    worker->config = config;
    worker->waker = waker;
    worker->pace.interval_ms = LOG_INTERVAL_MS;
    worker->handler = config->handler->open(config->handler_arg);
    worker->spare = request_parser_new(&config->limits);
    if (observer != NULL && observer->responded != NULL) {
        worker->is_timed = observer->wants_duration;
        worker->outgoing = outgoing_new(observer);
        has_outgoing = worker->outgoing != NULL;
    }
    response_renderer_init(&worker->renderer);
    if (worker->handler == NULL || worker->spare == NULL || !has_outgoing) {
        http_worker_close(worker);
        return NULL;
    }
    return worker;
}

int64_t http_worker_waiting(void *context, int64_t now_ms)
{
    struct http_worker *worker = context;

    return worker->config->handler->waiting(worker->handler, now_ms);
}

void http_worker_batch(void *context)
{
    struct http_worker *worker = context;

    worker->config->handler->batch(worker->handler);
}

struct request_parser *http_worker_take_parser(struct http_worker *worker)
{
    struct request_parser *parser = worker->spare;

    worker->spare = NULL;
    if (parser == NULL)
        parser = request_parser_new(&worker->config->limits);
    if (parser == NULL)
        log_error_paced(&worker->pace, "a request was refused: no memory");
    return parser;
}

void http_worker_give_parser(struct http_worker *worker,
                             struct request_parser *parser)
{
    if (worker->outgoing != NULL)
        outgoing_lend_head(worker->outgoing, request_parser_take_head(parser));
    request_parser_reset(parser);
    if (worker->spare == NULL)
        worker->spare = parser;
    else
        request_parser_free(parser);
}

/* Adds the response to the list of outgoing ones. */
static void note_response(const struct http_worker *worker,
                          const struct stream *stream,
                          const struct request *request,
                          const struct plan *plan,
                          const struct written *written)
{
    struct observed_response *response = outgoing_add(
        worker->outgoing, written->head.len,
        plan_is_open_ended(plan) ? UINT64_MAX : written->content_len);

    response->began_us = worker->began_us;
    observe_log_line(response, worker->outgoing->observer, &stream->peer.any,
                     worker->renderer.date_s, request, plan);
}

void http_worker_write(const struct http_worker *worker,
                       const struct stream *stream,
                       const struct request *request, const struct plan *plan,
                       struct outqueue *out)
{
    struct written written;

    response_write(plan, &worker->renderer, out, &written);
    observe_response(stream->ledger, plan, &written, out);
    if (worker->outgoing != NULL)
        note_response(worker, stream, request, plan, &written);
    if (plan_is_streamed(plan) && plan->content.shape != NULL)
        shaping_begin(stream, plan->content.shape, written.head.len, out);
}

void http_worker_explain(struct http_worker *worker, const char *began_with)
{
    if (worker->explained_s == worker->renderer.date_s)
        return;
    worker->explained_s = worker->renderer.date_s;
    log_info("a peer began with %s; this server speaks HTTP/1.1, without TLS: "
             "use http://, not https://",
             began_with);
}
