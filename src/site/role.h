/* role.h -- what a listener is for
 *
 * Whoever opens a listener gives it its role; tcp carries the role to each
 * stream that is accepted there, and does not know what it means. Who may see
 * what is decided by it, in live_page.c. */
#ifndef SITE_ROLE_H
#define SITE_ROLE_H

enum role {
    ROLE_SITE,        /* the site alone */
    ROLE_LIVE,        /* and the live page, under a name of this machine */
    ROLE_LIVE_PUBLIC, /* and the live page, for everybody */
};

#endif
