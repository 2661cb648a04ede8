#include "base/put.h"

static bool is_plain(char c)
{
    unsigned char byte = (unsigned char)c;

    return byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\';
}

/* The first bytes of `text` that stand for themselves, `max` at most. */
static size_t plain_len(struct bytes text, size_t max)
{
    size_t most = text.len < max ? text.len : max, len = 0;

    while (len < most && is_plain(text.at[len]))
        len++;
    return len;
}

char *put_escaped(char *to, size_t max, struct bytes *text)
{
    static const char hex[] = "0123456789abcdef";
    const char *end = to + max;

    for (;;) {
        size_t len = plain_len(*text, (size_t)(end - to));
        unsigned char byte;

        to = put_bytes(to, (struct bytes){text->at, len});
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
