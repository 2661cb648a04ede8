/* server.h -- the life of the process, from its options to its exit status
 *
 * Puts the floors together: opens the folder and the listeners, starts the
 * threads, waits for a signal, lets answers under way finish, and ends.
 *
 *     SIGINT, SIGTERM  accept no more, close what is idle, finish the responses
 *                      under way (--drain-timeout at most; a line says so),
 *                      end with status 0; the second one ends at once, with
 *                      status 1
 *
 * A thread that waits for a disk does not delay the end, and a log that nobody
 * reads delays it by SINKS_END_MS at most. Main thread; blocks until the end.
 */
#ifndef SERVER_SERVER_H
#define SERVER_SERVER_H

#include <stdbool.h>

#include "server/options.h"

/* Serves until a signal ends it. Returns the exit status: 0, or 1 after one
 * line on standard error. *is_stuck: a thread has not ended, and uses what
 * `options` holds; the caller ends the process by _exit(2). */
int server_run(const struct options *options, bool *is_stuck);

#endif
