/* redirect.h -- a 301 to another path of this server
 *
 * The reference names no host, so that it works behind a mapped port; and it
 * begins with one slash only, since two would begin a host (RFC 3986, 4.2). The
 * query stays. */
#ifndef SITE_REDIRECT_H
#define SITE_REDIRECT_H

#include "site/exchange.h"

/* Plans a 301 to `path`, which is decoded and in site->path, with the base in
 * front of it; or a 414 where that is too long. x->file is none then. Returns
 * VERDICT_DONE. */
enum verdict redirect_decide(struct exchange *x, struct bytes path,
                             const char *why);

#endif
