/* sinks.h -- the files that the process writes to: log, access log, trace
 *
 * Each file has one sink, whoever writes to it and by whichever name: where
 * standard output and standard error are one pipe, lines of both stay whole.
 * Main thread, with signals blocked. */
#ifndef SERVER_SINKS_H
#define SERVER_SINKS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/sink.h"

enum {
    SINKS_MAX = 3,
    SINKS_END_MS = 1000, /* the longest that a stuck reader delays the end */
};

struct sinks {
    struct sink *each[SINKS_MAX];
    unsigned count;
};

/* Opens `file` ("-": the descriptor `standard`), or finds that it is open. The
 * name is lent as long as the sink lives. Returns 0 and *sink, which is lent,
 * or a negative errno. */
int sinks_open(struct sinks *sinks, const char *file, int standard,
               struct sink **sink);

/* Ends all within SINKS_END_MS. Returns how many lines were never written; they
 * are not counted where a sink could not be ended, *has_ended is false then. */
uint64_t sinks_end(struct sinks *sinks, bool *has_ended);

/* Frees all. After a sinks_end in which all have ended. */
void sinks_free(struct sinks *sinks);

#endif
