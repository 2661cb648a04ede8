/* listing.h -- the response to a folder without an index.html (--listing)
 *
 * A page that lists the folder, or JSON where Accept prefers it; the page is in
 * Portuguese where Accept-Language prefers that, else in English. The query
 * chooses the order:
 *
 *     ?sort=name, size or time    name, unless it is given
 *     &order=asc or desc          asc, unless it is given
 *
 * Other parameters and values are ignored. The content comes from the folder
 * itself (listing_body.h) and has no validators: conditions and ranges do not
 * apply. */
#ifndef SITE_LISTING_H
#define SITE_LISTING_H

#include "site/exchange.h"
#include "site/listing_body.h"

/* The form, language and order that the request asks for. Pure. */
struct listing_wish listing_wish_of(const struct request *request,
                                    struct bytes query);

/* Nothing has the path of the folder's index.html. Lists the folder x->path, or
 * decides that it cannot be read: 403, 503. VERDICT_NEXT where there is no such
 * folder, or folders are not listed. May block on the disk. */
enum verdict listing_apply(struct exchange *x);

#endif
