#include "http/response.h"

#include <assert.h>
#include <string.h>

#include "base/put.h"

enum {
    COPY_MAX = 8192, /* content up to this size is copied after its head */
    PART_HEAD_MAX = 320,
};

/* The status line, the date, and the plan's own lines. */
static inline char *put_start(char *to, const struct plan *plan,
                              const struct response_renderer *renderer)
{
    to = head_put_start(to, plan->status, renderer);
    for (size_t i = 0; i < plan->block_count; i++)
        to = put_bytes(to, plan->blocks[i]);
    return to;
}

/* Queues this range of the content, uncopied. */
static void queue_range(struct outqueue *out, const struct content *content,
                        struct range range)
{
    uint64_t len = range.to - range.from;

    if (content->kind == CONTENT_BYTES)
        outqueue_view(out, content->at + range.from, (size_t)len,
                      content->hold);
    else
        outqueue_file(out, content->fd, range.from, len, content->hold);
}

/* Queues the head, [start, to), and this range of the content, which is copied
 * next to the head if it is short. */
static inline void queue(struct outqueue *out, const char *start, char *to,
                         const struct content *content, struct range range,
                         struct written *written)
{
    uint64_t len = range.to - range.from;
    bool is_copied = content->kind == CONTENT_BYTES && len <= COPY_MAX;

    *written = (struct written){{start, (size_t)(to - start)}, len};
    if (is_copied)
        to = put_bytes(to,
                       (struct bytes){content->at + range.from, (size_t)len});
    assert((size_t)(to - start) <= RESPONSE_BYTES_MAX);
    outqueue_commit(out, (size_t)(to - start));
    if (!is_copied)
        queue_range(out, content, range);
}

static void write_whole(const struct plan *plan,
                        const struct response_renderer *renderer,
                        struct outqueue *out, struct written *written)
{
    const struct content *content = &plan->content;
    const struct range whole = {0, plan->head_only ? 0 : content->size};
    char *start = outqueue_reserve(out, RESPONSE_BYTES_MAX);
    char *to = put_start(start, plan, renderer);

    if (plan->gives_size)
        to = head_put_range_of(to, plan->range_size);
    if (!plan->states_length) {
        to = head_put_content_type(to, plan->type);
        to = head_put_content_length(to, content->size);
    }
    to = head_put_end(to, plan->persistence);
    queue(out, start, to, content, whole, written);
}

static void write_part(const struct plan *plan,
                       const struct response_renderer *renderer,
                       struct outqueue *out, struct written *written)
{
    const struct range *range = &plan->parts.parts[0];
    char *start = outqueue_reserve(out, RESPONSE_BYTES_MAX);
    char *to = put_start(start, plan, renderer);

    assert(plan->status == STATUS_PARTIAL_CONTENT && !plan->head_only);
    to = head_put_content_type(to, plan->type);
    to = head_put_content_range(to, range, plan->content.size);
    to = head_put_content_length(to, range->to - range->from);
    to = head_put_end(to, plan->persistence);
    queue(out, start, to, &plan->content, *range, written);
}

/* The head of one part of multipart/byteranges (RFC 9110, 14.6). The CRLF
 * before a boundary belongs to it (RFC 2046, 5.1.1). The first has one too,
 * since some clients need it. */
static char *put_part_head(char *to, const struct plan *plan,
                           const struct range *range, const char *boundary)
{
    to = put_text(to, "\r\n--");
    to = put_text(to, boundary);
    to = put_text(to, "\r\n");
    to = head_put_content_type(to, plan->type);
    to = head_put_content_range(to, range, plan->content.size);
    return put_text(to, "\r\n");
}

static uint64_t multipart_len(const struct plan *plan, const char *boundary)
{
    uint64_t len = strlen(boundary) + sizeof("\r\n----\r\n") - 1;
    char head[PART_HEAD_MAX];

    for (size_t i = 0; i < plan->parts.count; i++) {
        const struct range *range = &plan->parts.parts[i];
        char *to = put_part_head(head, plan, range, boundary);

        assert(to <= head + sizeof(head));
        len += (uint64_t)(to - head) + (range->to - range->from);
    }
    return len;
}

static void write_multipart(const struct plan *plan,
                            const struct response_renderer *renderer,
                            struct outqueue *out, struct written *written)
{
    const uint64_t len = multipart_len(plan, renderer->boundary);
    const uint64_t ahead = outqueue_len(out);
    char *start = outqueue_reserve(out, RESPONSE_BYTES_MAX);
    char *to = put_start(start, plan, renderer);

    assert(plan->status == STATUS_PARTIAL_CONTENT && !plan->head_only);
    to = put_text(to, "Content-Type: " HEAD_MULTIPART "; boundary=");
    to = put_text(to, renderer->boundary);
    to = put_text(to, "\r\n");
    to = head_put_content_length(to, len);
    to = head_put_end(to, plan->persistence);
    *written = (struct written){{start, (size_t)(to - start)}, len};

    for (size_t i = 0; i < plan->parts.count; i++) {
        to = put_part_head(to, plan, &plan->parts.parts[i], renderer->boundary);
        outqueue_commit(out, (size_t)(to - start));
        queue_range(out, &plan->content, plan->parts.parts[i]);
        start = to;
    }
    to = put_text(to, "\r\n--");
    to = put_text(to, renderer->boundary);
    to = put_text(to, "--\r\n");
    outqueue_commit(out, (size_t)(to - start));
    assert(outqueue_len(out) - ahead == written->head.len + len);
}

/* A head without content, or with content that follows later. */
static void write_head(const struct plan *plan,
                       const struct response_renderer *renderer,
                       struct outqueue *out, struct written *written)
{
    char *start = outqueue_reserve(out, RESPONSE_BYTES_MAX);
    char *to = put_start(start, plan, renderer);
    uint64_t len = 0;

    if (plan->content.kind == CONTENT_SOURCE) {
        to = head_put_content_type(to, plan->type);
        if (plan->content.size != UINT64_MAX)
            to = head_put_content_length(to, plan->content.size);
        else if (plan->content.is_chunked)
            to = put_text(to, "Transfer-Encoding: chunked\r\n");
        if (plan_is_streamed(plan) && !plan_is_open_ended(plan))
            len = plan->content.size;
    }
    to = head_put_end(to, plan->persistence);
    *written = (struct written){{start, (size_t)(to - start)}, len};
    outqueue_commit(out, written->head.len);
}

void response_write(const struct plan *plan,
                    const struct response_renderer *renderer,
                    struct outqueue *out, struct written *written)
{
    if (plan->content.kind == CONTENT_NONE ||
        plan->content.kind == CONTENT_SOURCE)
        write_head(plan, renderer, out, written);
    else if (plan->parts.count == 0)
        write_whole(plan, renderer, out, written);
    else if (plan->parts.count == 1)
        write_part(plan, renderer, out, written);
    else
        write_multipart(plan, renderer, out, written);
}
