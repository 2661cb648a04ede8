#include "base/date.h"
#include "base/put.h"
#include "site/listing_page.h"
#include "site/listing_text.h"

/* {"entries":[{"name":"a","type":"file","size":1,"modified":"..."}]}, or with
 * "sorted":false before that where there are too many to be sorted. */

_Static_assert(NAME_MAX *LISTING_JSON_GROWTH + 128 <= LISTING_ITEM_MAX,
               "any name fits");

static char *begin(char *to, const struct listing_page *page)
{
    to = put_char(to, '{');
    if (!page->is_sorted)
        to = put_text(to, "\"sorted\":false,");
    return put_text(to, "\"entries\":[");
}

static char *item(char *to, const struct listing_page *page,
                  const struct listing_item *item, bool is_first)
{
    (void)page;
    to = put_text(to, is_first ? "\n{\"name\":\"" : ",\n{\"name\":\"");
    to = listing_put_json(to, item->name);
    if (item->is_folder)
        to = put_text(to, "\",\"type\":\"folder\",\"size\":null");
    else
        to = put_number(put_text(to, "\",\"type\":\"file\",\"size\":"),
                        item->size);
    to = put_text(to, ",\"modified\":\"");
    date_format_utc(item->mtime_s, to);
    return put_text(to + DATE_UTC_LEN, "\"}");
}

static char *end(char *to, const struct listing_page *page)
{
    (void)page;
    return put_text(to, "\n]}\n");
}

const struct listing_form listing_json = {
    .type = {"application/json", 16},
    .begin = begin,
    .item = item,
    .end = end,
};
