/* live_page.h -- the rule of the live page: /-/wire/ and its events
 *
 * The page itself is part of the program (builtin.h); its events are content
 * that somebody else opens (site_config.live) and that has no end. */
#ifndef SITE_LIVE_PAGE_H
#define SITE_LIVE_PAGE_H

#include "site/exchange.h"

/* Sets x->file, or decides, where the path is of the live page and the stream's
 * role (role.h) has it:
 *
 *     role              shows it to
 *     ----------------  ------------------------------------------------------
 *     ROLE_SITE         nobody; where the live page has a listener, who calls
 *                       the server by a loopback name is referred to that (307)
 *     ROLE_LIVE         who calls the server by a loopback name, unless another
 *                       site sent the browser (Sec-Fetch-Site); others get 403
 *     ROLE_LIVE_PUBLIC  everybody
 */
enum verdict live_page_apply(struct exchange *x);

#endif
