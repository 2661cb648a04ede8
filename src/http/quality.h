/* quality.h -- the elements of a list with weights (RFC 9110, 5.6.6 and 12.4.2)
 *
 *     Accept: text/html;level=1, application/json;q=0.5
 *
 * Pure. */
#ifndef HTTP_QUALITY_H
#define HTTP_QUALITY_H

#include "base/bytes.h"

enum {
    QUALITY_MAX = 1000, /* q=1, and where no weight is given */
    QUALITY_BAD = -1,   /* the weight is malformed */
};

/* Cuts what precedes the next `separator` outside of quotes (RFC 9110, 5.6.4)
 * off the front of `text`, and the separator with it. */
struct bytes quality_cut(struct bytes *text, char separator);

/* The weight in thousandths, of "text/html;level=1;q=0.5" the 500, by the first
 * parameter q; or QUALITY_BAD. *name becomes what precedes all parameters. */
int quality_read(struct bytes element, struct bytes *name);

#endif
