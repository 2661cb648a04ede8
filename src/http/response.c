#include "http/response.h"

#include <assert.h>
#include <string.h>

#include "base/date.h"
#include "base/put.h"
#include "http/head.h"

enum {
    COPY_MAX = 8192, /* a body up to this size is copied behind its head */
    PART_HEAD_MAX = 320,
    FIELDS_TEXT_MAX = 448 /* of a file version, each at its longest */
};

static const char plain_type[] = "text/plain; charset=utf-8";
static const char events_type[] = "text/event-stream";

/* What response_describe leaves with a file: how much of the text every answer
 * of that representation bears, also 304 and 206; the rest is for the whole. */
struct described {
    uint32_t common_len, len;
};

size_t response_describe(const struct file *file, char *out, size_t size)
{
    struct described described;
    char *text = out + sizeof(described);
    char *to = text;

    assert(size >= sizeof(described) + FIELDS_TEXT_MAX);
    (void)size;
    to = put_text(to, "ETag: ");
    if (!file->etag_is_strong)
        to = put_text(to, "W/");
    to = put_bytes(to, file->etag);
    to = put_text(to, "\r\nLast-Modified: ");
    date_format(file->mtime_s, to);
    to += DATE_LEN;
    to = put_text(to, "\r\nAccept-Ranges: bytes\r\n"
                      "Cache-Control: no-cache\r\n"
                      "X-Content-Type-Options: nosniff\r\n");
    described.common_len = (uint32_t)(to - text);
    to = head_put_content_type(to, file->type);
    to = head_put_content_length(to, file->size);
    described.len = (uint32_t)(to - text);
    memcpy(out, &described, sizeof(described));
    return (size_t)(to - out);
}

static struct bytes fields_of(const struct file *file, bool whole)
{
    struct described described;

    if (file->fields.len < sizeof(described))
        return (struct bytes){"", 0};
    memcpy(&described, file->fields.at, sizeof(described));
    return (struct bytes){file->fields.at + sizeof(described),
                          whole ? described.len : described.common_len};
}

/* Queues these bytes of the file. */
static void queue_range(struct outqueue *out, const struct file *file,
                        struct range range)
{
    struct hold *hold = file_hold(file);
    size_t len = (size_t)(range.to - range.from);

    if (file->body != NULL)
        outqueue_view(out, file->body + range.from, len, hold);
    else
        outqueue_file(out, file->fd, range.from, len, hold);
}

/* The same behind the head [start, to), next to it where they are few. */
static void queue_body(struct outqueue *out, const char *start, char *to,
                       const struct file *file, struct range range)
{
    size_t len = (size_t)(range.to - range.from);
    bool is_copied = file->body != NULL && len <= COPY_MAX;

    if (is_copied)
        to = put_bytes(to, (struct bytes){file->body + range.from, len});
    outqueue_commit(out, (size_t)(to - start));
    if (!is_copied)
        queue_range(out, file, range);
}

static uint64_t write_whole(const struct response *response,
                            const struct response_renderer *renderer,
                            struct outqueue *out)
{
    const struct file *file = response->file;
    struct range whole = {0, response->head_only ? 0 : file->size};
    char *start = outqueue_reserve(out, RESPONSE_BYTES_MAX);
    char *to = start;

    to = head_put_start(to, 200, renderer);
    to = put_bytes(to, fields_of(file, true));
    to = head_put_end(to, response->persistence, response->fields);
    queue_body(out, start, to, file, whole);
    return whole.to;
}

static uint64_t write_part(const struct response *response,
                           const struct response_renderer *renderer,
                           struct outqueue *out)
{
    const struct file *file = response->file;
    const struct range *range = &response->ranges.parts[0];
    char *start = outqueue_reserve(out, RESPONSE_BYTES_MAX);
    char *to = start;

    to = head_put_start(to, 206, renderer);
    to = put_bytes(to, fields_of(file, false));
    to = head_put_content_type(to, file->type);
    to = head_put_content_range(to, range, file->size);
    to = head_put_content_length(to, range->to - range->from);
    to = head_put_end(to, response->persistence, response->fields);
    queue_body(out, start, to, file, *range);
    return range->to - range->from;
}

/* The head of one part of multipart/byteranges (RFC 9110, 14.6). Returns its
 * length. The line end before the boundary is its own (RFC 2046, 5.1.1), also
 * before the first, where some clients want it. */
static size_t render_part_head(char *out, const struct file *file,
                               const struct range *range, const char *boundary)
{
    char *to = out;

    to = put_text(to, "\r\n--");
    to = put_text(to, boundary);
    to = put_text(to, "\r\n");
    to = head_put_content_type(to, file->type);
    to = head_put_content_range(to, range, file->size);
    to = put_text(to, "\r\n");
    return (size_t)(to - out);
}

static uint64_t write_multipart(const struct response *response,
                                const struct response_renderer *renderer,
                                struct outqueue *out)
{
    const struct range_set *ranges = &response->ranges;
    const struct file *file = response->file;
    char head[PART_HEAD_MAX];
    char *start = outqueue_reserve(out, RESPONSE_BYTES_MAX);
    char *to = start;
    uint64_t len = strlen(renderer->boundary) + sizeof("\r\n----\r\n") - 1;

