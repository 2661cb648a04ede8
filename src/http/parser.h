/* parser.h -- a request, found in the stream (RFC 9112)
 *
 * This is llhttp's door. llhttp cuts the bytes into their parts; what it lets
 * pass and RFC 9112 does not, is refused here: the form of the request line
 * and of each field line is compared byte for byte, since two readers that
 * disagree about it are what request smuggling is made of.
 *
 * The answer never depends on how TCP cut the bytes: not for a good request,
 * and not for a bad one, where several faults could be met in different order.
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
    PARSE_MORE,    /* the message is not whole yet */
    PARSE_DONE,    /* request_parser_request has it */
    PARSE_REFUSED, /* request_parser_refusal has the status; nothing that
                      follows in this stream is read */
};

struct request_parser;

/* `limits` are lent for the parser's life. NULL: no memory. */
struct request_parser *request_parser_new(const struct request_limits *limits);
void request_parser_free(struct request_parser *parser);

/* Makes the parser ready for the first byte of a message. */
void request_parser_reset(struct request_parser *parser);

/* Reads on, len > 0. Until the head is whole, `in` begins with the message's
 * first byte each time, and *used is 0; what has been read before is not read
 * again. From then on `in` begins with what follows, and all that belongs to
 * the message is used. The body is checked, counted and dropped. */
enum parse_result request_parse(struct request_parser *parser, const char *in,
                                size_t len, size_t *used);

/* Where request_parser_head is not empty; good until the parser's next call. */
const struct request *
request_parser_request(const struct request_parser *parser);

/* After PARSE_DONE: the memory that the request's parts lie in, where it is the
 * parser's own; the caller's from now on, to free. NULL: they lie in the bytes
 * that were offered. */
char *request_parser_take_head(struct request_parser *parser);

/* After PARSE_MORE: the head is whole and asks whether it may send its content
 * (Expect: 100-continue; RFC 9110, 10.1.1), and none has come. True once. */
bool request_parser_expects_continue(struct request_parser *parser);

/* After PARSE_REFUSED: the status to respond with. Where the head is whole, it
 * is the content that is refused: too long (413), in chunks that are none (400,
 * 431), not wanted (417), or no memory was left to wait for it (503). */
enum status request_parser_refusal(const struct request_parser *parser);

/* The head, where it is whole; else empty, and what there is of it lies with
 * who offers it. */
struct bytes request_parser_head(const struct request_parser *parser);

#endif
