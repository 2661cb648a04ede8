#include "base/put.h"

static bool is_plain(unsigned char byte)
{
    return byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\';
}

char *put_escaped(char *to, size_t max, struct bytes *text)
{
    static const char hex[] = "0123456789abcdef";
    const char *end = to + max;

    while (text->len > 0) {
        unsigned char byte = (unsigned char)*text->at;

        if (end - to < (is_plain(byte) ? 1 : 4))
            break;
        if (is_plain(byte)) {
            to = put_char(to, (char)byte);
        } else {
            to = put_text(to, "\\x");
            to = put_char(to, hex[byte >> 4]);
            to = put_char(to, hex[byte & 15]);
        }
        text->at++;
        text->len--;
    }
    return to;
}
