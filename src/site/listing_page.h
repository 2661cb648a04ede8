/* listing_page.h -- what a listing of a folder shows, and in which form
 *
 * A form writes a listing in three steps: its beginning, each item, its end.
 * Each writes at `to`, where there is room for its LISTING_*_MAX bytes, and
 * returns where the next byte goes. Pure; any thread. */
#ifndef SITE_LISTING_PAGE_H
#define SITE_LISTING_PAGE_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "base/bytes.h"

enum {
    LISTING_PATH_MAX = 1024, /* bytes of the path that are shown: its end */
    LISTING_BEGIN_MAX = 28672,
    LISTING_ITEM_MAX = 3072, /* a name of NAME_MAX bytes, escaped twice */
    LISTING_END_MAX = 6144,
};

enum listing_key { LISTING_BY_NAME, LISTING_BY_SIZE, LISTING_BY_TIME };

/* Folders come first, whatever the order. */
struct listing_order {
    enum listing_key key;
    bool is_descending;
};

struct listing_page {
    struct bytes path;          /* "/docs/", decoded; lent */
    struct listing_order order; /* of the items, if is_sorted */
    bool is_sorted;             /* else they come in the folder's order */
    bool is_empty;              /* there are no items */
    bool has_parent;            /* the folder above is of the site, too */
    bool is_portuguese;         /* else English */
};

struct listing_item {
    struct bytes name; /* any bytes but NUL and the slash; lent */
    bool is_folder;
    uint64_t size; /* bytes; of a file */
    time_t mtime_s;
};

struct listing_form {
    struct bytes type; /* media type */
    char *(*begin)(char *to, const struct listing_page *page);
    char *(*item)(char *to, const struct listing_page *page,
                  const struct listing_item *item, bool is_first);
    char *(*end)(char *to, const struct listing_page *page);
};

extern const struct listing_form listing_html, listing_json;

#endif
