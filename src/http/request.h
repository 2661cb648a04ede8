/* request.h -- one request: its parts, and the framing of its body
 *
 * A request is its head as received, and offsets into it; http/parser.h makes
 * it from a stream's bytes. Pure: no system call, no allocation. */
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
    METHOD_CONNECT, /* 405, and what follows is not HTTP */
    METHOD_REFUSED, /* one of RFC 9110's or PATCH: 405 */
    METHOD_UNKNOWN, /* any other: 501 */
};

/* The fields that matter to an origin server of files. */
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

enum { REQUEST_FIELDS_MAX = 256 }; /* the largest limits.fields_max */

/* A part of the head: offsets from its first byte. */
struct part {
    uint16_t from, to;
};

struct field {
    enum field_id id;
    struct part value; /* without the white space around it */
};

struct request {
    const char *head; /* lent by whoever made the request */
    size_t head_len;  /* with the empty line */
    enum method method;
    bool is_1_1;           /* or a higher minor version; else HTTP/1.0 */
    bool keep_alive;       /* what the client asks for (RFC 9112, 9.3) */
    bool expects_continue; /* it sends its content after a 100 (Continue) */
    bool is_chunked;
    uint64_t content_length; /* 0 if there is none, or if it is chunked */
    struct part method_name;
    struct part target;
    uint32_t seen;  /* bit 1 << id of each field that is present */
    uint32_t twice; /* and of each that is present more than once */
    unsigned field_count;
    struct field fields[REQUEST_FIELDS_MAX]; /* those with an id, in order */
};

static inline struct bytes request_part(const struct request *request,
                                        struct part part)
{
    return (struct bytes){request->head + part.from,
                          (size_t)(part.to - part.from)};
}

/* The version as it was sent, "1.1". The parser must have read the head: "
 * HTTP/" follows its target. */
static inline struct bytes request_version(const struct request *request)
{
    return (struct bytes){request->head + request->target.to + 6, 3};
}

static inline bool request_has(const struct request *request, enum field_id id)
{
    return (request->seen >> id & 1) != 0;
}

/* The value of the first line of field `id` at or after *next, which starts at
 * 0 and is moved past it. False: no more. */
bool request_next(const struct request *request, enum field_id id,
                  unsigned *next, struct bytes *value);

/* The value of a field that may be present only once. False: it is absent, or
 * present more than once and thus invalid. */
bool request_only(const struct request *request, enum field_id id,
                  struct bytes *value);

/* The id of the field with this name, a token of at least one byte. */
enum field_id field_recognize(struct bytes name);

/* Appends a field; at most REQUEST_FIELDS_MAX. */
void request_add(struct request *request, enum field_id id, struct part value);

/* Searches the head for the first field with this name. For fields that are
 * rarely needed, and so have no id. False: it is absent. */
bool request_find(const struct request *request, struct bytes name,
                  struct bytes *value);

/* The same for the first such line at or after head[*next], which starts at 0
 * and is moved past it: for a field that may have several lines. */
bool request_find_next(const struct request *request, struct bytes name,
                       size_t *next, struct bytes *value);

/* Whether the client asks for a persistent connection (RFC 9112, 9.3): not with
 * "close"; else with HTTP/1.1 or "keep-alive". */
bool request_judge_persistence(const struct request *request);

/* The head must frame the body without ambiguity (RFC 9112, 6.3).
 * Sets is_chunked and content_length. Returns STATUS_NONE, or the status to
 * refuse with: 400, 413 past `body_max`, 501. */
enum status request_judge_framing(struct request *request, size_t body_max);

static inline bool request_has_body(const struct request *request)
{
    return request->is_chunked || request->content_length > 0;
}

/* The only valid expectation is 100-continue (RFC 9110, 10.1.1). Sets
 * expects_continue; call it after request_judge_framing. Returns STATUS_NONE,
 * or 417. */
enum status request_judge_expectation(struct request *request);

#endif
