/* head.h -- the lines that a head is made of
 *
 * The status line, the date, and the few field lines that several answers bear,
 * written into memory that the caller knows to be large enough. Pure but for
 * the random boundary, which is made once. One renderer a worker. */
#ifndef HTTP_HEAD_H
#define HTTP_HEAD_H

#include <stdint.h>
#include <string.h>
#include <time.h>

#include "base/bytes.h"
#include "http/range.h"

enum persistence {
    CONNECTION_CLOSE,     /* "Connection: close" */
    CONNECTION_KEEP,      /* nothing need be said: HTTP/1.1 */
    CONNECTION_KEEP_SAID, /* "Connection: keep-alive", for HTTP/1.0 */
};

/* Bytes appended to memory that is surely large enough. */
struct pen {
    char *at;
};

static inline void put(struct pen *pen, const char *at, size_t len)
{
    memcpy(pen->at, at, len);
    pen->at += len;
}

static inline void put_bytes(struct pen *pen, struct bytes text)
{
    put(pen, text.at, text.len);
}

#define PUT(pen, literal) put((pen), (literal), sizeof(literal) - 1)

static inline void put_number(struct pen *pen, uint64_t value)
{
    pen->at += bytes_from_u64(value, pen->at);
}

/* What a worker renders once for many answers. */
struct response_renderer {
    time_t date_s;      /* what the two below were rendered for */
    char date_line[40]; /* "Date: ...\r\n" */
    size_t date_line_len;
    char ok_start[64]; /* "HTTP/1.1 200 OK\r\nDate: ...\r\n" */
    size_t ok_start_len;
    char boundary[33]; /* of multipart/byteranges: random, made once */
};

void response_renderer_init(struct response_renderer *renderer);

/* Renders the Date anew where `now` is another second. */
void response_renderer_set_time(struct response_renderer *renderer, time_t now);

/* "404 Not Found"; the status must be one that the table in head.c knows. */
struct bytes head_status(unsigned status);

/* The status line and the date. */
void head_put_start(struct pen *pen, unsigned status,
                    const struct response_renderer *renderer);

void head_put_content_length(struct pen *pen, uint64_t len);
void head_put_content_type(struct pen *pen, const char *type);
void head_put_content_range(struct pen *pen, const struct range *range,
                            uint64_t size);

/* `fields` (whole lines, or none), what is to be said of the connection, and
 * the empty line. */
void head_put_end(struct pen *pen, enum persistence persistence,
                  struct bytes fields);

#endif
