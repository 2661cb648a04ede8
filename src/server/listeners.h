/* listeners.h -- the addresses that the server listens at
 *
 * Turns what --listen says into open listeners. Main thread. */
#ifndef SERVER_LISTENERS_H
#define SERVER_LISTENERS_H

#include <stddef.h>

#include "server/options.h"
#include "tcp/address.h"
#include "tcp/listener.h"

enum {
    LISTENERS_MAX = OPTIONS_LISTEN_MAX * ADDRESS_PARSE_MAX,
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
void listeners_close(struct listeners *listeners);

#endif
