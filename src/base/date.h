/* date.h -- dates in HTTP (RFC 9110, 5.6.7), and in JSON (RFC 3339)
 *
 * Pure: no locale, no time zone data, no system call. Years 1 to 9999. */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include <stdbool.h>
#include <time.h>

#include "base/bytes.h"

enum {
    DATE_LEN = 29,     /* "Sun, 06 Nov 1994 08:49:37 GMT" */
    DATE_UTC_LEN = 20, /* "1994-11-06T08:49:37Z" */
};

/* Writes the IMF-fixdate of `when` into out[0..DATE_LEN), without a NUL. A
 * `when` before the year 1 or after 9999 is written as the first or last second
 * of them. */
void date_format(time_t when, char out[DATE_LEN]);

/* The same as RFC 3339 writes it, in UTC. */
void date_format_utc(time_t when, char out[DATE_UTC_LEN]);

/* Reads one of the three formats: IMF-fixdate, RFC 850 and asctime. A year of
 * two digits that would lie more than 50 years after `now` is one of the
 * century before. Returns false unless all of `text` is exactly in one of these
 * formats and the day exists. Any weekday is taken, whether or not it fits the
 * date. A second of 60 is a leap second. */
bool date_parse(struct bytes text, time_t now, time_t *when);

#endif
