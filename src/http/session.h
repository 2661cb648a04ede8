/* session.h -- HTTP/1.1 as a protocol that rides on a stream
 *
 * A session turns bytes received into bytes to send, and has never touched a
 * socket: see tcp/protocol.h for what it is told and what it returns. What a
 * request means is for the handler that rides on it (handler.h).
 *
 * A session that stands between two requests holds a few words, and no buffer.
 * One whose request is unfinished keeps the parser that is reading it; one
 * whose response has no end yet keeps its source, and drops what the peer sends
 * behind that request. */
#ifndef HTTP_SESSION_H
#define HTTP_SESSION_H

#include "base/observer.h"
#include "http/handler.h"
#include "http/parser.h"
#include "tcp/protocol.h"

/* The argument of `http_protocol`, shared by all workers and constant. */
struct http_config {
    const struct handler *handler;
    const void *handler_arg;
    struct request_limits limits;
    bool tells_timing; /* each response to a request has a Server-Timing field;
                          needs ledgers */
};

extern const struct protocol http_protocol;

#endif
