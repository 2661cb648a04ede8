/* response.h -- writes a plan into a queue
 *
 * Pure memory. The head and small content are copied next to each other, so
 * that one segment carries both; larger content is a view of memory that a hold
 * keeps, or a range of a file for sendfile.
 *
 * The order of fields: Date; the plan's blocks; Content-Type, Content-Range,
 * Content-Length or Transfer-Encoding, unless a block has them; Connection. In
 * a 416 Content-Range precedes Content-Type. */
#ifndef HTTP_RESPONSE_H
#define HTTP_RESPONSE_H

#include "http/head.h"
#include "http/plan.h"
#include "tcp/outqueue.h"

enum {
    RESPONSE_BYTES_MAX = 32768, /* of the queue's memory, for any plan */
    RESPONSE_ITEMS_MAX = 2 * RANGES_MAX + 2,
};

/* The response as it was queued. */
struct written {
    struct bytes head;    /* in the queue's memory; valid until it is sent */
    uint64_t content_len; /* bytes, which a source writes later; 0 where it is
                             not known how many */
};

/* Writes the response into the queue, which must have room for
 * RESPONSE_ITEMS_MAX and RESPONSE_BYTES_MAX. Takes holds on content that is not
 * copied. */
void response_write(const struct plan *plan,
                    const struct response_renderer *renderer,
                    struct outqueue *out, struct written *written);

#endif
