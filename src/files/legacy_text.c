#include "files/legacy_text.h"

/* Whether this character occurs in no text. */
static bool is_foreign(unsigned c)
{
    return (c < 0x20 && !(c >= 0x07 && c <= 0x0d) && c != 0x1b) || c == 0x7f;
}

static bool is_bytes_of_text(const unsigned char *at, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (is_foreign(at[i]))
            return false;
    return true;
}

/* `low` is the index, of two bytes, of the less significant. An odd last byte
 * is ignored. */
static bool is_utf16(const unsigned char *at, size_t len, unsigned low)
{
    for (size_t i = 0; i + 1 < len; i += 2) {
        unsigned unit = (unsigned)at[i + low] | (unsigned)at[i + 1 - low] << 8;

        if (unit == 0xfffe || is_foreign(unit))
            return false;
    }
    return true;
}

bool legacy_text_is(struct bytes text)
{
    const unsigned char *at = (const unsigned char *)text.at;

    if (text.len >= 2 && at[0] == 0xff && at[1] == 0xfe)
        return is_utf16(at, text.len, 0);
    if (text.len >= 2 && at[0] == 0xfe && at[1] == 0xff)
        return is_utf16(at, text.len, 1);
    return is_bytes_of_text(at, text.len);
}
