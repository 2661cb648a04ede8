/* plan.h -- what a response is to be, before it is bytes
 *
 * Whoever decides (handler.h) fills one in; from then on it is const, and
 * response_write makes bytes of it. It owns nothing but a body source, which
 * goes to the session with it. All views are lent until the response is
 * written. */
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
    PLAN_BLOCKS_MAX = 4,
    PLAN_BLOCKS_LEN_MAX = 28672, /* bytes of all blocks together */
};

enum content_kind {
    CONTENT_NONE,   /* and no length: 204, 304 */
    CONTENT_BYTES,  /* at[0..size) */
    CONTENT_FILE,   /* the first `size` bytes of fd */
    CONTENT_SOURCE, /* whatever comes */
};

struct content {
    enum content_kind kind;
    int fd;
    const char *at;
    uint64_t size;
    struct hold *hold; /* of `at` or fd; NULL: they outlive everything */
    struct body_source *source;
    bool is_chunked; /* CONTENT_SOURCE: else it ends with the connection */
};

struct plan {
    enum status status; /* one that head.c's table knows */
    const char *why;    /* the reason, static; one line without a full stop */
    enum persistence persistence;
    bool head_only; /* the response to HEAD: content is described, not sent */
    bool states_length; /* a block has Content-Type and Content-Length */
    bool tells_size;    /* 416: Content-Range has `range_size` */
    uint64_t range_size;
    struct bytes type; /* of the content, .at NULL: it has none */
    struct bytes blocks[PLAN_BLOCKS_MAX]; /* whole field lines */
    size_t block_count;
    struct content content;
    struct range_set parts; /* 206: of the content; else .count is 0 */
};

/* Begins the plan of a response to `asking`: no content, and the fields that
 * every response bears. Whether the connection goes on follows from the
 * request, the status (RFC 9112, 9.3 and 9.6) and asking->is_last. */
void plan_begin(struct plan *plan, const struct asking *asking,
                enum status status, const char *why);

/* The plan of a response to what cannot be read as a request, or not in time:
 * the status, its text, and the end. `head` is what there is of its head: even
 * a bad HEAD gets no content (RFC 9110, 9.3.2). */
void plan_refusal(struct plan *plan, enum status status, const char *why,
                  struct bytes head);

/* Whole lines behind those that are there, PLAN_BLOCKS_MAX at most. */
static inline void plan_add(struct plan *plan, struct bytes lines)
{
    assert(plan->block_count < PLAN_BLOCKS_MAX);
    plan->blocks[plan->block_count++] = lines;
}

/* Its content ends when somebody ends it, or with the connection. */
static inline bool plan_is_endless(const struct plan *plan)
{
    return plan->content.kind == CONTENT_SOURCE && !plan->head_only;
}

/* The status itself as content, "404 Not Found". */
void plan_text(struct plan *plan);

/* Content that is yet to come: takes over the source (NULL: it is for HEAD). In
 * chunks (RFC 9112, 7.1), or for HTTP/1.0 up to the connection's end. */
void plan_stream(struct plan *plan, const struct asking *asking,
                 struct bytes type, struct body_source *source);

#endif
