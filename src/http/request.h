/* request.h -- one request: its parts, and what they say of its body
 *
 * A request is its head as it came, and offsets into it. Pure: no system call,
 * no allocation; http/parser.h makes it of a stream's bytes. */
#ifndef HTTP_REQUEST_H
#define HTTP_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "http/status.h"

enum method {
    METHOD_GET,
    METHOD_HEAD,
    METHOD_OPTIONS,
    METHOD_CONNECT, /* 405, and what follows is no HTTP */
    METHOD_REFUSED, /* one of RFC 9110's or PATCH: 405 */
    METHOD_UNKNOWN, /* any other: 501 */
};

/* The fields that mean something to an origin server of files. */
enum field_id {
    FIELD_HOST,
    FIELD_RANGE,
    FIELD_EXPECT,
    FIELD_IF_MATCH,
    FIELD_IF_RANGE,
    FIELD_CONNECTION,
    FIELD_IF_NONE_MATCH,
    FIELD_CONTENT_LENGTH,
    FIELD_IF_MODIFIED_SINCE,
    FIELD_TRANSFER_ENCODING,
    FIELD_IF_UNMODIFIED_SINCE,
    FIELD_IDS,
    FIELD_OTHER = FIELD_IDS,
};

enum { REQUEST_FIELDS_MAX = 256 }; /* that limits.fields_max can ask for */

/* A part of the head: offsets from its first byte. */
struct part {
    uint16_t from, to;
};

struct field {
    enum field_id id;
    struct part value; /* without the white space around it */
};

struct request {
    const char *head; /* whoever made the request says how long */
    size_t head_len;  /* with the empty line */
    enum method method;
    bool is_1_1;           /* or a higher minor version; else HTTP/1.0 */
    bool keep_alive;       /* RFC 9112, 9.3, as the peer wishes it */
    bool expects_continue; /* it sends its content after a 100 (Continue) */
    bool is_chunked;
    uint64_t content_length; /* 0 where none is told, or where it is chunked */
    struct part method_name;
    struct part target;
    uint32_t seen;  /* bit 1 << id of each field that is there */
    uint32_t twice; /* and of each that is there more than once */
    unsigned field_count;
    struct field fields[REQUEST_FIELDS_MAX]; /* those with an id, in order */
};

static inline struct bytes request_part(const struct request *request,
                                        struct part part)
{
    return (struct bytes){request->head + part.from,
                          (size_t)(part.to - part.from)};
}

/* "1.1": of the version, as it was sent. The head must be one that the parser
 * has read: behind its target stands " HTTP/d.d". */
static inline struct bytes request_version(const struct request *request)
{
    return (struct bytes){request->head + request->target.to + 6, 3};
}

static inline bool request_has(const struct request *request, enum field_id id)
{
    return (request->seen >> id & 1) != 0;
}

/* The value of the first line of field `id` at or after *next, which starts at
 * 0 and is moved behind it. False: no more. */
bool request_next(const struct request *request, enum field_id id,
                  unsigned *next, struct bytes *value);

/* The value of a field that may stand once only. False: it is absent, or stands
 * there more than once and so says nothing. */
bool request_only(const struct request *request, enum field_id id,
                  struct bytes *value);

/* Which of the known fields bears this name, a token of at least one byte. */
enum field_id field_recognize(struct bytes name);

/* Appends a field. The caller keeps below REQUEST_FIELDS_MAX. */
void request_add(struct request *request, enum field_id id, struct part value);

/* Looks through the head for the first field of any name. For what is not worth
 * an id, since nobody but a log asks for it. False: it is absent. */
bool request_find(const struct request *request, struct bytes name,
                  struct bytes *value);

/* Whether the peer wishes the connection to go on (RFC 9112, 9.3): "close"
 * holds over all, then HTTP/1.1 does, then "keep-alive". */
bool request_judge_persistence(const struct request *request);

/* What the head says of the body's end must leave no doubt (RFC 9112, 6.3).
 * Sets is_chunked and content_length. Returns STATUS_NONE, or the status to
 * refuse with: 400, 413 past `body_max`, 501. */
enum status request_judge_framing(struct request *request, size_t body_max);

static inline bool request_has_body(const struct request *request)
{
    return request->is_chunked || request->content_length > 0;
}

/* 100-continue is the only expectation there is (RFC 9110, 10.1.1). Sets
 * expects_continue; needs the framing. Returns STATUS_NONE, or 417. */
enum status request_judge_expectation(struct request *request);

#endif
