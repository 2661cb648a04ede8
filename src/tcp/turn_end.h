/* turn_end.h -- how a turn ends our direction of the stream
 *
 * The worker's thread; blocks on no peer. */
#ifndef TCP_TURN_END_H
#define TCP_TURN_END_H

#include "tcp/turn.h"

/* Enters LINGER: ends our direction, and waits for the peer to end its own. All
 * was sent. */
struct after_turn turn_linger(struct connection_env *env, struct connection *c,
                              enum ledger_cause cause);

/* When the connection is closed, the kernel resets it, and drops what was not
 * sent. */
void turn_reset_on_close(const struct connection *c);

#endif
