/* listeners.h -- opens the addresses of --listen and --wire
 *
 * Gives each listener its role (site/role.h). Main thread.
 *
 *     --wire          those of --listen    another one
 *     --------------  -------------------  ----------------------------
 *     off             ROLE_SITE            none
 *     local           ROLE_SITE            ROLE_LIVE, on loopback
 *     ADDRESS         ROLE_SITE            ROLE_LIVE, at that address
 *     public          ROLE_LIVE_PUBLIC     none
 *
 * The live page has a listener of its own so that a proxy in front of the site
 * does not reach it: a proxy connects from this machine on behalf of others.
 *
 * "local" takes the first free port of the LISTENERS_PORTS_TRIED above the port
 * of the first TCP listener (above the default port if all are Unix sockets),
 * at 127.0.0.1, and at [::1] if there is an IPv6 listener. If that first port
 * was given as 0, any free port is taken. If none is free, the server starts
 * without the live page and logs that: the user named no port for it. */
#ifndef SERVER_LISTENERS_H
#define SERVER_LISTENERS_H

#include <stdbool.h>
#include <stddef.h>

#include "server/options.h"
#include "tcp/address.h"
#include "tcp/listener.h"

enum {
    LISTENERS_MAX = (OPTIONS_LISTEN_MAX + 1) * ADDRESS_PARSE_MAX,
    LISTENERS_PORTS_TRIED = 10 /* where the user named no port */
};

struct listeners {
    size_t count;
    struct listener each[LISTENERS_MAX];
};

/* Opens all addresses, or none. If they are the default and its port is in use,
 * takes the next free port of LISTENERS_PORTS_TRIED and logs that. On a machine
 * without IPv6, addresses of that family are left out as long as another one is
 * open. Returns 0, or a negative errno after logging what is wrong and how to
 * fix it. */
int listeners_open(struct listeners *listeners, const struct options *options);

/* The first address of these options, as written, that is not a loopback
 * address, so that another machine may connect to it. A Unix socket is none: a
 * proxy has it. NULL: all are. */
const char *listeners_find_public(const struct options *options);

/* Whether only this machine can connect to the listeners of these options. */
static inline bool listeners_are_local(const struct options *options)
{
    return listeners_find_public(options) == NULL;
}

/* How many listeners these options can open at most. */
size_t listeners_most(const struct options *options);

/* The port of the live page's own listener; 0 if it has none or is a Unix
 * socket. */
unsigned listeners_live_port(const struct listeners *listeners);

/* Before the first accept: the kernel keeps the SYN of each connection, for
 * observers of events (listener_keep_syns). */
void listeners_keep_syns(const struct listeners *listeners);

void listeners_close(struct listeners *listeners);

#endif
