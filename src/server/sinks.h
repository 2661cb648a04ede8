/* sinks.h -- the files that the process writes to: log, access log, trace
 *
 * Each file has one sink, whatever name it was opened by: if standard output
 * and standard error are the same pipe, lines of both stay whole. Main thread,
 * with signals blocked. */
#ifndef SERVER_SINKS_H
#define SERVER_SINKS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/sink.h"

enum {
    SINKS_MAX = 3,
    SINKS_END_MS = 1000, /* for readers to read the last lines */
};

struct sinks {
    struct sink *each[SINKS_MAX];
    unsigned count;
};

/* Opens `file` ("-": the descriptor `standard`), or finds the sink that already
 * has it. The name must live as long as the sink. Returns 0 and *sink, which
 * belongs to `sinks`, or a negative errno. */
int sinks_open(struct sinks *sinks, const char *file, int standard,
               struct sink **sink);

/* Ends all within SINKS_END_MS. Returns how many lines were never written. If a
 * sink could not be ended, *has_ended is false and its lines are not counted.
 */
uint64_t sinks_end(struct sinks *sinks, bool *has_ended);

/* Frees all, after sinks_end has ended all. */
void sinks_free(struct sinks *sinks);

#endif
