/* plan.h -- a response before it is written as bytes
 *
 * The handler (handler.h) fills it in; after that it is const, and
 * response_write turns it into bytes. It owns only a body source, which the
 * session takes over. All views are lent until the response is written. */
#ifndef HTTP_PLAN_H
#define HTTP_PLAN_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/hold.h"
#include "http/body_source.h"
#include "http/handler.h"
#include "http/head.h"
#include "http/range.h"
#include "http/status.h"

enum {
    PLAN_BLOCKS_MAX = 8,
    PLAN_BLOCKS_LEN_MAX = 28672, /* bytes of all blocks together */
};

enum content_kind {
    CONTENT_NONE,   /* and no Content-Length: 204, 304 */
    CONTENT_BYTES,  /* at[0..size) */
    CONTENT_FILE,   /* the first `size` bytes of fd */
    CONTENT_SOURCE, /* what `source` writes: `size` bytes; UINT64_MAX: not
                       known how many */
};

struct content {
    enum content_kind kind;
    int fd;
    const char *at;
    uint64_t size;
    struct hold *hold; /* of `at` or fd; NULL: they are never freed */
    struct body_source *source;
    bool is_chunked; /* CONTENT_SOURCE of unknown size: else the end of the
                        connection ends it */
    const struct shape_wish *shape; /* CONTENT_SOURCE: of the response, where
                                       its stream has a shape; NULL: none */
};

struct plan {
    enum status status; /* in the table of head.c */
    const char *why; /* the reason, which outlives all plans; one line without a
                        full stop */
    enum persistence persistence;
    bool head_only;     /* for HEAD: content is described, not sent */
    bool states_length; /* a block has Content-Type and Content-Length */
    bool gives_size;    /* 416: Content-Range has `range_size` */
    uint64_t range_size;
    struct bytes type;                    /* of the content; .at NULL: none */
    struct bytes blocks[PLAN_BLOCKS_MAX]; /* whole field lines */
    size_t block_count;
    struct content content;
    struct range_set parts; /* 206: of the content; else none */
};

/* Begins the plan of a response to `asking`: no content, and asking->fields.
 * Whether the connection persists depends on the request, the status (RFC 9112,
 * 9.3 and 9.6) and asking->is_last. */
void plan_begin(struct plan *plan, const struct asking *asking,
                enum status status, const char *why);

/* The plan of a response to something that is not a valid request, or that came
 * too late: the status, its text, and the end of the connection. `head` is what
 * there is of its head: even a bad HEAD gets no content (RFC 9110, 9.3.2). */
void plan_refusal(struct plan *plan, enum status status, const char *why,
                  struct bytes head);

/* Appends a block of whole lines; at most PLAN_BLOCKS_MAX. */
static inline void plan_add(struct plan *plan, struct bytes lines)
{
    assert(plan->block_count < PLAN_BLOCKS_MAX);
    plan->blocks[plan->block_count++] = lines;
}

/* Whether a body source writes its content, which follows the head later. */
static inline bool plan_is_streamed(const struct plan *plan)
{
    return plan->content.kind == CONTENT_SOURCE && !plan->head_only;
}

/* Whether the end of that content shows only when it is there. */
static inline bool plan_is_open_ended(const struct plan *plan)
{
    return plan_is_streamed(plan) && plan->content.size == UINT64_MAX;
}

/* Sets the content to the status, "404 Not Found". */
void plan_status_text(struct plan *plan);

/* The same, and adds the fields of such content: Cache-Control and
 * X-Content-Type-Options. */
void plan_text(struct plan *plan);

/* Sets content that `source` will write, and takes it over (NULL: for HEAD). It
 * is sent in chunks (RFC 9112, 7.1), or for HTTP/1.0 up to the connection's
 * end.
 */
void plan_stream(struct plan *plan, const struct asking *asking,
                 struct bytes type, struct body_source *source);

/* The same for content of `size` bytes, at least 1: it needs no chunks. The
 * stream gets the shape that it wishes for (NULL: none), which is lent, if it
 * can have one. */
void plan_stream_sized(struct plan *plan, struct bytes type,
                       struct body_source *source, uint64_t size,
                       const struct shape_wish *shape);

/* Why a message is refused with this status, if nothing else is known. */
const char *plan_why_refused(enum status status);

#endif
