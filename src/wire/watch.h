/* watch.h -- several observers as one
 *
 * A worker has one observer (base/observer.h); a watch combines those that are
 * configured into one. A single observer is used as it is, without the cost of
 * the combination. */
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

/* Adds one; at most WATCHERS_MAX. They are called in the order of adding. */
void watch_add(struct watch *watch, struct observer *(*observer_new)(void *arg),
               void *arg);

/* Makes one worker's observer out of those of `watch` (a struct watch with at
 * least one watcher). It wants what any of them wants. NULL: no memory. */
struct observer *watch_observer_new(void *watch);

#endif
