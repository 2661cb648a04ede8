/* listeners.h -- the addresses that the server listens at
 *
 * Turns what --listen and --wire say into open listeners, and gives each its
 * role (site/role.h). Main thread.
 *
 *     --wire          those of --listen    one more
 *     --------------  -------------------  ----------------------------
 *     off             ROLE_SITE            none
 *     local           ROLE_SITE            ROLE_LIVE, on loopback
 *     ADDRESS         ROLE_SITE            ROLE_LIVE, at that address
 *     public          ROLE_LIVE_PUBLIC     none
 *
 * A proxy is told where the site is, and so never reaches the live page: that
 * it would be on this machine, too, proves nothing of whom it asks for.
 *
 * "local" takes the first port that is free of the LISTENERS_PORTS_TRIED above
 * that of the first listener that has one (above the default port, where all
 * are Unix sockets): at 127.0.0.1, and at [::1] where there is an IPv6
 * listener. Beside port 0, which stands for any free one, it takes any. No port
 * was asked for by name, so where none is free the server starts without the
 * live page, and a line says so. */
#ifndef SERVER_LISTENERS_H
#define SERVER_LISTENERS_H

#include <stddef.h>

#include "server/options.h"
#include "tcp/address.h"
#include "tcp/listener.h"

enum {
    LISTENERS_MAX = (OPTIONS_LISTEN_MAX + 1) * ADDRESS_PARSE_MAX,
    LISTENERS_PORTS_TRIED = 10 /* where the port was not asked for by name */
};

struct listeners {
    size_t count;
    struct listener each[LISTENERS_MAX];
};

/* Opens all addresses, or none. Where they are the default, and its port is
 * taken, the next free port of LISTENERS_PORTS_TRIED is taken instead, and said
 * so. Where a machine or a container has no IPv6, addresses of that family are
 * left out, as long as another one is open. Returns 0, or a negative errno
 * after a line on standard error that says how to mend it. */
int listeners_open(struct listeners *listeners, const struct options *options);

/* How many these options can open at most. */
size_t listeners_most(const struct options *options);

/* The port of the live page's own listener; 0: there is none, or it is a Unix
 * socket. */
unsigned listeners_live_port(const struct listeners *listeners);

void listeners_close(struct listeners *listeners);

#endif
