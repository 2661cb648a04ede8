/* range.h -- which bytes of a representation are wanted (RFC 9110, 14)
 *
 * Pure. */
#ifndef HTTP_RANGE_H
#define HTTP_RANGE_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

enum { RANGES_MAX = 16 }; /* parts of one answer; more are answered whole */

struct range {
    uint64_t from, to; /* [from, to): from < to <= the representation's size */
};

struct range_set {
    size_t count;
    struct range parts[RANGES_MAX];
};

enum range_result {
    RANGE_WHOLE,         /* 200: no range that we heed */
    RANGE_PARTS,         /* 206 */
    RANGE_UNSATISFIABLE, /* 416: all begin past the end */
};

/* Reads the value of a Range field for a representation of `size` bytes. What
 * is not of the unit "bytes", or breaks its grammar, is ignored (14.2); so are
 * more than RANGES_MAX ranges, and several that ask for more bytes than there
 * are: that is what overlapping ones are for (14.2: "many small ranges"). Parts
 * come in the order in which they were asked for. */
enum range_result range_parse(struct bytes value, uint64_t size,
                              struct range_set *set);

#endif