    for (size_t i = 0; i < ranges->count; i++)
        len += render_part_head(head, file, &ranges->parts[i],
                                renderer->boundary) +
               ranges->parts[i].to - ranges->parts[i].from;

    to = head_put_start(to, 206, renderer);
    to = put_bytes(to, fields_of(file, false));
    to = put_text(to, "Content-Type: multipart/byteranges; boundary=");
    to = put_text(to, renderer->boundary);
    to = put_text(to, "\r\n");
    to = head_put_content_length(to, len);
    to = head_put_end(to, response->persistence, response->fields);

    for (size_t i = 0; i < ranges->count; i++) {
        to += render_part_head(to, file, &ranges->parts[i], renderer->boundary);
        outqueue_commit(out, (size_t)(to - start));
        queue_range(out, file, ranges->parts[i]);
        start = to;
    }
    to = put_text(to, "\r\n--");
    to = put_text(to, renderer->boundary);
    to = put_text(to, "--\r\n");
    outqueue_commit(out, (size_t)(to - start));
    return len;
}

static uint64_t write_not_modified(const struct response *response,
                                   const struct response_renderer *renderer,
                                   struct outqueue *out)
{
    char *start = outqueue_reserve(out, RESPONSE_BYTES_MAX);
    char *to = start;

    to = head_put_start(to, 304, renderer);
    to = put_bytes(to, fields_of(response->file, false));
    to = head_put_end(to, response->persistence, response->fields);
    outqueue_commit(out, (size_t)(to - start));
    return 0;
}

/* An answer without a representation: its fields, and the status as its text.
 */
static uint64_t write_plain(const struct response *response,
                            const struct response_renderer *renderer,
                            struct outqueue *out)
{
    struct bytes text = head_status(response->status);
    bool has_body = response->status != 204;
    char *start = outqueue_reserve(out, RESPONSE_BYTES_MAX);
    char *to = start;

    to = head_put_start(to, response->status, renderer);
    if (response->status == 204 || response->status == 405)
        to = put_text(to, "Allow: GET, HEAD, OPTIONS\r\n");
    if (response->status == 416) {
        to = put_text(to, "Content-Range: bytes */");
        to = put_number(to, response->file->size);
        to = put_text(to, "\r\n");
    }
    if (response->location.len > 0) {
        to = put_text(to, "Location: ");
        to = put_bytes(to, response->location);
        to = put_text(to, "\r\n");
    }
    if (has_body) {
        /* Some of these may be cached unasked (RFC 9110, 15.1); but the file
         * that is missing now may be there in a second. */
        to = put_text(to, "Cache-Control: no-cache\r\n"
                          "X-Content-Type-Options: nosniff\r\n");
        to = head_put_content_type(to, BYTES(plain_type));
        to = head_put_content_length(to, text.len + 1);
    }
    to = head_put_end(to, response->persistence, response->fields);
    has_body = has_body && !response->head_only;
    if (has_body) {
        to = put_bytes(to, text);
        to = put_text(to, "\n");
    }
    outqueue_commit(out, (size_t)(to - start));
    return has_body ? text.len + 1 : 0;
}

/* The head of an answer that has no end yet (WHATWG HTML, 9.2). Its content
 * follows in chunks, or up to the connection's end for a peer that knows none
 * (RFC 9112, 7.1). */
static uint64_t write_events(const struct response *response,
                             const struct response_renderer *renderer,
                             struct outqueue *out)
{
    char *start = outqueue_reserve(out, RESPONSE_BYTES_MAX);
    char *to = start;

    to = head_put_start(to, 200, renderer);
    to = put_text(to, "Cache-Control: no-store\r\n"
                      "X-Content-Type-Options: nosniff\r\n");
    to = head_put_content_type(to, BYTES(events_type));
    if (response->events == EVENTS_CHUNKED)
        to = put_text(to, "Transfer-Encoding: chunked\r\n");
    to = head_put_end(to, response->persistence, response->fields);
    outqueue_commit(out, (size_t)(to - start));
    return 0;
}

struct bytes response_type(const struct response *response)
{
    bool is_of_file = response->status == 200 || response->status == 206;

    if (response->events != EVENTS_NONE)
        return BYTES(events_type);
    if (response->status == 206 && response->ranges.count > 1)
        return BYTES("multipart/byteranges");
    if (is_of_file)
        return response->file->type;
    if (response->status == 204 || response->status == 304)
        return (struct bytes){NULL, 0};
    return BYTES(plain_type);
}

uint64_t response_write(const struct response *response,
                        const struct response_renderer *renderer,
                        struct outqueue *out)
{
    if (response->events != EVENTS_NONE)
        return write_events(response, renderer, out);
    switch (response->status) {
    case 200:
        return write_whole(response, renderer, out);
    case 206:
        return response->ranges.count == 1
                   ? write_part(response, renderer, out)
                   : write_multipart(response, renderer, out);
    case 304:
        return write_not_modified(response, renderer, out);
    default:
        return write_plain(response, renderer, out);
    }
}
