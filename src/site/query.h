/* query.h -- the parameters in a query, "?id=7&tag=a%20b"
 *
 * Names and values are compared decoded: an escape is the byte that it stands
 * for, and a plus a space (WHATWG URL, application/x-www-form-urlencoded). What
 * looks like an escape and is none stands for itself. Pure. */
#ifndef SITE_QUERY_H
#define SITE_QUERY_H

#include "base/bytes.h"

/* Sets *value to that of the first parameter with this name, as it is written:
 * "" for one without '='. `query` may begin with '?'. False: there is none. */
bool query_find(struct bytes query, struct bytes name, struct bytes *value);

/* Whether two names or values are the same. */
bool query_equal(struct bytes a, struct bytes b);

/* Cuts one character off the front of `text`, which is not empty, and returns
 * the byte that it stands for. */
char query_cut(struct bytes *text);

#endif
