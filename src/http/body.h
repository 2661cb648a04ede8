/* body.h -- a request's body: where it ends, and nothing else (RFC 9112, 6 and
 * 7)
 *
 * What comes with a request to an origin server of files means nothing to it
 * (RFC 9110, 9.3.1), but the next request begins behind it, to the byte. So the
 * framing is read exactly, and the content is counted and dropped. Chunk
 * extensions (7.1.1) and trailer fields (7.1.2) are checked for their form and
 * passed over; both are bounded.
 *
 * Pure, and byte by byte: how the bytes were cut makes no difference. */
#ifndef HTTP_BODY_H
#define HTTP_BODY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http/status.h"

enum body_state {
    BODY_DONE,        /* waits for nothing */
    BODY_CONTENT,     /* `left` bytes of content, counted by Content-Length */
    CHUNK_SIZE_FIRST, /* a chunk's size, one hexadecimal digit at least */
    CHUNK_SIZE,       /* more digits, or what ends them */
    CHUNK_SPACE,      /* the ';' that must follow white space here */
    EXT_NAME_FIRST,   /* an extension's name, perhaps behind white space */
    EXT_NAME,         /* more of it, or what ends it */
    EXT_NAME_SPACE,   /* the '=' or ';' that must follow white space here */
    EXT_VALUE_FIRST,  /* a token or a '"', perhaps behind white space */
    EXT_TOKEN,        /* more of it, or what ends it */
    EXT_QUOTED,       /* the '"' that ends the quoted string */
    EXT_QUOTED_PAIR,  /* the byte behind a '\' in it */
    EXT_QUOTED_END,   /* white space, a ';' or the CR */
    CHUNK_SIZE_LF,    /* the LF behind a size and its extensions */
    CHUNK_DATA,       /* `left` bytes of content */
    CHUNK_DATA_CR,    /* the CR behind a chunk's data */
    CHUNK_DATA_LF,    /* the LF behind that */
    TRAILER_FIRST,    /* a trailer field, or the CR of the last line */
    TRAILER_NAME,     /* the ':' behind a trailer field's name */
    TRAILER_VALUE,    /* the CR behind its value */
    TRAILER_LF,       /* the LF behind that */
    TRAILER_LAST_LF,  /* the last byte */
};

struct body {
    enum body_state state;
    uint64_t left;        /* of a chunk, or of the whole */
    unsigned digits;      /* of a chunk's size; more than 16 are too many */
    size_t content_len;   /* bytes of content that were announced so far */
    size_t extension_len; /* bytes of extensions so far */
    size_t trailer_len;   /* bytes of trailer fields so far */
};

struct body_limits {
    size_t content_max; /* bytes; 413 */
    size_t extra_max;   /* bytes of all extensions (413), or trailers (431) */
};

/* A body of `length` bytes; 0 is one that is over. The caller has held it
 * against its limit. */
void body_init_length(struct body *body, uint64_t length);
void body_init_chunked(struct body *body);

static inline bool body_is_done(const struct body *body)
{
    return body->state == BODY_DONE;
}

/* Reads on. *used is how many bytes belong to the body; where it is not done,
 * all. Returns STATUS_NONE, or the status to refuse with: 400, 413, 431. */
enum status body_read(struct body *body, const struct body_limits *limits,
                      const char *in, size_t len, size_t *used);

#endif
