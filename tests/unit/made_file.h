/* made_file.h -- a file made by hand, and a renderer whose clock is set
 *
 * So each answer of it is known to the last byte. */
#ifndef UNIT_MADE_FILE_H
#define UNIT_MADE_FILE_H

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

struct made_file {
    struct file file;
    char fields[FILE_FIELDS_MAX];
};

static inline void make_file(struct made_file *made, const char *at, size_t len)
{
    made->file = (struct file){
        .kind = FILE_REGULAR,
        .size = len,
        .fd = -1,
        .body = at,
        .type = BYTES("text/plain"),
        .mtime_s = MODIFIED,
        .etag = BYTES("\"tag\""),
        .etag_is_strong = true,
    };
    hold_init(&made->file.hold, count_free);
    freed = 0;
    made->file.fields.at = made->fields;
    made->file.fields.len =
        response_describe(&made->file, made->fields, FILE_FIELDS_MAX);
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
