/* signals.h -- what the process is asked by signals
 *
 *     SIGTERM, SIGINT    to end; a second one, to end at once
 *     SIGHUP             to end, where the terminal is gone that it was started
 *                        from; else it is ignored, and the log says so
 *     SIGUSR1            is ignored, and the log says so
 *     SIGPIPE, SIGXFSZ   are errors of the call that met them
 *
 * They come through a descriptor: blocked in the main thread, and in all that
 * it starts afterwards. Main thread. */
#ifndef SERVER_SIGNALS_H
#define SERVER_SIGNALS_H

#include <stdbool.h>
#include <stdint.h>

/* To end a process and its group, some send one signal to each. What comes
 * within so many milliseconds of the first counts as the same. */
enum { SIGNALS_SAME_MS = 250 };

struct signals {
    int fd;            /* readable when there is one; -1: closed */
    bool has_terminal; /* it was started from one */
    int64_t first_ms;  /* when it was first asked to end; 0: not yet */
};

/* Returns 0 or a negative errno. */
int signals_open(struct signals *signals);

/* Unblocks all: from here on a signal does what it does to any program. May be
 * called twice. */
void signals_close(struct signals *signals);

/* Reads what has come; never blocks. Returns whether one of them asks to end,
 * for the first time or anew. */
bool signals_ask_to_end(struct signals *signals);

#endif
