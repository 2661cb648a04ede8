/* range.h -- which bytes of a representation a request asks for (RFC 9110, 14)
 *
 * Pure. */
#ifndef HTTP_RANGE_H
#define HTTP_RANGE_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

enum { RANGES_MAX = 16 }; /* parts of one response; for more, all is sent */

struct range {
    uint64_t from, to; /* [from, to): from < to <= the representation's size */
};

struct range_set {
    size_t count;
    struct range parts[RANGES_MAX];
};

enum range_result {
    RANGE_WHOLE,         /* 200: no range, or one to ignore */
    RANGE_PARTS,         /* 206 */
    RANGE_UNSATISFIABLE, /* 416: all begin past the end */
};

/* Reads the value of a Range field for a representation of `size` bytes. It is
 * ignored if its unit is not "bytes" or its syntax is wrong (14.2), and also if
 * it has more than RANGES_MAX ranges, or several that together are longer than
 * the representation, as overlapping ones can be (14.2: "many small ranges").
 * Parts are in the order of the request. */
enum range_result range_parse(struct bytes value, uint64_t size,
                              struct range_set *set);

#endif
