/* made_plan.h -- plans made by hand, and a renderer whose clock is set
 *
 * So each response is known to the last byte. */
#ifndef UNIT_MADE_PLAN_H
#define UNIT_MADE_PLAN_H

#include "http/response.h"
#include "suite.h"

enum { NOW = 784111777, MODIFIED = NOW - 1, BIG = 100000 };

#define DATE "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
#define COMMON                                         \
    "ETag: \"tag\"\r\n"                                \
    "Last-Modified: Sun, 06 Nov 1994 08:49:36 GMT\r\n" \
    "Accept-Ranges: bytes\r\n"                         \
    "Cache-Control: no-cache\r\n"                      \
    "X-Content-Type-Options: nosniff\r\n"
#define TYPE "Content-Type: text/plain\r\n"
#define PLAIN                             \
    "Cache-Control: no-cache\r\n"         \
    "X-Content-Type-Options: nosniff\r\n" \
    "Content-Type: text/plain; charset=utf-8\r\n"
#define CLOSE "Connection: close\r\n"
#define END "\r\n"
#define BOUNDARY "0123456789abcdef0123456789abcdef"
#define PART(range) \
    "\r\n--" BOUNDARY "\r\n" TYPE "Content-Range: bytes " range "/10\r\n\r\n"

static const char body[] = "ABCDEFGHIJ";
static unsigned freed;

static inline void count_free(struct hold *hold)
{
    (void)hold;
    freed++;
}

static struct hold made_hold;

/* A plan with these lines, and the `len` bytes at `at` (NULL: of descriptor 77)
 * as its content. */
static inline struct plan plan_of(unsigned status, const char *lines,
                                  const char *at, uint64_t len)
{
    struct plan plan = {
        .status = status,
        .persistence = CONNECTION_KEEP,
        .type = BYTES("text/plain"),
        .content = {.kind = at != NULL ? CONTENT_BYTES : CONTENT_FILE,
                    .fd = at != NULL ? -1 : 77,
                    .at = at,
                    .size = len,
                    .hold = &made_hold},
    };

    plan_add(&plan, bytes_of(lines));
    hold_init(&made_hold, count_free);
    freed = 0;
    return plan;
}

/* Writes it into the queue. Returns how many bytes of content that became. */
static inline uint64_t write_plan(const struct plan *plan,
                                  const struct response_renderer *renderer,
                                  struct outqueue *out)
{
    struct written written;

    response_write(plan, renderer, out, &written);
    return written.content_len;
}

static inline struct outqueue *new_queue(void)
{
    struct outqueue *out = outqueue_new(RESPONSE_ITEMS_MAX, RESPONSE_BYTES_MAX);

    ck_assert_ptr_nonnull(out);
    return out;
}

static inline struct response_renderer *renderer(void)
{
    static struct response_renderer made;

    response_renderer_init(&made);
    response_renderer_set_time(&made, NOW);
    memcpy(made.boundary, BOUNDARY, sizeof(BOUNDARY));
    return &made;
}

/* All bytes of a queue without files. Returns how many. */
static inline size_t gather(const struct outqueue *out, char *text, size_t size)
{
    size_t len = 0;

    for (size_t i = 0; i < out->count; i++) {
        const struct out_item *item = &out->items[out->first + i];

        ck_assert_int_ne(item->kind, OUT_FILE);
        ck_assert_uint_lt(item->left, size - len);
        memcpy(text + len,
               item->kind == OUT_VIEW ? item->at : out->bytes + item->offset,
               item->left);
        len += item->left;
    }
    text[len] = '\0';
    return len;
}

#endif
