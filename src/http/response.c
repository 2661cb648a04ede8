#include "http/response.h"

#include <assert.h>
#include <string.h>

#include "base/date.h"
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
    struct pen pen = {text};

    assert(size >= sizeof(described) + FIELDS_TEXT_MAX);
    (void)size;
    PUT(&pen, "ETag: ");
    if (!file->etag_is_strong)
        PUT(&pen, "W/");
    put(&pen, file->etag, strlen(file->etag));
    PUT(&pen, "\r\nLast-Modified: ");
    date_format(file->mtime.tv_sec, pen.at);
    pen.at += DATE_LEN;
    PUT(&pen, "\r\nAccept-Ranges: bytes\r\n"
              "Cache-Control: no-cache\r\n"
              "X-Content-Type-Options: nosniff\r\n");
    described.common_len = (uint32_t)(pen.at - text);
    head_put_content_type(&pen, file->type);
    head_put_content_length(&pen, file->size);
    described.len = (uint32_t)(pen.at - text);
    memcpy(out, &described, sizeof(described));
    return (size_t)(pen.at - out);
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

/* Queues bytes [from, to) of the file behind the head that `pen` has written
 * since `start`, next to it where they are few. */
static void queue_body(struct outqueue *out, const char *start, struct pen *pen,
                       const struct file *file, struct range range)
{
    struct hold *hold = file_hold(file);
    size_t len = (size_t)(range.to - range.from);

    if (file->body != NULL && len <= COPY_MAX) {
        put(pen, file->body + range.from, len);
        outqueue_commit(out, (size_t)(pen->at - start));
        return;
    }
    outqueue_commit(out, (size_t)(pen->at - start));
    if (file->body != NULL)
        outqueue_view(out, file->body + range.from, len, hold);
    else
        outqueue_file(out, file->fd, range.from, len, hold);
}

static uint64_t write_whole(const struct response *response,
                            const struct response_renderer *renderer,
                            struct outqueue *out)
{
    const struct file *file = response->file;
    struct range whole = {0, response->head_only ? 0 : file->size};
    char *start = outqueue_reserve(out, RESPONSE_BYTES_MAX);
    struct pen pen = {start};

    head_put_start(&pen, 200, renderer);
    put_bytes(&pen, fields_of(file, true));
    head_put_end(&pen, response->persistence, response->fields);
    queue_body(out, start, &pen, file, whole);
    return whole.to;
}

static uint64_t write_part(const struct response *response,
                           const struct response_renderer *renderer,
                           struct outqueue *out)
{
    const struct file *file = response->file;
    const struct range *range = &response->ranges.parts[0];
    char *start = outqueue_reserve(out, RESPONSE_BYTES_MAX);
    struct pen pen = {start};

    head_put_start(&pen, 206, renderer);
    put_bytes(&pen, fields_of(file, false));
    head_put_content_type(&pen, file->type);
    head_put_content_range(&pen, range, file->size);
    head_put_content_length(&pen, range->to - range->from);
    head_put_end(&pen, response->persistence, response->fields);
    queue_body(out, start, &pen, file, *range);
    return range->to - range->from;
}

/* The head of one part of multipart/byteranges (RFC 9110, 14.6). Returns its
 * length. The line end before the boundary is its own (RFC 2046, 5.1.1), also
 * before the first, where some clients want it. */
static size_t render_part_head(char *out, const struct file *file,
                               const struct range *range, const char *boundary)
{
    struct pen pen = {out};

    PUT(&pen, "\r\n--");
    put(&pen, boundary, strlen(boundary));
    PUT(&pen, "\r\n");
    head_put_content_type(&pen, file->type);
    head_put_content_range(&pen, range, file->size);
    PUT(&pen, "\r\n");
    return (size_t)(pen.at - out);
}

static uint64_t write_multipart(const struct response *response,
                                const struct response_renderer *renderer,
                                struct outqueue *out)
{
    const struct range_set *ranges = &response->ranges;
    const struct file *file = response->file;
    char head[PART_HEAD_MAX];
    char *start = outqueue_reserve(out, RESPONSE_BYTES_MAX);
    struct pen pen = {start};
    uint64_t len = strlen(renderer->boundary) + sizeof("\r\n----\r\n") - 1;

