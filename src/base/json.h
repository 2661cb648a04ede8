/* json.h -- JSON strings (RFC 8259, 7)
 *
 * Each byte becomes one character, U+0000 to U+00FF. So nothing is lost, and
 * what a peer sent need not be valid UTF-8. Pure; any thread. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/bytes.h"

enum { JSON_ESCAPE_MAX = 6 }; /* characters for one byte: \u00XX */

/* Writes at most the first `max` bytes of `text` as a string in quotes, without
 * a NUL. That takes room for at most 2 + JSON_ESCAPE_MAX * max bytes. Returns
 * where the next byte goes. */
char *json_put_string(char *to, struct bytes text, size_t max);

#endif
