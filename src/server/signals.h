/* signals.h -- the signals that the process handles
 *
 *     SIGTERM, SIGINT    end; a second one ends at once
 *     SIGHUP             ends if the terminal was closed from which the process
 *                        was started; else it is logged and ignored
 *     SIGUSR1            is logged and ignored
 *     SIGPIPE, SIGXFSZ   become errors of the system call
 *
 * They are read from a descriptor, and blocked in the main thread and in all
 * threads that it starts afterwards. Main thread. */
#ifndef SERVER_SIGNALS_H
#define SERVER_SIGNALS_H

#include <stdbool.h>
#include <stdint.h>

/* Some tools signal a process and then its group. Signals that arrive within so
 * many milliseconds of the first count as one. */
enum { SIGNALS_SAME_MS = 250 };

struct signals {
    int fd;            /* readable when a signal is pending; -1: closed */
    bool has_terminal; /* the process was started from one */
    int64_t first_ms;  /* the time of the first signal to end; 0: none yet */
};

/* Returns 0 or a negative errno. */
int signals_open(struct signals *signals);

/* Unblocks all signals: from here on each has its default effect. May be called
 * twice. */
void signals_close(struct signals *signals);

/* Reads the pending signals; never blocks. Returns whether one of them asks to
 * end, for the first time or again. */
bool signals_ask_to_end(struct signals *signals);

#endif
