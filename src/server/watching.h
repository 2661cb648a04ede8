/* watching.h -- opens the access log, the trace and the live page
 *
 * Makes one observer of those that the options name. Main thread, before
 * workers start and after they have ended. */
#ifndef SERVER_WATCHING_H
#define SERVER_WATCHING_H

#include "http/body_source.h"
#include "server/options.h"
#include "server/sinks.h"
#include "wire/access_log.h"
#include "wire/live.h"
#include "wire/terminal_log.h"
#include "wire/trace.h"
#include "wire/watch.h"

struct watching {
    struct sinks *sinks;   /* lent */
    struct access_log log; /* one of the two, or neither */
    struct terminal_log terminal_log;
    struct trace trace;
    struct live *live; /* or NULL */
    struct watch watch;
    bool wants_events;  /* of connections are observed */
    bool wants_ledgers; /* positions are: by events, or by Server-Timing */
};

/* Checks that watching_open can open its files, without creating any. Logs the
 * same errors. Returns 0 or a negative errno. */
int watching_test(const struct options *options);

/* Opens the files in `sinks`, which must outlive it. Returns 0, or a negative
 * errno after logging it; then watching_close has been called. */
int watching_open(struct watching *watching, struct sinks *sinks,
                  const struct options *options, unsigned workers);
void watching_close(struct watching *watching);

#endif
