/* event_stream.h -- an answer that has no end yet: its viewer, and its chunks
 *
 * Between the source of events and the stream's queue: opens a viewer, frames
 * what the source writes (RFC 9112, 7.1), and ends it where the server ends.
 * On the thread of the worker that has the stream. */
#ifndef HTTP_EVENT_STREAM_H
#define HTTP_EVENT_STREAM_H

#include <stdbool.h>

#include "http/event_source.h"
#include "tcp/protocol.h"

struct event_stream {
    struct event_source *source; /* NULL: it is not open */
    void *viewer;
    bool is_chunked;
};

/* False: the source takes no more viewers, or there is no memory. */
bool event_stream_open(struct event_stream *stream, struct event_source *source,
                       const struct ledger *ledger, bool is_chunked);

/* Puts the next events into the turn's empty queue. Returns what the stream
 * waits for next. */
enum protocol_wants event_stream_tick(struct event_stream *stream,
                                      const struct turn *turn);

/* May be called for one that is not open. */
void event_stream_close(struct event_stream *stream);

#endif
