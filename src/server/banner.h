/* banner.h -- what the server prints when it is up: what it serves, and where
 *
 *     serving /home/you/site
 *     at http://127.0.0.1:8080/, http://192.168.1.5:8080/
 *     see it live at http://127.0.0.1:8081/-/wire/
 *
 * One line per listener, with links to click in a terminal. A listener's role
 * (site/role.h) decides what is printed of it. Main thread. */
#ifndef SERVER_BANNER_H
#define SERVER_BANNER_H

#include "server/listeners.h"

enum { BANNER_LINKS_MAX = 4 }; /* in one line */

/* Prints the banner. `base` is the path of the site, "/repo/". The folder is
 * printed as an absolute path, in which links are not resolved: they may lead
 * elsewhere later. A listener at all addresses (0.0.0.0, [::]) is printed with
 * the addresses that this machine has now, each once, loopback first; without
 * those of interfaces that are not connected, and without IPv6's link-local
 * ones, which browsers do not accept. If the live page's own
 * listener is not on loopback, its port is mapped or forwarded to it: it is
 * printed under the name localhost, which the page requires, with a warning
 * that others can reach it. */
void banner_print(const struct listeners *listeners, const char *folder,
                  const char *base);

#endif
