/* json.h -- strings of JSON (RFC 8259, 7)
 *
 * Of what a peer sent each byte is one character, U+0000 to U+00FF: nothing is
 * lost, and nothing need be valid UTF-8. Pure; any thread. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/bytes.h"

enum { JSON_ESCAPE_MAX = 6 }; /* characters that one byte becomes: \u00XX */

/* Writes at most the first `max` bytes of `text` as a string, in quotes,
 * without a NUL, into room for 2 + JSON_ESCAPE_MAX times as many. Returns where
 * the next byte goes. */
char *json_put_string(char *to, struct bytes text, size_t max);

#endif
