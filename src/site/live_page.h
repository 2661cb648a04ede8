/* live_page.h -- the rule of the live page: /-/wire/ and its events
 *
 * The page itself is part of the program (builtin.h); its events are content
 * without an end, which site_config.live opens. */
#ifndef SITE_LIVE_PAGE_H
#define SITE_LIVE_PAGE_H

#include "site/exchange.h"

/* Where the path is one of the live page, sets x->file or decides, by the role
 * of the stream's listener (role.h):
 *
 *     role              the live page is
 *     ----------------  ------------------------------------------------------
 *     ROLE_SITE         not here; where it has a listener of its own, requests
 *                       by a loopback name are redirected to that (307)
 *     ROLE_LIVE         for requests by a loopback name, unless another site
 *                       sent the browser (Sec-Fetch-Site); others get 403
 *     ROLE_LIVE_PUBLIC  for every request
 *
 * The lab (lab.h) is with ROLE_LIVE alone. */
enum verdict live_page_apply(struct exchange *x);

#endif
