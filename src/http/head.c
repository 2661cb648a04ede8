#include "http/head.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "base/date.h"

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

struct bytes head_status(unsigned status)
{
    for (size_t i = 0; i < sizeof(status_lines) / sizeof(status_lines[0]); i++)
        if (status_lines[i].status == status)
            return status_lines[i].text;
    assert(false); /* a status that the table does not know */
    return BYTES("500 Internal Server Error");
}

void head_put_content_length(struct pen *pen, uint64_t len)
{
    PUT(pen, "Content-Length: ");
    put_number(pen, len);
    PUT(pen, "\r\n");
}

void head_put_content_type(struct pen *pen, const char *type)
{
    PUT(pen, "Content-Type: ");
    put(pen, type, strlen(type));
    PUT(pen, "\r\n");
}

/* "bytes 0-9/100" */
void head_put_content_range(struct pen *pen, const struct range *range,
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

void head_put_start(struct pen *pen, unsigned status,
                    const struct response_renderer *renderer)
{
    if (status == 200) {
        put(pen, renderer->ok_start, renderer->ok_start_len);
        return;
    }
    PUT(pen, "HTTP/1.1 ");
    put_bytes(pen, head_status(status));
    PUT(pen, "\r\n");
    put(pen, renderer->date_line, renderer->date_line_len);
}

void head_put_end(struct pen *pen, enum persistence persistence,
                  struct bytes fields)
{
    if (fields.len > 0)
        put_bytes(pen, fields);
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
