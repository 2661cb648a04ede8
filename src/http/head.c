#include "http/head.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "base/date.h"
#include "base/put.h"

struct status_line {
    enum status status;
    struct bytes text; /* "404 Not Found\n" */
};

#define STATUS(code, reason)                      \
    {                                             \
        (code), BYTES_INIT(#code " " reason "\n") \
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
    STATUS(302, "Found"),
    STATUS(303, "See Other"),
    STATUS(307, "Temporary Redirect"),
    STATUS(308, "Permanent Redirect"),
    STATUS(400, "Bad Request"),
    STATUS(403, "Forbidden"),
    STATUS(405, "Method Not Allowed"),
    STATUS(406, "Not Acceptable"),
    STATUS(408, "Request Timeout"),
    STATUS(412, "Precondition Failed"),
    STATUS(413, "Content Too Large"),
    STATUS(414, "URI Too Long"),
    STATUS(416, "Range Not Satisfiable"),
    STATUS(417, "Expectation Failed"),
    STATUS(421, "Misdirected Request"),
    STATUS(431, "Request Header Fields Too Large"),
    STATUS(501, "Not Implemented"),
    STATUS(503, "Service Unavailable"),
    STATUS(505, "HTTP Version Not Supported"),
    STATUS(508, "Loop Detected"),
};

struct bytes head_status_text(enum status status)
{
    for (size_t i = 0; i < sizeof(status_lines) / sizeof(status_lines[0]); i++)
        if (status_lines[i].status == status)
            return status_lines[i].text;
    assert(false); /* the status is not in the table */
    return BYTES("500 Internal Server Error\n");
}

char *head_put_content_length(char *to, uint64_t len)
{
    to = put_text(to, "Content-Length: ");
    to = put_number(to, len);
    return put_text(to, "\r\n");
}

char *head_put_content_type(char *to, struct bytes type)
{
    to = put_text(to, "Content-Type: ");
    to = put_bytes(to, type);
    return put_text(to, "\r\n");
}

/* "bytes 0-9/100" */
char *head_put_content_range(char *to, const struct range *range, uint64_t size)
{
    assert(range->from < range->to && range->to <= size);
    to = put_text(to, "Content-Range: bytes ");
    to = put_number(to, range->from);
    to = put_text(to, "-");
    to = put_number(to, range->to - 1);
    to = put_text(to, "/");
    to = put_number(to, size);
    return put_text(to, "\r\n");
}

char *head_put_range_of(char *to, uint64_t size)
{
    to = put_text(to, "Content-Range: bytes */");
    to = put_number(to, size);
    return put_text(to, "\r\n");
}

static struct bytes date_line(const struct response_renderer *renderer)
{
    return (struct bytes){renderer->date_line, renderer->date_line_len};
}

void response_renderer_init(struct response_renderer *renderer)
{
    unsigned char random[16];
    char *to = renderer->boundary;

    memset(renderer, 0, sizeof(*renderer));
    renderer->date_s = -1;
    /* It cannot fail for so few bytes once the system has booted. If it did,
     * the boundary would be guessable, and a file could contain it. */
    memset(random, 0x5a, sizeof(random));
    if (getrandom(random, sizeof(random), 0) < 0)
        random[0] = 0;
    for (size_t i = 0; i < sizeof(random); i++)
        to = put_hex(to, random[i]);
    assert(to + 1 == renderer->boundary + sizeof(renderer->boundary));
}

void response_renderer_set_time(struct response_renderer *renderer, time_t now)
{
    char *to = renderer->date_line;

    if (now == renderer->date_s)
        return;
    renderer->date_s = now;
    to = put_text(to, "Date: ");
    date_format(now, to);
    to += DATE_LEN;
    to = put_text(to, "\r\n");
    renderer->date_line_len = (size_t)(to - renderer->date_line);
    assert(renderer->date_line_len <= sizeof(renderer->date_line));

    to = renderer->ok_start;
    to = put_text(to, "HTTP/1.1 200 OK\r\n");
    to = put_bytes(to, date_line(renderer));
    renderer->ok_start_len = (size_t)(to - renderer->ok_start);
    assert(renderer->ok_start_len <= sizeof(renderer->ok_start));
}

char *head_put_start(char *to, enum status status,
                     const struct response_renderer *renderer)
{
    struct bytes text;

    if (status == STATUS_OK) { /* a fixed size is copied without a call */
        memcpy(to, renderer->ok_start, sizeof(renderer->ok_start));
        return to + renderer->ok_start_len;
    }
    text = head_status_text(status);
    to = put_text(to, "HTTP/1.1 ");
    to = put_bytes(to, (struct bytes){text.at, text.len - 1});
    to = put_text(to, "\r\n");
    return put_bytes(to, date_line(renderer));
}

char *head_put_end(char *to, enum persistence persistence)
{
    switch (persistence) {
    case CONNECTION_CLOSE:
        return put_text(to, "Connection: close\r\n\r\n");
    case CONNECTION_KEEP:
        return put_text(to, "\r\n");
    case CONNECTION_KEEP_FIELD:
        return put_text(to, "Connection: keep-alive\r\n\r\n");
    }
    return to;
}
