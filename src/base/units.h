/* units.h -- sizes and times as people write them: "64k", "10s"
 *
 * Whole numbers only, and no space before the unit. Pure, any thread.
 *
 *     UNIT_NONE    100
 *     UNIT_SIZE    512  16k  1m  2g     powers of 1024, either case; bytes
 *     UNIT_TIME    250ms  10s  5m  1h   milliseconds; a bare number is seconds
 */
#ifndef BASE_UNITS_H
#define BASE_UNITS_H

#include <stdbool.h>
#include <stdint.h>

enum unit { UNIT_NONE, UNIT_SIZE, UNIT_TIME };

enum { UNITS_TEXT_MAX = 24 }; /* 20 digits, a unit and the NUL */

/* Returns false, and leaves *value unchanged, if `text` has another form or
 * does not fit 64 bits. */
bool units_parse(const char *text, enum unit unit, uint64_t *value);

/* Writes `value` with the largest unit that divides it. Returns `out`. */
const char *units_format(uint64_t value, enum unit unit,
                         char out[UNITS_TEXT_MAX]);

#endif
