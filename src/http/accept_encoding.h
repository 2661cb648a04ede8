/* accept_encoding.h -- which content coding a client prefers (RFC 9110, 12.5.3)
 *
 *     Accept-Encoding     of br, gzip and the plain bytes
 *     ------------------  -----------------------------------------------
 *     (none)              plain
 *     gzip, br            br: equal weights go br, zstd, gzip
 *     gzip;q=1, br;q=0.5  gzip
 *     br;q=0.1            br: what is listed beats plain bytes that are not
 *     identity, br;q=0.1  plain
 *     *                   br
 *     identity;q=0        br or gzip; if there is neither, nothing fits
 *
 * Pure. An element that is malformed counts for nothing; of two with the same
 * name the first counts. */
#ifndef HTTP_ACCEPT_ENCODING_H
#define HTTP_ACCEPT_ENCODING_H

#include "http/request.h"

/* In the order in which they are preferred. */
enum coding {
    CODING_BR,
    CODING_ZSTD,
    CODING_GZIP,
    CODING_IDENTITY,
    CODINGS,
    CODING_NONE = CODINGS, /* nothing that there is fits */
};

/* The weight of each in thousandths; 0: the client does not take it. */
struct coding_weights {
    uint16_t of[CODINGS];
};

extern const struct bytes accept_encoding_name; /* of the field */

/* The weights by all Accept-Encoding fields of the request. */
struct coding_weights accept_encoding_read(const struct request *request);

/* The coding that has the greatest weight, of the plain bytes (CODING_IDENTITY)
 * and of those that there are: bit 1 << coding each. */
enum coding accept_encoding_choose(const struct coding_weights *weights,
                                   unsigned there);

/* Its name in a field: "br". */
const char *coding_name(enum coding coding);

#endif
