/* banner.h -- what the server prints when it is up: what it serves, and where
 *
 *     serving /home/you/site
 *     at http://127.0.0.1:8080/, http://192.168.1.5:8080/
 *
 * A line for each listener, with links that a terminal lets one click. Main
 * thread. */
#ifndef SERVER_BANNER_H
#define SERVER_BANNER_H

#include <stdbool.h>

#include "server/listeners.h"

enum { BANNER_LINKS_MAX = 4 }; /* of one line */

/* Prints it. The folder is printed as a path from the root of the file system,
 * its links as they are: they may lead elsewhere later. What listens at all
 * addresses (0.0.0.0, [::]) is printed with those that this machine has now,
 * loopback first, and without IPv6's link-local ones, which no browser takes.
 */
void banner_print(const struct listeners *listeners, const char *folder);

/* Prints where the live page is, which other machines see only where it is
 * public, and warns where nobody or everybody sees it. */
void banner_print_wire(const struct listeners *listeners, bool is_public);

#endif
