/* http_worker.h -- what the sessions of one worker share
 *
 * The handler's share of the worker, a spare parser, and what was rendered for
 * this second. Made and freed by the main thread, else touched by the worker's
 * alone. */
#ifndef HTTP_HTTP_WORKER_H
#define HTTP_HTTP_WORKER_H

#include "base/log_pace.h"
#include "http/observe.h"
#include "http/outgoing.h"
#include "http/response.h"
#include "http/session.h"

struct http_worker {
    const struct http_config *config;
    void *handler;                /* what config->handler->open gave */
    struct request_parser *spare; /* ready for a first byte; or NULL */
    struct outgoing *outgoing;    /* NULL: no observer wants responses */
    time_t explained_s;   /* when http_worker_explain last had a word to say */
    struct log_pace pace; /* of what is short */
    struct response_renderer renderer;
    char timing[OBSERVE_TIMING_MAX];
};

/* protocol.h's worker_open, with a struct http_config, worker_close,
 * waiting, and batch. */
void *http_worker_open(void *config, struct observer *observer);
void http_worker_close(void *worker);
int64_t http_worker_waiting(void *worker, int64_t now_ms);
void http_worker_batch(void *worker);

/* A parser that is ready for a first byte. NULL: no memory, and logged. */
struct request_parser *http_worker_take_parser(struct http_worker *worker);

/* Takes over a parser whose request is over: it was responded to. */
void http_worker_give_parser(struct http_worker *worker,
                             struct request_parser *parser);

/* Queues the response to `request` (NULL: to what was none), for which there is
 * room, and notes it for whoever watches. */
void http_worker_write(const struct http_worker *worker,
                       const struct stream *stream,
                       const struct request *request, const struct plan *plan,
                       struct outqueue *out);

/* Room for one response in the queue, and on the list of what is on its way. */
static inline bool http_worker_has_room(const struct http_worker *worker,
                                        const struct outqueue *out)
{
    return outqueue_has_room(out, RESPONSE_ITEMS_MAX, RESPONSE_BYTES_MAX) &&
           (worker->outgoing == NULL || !outgoing_is_full(worker->outgoing));
}

/* A word to the operator, who may have the wrong port in mind: a peer began
 * with something that is not HTTP/1. One a second is enough, however many peers
 * are wrong. */
void http_worker_explain(struct http_worker *worker, const char *began_with);

#endif
