/* listing_text.h -- names of files, written so that they are harmless
 *
 * A name may have any bytes but NUL and the slash. Where it is shown, bytes
 * that are no UTF-8 become U+FFFD; in a link each byte stands for itself.
 *
 *     the name      in a link       in HTML         in JSON
 *     ------------  --------------  --------------  -------------
 *     a&b           a%26b           a&amp;b         a&b
 *     say "hi"      say%20%22hi%22  say &quot;...   say \"hi\"
 *     caf\xe9       caf%E9          caf and U+FFFD  the same
 *     two\nlines    two%0Alines     two and U+240A  two\nlines
 *
 * Each writes at `to` and returns where the next byte goes. Pure. */
#ifndef SITE_LISTING_TEXT_H
#define SITE_LISTING_TEXT_H

#include <stdbool.h>

#include "base/bytes.h"

/* Bytes that one byte of a name may become. */
enum {
    LISTING_LINK_GROWTH = 3,
    LISTING_HTML_GROWTH = 6,
    LISTING_JSON_GROWTH = 6,
    LISTING_SIZE_MAX = 16, /* of listing_put_size */
};

/* One segment of a relative reference (RFC 3986, 4.2): all but unreserved
 * characters are escaped, the colon too, so that none begins a scheme. */
char *listing_put_link(char *to, struct bytes name);

/* Text, also in a quoted attribute. Control characters become their pictures,
 * U+2400 to U+2421. */
char *listing_put_html(char *to, struct bytes text);

/* The inside of a JSON string (RFC 8259, 7). */
char *listing_put_json(char *to, struct bytes text);

/* A size to be read by people: "14 B", "1.4 KiB", "152 MiB". */
char *listing_put_size(char *to, uint64_t size, bool has_decimal_comma);

#endif
