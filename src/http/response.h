/* response.h -- an answer: a plan first, bytes in a queue then
 *
 * Making the plan touches no socket, so it cannot block or half happen; writing
 * it into the queue is memory alone. The head and a small body are copied next
 * to each other, so that they leave in one segment; a larger body is a view of
 * the cache's memory, or a range of a file for sendfile.
 *
 * Fields of the answer in order: Date; for a representation ETag,
 * Last-Modified, Accept-Ranges, Cache-Control, X-Content-Type-Options (rendered
 * once for a file version, by response_describe), Content-Type, Content-Length;
 * what stands in every answer; Connection. An event stream has its own. */
#ifndef HTTP_RESPONSE_H
#define HTTP_RESPONSE_H

#include <time.h>

#include "files/file_cache.h"
#include "http/head.h"
#include "http/range.h"
#include "tcp/outqueue.h"

enum {
    RESPONSE_LOCATION_MAX = 24576, /* bytes; a longer redirect is a 414 */
    RESPONSE_BYTES_MAX = 32768, /* of the queue's memory, whatever is asked */
    RESPONSE_ITEMS_MAX = 2 * RANGES_MAX + 2,
};

/* An answer that is told bit by bit, as it happens. */
enum events {
    EVENTS_NONE,
    EVENTS_CHUNKED,
    EVENTS_PLAIN, /* for HTTP/1.0: it ends with the connection */
};

struct response {
    unsigned status; /* one that response.c's table knows */
    bool head_only;  /* the answer to HEAD */
    enum persistence persistence;
    const struct file *file; /* 200, 206, 304, 416: lent until it is written */
    struct range_set ranges; /* 206 */
    struct bytes location;   /* 301: a reference that needs no escaping */
    enum events events;      /* instead of a file, 200: an event stream */
    struct bytes fields; /* whole lines that stand in every answer, or none */
};

/* The file cache's describer: renders the fields of a file version. */
size_t response_describe(const struct file *file, char *out, size_t size);

/* The Content-Type of the answer's content; .at NULL: it has none. */
struct bytes response_type(const struct response *response);

/* Writes the answer into the queue, which must have room for RESPONSE_ITEMS_MAX
 * and RESPONSE_BYTES_MAX. Takes holds on the file as far as it is needed.
 * Returns how many bytes of body were queued. */
uint64_t response_write(const struct response *response,
                        const struct response_renderer *renderer,
                        struct outqueue *out);

#endif
