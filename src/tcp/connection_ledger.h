/* connection_ledger.h -- how a connection's ledger opens and closes
 *
 * Each but connection_ledger_recv does nothing where there is no ledger. The
 * worker's thread. */
#ifndef TCP_CONNECTION_LEDGER_H
#define TCP_CONNECTION_LEDGER_H

#include "tcp/connection.h"
#include "tcp/socket_io.h"

/* The worker has the connection: its observer gets its events from here on. */
void connection_ledger_open(const struct connection_env *env,
                            const struct connection *connection);

/* One recv, as socket_recv, which the ledger counts. */
enum io_result connection_ledger_recv(const struct connection *connection,
                                      char *at, size_t size, size_t *len);

/* The kernel has reported something out of band (EPOLLERR): reports what it has
 * stamped since. */
void connection_ledger_stamps(const struct connection *connection);

/* The cause of an end by the deadline that has expired in this state. */
enum ledger_cause connection_timeout_cause(enum connection_state state);

/* The connection ends, by `cause` unless an earlier one was given. Frees the
 * ledger. Before the socket is closed, as it reads TCP_INFO. */
void connection_ledger_close(struct connection *connection,
                             enum ledger_cause cause);

#endif
