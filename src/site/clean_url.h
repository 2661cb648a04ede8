/* clean_url.h -- pages without ".html" in their paths (--clean-urls)
 *
 * Each page has one path. With a file about.html and docs/index.html:
 *
 *     /about                                about.html
 *     /about.html                           301 to /about
 *     /docs/index.html, /docs/index         301 to /docs/
 *
 * A file that has the short path itself keeps it, and so does a folder with an
 * index.html: then /about.html is the only path of that page, and is not
 * redirected. Before a folder without an index.html, the page is taken. */
#ifndef SITE_CLEAN_URL_H
#define SITE_CLEAN_URL_H

#include "site/exchange.h"

/* x->file is what the path itself names. Makes the page x->file where the path
 * is a short one, or decides on a redirect. Else x->file is as before, looked
 * at again. May block on the disk. */
enum verdict clean_url_apply(struct exchange *x);

#endif
