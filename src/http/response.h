/* response.h -- a plan becomes bytes in a queue
 *
 * That is memory alone. The head and a small content are copied next to each
 * other, so that they leave in one segment; a larger one is a view of memory
 * that a hold keeps, or a range of a file for sendfile.
 *
 * Fields in order: Date; the plan's blocks; Content-Range; Content-Type and
 * Content-Length, unless a block has them; Connection. */
#ifndef HTTP_RESPONSE_H
#define HTTP_RESPONSE_H

#include "http/head.h"
#include "http/plan.h"
#include "tcp/outqueue.h"

enum {
    RESPONSE_BYTES_MAX = 32768, /* of the queue's memory, whatever is asked */
    RESPONSE_ITEMS_MAX = 2 * RANGES_MAX + 2,
};

/* What was put into the queue. */
struct written {
    struct bytes head;    /* in the queue's memory; valid until it is sent */
    uint64_t content_len; /* bytes; of a source: none yet */
};

/* Writes the response into the queue, which must have room for
 * RESPONSE_ITEMS_MAX and RESPONSE_BYTES_MAX. Takes holds on the content as far
 * as it is needed. */
void response_write(const struct plan *plan,
                    const struct response_renderer *renderer,
                    struct outqueue *out, struct written *written);

#endif
