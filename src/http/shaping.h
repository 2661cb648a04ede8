/* shaping.h -- what HTTP asks of a stream that has a shape (tcp/shape.h)
 *
 * The handler and its plan say what; this finds the bytes of the stream for
 * which it holds. The worker's thread. */
#ifndef HTTP_SHAPING_H
#define HTTP_SHAPING_H

#include "http/http_worker.h"
#include "tcp/protocol.h"

/* The head of a response was queued last, and its content follows: the stream
 * gets this shape for both, if it can have one. */
void shaping_begin(const struct stream *stream, const struct shape_wish *wish,
                   size_t head_len, const struct outqueue *out);

/* The head of a request is incomplete. If its first line is there, and is a
 * GET, the handler says how much each recv takes for the rest of it. The stream
 * has a shape. */
void shaping_read(const struct http_worker *worker, const struct stream *stream,
                  const struct turn *turn);

#endif
