/* session.h -- HTTP/1.1 as a protocol that rides on a stream
 *
 * A session turns bytes received into bytes to send, and never touches a
 * socket: see tcp/protocol.h for how it is called and what it returns. The
 * handler that rides on it (handler.h) decides what a request means.
 *
 * Between two requests a session holds a few words and no buffer. While a
 * request is incomplete, it holds the parser that reads it. While a response
 * is streamed, it holds the body source; it drops what the client sends after
 * the request if that source is endless, and responds to it afterwards if not.
 */
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
    bool adds_timing; /* each response to a request has a Server-Timing field,
                          if its connection has a ledger */
};

extern const struct protocol http_protocol;

#endif