    for (size_t i = 0; i < ranges->count; i++)
        len += render_part_head(head, file, &ranges->parts[i],
                                renderer->boundary) +
               ranges->parts[i].to - ranges->parts[i].from;

    head_put_start(&pen, 206, renderer);
    put_bytes(&pen, fields_of(file, false));
    PUT(&pen, "Content-Type: multipart/byteranges; boundary=");
    put(&pen, renderer->boundary, strlen(renderer->boundary));
    PUT(&pen, "\r\n");
    head_put_content_length(&pen, len);
    head_put_end(&pen, response->persistence, response->fields);

    for (size_t i = 0; i < ranges->count; i++) {
        struct hold *hold = file_hold(file);
        struct range part = ranges->parts[i];

        pen.at += render_part_head(pen.at, file, &part, renderer->boundary);
        outqueue_commit(out, (size_t)(pen.at - start));
        if (file->body != NULL)
            outqueue_view(out, file->body + part.from,
                          (size_t)(part.to - part.from), hold);
        else
            outqueue_file(out, file->fd, part.from, part.to - part.from, hold);
        start = pen.at;
    }
    PUT(&pen, "\r\n--");
    put(&pen, renderer->boundary, strlen(renderer->boundary));
    PUT(&pen, "--\r\n");
    outqueue_commit(out, (size_t)(pen.at - start));
    return len;
}

static uint64_t write_not_modified(const struct response *response,
                                   const struct response_renderer *renderer,
                                   struct outqueue *out)
{
    char *start = outqueue_reserve(out, RESPONSE_BYTES_MAX);
    struct pen pen = {start};

    head_put_start(&pen, 304, renderer);
    put_bytes(&pen, fields_of(response->file, false));
    head_put_end(&pen, response->persistence, response->fields);
    outqueue_commit(out, (size_t)(pen.at - start));
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
    struct pen pen = {start};

    head_put_start(&pen, response->status, renderer);
    if (response->status == 204 || response->status == 405)
        PUT(&pen, "Allow: GET, HEAD, OPTIONS\r\n");
    if (response->status == 416) {
        PUT(&pen, "Content-Range: bytes */");
        put_number(&pen, response->file->size);
        PUT(&pen, "\r\n");
    }
    if (response->location.len > 0) {
        PUT(&pen, "Location: ");
        put_bytes(&pen, response->location);
        PUT(&pen, "\r\n");
    }
    if (has_body) {
        /* Some of these may be cached unasked (RFC 9110, 15.1); but the file
         * that is missing now may be there in a second. */
        PUT(&pen, "Cache-Control: no-cache\r\n"
                  "X-Content-Type-Options: nosniff\r\n");
        head_put_content_type(&pen, plain_type);
        head_put_content_length(&pen, text.len + 1);
    }
    head_put_end(&pen, response->persistence, response->fields);
    has_body = has_body && !response->head_only;
    if (has_body) {
        put_bytes(&pen, text);
        PUT(&pen, "\n");
    }
    outqueue_commit(out, (size_t)(pen.at - start));
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
    struct pen pen = {start};

    head_put_start(&pen, 200, renderer);
    PUT(&pen, "Cache-Control: no-store\r\n"
              "X-Content-Type-Options: nosniff\r\n");
    head_put_content_type(&pen, events_type);
    if (response->events == EVENTS_CHUNKED)
        PUT(&pen, "Transfer-Encoding: chunked\r\n");
    head_put_end(&pen, response->persistence, response->fields);
    outqueue_commit(out, (size_t)(pen.at - start));
    return 0;
}

struct bytes response_type(const struct response *response)
{
    bool is_of_file = response->status == 200 || response->status == 206;

    if (response->events != EVENTS_NONE)
        return bytes_of(events_type);
    if (is_of_file && response->ranges.count > 1 && response->status == 206)
        return BYTES("multipart/byteranges");
    if (is_of_file)
        return bytes_of(response->file->type);
    if (response->status == 204 || response->status == 304)
        return (struct bytes){NULL, 0};
    return bytes_of(plain_type);
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
