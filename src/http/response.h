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
 * Connection. */
#ifndef HTTP_RESPONSE_H
#define HTTP_RESPONSE_H

#include <time.h>

#include "files/file_cache.h"
#include "http/range.h"
#include "tcp/outqueue.h"

enum {
    RESPONSE_LOCATION_MAX = 24576, /* bytes; a longer redirect is a 414 */
    RESPONSE_BYTES_MAX = 32768, /* of the queue's memory, whatever is asked */
    RESPONSE_ITEMS_MAX = 2 * RANGES_MAX + 2,
};

enum persistence {
    CONNECTION_CLOSE,     /* "Connection: close" */
    CONNECTION_KEEP,      /* nothing need be said: HTTP/1.1 */
    CONNECTION_KEEP_SAID, /* "Connection: keep-alive", for HTTP/1.0 */
};

struct response {
    unsigned status; /* one that response.c's table knows */
    bool head_only;  /* the answer to HEAD */
    enum persistence persistence;
    const struct file *file; /* 200, 206, 304, 416: lent until it is written */
    struct range_set ranges; /* 206 */
    struct bytes location;   /* 301: a reference that needs no escaping */
};

/* What a worker renders once for many answers. */
struct response_renderer {
    time_t date_s;      /* what the two below were rendered for */
    char date_line[40]; /* "Date: ...\r\n" */
    size_t date_line_len;
    char ok_start[64]; /* "HTTP/1.1 200 OK\r\nDate: ...\r\n" */
    size_t ok_start_len;
    char boundary[33]; /* of multipart/byteranges: random, made once */
};

void response_renderer_init(struct response_renderer *renderer);

/* Renders the Date anew where `now` is another second. */
void response_renderer_set_time(struct response_renderer *renderer, time_t now);

/* The file cache's describer: renders the fields of a file version. */
size_t response_describe(const struct file *file, char *out, size_t size);

/* Writes the answer into the queue, which must have room for RESPONSE_ITEMS_MAX
 * and RESPONSE_BYTES_MAX. Takes holds on the file as far as it is needed.
 * Returns how many bytes of body were queued. */
uint64_t response_write(const struct response *response,
                        const struct response_renderer *renderer,
                        struct outqueue *out);

#endif
