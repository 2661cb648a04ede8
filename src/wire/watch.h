/* watch.h -- several observers as one
 *
 * The server has room for one observer a worker (base/observer.h); a watch
 * makes one out of those that are asked for. An observer that stands alone is
 * handed out as it is, so that nothing is paid for company that it does not
 * have. */
#ifndef WIRE_WATCH_H
#define WIRE_WATCH_H

#include "base/observer.h"

enum { WATCHERS_MAX = 4 };

/* Makes a worker's observer, as access_log_observer_new does. */
struct watcher {
    struct observer *(*observer_new)(void *arg);
    void *arg;
};

/* Filled by the main thread; read-only once workers run. */
struct watch {
    struct watcher watchers[WATCHERS_MAX];
    unsigned count;
};

/* One more; at most WATCHERS_MAX. They are told in the order of adding. */
void watch_add(struct watch *watch, struct observer *(*observer_new)(void *arg),
               void *arg);

/* Makes one worker's observer out of those of `watch` (a struct watch with at
 * least one watcher). It wants what one of them wants. NULL: no memory. */
struct observer *watch_observer_new(void *watch);

#endif
