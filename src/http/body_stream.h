/* body_stream.h -- a body source on its way into a stream
 *
 * Between the source and the stream's queue: frames what the source writes (RFC
 * 9112, 7.1), and ends it where the server ends. On the thread of the worker
 * that has the stream. */
#ifndef HTTP_BODY_STREAM_H
#define HTTP_BODY_STREAM_H

#include <stdbool.h>

#include "http/body_source.h"
#include "tcp/protocol.h"

struct body_stream {
    struct body_source *source; /* NULL: it is not open */
    bool is_chunked;            /* else the content ends with the connection */
};

/* Takes over the source. */
void body_stream_open(struct body_stream *stream, struct body_source *source,
                      bool is_chunked);

/* Puts what comes next into the turn's empty queue. Returns what the stream
 * waits for. */
enum protocol_wants body_stream_tick(struct body_stream *stream,
                                     const struct turn *turn);

/* May be called for one that is not open. */
void body_stream_close(struct body_stream *stream);

#endif
