/* doors.h -- the addresses that the server listens at
 *
 * Turns what --listen says into open listeners. Main thread. */
#ifndef SERVER_DOORS_H
#define SERVER_DOORS_H

#include <stdbool.h>
#include <stddef.h>

#include "server/options.h"
#include "tcp/address.h"
#include "tcp/listener.h"

enum {
    DOORS_MAX = OPTIONS_LISTEN_MAX * ADDRESS_PARSE_MAX,
    DOORS_PORTS_TRIED = 10 /* where the port was not asked for by name */
};

struct doors {
    size_t count;
    struct listener listeners[DOORS_MAX];
};

/* Opens all addresses, or none. Where they are the default, and its port is
 * taken, the next free port of DOORS_PORTS_TRIED is taken instead, and said so.
 * Where a machine or a container has no IPv6, addresses of that family are left
 * out, as long as another one is open. Returns 0, or a negative errno after a
 * word on standard error. */
int doors_open(struct doors *doors, const struct options *options);
void doors_close(struct doors *doors);

/* Says on standard error what is served and where; links that a terminal lets
 * one click. */
void doors_announce(const struct doors *doors, const char *folder);

/* Says where the live page is, which other machines see only where it is
 * public, and warns where nobody or everybody does. */
void doors_announce_wire(const struct doors *doors, bool is_public);

#endif
