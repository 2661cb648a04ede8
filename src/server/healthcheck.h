/* healthcheck.h -- check that a server with these options responds
 *
 * What `soquete --healthcheck` does: sends a request to the first --listen
 * address, so that a container needs no other tool. A wildcard address
 * (0.0.0.0, ::) is reached through loopback. Blocks for at most HEALTHCHECK_MS.
 *
 * Any program that responds there passes. If no address was given and the
 * server found the default port in use, another program is checked. */
#ifndef SERVER_HEALTHCHECK_H
#define SERVER_HEALTHCHECK_H

#include "server/options.h"

enum { HEALTHCHECK_MS = 3000 }; /* connecting, request and response together */

/* Returns 0 if the response has a status from 100 to 499: the server works,
 * whether or not it has a page. Otherwise logs the reason and returns 1. */
int healthcheck_run(const struct options *options);

#endif
