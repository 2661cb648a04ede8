/* head_lines.h -- a head's lines, byte for byte (RFC 9112, 3 and 5)
 *
 * llhttp has read the head, but accepts more than RFC 9112 allows. Here it is
 * read a second time, line by line, and both readings must agree: request
 * smuggling exploits two readers that disagree. There must be one space between
 * the parts of a request line and CRLF at each line's end, and there may be no
 * white space before a colon, no folded line and no empty name.
 *
 * Pure. Each function returns STATUS_NONE where it finds no fault, or the
 * status to refuse with. */
#ifndef HTTP_HEAD_LINES_H
#define HTTP_HEAD_LINES_H

#include <stddef.h>

#include "http/request.h"
#include "http/status.h"

enum { HEAD_METHOD_MAX = 32 }; /* bytes; the longest registered one has 17 */

/* Reads head[0..len), which holds the whole head and perhaps more; its target
 * is at request->target. Sets head, head_len, method_name, is_1_1 and the
 * fields of `request`. HTTP/1.2 to 1.9 are read as 1.1, the highest minor
 * version that this server supports (RFC 9110, 2.5). More than `fields_max`
 * field lines are refused with 431. */
enum status head_lines_read(struct request *request, const char *head,
                            size_t len, unsigned fields_max);

/* RFC 9110, 5.6.2: tchar, a character of a method or of a field's name. */
bool head_is_token_char(char c);

/* A method that llhttp does not know: 400 if it is not a method, 501 if it is
 * too long to be one. STATUS_NONE: it may be an unknown method. */
enum status head_lines_judge_method(const char *head, size_t len);

/* A whole line, head[0..len) with its LF, whose method head_lines_judge_method
 * accepted: 501 (RFC 9110, 9.1) if it is a request line, else 400, or 505 for
 * its version. Never STATUS_NONE. */
enum status head_lines_judge_unknown(const char *head, size_t len);

/* What follows the target, from the space before the version on: 400 if it is
 * not a version, 505 if the major version is not 1 (RFC 9110, 15.6.6).
 * STATUS_NONE: it is good so far. */
enum status head_lines_judge_version(const char *at, size_t len);

/* The request line of an incomplete head: what precedes and follows the target.
 */
enum status head_lines_judge_start(const char *head, size_t len,
                                   struct part target);

#endif
