/* head_lines.h -- a head's lines, byte for byte (RFC 9112, 3 and 5)
 *
 * llhttp has read the head, and is content with less than RFC 9112 asks. Here
 * it is read once more, by its lines alone: two readers that must agree, since
 * what two readers see differently is what request smuggling is made of. One
 * space between the parts of a request line, CRLF and nothing else at each
 * line's end, no white space before a colon, no folded line, no empty name.
 *
 * Pure. Each function returns STATUS_NONE where it finds no fault, or the
 * status to refuse with. */
#ifndef HTTP_HEAD_LINES_H
#define HTTP_HEAD_LINES_H

#include <stddef.h>

#include "http/request.h"
#include "http/status.h"

enum { HEAD_METHOD_MAX = 32 }; /* bytes; the longest registered one has 17 */

/* Reads head[0..len), in which the target lies at request->target, and which
 * holds the whole head; more bytes may follow it. Sets head, head_len,
 * method_name, is_1_1 and the fields of `request`; HTTP/1.2 to 1.9 are read as
 * 1.1, the highest minor version that we know (RFC 9110, 2.5). More than
 * `fields_max` field lines are refused with 431. */
enum status head_lines_read(struct request *request, const char *head,
                            size_t len, unsigned fields_max);

/* RFC 9110, 5.6.2: tchar, what a method or a field's name is made of. */
bool head_is_token_char(char c);

/* What llhttp takes for no method: 400 where it is none, 501 where it is longer
 * than any. STATUS_NONE: it may be one that nobody knows. */
enum status head_lines_judge_method(const char *head, size_t len);

/* A whole line, head[0..len) with its LF, whose method head_lines_judge_method
 * has let pass: 501 (RFC 9110, 9.1) where it is a request line, else 400, or
 * 505 for its version. Never STATUS_NONE. */
enum status head_lines_judge_unknown(const char *head, size_t len);

/* What stands behind the target, from the space before the version on: 400
 * where it is no version, 505 where its major one is not 1 (RFC 9110, 15.6.6).
 * STATUS_NONE: it is good, or as far as it goes. */
enum status head_lines_judge_version(const char *at, size_t len);

/* A head that is not whole: what stands before its target and behind it. */
enum status head_lines_judge_start(const char *head, size_t len,
                                   struct part target);

#endif
