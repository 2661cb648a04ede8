/* accept.h -- which media types and languages a client asks for (RFC
 * 9110, 12.5)
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

/* Whether the client prefers `type` to `other`: its weight is higher, or they
 * have the same weight and `type` is named more closely:
 *
 *     application/json                     JSON rather than HTML
 *     application/json, and a range of all JSON
 *     text/html, application/json;q=0.9    HTML
 *     a range of all alone, or no field    neither
 */
bool accept_prefers(const struct request *request, struct bytes type,
                    struct bytes other);

/* Whether the client prefers texts in `language`, a primary tag such as "pt",
 * to those in `other`: any range of it counts, "pt-BR" and "pt-PT" alike. */
bool accept_prefers_language(const struct request *request,
                             struct bytes language, struct bytes other);

#endif
