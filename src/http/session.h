/* session.h -- HTTP/1.1 for a site of files, as a protocol that rides on a
 * stream
 *
 * A session turns bytes received into bytes to send, and has never touched a
 * socket: see tcp/protocol.h for what it is told and what it answers. Each
 * worker has a site of its own: a file cache, a spare parser, the date.
 *
 * A session that stands between two requests holds a few words, and no buffer.
 * One whose request is unfinished keeps the parser that is reading it; one that
 * tells events as they happen keeps its viewer, and drops what the peer sends
 * behind that request. */
#ifndef HTTP_SESSION_H
#define HTTP_SESSION_H

#include "base/observer.h"
#include "files/docroot.h"
#include "files/mime.h"
#include "http/event_source.h"
#include "http/parser.h"
#include "tcp/protocol.h"

/* The argument of `http_protocol`, shared by all workers and constant. */
struct http_config {
    const struct docroot *root;
    const struct mime_table *types;
    struct mime_sniffer *sniffer; /* has a lock; NULL: there is none */
    struct request_limits limits;

    /* Bounds of each worker's file cache; see files/file_cache.h. */
    size_t cache_entries_max;
    size_t cache_bytes_max;
    size_t cache_plain_bytes_max;
    size_t cache_descriptors_max;

    /* The live page, files/builtin.h, with what feeds it. NULL: it is not
     * there. Else it is on streams that are local, for a Host that is; and
     * where it is public on all. */
    struct event_source *events;
    bool events_are_public;

    /* Each answer to a request has a Server-Timing field; needs ledgers. */
    bool tells_timing;
};

extern const struct protocol http_protocol;

#endif
