/* listing_checks.h -- what holds of any name that a listing writes
 *
 * Does not use Check, since the fuzzers use it too; a failed requirement ends
 * in abort(). */
#ifndef UNIT_LISTING_CHECKS_H
#define UNIT_LISTING_CHECKS_H

#include <stdio.h>
#include <stdlib.h>

#include "files/utf8.h"
#include "site/listing_text.h"

static inline void listing_require(bool holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "a name that is written: %s\n", what);
        abort();
    }
}

/* The link, decoded, is the name; and nothing in it needs a quote. */
static inline void check_link(struct bytes name, char *out)
{
    const char *end = listing_put_link(out, name), *at = out;
    size_t len = 0;

    for (; at < end; at++, len++) {
        char c = *at;

        if (c == '%') {
            listing_require(end - at >= 3, "an escape is cut off");
            c = (char)(bytes_hex_digit(at[1]) << 4 | bytes_hex_digit(at[2]));
            at += 2;
        } else {
            listing_require(strchr(":/?#[]@!$&'()*+,;=\"<>\\ ", c) == NULL &&
                                c > ' ' && c < 0x7f,
                            "a character of a link that is reserved");
        }
        listing_require(len < name.len && c == name.at[len], "another name");
    }
    listing_require(len == name.len, "a part of the name");
    listing_require((size_t)(end - out) <= LISTING_LINK_GROWTH * name.len,
                    "a link grows more than it may");
}

static inline void check_html(struct bytes name, char *out)
{
    static const char *const entities[] = {"&quot;", "&amp;", "&lt;", "&gt;"};
    struct bytes text = {out, (size_t)(listing_put_html(out, name) - out)};

    listing_require(utf8_is_text(text, true), "HTML that is no UTF-8");
    listing_require(text.len <= LISTING_HTML_GROWTH * name.len,
                    "HTML grows more than it may");
    out[text.len] = '\0';
    for (size_t i = 0; i < text.len; i++) {
        bool is_entity = false;

        listing_require(strchr("<>\"", out[i]) == NULL, "markup in HTML");
        listing_require((unsigned char)out[i] >= ' ' && out[i] != 0x7f,
                        "a control character in HTML");
        for (size_t k = 0; k < 4; k++)
            is_entity |=
                strncmp(out + i, entities[k], strlen(entities[k])) == 0;
        listing_require(out[i] != '&' || is_entity, "a bare ampersand");
    }
}

static inline void check_json(struct bytes name, char *out)
{
    struct bytes text = {out, (size_t)(listing_put_json(out, name) - out)};

    listing_require(utf8_is_text(text, true), "JSON that is no UTF-8");
    listing_require(text.len <= LISTING_JSON_GROWTH * name.len,
                    "JSON grows more than it may");
    for (size_t i = 0; i < text.len; i++) {
        listing_require((unsigned char)out[i] >= ' ', "a control character");
        listing_require(out[i] != '"', "a bare quote");
        if (out[i] == '\\') {
            i++;
            listing_require(i < text.len && strchr("\"\\ntu", out[i]) != NULL,
                            "an escape that JSON does not have");
        }
    }
}

/* `out` has room for 6 * name.len + 1 bytes. The name has no NUL. */
static inline void check_name(struct bytes name, char *out)
{
    check_link(name, out);
    check_html(name, out);
    check_json(name, out);
}

#endif
