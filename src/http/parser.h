/* parser.h -- a request, found in the stream (RFC 9112)
 *
 * This is llhttp's door. llhttp finds the parts of a head; what it accepts and
 * RFC 9112 does not is refused here. The syntax of the request line and of each
 * field line is compared byte for byte, since request smuggling exploits two
 * readers that disagree about it.
 *
 * The result never depends on how TCP split the bytes, not even for a head with
 * several faults, which could be found in a different order.
 *
 * Nothing here touches a socket or blocks. A parser serves one message at a
 * time, on one thread. */
#ifndef HTTP_PARSER_H
#define HTTP_PARSER_H

#include <stdbool.h>
#include <stddef.h>

#include "http/request.h"

struct request_limits {
    size_t head_max;     /* bytes; a longer one is refused with 431. At most
                            UINT16_MAX */
    size_t target_max;   /* bytes; 414 */
    unsigned fields_max; /* lines; 431. At most REQUEST_FIELDS_MAX */
    size_t body_max;     /* bytes of content; 413 */
};

enum parse_result {
    PARSE_MORE,    /* the message is incomplete */
    PARSE_DONE,    /* request_parser_request has it */
    PARSE_REFUSED, /* request_parser_refusal has the status; nothing that
                      follows in this stream is read */
};

struct request_parser;

/* `limits` are lent for the parser's life. NULL: no memory. */
struct request_parser *request_parser_new(const struct request_limits *limits);
void request_parser_free(struct request_parser *parser);

/* Makes the parser ready for a new message. */
void request_parser_reset(struct request_parser *parser);

/* Reads the next bytes; len > 0. Until the head is complete, `in` begins with
 * the message's first byte each time, and *used is 0; bytes that were read
 * before are not read again. After that, `in` begins with the next unused byte,
 * and all bytes of the message are used. The body is checked, counted and
 * dropped. Not after PARSE_DONE or PARSE_REFUSED. */
enum parse_result request_parse(struct request_parser *parser, const char *in,
                                size_t len, size_t *used);

/* Where request_parser_head is not empty. Valid until the next call. */
const struct request *
request_parser_request(const struct request_parser *parser);

/* After PARSE_DONE: the memory with the request's head, if the parser has
 * copied it; the caller frees it. NULL: the head is in the bytes that were
 * offered. */
char *request_parser_take_head(struct request_parser *parser);

/* After PARSE_MORE: whether the head is complete and asks for a 100 (Continue)
 * (RFC 9110, 10.1.1), and no content has come. True once. */
bool request_parser_expects_continue(struct request_parser *parser);

/* After PARSE_REFUSED: the status to respond with. If the head is complete,
 * the content is refused: too long (413), with bad chunks (400) or too long
 * trailers (431), not expected (417), or no memory to wait for it (503). */
enum status request_parser_refusal(const struct request_parser *parser);

/* The head, if it is complete; else empty, and the caller still has what there
 * is of it. */
struct bytes request_parser_head(const struct request_parser *parser);

#endif
