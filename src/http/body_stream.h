/* body_stream.h -- from a body source into a stream's queue
 *
 * Frames what the source writes (RFC 9112, 7.1), and ends the content when the
 * server drains. On the thread of the stream's worker. */
#ifndef HTTP_BODY_STREAM_H
#define HTTP_BODY_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "http/body_source.h"
#include "tcp/protocol.h"

struct body_stream {
    struct body_source *source; /* NULL: not open */
    uint64_t queued;            /* bytes put into queues, with their framing */
    uint64_t size; /* that all of it will be; UINT64_MAX: not known, and the
                      last chunk or the end of the connection ends it */
    bool is_chunked;
};

/* Takes over the source. */
void body_stream_open(struct body_stream *stream, struct body_source *source,
                      uint64_t size, bool is_chunked);

/* Puts the source's next bytes into the turn's empty queue, and the last chunk
 * behind the end. Returns what follows; BODY_ENDS also where the server drains
 * and the source is endless. */
enum body_next body_stream_read(struct body_stream *stream,
                                const struct turn *turn);

/* Does nothing if it is not open. */
void body_stream_close(struct body_stream *stream);

#endif
