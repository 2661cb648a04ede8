/* body.h -- a request's body: where it ends, and nothing else (RFC 9112, 6 and
 * 7)
 *
 * A server of files has no use for the content of a request (RFC 9110, 9.3.1),
 * but the next request begins at the byte after it. So the framing is read
 * exactly, and the content is counted and dropped. The syntax of chunk
 * extensions (7.1.1) and trailer fields (7.1.2) is checked, and they are
 * ignored; both are bounded.
 *
 * Pure. It reads byte by byte, so the result does not depend on how the bytes
 * were split. */
#ifndef HTTP_BODY_H
#define HTTP_BODY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http/status.h"

enum body_state {
    BODY_DONE,        /* nothing more to read */
    BODY_CONTENT,     /* `left` bytes of content, counted by Content-Length */
    CHUNK_SIZE_FIRST, /* the first hexadecimal digit of a chunk's size */
    CHUNK_SIZE,       /* more digits, or the byte after them */
    CHUNK_SPACE,      /* the ';' that must follow white space here */
    EXT_NAME_FIRST,   /* an extension's name, after optional white space */
    EXT_NAME,         /* more of it, or the byte after it */
    EXT_NAME_SPACE,   /* the '=' or ';' that must follow white space here */
    EXT_VALUE_FIRST,  /* a token or a '"', after optional white space */
    EXT_TOKEN,        /* more of it, or the byte after it */
    EXT_QUOTED,       /* the '"' that ends the quoted string */
    EXT_QUOTED_PAIR,  /* the byte after a '\' in it */
    EXT_QUOTED_END,   /* white space, a ';' or the CR */
    CHUNK_SIZE_LF,    /* the LF after a size and its extensions */
    CHUNK_DATA,       /* `left` bytes of content */
    CHUNK_DATA_CR,    /* the CR after a chunk's data */
    CHUNK_DATA_LF,    /* the LF after that */
    TRAILER_FIRST,    /* a trailer field, or the CR of the last line */
    TRAILER_NAME,     /* the ':' after a trailer field's name */
    TRAILER_VALUE,    /* the CR after its value */
    TRAILER_LF,       /* the LF after that */
    TRAILER_LAST_LF,  /* the last byte */
};

struct body {
    enum body_state state;
    uint64_t left;        /* bytes of the chunk, or of the whole content */
    unsigned digits;      /* of a chunk's size; more than 16 are too many */
    size_t content_len;   /* bytes of content announced so far */
    size_t extension_len; /* bytes of extensions so far */
    size_t trailer_len;   /* bytes of trailer fields so far */
};

struct body_limits {
    size_t content_max; /* bytes; 413 */
    size_t extra_max;   /* bytes of all extensions (413), or trailers (431) */
};

/* A body of `length` bytes, which the caller has checked against its limit. One
 * of 0 bytes is done at once. */
void body_init_length(struct body *body, uint64_t length);
void body_init_chunked(struct body *body);

static inline bool body_is_done(const struct body *body)
{
    return body->state == BODY_DONE;
}

/* Reads the next bytes. *used is how many of them belong to the body: all,
 * unless it is done. Returns STATUS_NONE, or the status to refuse with: 400,
 * 413, 431. */
enum status body_read(struct body *body, const struct body_limits *limits,
                      const char *in, size_t len, size_t *used);

#endif
