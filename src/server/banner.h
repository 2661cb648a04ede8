/* banner.h -- what the server prints when it is up: what it serves, and where
 *
 *     serving /home/you/site
 *     at http://127.0.0.1:8080/, http://192.168.1.5:8080/
 *     see it live at http://127.0.0.1:8081/-/wire/
 *
 * A line for each listener, with links that a terminal lets one click; what it
 * has is told by its role (site/role.h). Main thread. */
#ifndef SERVER_BANNER_H
#define SERVER_BANNER_H

#include "server/listeners.h"

enum { BANNER_LINKS_MAX = 4 }; /* of one line */

/* Prints it. The folder is printed as a path from the root of the file system,
 * its links as they are: they may lead elsewhere later. What listens at all
 * addresses (0.0.0.0, [::]) is printed with those that this machine has now,
 * loopback first, and without IPv6's link-local ones, which no browser takes.
 * The live page's own listener has no loopback address where others reach it by
 * a port that is mapped or forwarded: then it is printed as they call it,
 * localhost, with a warning, since they may be many. */
void banner_print(const struct listeners *listeners, const char *folder);

#endif
