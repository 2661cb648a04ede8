/* live_reload.h -- --live: what changes in the folder reaches the browsers
 *
 * Puts the floors together: the folder is watched (files/folder_watch.h), and
 * each change becomes an event of the stream (wire/reload.h), with the paths as
 * URLs have them, below --base. Main thread. */
#ifndef SERVER_LIVE_RELOAD_H
#define SERVER_LIVE_RELOAD_H

#include "files/folder_watch.h"
#include "server/listeners.h"
#include "server/setup.h"
#include "wire/reload.h"

struct live_reload {
    const struct base_path *base; /* lent */
    struct reload *reload;        /* NULL: without --live */
    struct folder_watch *watch;
    atomic_bool has_named_policy;     /* for site_config */
    char paths[RELOAD_PATHS_MAX + 1]; /* the watch's thread's */
};

/* Does nothing without --live. `setup` must outlive it. With signals blocked.
 * Returns 0, or a negative errno after logging it; then live_reload_close has
 * been called. */
int live_reload_open(struct live_reload *live, const struct options *options,
                     const struct setup *setup, unsigned workers);

/* Logs that not all clients get it, where a listener takes some from elsewhere.
 */
void live_reload_explain(const struct live_reload *live,
                         const struct listeners *listeners);

/* No more changes are sent. False: the watch did not end by the deadline (of
 * clock_now_ms), and the process is to end. Before workers are freed. */
bool live_reload_stop(struct live_reload *live, int64_t deadline_ms);

/* After a live_reload_stop that returned true, and after the workers. */
void live_reload_close(struct live_reload *live);

#endif
