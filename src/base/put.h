/* put.h -- text written piece by piece into a buffer
 *
 * Each function writes at `to` and returns where the next byte goes. The caller
 * has made sure that there is room. No NUL is added. Pure; any thread. */
#ifndef BASE_PUT_H
#define BASE_PUT_H

#include "base/bytes.h"

static inline char *put_char(char *to, char c)
{
    *to = c;
    return to + 1;
}

static inline char *put_bytes(char *to, struct bytes bytes)
{
    if (bytes.len > 0)
        memcpy(to, bytes.at, bytes.len);
    return to + bytes.len;
}

static inline char *put_text(char *to, const char *text)
{
    return put_bytes(to, bytes_of(text));
}

static inline char *put_number(char *to, uint64_t value)
{
    return to + bytes_from_u64(value, to);
}

/* Puts two hexadecimal digits: "1b". */
static inline char *put_hex(char *to, unsigned char byte)
{
    static const char digits[] = "0123456789abcdef";

    to = put_char(to, digits[byte >> 4]);
    return put_char(to, digits[byte & 15]);
}

/* Puts what a peer sent so that it is harmless to a terminal: '\' and all that
 * is not printable ASCII become \xNN. Writes at most `max` bytes; *text becomes
 * what did not fit. */
char *put_printable(char *to, size_t max, struct bytes *text);

/* The same, and '"' becomes \x22: for text in double quotes. */
char *put_escaped(char *to, size_t max, struct bytes *text);

#endif
