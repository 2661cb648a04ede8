/* http_worker.h -- what the sessions of one worker share
 *
 * The handler's state for the worker, a spare parser, and what was rendered for
 * this second. Made and freed by the main thread; otherwise only the worker's
 * thread uses it. */
#ifndef HTTP_HTTP_WORKER_H
#define HTTP_HTTP_WORKER_H

#include "base/clock.h"
#include "base/log_pace.h"
#include "http/observe.h"
#include "http/outgoing.h"
#include "http/response.h"
#include "http/session.h"

struct http_worker {
    const struct http_config *config;
    void *handler;                /* from config->handler->open */
    struct request_parser *spare; /* ready for a new message; or NULL */
    struct waker *waker;          /* for body sources; lent */
    struct outgoing *outgoing;    /* NULL: no observer wants responses */
    bool is_timed;                /* an observer wants durations ... */
    int64_t began_us;     /* ... from this: the message was complete then */
    time_t explained_s;   /* when http_worker_explain last wrote a line */
    struct log_pace pace; /* of reports of missing memory */
    struct response_renderer renderer;
    char timing[OBSERVE_TIMING_MAX];
};

/* protocol.h's worker_open, with a struct http_config, worker_close,
 * waiting, and batch. */
void *http_worker_open(void *config, struct observer *observer,
                       struct waker *waker);
void http_worker_close(void *worker);
int64_t http_worker_waiting(void *worker, int64_t now_ms);
void http_worker_batch(void *worker);

/* A parser that is ready for a new message. NULL: no memory; logged. */
struct request_parser *http_worker_take_parser(struct http_worker *worker);

/* Takes over a parser whose request has its response. */
void http_worker_give_parser(struct http_worker *worker,
                             struct request_parser *parser);

/* A message is looked at: notes the time. */
static inline void http_worker_begin(struct http_worker *worker)
{
    response_renderer_set_time(&worker->renderer, clock_wall_s());
    if (worker->is_timed)
        worker->began_us = clock_now_us();
}

/* Queues the response to `request` (NULL: there was no readable one), reports
 * it to observers, and gives its stream the shape that it wishes for. The
 * caller has asked http_worker_has_room. */
void http_worker_write(const struct http_worker *worker,
                       const struct stream *stream,
                       const struct request *request, const struct plan *plan,
                       struct outqueue *out);

/* Room for one response in the queue and in the list of outgoing ones. */
static inline bool http_worker_has_room(const struct http_worker *worker,
                                        const struct outqueue *out)
{
    return outqueue_has_room(out, RESPONSE_ITEMS_MAX, RESPONSE_BYTES_MAX) &&
           (worker->outgoing == NULL || !outgoing_is_full(worker->outgoing));
}

/* Logs that a peer began with something other than HTTP/1: someone may have the
 * wrong port or scheme in mind. At most one line a second. */
void http_worker_explain(struct http_worker *worker, const char *began_with);

#endif
