/* server.h -- the life of the process, from its options to its exit status
 *
 * Connects the floors: opens the folder and the listeners, starts the threads,
 * waits for a signal, lets responses under way finish, and ends.
 *
 *     SIGINT, SIGTERM  accept no more connections, close the idle ones, finish
 *                      the responses under way (for at most --drain-timeout),
 *                      end with status 0; a second signal ends the process at
 *                      once, with status 1
 *
 * A thread that waits for a disk does not delay the end, and a log that is not
 * read delays it by at most SINKS_END_MS. Main thread; blocks until the end. */
#ifndef SERVER_SERVER_H
#define SERVER_SERVER_H

#include <stdbool.h>

#include "server/options.h"

/* Serves until a signal. Returns the exit status: 0, or 1 after logging an
 * error. *is_stuck: a thread has not ended and still uses `options`; the caller
 * must end the process with _exit(2). */
int server_run(const struct options *options, bool *is_stuck);

#endif
