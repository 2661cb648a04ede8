#include "http/response.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "base/date.h"

enum {
    COPY_MAX = 8192, /* a body up to this size is copied behind its head */
    PART_HEAD_MAX = 320,
    FIELDS_TEXT_MAX = 448 /* of a file version, each at its longest */
};

struct status_line {
    unsigned status;
    struct bytes text; /* "404 Not Found" */
};

#define STATUS(code, reason)                 \
    {                                        \
        (code), BYTES_INIT(#code " " reason) \
    }
#define BYTES_INIT(literal)            \
    {                                  \
        (literal), sizeof(literal) - 1 \
    }

/* RFC 9110, 15; the most frequent first. */
static const struct status_line status_lines[] = {
    STATUS(200, "OK"),
    STATUS(304, "Not Modified"),
    STATUS(404, "Not Found"),
    STATUS(206, "Partial Content"),
    STATUS(204, "No Content"),
    STATUS(301, "Moved Permanently"),
    STATUS(400, "Bad Request"),
    STATUS(403, "Forbidden"),
    STATUS(405, "Method Not Allowed"),
    STATUS(408, "Request Timeout"),
    STATUS(412, "Precondition Failed"),
    STATUS(413, "Content Too Large"),
    STATUS(414, "URI Too Long"),
    STATUS(416, "Range Not Satisfiable"),
    STATUS(417, "Expectation Failed"),
    STATUS(421, "Misdirected Request"),
    STATUS(431, "Request Header Fields Too Large"),
    STATUS(500, "Internal Server Error"),
    STATUS(501, "Not Implemented"),
    STATUS(503, "Service Unavailable"),
    STATUS(505, "HTTP Version Not Supported"),
};

static struct bytes status_text(unsigned status)
{
    for (size_t i = 0; i < sizeof(status_lines) / sizeof(status_lines[0]); i++)
        if (status_lines[i].status == status)
            return status_lines[i].text;
    assert(false); /* a status that the table does not know */
    return BYTES("500 Internal Server Error");
}

/* Bytes appended to memory that is surely large enough. */
struct pen {
    char *at;
};

static void put(struct pen *pen, const char *at, size_t len)
{
    memcpy(pen->at, at, len);
    pen->at += len;
}

static void put_bytes(struct pen *pen, struct bytes text)
{
    put(pen, text.at, text.len);
}

#define PUT(pen, literal) put((pen), (literal), sizeof(literal) - 1)

static void put_number(struct pen *pen, uint64_t value)
{
    pen->at += bytes_from_u64(value, pen->at);
}

static void put_content_length(struct pen *pen, uint64_t len)
{
    PUT(pen, "Content-Length: ");
    put_number(pen, len);
    PUT(pen, "\r\n");
}

static void put_content_type(struct pen *pen, const char *type)
{
    PUT(pen, "Content-Type: ");
    put(pen, type, strlen(type));
    PUT(pen, "\r\n");
}

/* "bytes 0-9/100" */
static void put_content_range(struct pen *pen, const struct range *range,
                              uint64_t size)
{
    PUT(pen, "Content-Range: bytes ");
    put_number(pen, range->from);
    PUT(pen, "-");
    put_number(pen, range->to - 1);
    PUT(pen, "/");
    put_number(pen, size);
    PUT(pen, "\r\n");
}

void response_renderer_init(struct response_renderer *renderer)
{
    static const char hex[] = "0123456789abcdef";
    unsigned char random[16];

    memset(renderer, 0, sizeof(*renderer));
    renderer->date_s = -1;
    /* It cannot fail for so few bytes once the system has booted; if it did,
     * the boundary would merely be one that a file could hold. */
    memset(random, 0x5a, sizeof(random));
    if (getrandom(random, sizeof(random), 0) < 0)
        random[0] = 0;
    for (size_t i = 0; i < sizeof(random); i++) {
        renderer->boundary[2 * i] = hex[random[i] >> 4];
        renderer->boundary[2 * i + 1] = hex[random[i] & 15];
    }
}

void response_renderer_set_time(struct response_renderer *renderer, time_t now)
{
    struct pen pen = {renderer->date_line};

    if (now == renderer->date_s)
        return;
    renderer->date_s = now;
    PUT(&pen, "Date: ");
    date_format(now, pen.at);
    pen.at += DATE_LEN;
    PUT(&pen, "\r\n");
    renderer->date_line_len = (size_t)(pen.at - renderer->date_line);

    pen.at = renderer->ok_start;
    PUT(&pen, "HTTP/1.1 200 OK\r\n");
    put(&pen, renderer->date_line, renderer->date_line_len);
    renderer->ok_start_len = (size_t)(pen.at - renderer->ok_start);
}

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
    put_content_type(&pen, file->type);
    put_content_length(&pen, file->size);
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

static void put_start(struct pen *pen, unsigned status,
                      const struct response_renderer *renderer)
{
    if (status == 200) {
        put(pen, renderer->ok_start, renderer->ok_start_len);
        return;
    }
    PUT(pen, "HTTP/1.1 ");
    put_bytes(pen, status_text(status));
    PUT(pen, "\r\n");
    put(pen, renderer->date_line, renderer->date_line_len);
}

static void put_end(struct pen *pen, enum persistence persistence)
{
    switch (persistence) {
    case CONNECTION_CLOSE:
        PUT(pen, "Connection: close\r\n\r\n");
        break;
    case CONNECTION_KEEP:
        PUT(pen, "\r\n");
        break;
    case CONNECTION_KEEP_SAID:
        PUT(pen, "Connection: keep-alive\r\n\r\n");
        break;
    }
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

    put_start(&pen, 200, renderer);
    put_bytes(&pen, fields_of(file, true));
    put_end(&pen, response->persistence);
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

    put_start(&pen, 206, renderer);
    put_bytes(&pen, fields_of(file, false));
    put_content_type(&pen, file->type);
    put_content_range(&pen, range, file->size);
    put_content_length(&pen, range->to - range->from);
    put_end(&pen, response->persistence);
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
    put_content_type(&pen, file->type);
    put_content_range(&pen, range, file->size);
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

    put_start(&pen, 206, renderer);
    put_bytes(&pen, fields_of(file, false));
    PUT(&pen, "Content-Type: multipart/byteranges; boundary=");
    put(&pen, renderer->boundary, strlen(renderer->boundary));
    PUT(&pen, "\r\n");
    put_content_length(&pen, len);
    put_end(&pen, response->persistence);

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

    put_start(&pen, 304, renderer);
    put_bytes(&pen, fields_of(response->file, false));
    put_end(&pen, response->persistence);
    outqueue_commit(out, (size_t)(pen.at - start));
    return 0;
}

/* An answer without a representation: its fields, and the status as its text.
 */
static uint64_t write_plain(const struct response *response,
                            const struct response_renderer *renderer,
                            struct outqueue *out)
{
    struct bytes text = status_text(response->status);
    bool has_body = response->status != 204;
    char *start = outqueue_reserve(out, RESPONSE_BYTES_MAX);
    struct pen pen = {start};

    put_start(&pen, response->status, renderer);
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
        put_content_type(&pen, "text/plain; charset=utf-8");
        put_content_length(&pen, text.len + 1);
    }
    put_end(&pen, response->persistence);
    has_body = has_body && !response->head_only;
    if (has_body) {
        put_bytes(&pen, text);
        PUT(&pen, "\n");
    }
    outqueue_commit(out, (size_t)(pen.at - start));
    return has_body ? text.len + 1 : 0;
}

uint64_t response_write(const struct response *response,
                        const struct response_renderer *renderer,
                        struct outqueue *out)
{
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
