/* lab.h -- responses that show TCP at work, at /-/wire/lab
 *
 *     curl 'http://127.0.0.1:8081/-/wire/lab?size=200k&pace=40k'
 *
 * The query (lab_query.h) says how the response is sent, and nothing of it
 * stays: the lab has no state. It is on the live page's own listener alone
 * (ROLE_LIVE), under a loopback name, as the page is: under another
 * name, or from a page of another site, it is a 403; on other listeners a 404.
 *
 *     a query that cannot be used    400, and a text that says why
 *     LAB_OPEN_MAX responses of      503
 *     this worker under way, or
 *     no memory
 *     else                           200, text/plain, with Content-Length
 *
 * The content is lines of LAB_LINE_LEN bytes, "byte 0000000016" and LF, each of
 * which says where in the content it begins. It is written as it is sent.
 *
 * The head counts as part of the response: it is a write of its own, or
 * several, paced and delayed as the others. fin and reset count bytes of
 * content alone, so with 0 the head is all that comes; the stream ends there
 * although Content-Length says more. Before a reset, the client's kernel has
 * acknowledged what was sent, or has had two seconds for that (CUT in
 * tcp/connection.h). A client on Linux can read these bytes before it gets the
 * error; another system may drop them.
 *
 * read is for the request itself, a GET with the path as written,
 * "/-/wire/lab?": on this listener the first recv of a request
 * takes at most LAB_READ_MAX bytes, and when the request line is among them,
 * each recv takes as many as it says until the request is whole. A request that
 * is not longer, such as a short one of curl, has come by then. */
#ifndef SITE_LAB_H
#define SITE_LAB_H

#include "site/exchange.h"

enum {
    LAB_OPEN_MAX = 64, /* responses under way, of one worker */
    LAB_LINE_LEN = 16,
};

/* Whether the path names the lab. */
bool lab_owns(struct bytes path);

/* Decides. The stream's role is ROLE_LIVE. */
enum verdict lab_apply(struct exchange *x);

/* As the handler's recv_max. */
uint32_t lab_recv_max(const struct stream *stream, struct bytes target);

#endif
