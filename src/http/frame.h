/* frame.h -- the frame of a head's lines, byte for byte (RFC 9112, 3 and 5)
 *
 * Where llhttp is content with less: one space between the parts of a request
 * line, CRLF and nothing else at each line's end, no white space before a
 * colon, no folded value. Pure. Each function returns 0 where it has nothing
 * against the bytes, or the status to refuse with. */
#ifndef HTTP_FRAME_H
#define HTTP_FRAME_H

#include <stddef.h>

#include "http/request.h"

enum { FRAME_METHOD_MAX = 32 }; /* bytes; the longest registered one has 17 */

/* The request line is METHOD SP target SP HTTP-version CRLF, and `target` lies
 * in head[0..len) where llhttp found it. *next is where the next line begins.
 */
unsigned frame_request_line(const char *head, size_t len, struct part target,
                            size_t *next);

/* A field line is name ":" OWS value OWS CRLF. llhttp has seen the whole line;
 * an empty `value` is set to where one would stand. *next as above. */
unsigned frame_field_line(const char *head, struct part name,
                          struct part *value, size_t *next);

/* What llhttp takes for no method: whether it is one that nobody knows (501;
 * RFC 9110, 9.1) or none at all (400) is told by the whole word. 0: it is not
 * whole in head[0..len). */
unsigned frame_judge_method(const char *head, size_t len);

/* What llhttp takes for no version, from the space before it on: well formed,
 * it is answered with 505 (RFC 9110, 15.6.6), else 400. 0: it is not whole. */
unsigned frame_judge_version(const char *at, size_t len);

#endif
