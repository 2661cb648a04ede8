/* not_found.h -- the response to a path that names no file
 *
 * Its content is the site's 404.html that is nearest to the path, upwards:
 *
 *     /docs/api/nope    docs/api/404.html, docs/404.html, 404.html
 *
 * The first of these that is a file and can be read; where there is none, the
 * status as text. As they come from the file cache, an edit is seen by the next
 * request. A path in more than NOT_FOUND_FOLDERS_MAX folders has the root's
 * page alone, so that the path's length does not decide how many lookups a
 * request costs. */
#ifndef SITE_NOT_FOUND_H
#define SITE_NOT_FOUND_H

#include "site/exchange.h"

enum { NOT_FOUND_FOLDERS_MAX = 16 };

/* Plans a 404 for x->path, and overwrites that path with the page's;
 * x->file and x->found are the page, or no file. Below the live page's folder
 * the content is text. Returns VERDICT_DONE. May block on the disk. */
enum verdict not_found_decide(struct exchange *x, const char *why);

#endif
