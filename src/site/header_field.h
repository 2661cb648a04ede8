/* header_field.h -- a field that a site's author may set
 *
 *     Name: value      sets it
 *     ! Name           removes what earlier rules, or the server, would set
 *
 * Refused are fields that frame the message, and those that HTTP itself sets
 * from what it knows better: the connection, the representation's validators
 * and coding, the date. Pure. */
#ifndef SITE_HEADER_FIELD_H
#define SITE_HEADER_FIELD_H

#include "base/bytes.h"

enum header_field_kind {
    HEADER_OTHER,
    HEADER_CACHE_CONTROL, /* those that the server sets by default */
    HEADER_CONTENT_TYPE,
    HEADER_NOSNIFF, /* X-Content-Type-Options */
    HEADER_VARY,    /* joined with the server's own, not replaced */
    HEADER_COOKIE,  /* Set-Cookie, which cannot be joined */
};

struct header_field {
    struct bytes name, value; /* into the line */
    enum header_field_kind kind;
    bool is_removed; /* value is "" */
};

/* Reads a line without white space at its ends. Returns NULL, or what
 * was expected instead, constant. */
const char *header_field_parse(struct bytes line, struct header_field *field);

#endif
