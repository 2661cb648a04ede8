/* role.h -- what a listener is for
 *
 * A listener is opened with a role. tcp passes it on to each stream that is
 * accepted there, without knowing what it means; live_page.c decides by it who
 * may see the live page. */
#ifndef SITE_ROLE_H
#define SITE_ROLE_H

enum role {
    ROLE_SITE,        /* the site alone */
    ROLE_LIVE,        /* and the live page, under a name of this machine */
    ROLE_LIVE_PUBLIC, /* and the live page, for every client */
};

#endif
