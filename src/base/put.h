/* put.h -- bytes put behind each other, into room that the caller has made sure
 * of
 *
 * Each function writes at `to` and returns where the next byte goes. None ends
 * with a NUL. Pure; any thread. */
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

/* Puts what a peer sent so that a terminal is not misled: '\' and all that is
 * not printable ASCII become \xNN. Not more than `max` bytes are written; *text
 * becomes what did not fit. */
char *put_printable(char *to, size_t max, struct bytes *text);

/* The same, and '"' becomes \x22, so that a reader of text in double quotes is
 * not misled, either. */
char *put_escaped(char *to, size_t max, struct bytes *text);

#endif
