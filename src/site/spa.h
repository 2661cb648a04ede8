/* spa.h -- the page of a single-page application (--spa)
 *
 * Such an application has one page, index.html, whose script shows what the
 * path names. A request gets that page where its path names nothing, and
 *
 *     the path's last segment has no dot    /assets/nope.js is a 404
 *     Accept names text/html                a browser that goes to a page does;
 *                                           that of a script or curl has a star
 */
#ifndef SITE_SPA_H
#define SITE_SPA_H

#include "site/exchange.h"

/* x->file is FILE_NONE. Where the request gets the page, makes that x->file,
 * which may be unreadable, and returns true; else x->file is no longer valid.
 * Notes whether the Accept field decides. May block on the disk. */
bool spa_find(struct exchange *x);

#endif
