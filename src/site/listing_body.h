/* listing_body.h -- a folder's listing, as the content of a response
 *
 * A body source (http/body_source.h) that reads the folder in pieces. Each read
 * ends after LISTING_STEPS_MAX steps or LISTING_READ_US, so that a large folder
 * does not hold up its worker. First it gathers names; once they are complete
 * and sorted, or too many for that, it writes. So a listing of up to
 * LISTING_SORTED_MAX entries is that of the folder at its beginning. By size or
 * time, these are those of when a name was read; else, those of when its line
 * is written, and what is gone by then is left out.
 *
 * Left out are names that begin with a dot, what is neither a file nor a
 * folder, links that lead to nothing that is served, and at the root of the
 * site _headers and _redirects.
 *
 * On the worker's thread. May block on the disk, never on a client. */
#ifndef SITE_LISTING_BODY_H
#define SITE_LISTING_BODY_H

#include "files/docroot.h"
#include "http/body_source.h"
#include "site/listing_budget.h"
#include "site/listing_page.h"

enum {
    LISTING_STEPS_MAX = 512, /* reading a name is one, a look at it another */
    LISTING_READ_US = 400,
};

struct listing_wish {
    const struct listing_form *form;
    struct listing_order order;
    bool is_portuguese;
};

/* Opens the listing of the folder `path`, "" or "docs/", which is shown as
 * `shown`, "repo/docs/", with a slash in front. The root and the budget are
 * lent until close. Returns 0, or a negative errno: -EBUSY where too many are
 * open, -ENOMEM, or those of folder_reader_open. */
int listing_body_open(const struct docroot *root, struct bytes path,
                      struct bytes shown, const struct listing_wish *wish,
                      struct listing_budget *budget,
                      struct body_source **source);

#endif
