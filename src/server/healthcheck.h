/* healthcheck.h -- is the server that has these options alive?
 *
 * What `soquete --healthcheck` does: asks as a client, over the first of the
 * listen addresses, so that a container needs no other tool to find out. An
 * address that stands for all of a machine's (0.0.0.0, ::) is asked through
 * loopback. Blocks, for HEALTHCHECK_MS at most.
 *
 * Whoever responds there passes. So where no address was given, and the server
 * left the default port to another program, that one is asked. */
#ifndef SERVER_HEALTHCHECK_H
#define SERVER_HEALTHCHECK_H

#include "server/options.h"

enum { HEALTHCHECK_MS = 3000 }; /* connecting, asking and the answer together */

/* Returns 0 where the server answers with a status of 100 to 499: it lives, be
 * there a page or not. Otherwise returns 1, and one line on standard error says
 * why. */
int healthcheck_run(const struct options *options);

#endif
