/* connection_ledger.h -- what a connection tells its ledger of its own life
 *
 * Each does nothing where there is no ledger. The worker's thread. */
#ifndef TCP_CONNECTION_LEDGER_H
#define TCP_CONNECTION_LEDGER_H

#include "tcp/connection.h"

/* The worker has it: from here on its observer is told. */
void connection_ledger_open(const struct connection_env *env,
                            const struct connection *connection);

/* Why it is going to end; the first word holds. */
static inline void connection_because(const struct connection *connection,
                                      enum ledger_cause cause)
{
    ledger_ends(connection->stream.ledger, cause);
}

/* Its deadline in this state has expired, and that ends it. */
void connection_because_of_time(const struct connection *connection);

/* It is gone, and its ledger with it. Before the socket is closed. */
void connection_ledger_close(const struct connection_env *env,
                             struct connection *connection);

#endif
