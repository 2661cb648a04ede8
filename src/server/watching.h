/* watching.h -- who watches the server: log, trace and live page, as asked for
 *
 * Opens what the options name and makes one observer of it. Main thread, before
 * workers start and after they have ended. */
#ifndef SERVER_WATCHING_H
#define SERVER_WATCHING_H

#include "http/body_source.h"
#include "server/options.h"
#include "server/sinks.h"
#include "wire/access_log.h"
#include "wire/live.h"
#include "wire/trace.h"
#include "wire/watch.h"

struct watching {
    struct sinks *sinks; /* lent */
    struct access_log log;
    struct trace trace;
    struct live *live; /* or NULL */
    struct watch watch;
    bool wants_ledgers; /* positions are asked for, not answers alone */
};

/* Would watching_open find files that it can open? Reports each that it could
 * not, in the same words. Returns 0 or a negative errno. Makes no file. */
int watching_test(const struct options *options);

/* Opens the files in `sinks`, which outlive it. Returns 0, or a negative errno
 * after a word on standard error; then watching_close has been called. */
int watching_open(struct watching *watching, struct sinks *sinks,
                  const struct options *options, unsigned workers);
void watching_close(struct watching *watching);

#endif
