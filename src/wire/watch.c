#include "wire/watch.h"

#include <assert.h>
#include <stdlib.h>

struct group {
    struct observer observer; /* first: the two share their address */
    unsigned count;
    struct observer *members[WATCHERS_MAX];
};

void watch_add(struct watch *watch, struct observer *(*observer_new)(void *arg),
               void *arg)
{
    assert(watch->count < WATCHERS_MAX);
    watch->watchers[watch->count++] = (struct watcher){observer_new, arg};
}

static void responded(struct observer *observer,
                      const struct observed_response *response)
{
    struct group *group = (struct group *)observer;

    for (unsigned i = 0; i < group->count; i++)
        if (group->members[i]->responded != NULL)
            group->members[i]->responded(group->members[i], response);
}

static void event(struct observer *observer, const struct ledger_event *event)
{
    struct group *group = (struct group *)observer;

    for (unsigned i = 0; i < group->count; i++)
        if (group->members[i]->event != NULL)
            group->members[i]->event(group->members[i], event);
}

static void waiting(struct observer *observer)
{
    struct group *group = (struct group *)observer;

    for (unsigned i = 0; i < group->count; i++)
        if (group->members[i]->waiting != NULL)
            group->members[i]->waiting(group->members[i]);
}

static void group_close(struct observer *observer)
{
    struct group *group = (struct group *)observer;

    for (unsigned i = 0; i < group->count; i++)
        group->members[i]->close(group->members[i]);
    free(group);
}

/* Adds a member; the group wants what any member wants. */
static void join(struct group *group, struct observer *member)
{
    assert(group->count < WATCHERS_MAX);
    group->members[group->count++] = member;
    if (member->responded != NULL)
        group->observer.responded = responded;
    if (member->wants_origin)
        group->observer.wants_origin = true;
    if (member->wants_duration)
        group->observer.wants_duration = true;
    if (member->event != NULL)
        group->observer.event = event;
}

static struct observer *group_new(const struct watch *watch)
{
    struct group *group = calloc(1, sizeof(*group));

    if (group == NULL)
        return NULL;
    group->observer.waiting = waiting;
    group->observer.close = group_close;
    for (unsigned i = 0; i < watch->count; i++) {
        const struct watcher *watcher = &watch->watchers[i];
        struct observer *member = watcher->observer_new(watcher->arg);

        if (member == NULL) {
            group_close(&group->observer);
            return NULL;
        }
        join(group, member);
    }
    return &group->observer;
}

struct observer *watch_observer_new(void *watch)
{
    const struct watch *wanted = watch;

    assert(wanted->count > 0 && wanted->count <= WATCHERS_MAX);
    if (wanted->count == 1)
        return wanted->watchers[0].observer_new(wanted->watchers[0].arg);
    return group_new(wanted);
}
