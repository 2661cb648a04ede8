/* head.h -- the lines of a response's head
 *
 * The status line, the date, and the field lines that several responses share,
 * written into memory that the caller knows to be large enough. Pure except for
 * the random boundary, which is made once. One renderer for each worker. */
#ifndef HTTP_HEAD_H
#define HTTP_HEAD_H

#include <stdint.h>
#include <time.h>

#include "base/bytes.h"
#include "http/range.h"
#include "http/status.h"

enum persistence {
    CONNECTION_CLOSE,      /* "Connection: close" */
    CONNECTION_KEEP,       /* the default of HTTP/1.1: no field */
    CONNECTION_KEEP_FIELD, /* "Connection: keep-alive", for HTTP/1.0 */
};

/* What a worker renders once for many responses. */
struct response_renderer {
    time_t date_s;      /* the second that the two lines below show */
    char date_line[40]; /* "Date: ...\r\n" */
    size_t date_line_len;
    char ok_start[64]; /* "HTTP/1.1 200 OK\r\nDate: ...\r\n" */
    size_t ok_start_len;
    char boundary[33]; /* of multipart/byteranges: random, made once */
};

void response_renderer_init(struct response_renderer *renderer);

/* Renders the Date again if `now` is another second. */
void response_renderer_set_time(struct response_renderer *renderer, time_t now);

#define HEAD_MULTIPART "multipart/byteranges" /* RFC 9110, 14.6 */

/* The status as content: "404 Not Found\n". It must be in the table of head.c.
 */
struct bytes head_status_text(enum status status);

/* Each of these writes at `to` and returns where the next byte goes. */

/* The status line and the date. */
char *head_put_start(char *to, enum status status,
                     const struct response_renderer *renderer);

char *head_put_content_length(char *to, uint64_t len);
char *head_put_content_type(char *to, struct bytes type);
char *head_put_content_range(char *to, const struct range *range,
                             uint64_t size);

/* For 416, "Content-Range: bytes " with a star and the size (RFC 9110, 14.4).
 */
char *head_put_range_of(char *to, uint64_t size);

/* The Connection field, if any, and the empty line. */
char *head_put_end(char *to, enum persistence persistence);

#endif
