/* handler.h -- what rides on HTTP
 *
 * HTTP finds the requests in a stream and frames the responses, but does not
 * know what a request means. A handler is to HTTP what a protocol is to TCP
 * (tcp/protocol.h): for each request it fills in a plan.
 *
 * All functions are called on the worker's thread (but open and close: on the
 * main thread, while the worker's does not run). They may block on a disk,
 * never on a client. What `asking` points to is lent until the call returns;
 * what the plan points to, until the handler's next call. */
#ifndef HTTP_HANDLER_H
#define HTTP_HANDLER_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "base/bytes.h"
#include "http/request.h"
#include "tcp/protocol.h"

struct plan;

/* One request, and what else the response depends on. */
struct asking {
    const struct request *request;
    const struct stream *stream; /* of the request */
    time_t now;
    struct bytes fields; /* whole field lines for the response, or none */
    struct waker *waker; /* of the worker, for a body source; lent */
    bool is_last;        /* the connection ends with this response */
};

struct handler {
    /* Once for each worker, with the argument given to the server. NULL: no
     * memory. */
    void *(*open)(const void *arg);
    void (*close)(void *handler);

    /* As the protocol's (tcp/protocol.h); neither may be NULL. */
    void (*batch)(void *handler);
    int64_t (*waiting)(void *handler, int64_t now_ms);

    /* A whole request: plans the response. */
    void (*respond)(void *handler, const struct asking *asking,
                    struct plan *plan);

    /* The head is complete; its content is refused, or the client sends it
     * only on request. If the head alone calls for a status of 400 or more,
     * whatever the content is and whichever files there are, plans that
     * response and returns true. */
    bool (*refuse)(void *handler, const struct asking *asking,
                   struct plan *plan);

    /* The request line has come and asks for `target` with GET, and the head is
     * incomplete: how many bytes each recv may take for the rest of the
     * request. 0: as many as come. Called only where the stream has a shape.
     * NULL: 0. */
    uint32_t (*recv_max)(void *handler, const struct stream *stream,
                         struct bytes target);
};

#endif
