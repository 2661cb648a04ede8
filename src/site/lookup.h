/* lookup.h -- the rule that finds the file that a path names
 *
 * The cache knows paths; this rule knows which of them to try, in this order:
 *
 *     the path itself, and for a folder its index.html
 *     with --clean-urls, the path with ".html" (clean_url.h)
 *     what a rule of _redirects leads to (redirects_rule.h)
 *     with --spa, the index.html of the root (spa.h)
 *     the listing of the folder that it names, which is no file (listing.h)
 *     the nearest 404.html, as the content of a 404 (not_found.h)
 */
#ifndef SITE_LOOKUP_H
#define SITE_LOOKUP_H

#include "site/exchange.h"

/* Sets x->file, or decides. May block on the disk. */
enum verdict lookup_apply(struct exchange *x);

#endif
