/* handler.h -- what rides on HTTP
 *
 * HTTP finds the requests in a stream and frames responses; what a request
 * means it does not know. A handler is to HTTP what a protocol is to TCP
 * (tcp/protocol.h): it is asked, request by request, and fills in a plan.
 *
 * All functions are called on the worker's thread (but open and close: on the
 * main thread, while the worker's does not run). They may block on a disk,
 * never on a peer. What is asked is lent until the call returns; what a plan
 * points to, until the handler's next call. */
#ifndef HTTP_HANDLER_H
#define HTTP_HANDLER_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "base/bytes.h"
#include "http/request.h"
#include "tcp/protocol.h"

struct plan;

/* One request, and what else a response to it depends on. */
struct asking {
    const struct request *request;
    const struct stream *stream; /* that it came by */
    time_t now;
    struct bytes fields; /* whole lines that each response bears, or none */
    bool is_last;        /* the connection ends with this response */
};

struct handler {
    /* Once a worker, with the argument that the server was started with. NULL:
     * no memory. */
    void *(*open)(const void *arg);
    void (*close)(void *handler);

    /* As the protocol's (tcp/protocol.h). */
    void (*batch)(void *handler);
    int64_t (*waiting)(void *handler, int64_t now_ms);

    /* A whole request: plans the response. */
    void (*respond)(void *handler, const struct asking *asking,
                    struct plan *plan);

    /* The head is whole, and content follows that is not taken, or that the
     * client sends only if it is wanted. Plans the response where the head
     * alone decides on 400 or more, whatever is in the content or the site.
     * False: it does not. */
    bool (*refuse)(void *handler, const struct asking *asking,
                   struct plan *plan);
};

#endif
