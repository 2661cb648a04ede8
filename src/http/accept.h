/* accept.h -- which media types a client asks for (RFC 9110, 12.5.1)
 *
 * Pure. An element that is malformed counts for nothing, and so does the field
 * for what follows an unclosed quote. */
#ifndef HTTP_ACCEPT_H
#define HTTP_ACCEPT_H

#include <stdbool.h>

#include "http/request.h"

/* Whether an Accept field names `type`, such as "text/html", itself and with a
 * weight above 0. A range with a star does not name it; parameters other than
 * the weight do not matter. */
bool accept_names(const struct request *request, struct bytes type);

#endif
