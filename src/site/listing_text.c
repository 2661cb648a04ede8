#include "site/listing_text.h"

#include <assert.h>

#include "base/put.h"
#include "files/utf8.h"

static bool is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
           c == '~';
}

char *listing_put_link(char *to, struct bytes name)
{
    static const char digits[] = "0123456789ABCDEF";

    for (size_t i = 0; i < name.len; i++) {
        unsigned char byte = (unsigned char)name.at[i];

        if (is_unreserved(name.at[i])) {
            *to++ = name.at[i];
            continue;
        }
        *to++ = '%';
        *to++ = digits[byte >> 4];
        *to++ = digits[byte & 15];
    }
    return to;
}

/* Puts a character of UTF-8, or U+FFFD for what is none. */
static char *put_character(char *to, struct bytes text, size_t len,
                           bool is_character)
{
    return put_bytes(to, is_character ? (struct bytes){text.at, len}
                                      : BYTES("\xEF\xBF\xBD"));
}

/* Puts what stands for an ASCII character that cannot stand for itself. */
typedef char *put_escape(char *to, char c);

/* Whether an ASCII character stands for itself in HTML and in JSON. */
static bool is_plain(char c)
{
    return c >= ' ' && c < 0x7f && c != '"' && c != '&' && c != '<' &&
           c != '>' && c != '\\';
}

static char *put_text_escaped(char *to, struct bytes text, put_escape *escape)
{
    while (text.len > 0) {
        size_t len = 1;
        bool is_character;

        if (is_plain(*text.at)) {
            *to++ = *text.at;
        } else if ((unsigned char)*text.at < 0x80) {
            to = escape(to, *text.at);
        } else {
            len = utf8_cut(text, &is_character);
            to = put_character(to, text, len, is_character);
        }
        text.at += len;
        text.len -= len;
    }
    return to;
}

static char *escape_html(char *to, char c)
{
    switch (c) {
    case '"':
        return put_text(to, "&quot;");
    case '&':
        return put_text(to, "&amp;");
    case '<':
        return put_text(to, "&lt;");
    case '>':
        return put_text(to, "&gt;");
    case '\\':
        return put_char(to, c);
    default: /* a control character: U+2400 and its number, in UTF-8 */
        to = put_text(to, "\xE2\x90");
        return put_char(to, (char)(0x80 + (c == 0x7f ? 0x21 : c)));
    }
}

char *listing_put_html(char *to, struct bytes text)
{
    return put_text_escaped(to, text, escape_html);
}

static char *escape_json(char *to, char c)
{
    if (c == '"' || c == '\\')
        return put_char(put_char(to, '\\'), c);
    if (c == '\n')
        return put_text(to, "\\n");
    if (c == '\t')
        return put_text(to, "\\t");
    if (c < ' ')
        return put_hex(put_text(to, "\\u00"), (unsigned char)c);
    return put_char(to, c);
}

char *listing_put_json(char *to, struct bytes text)
{
    return put_text_escaped(to, text, escape_json);
}

char *listing_put_size(char *to, uint64_t size, bool has_decimal_comma)
{
    static const char units[] = "KMGTPE";
    const char *unit = units;
    uint64_t tenths;

    if (size < 1024)
        return put_text(put_number(to, size), " B");
    while (size >=
           1024 * 1024 - 512) { /* what rounds to 1024 is 1 of the next */
        size >>= 10;
        unit++;
    }
    assert(unit < units + sizeof(units) - 1);
    tenths = (size * 10 + 512) / 1024;
    if (tenths < 100) {
        to = put_char(put_number(to, tenths / 10),
                      has_decimal_comma ? ',' : '.');
        to = put_number(to, tenths % 10);
    } else {
        to = put_number(to, (size + 512) / 1024);
    }
    return put_text(put_char(put_char(to, ' '), *unit), "iB");
}
