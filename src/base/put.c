#include "base/put.h"

/* A bit for each character of ASCII: those that stand for themselves. */
static const uint64_t plain[4] = {
    ~UINT64_C(0) << 32 & ~(UINT64_C(1) << '"'),
    ~(UINT64_C(1) << ('\\' - 64) | UINT64_C(1) << (0x7f - 64)),
};

static bool is_plain(char c)
{
    unsigned char byte = (unsigned char)c;

    return (plain[byte >> 6] >> (byte & 63) & 1) != 0;
}

/* Copies the first bytes of `text` that stand for themselves, `max` at most.
 * Returns how many: copied one by one, for they are few. */
static size_t copy_plain(char *to, struct bytes text, size_t max)
{
    size_t most = text.len < max ? text.len : max, len = 0;

    for (; len < most && is_plain(text.at[len]); len++)
        to[len] = text.at[len];
    return len;
}

char *put_escaped(char *to, size_t max, struct bytes *text)
{
    static const char hex[] = "0123456789abcdef";
    const char *end = to + max;

    for (;;) {
        size_t len = copy_plain(to, *text, (size_t)(end - to));
        unsigned char byte;

        to += len;
        text->at += len;
        text->len -= len;
        if (text->len == 0 || end - to < 4)
            return to;
        byte = (unsigned char)*text->at++;
        text->len--;
        to = put_text(to, "\\x");
        to = put_char(to, hex[byte >> 4]);
        to = put_char(to, hex[byte & 15]);
    }
}
