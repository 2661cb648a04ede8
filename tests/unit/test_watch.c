#include "wire/watch.h"

#include <stdio.h>

#include "suite.h"

enum { SEEN_MAX = 1000 };

/* What a test sees of its members: each call adds a word. */
static char seen[SEEN_MAX];

static void note(const char *name, const char *what)
{
    size_t len = strlen(seen);

    snprintf(seen + len, sizeof(seen) - len, "%s %s; ", name, what);
}

/* The calls since the last time. */
static const char *take_seen(void)
{
    static char out[SEEN_MAX];

    memcpy(out, seen, sizeof(out));
    seen[0] = '\0';
    return out;
}

/* A kind of observer, and what it wants. */
struct kind {
    const char *name;
    bool wants_responses, wants_events, has_no_memory;
};

struct member {
    struct observer observer; /* first: the two share their address */
    const struct kind *kind;
};

static const char *name_of(const struct observer *observer)
{
    return ((const struct member *)observer)->kind->name;
}

static void responded(struct observer *observer,
                      const struct observed_response *response)
{
    ck_assert_uint_eq(response->status, 200);
    note(name_of(observer), "responded");
}

static void event(struct observer *observer, const struct ledger_event *event)
{
    ck_assert_uint_eq(event->to, 12);
    note(name_of(observer), "event");
}

static void waiting(struct observer *observer)
{
    note(name_of(observer), "waiting");
}

static void member_close(struct observer *observer)
{
    note(name_of(observer), "close");
    free(observer);
}

static struct observer *member_new(void *arg)
{
    const struct kind *kind = arg;
    struct member *member;

    if (kind->has_no_memory)
        return NULL;
    member = calloc(1, sizeof(*member));
    ck_assert_ptr_nonnull(member);
    member->kind = kind;
    member->observer.waiting = waiting;
    member->observer.close = member_close;
    if (kind->wants_responses)
        member->observer.responded = responded;
    member->observer.wants_origin = kind->wants_responses && kind->wants_events;
    member->observer.wants_duration = member->observer.wants_origin;
    if (kind->wants_events)
        member->observer.event = event;
    return &member->observer;
}

static struct kind kind_log = {"log", true, false, false};
static struct kind kind_trace = {"trace", false, true, false};
static struct kind kind_live = {"live", false, true, false};
static struct kind kind_both = {"both", true, true, false};
static struct kind kind_none = {"none", false, false, false};
static struct kind kind_poor = {"poor", true, true, true};

static const struct {
    struct kind *kinds[WATCHERS_MAX];
    const char *responded, *event; /* NULL: no member wants it */
    const char *waiting, *close;
} groups[] = {
    {{&kind_log, &kind_trace},
     "log responded; ",
     "trace event; ",
     "log waiting; trace waiting; ",
     "log close; trace close; "},
    {{&kind_trace, &kind_live},
     NULL,
     "trace event; live event; ",
     "trace waiting; live waiting; ",
     "trace close; live close; "},
    {{&kind_log, &kind_none},
     "log responded; ",
     NULL,
     "log waiting; none waiting; ",
     "log close; none close; "},
    {{&kind_both, &kind_log, &kind_trace, &kind_live},
     "both responded; log responded; ",
     "both event; trace event; live event; ",
     "both waiting; log waiting; trace waiting; live waiting; ",
     "both close; log close; trace close; live close; "},
};

static struct watch watch_of(struct kind *const kinds[WATCHERS_MAX])
{
    struct watch watch = {.count = 0};

    for (int i = 0; i < WATCHERS_MAX && kinds[i] != NULL; i++)
        watch_add(&watch, member_new, kinds[i]);
    return watch;
}

START_TEST(each_is_seen_what_it_wants)
{
    const struct observed_response response = {.status = 200};
    const struct ledger_event recv = {.kind = LEDGER_RECV, .to = 12};

    for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
        struct watch watch = watch_of(groups[i].kinds);
        struct observer *observer = watch_observer_new(&watch);

        ck_assert_ptr_nonnull(observer);
        ck_assert_int_eq(observer->responded != NULL,
                         groups[i].responded != NULL);
        ck_assert_int_eq(observer->event != NULL, groups[i].event != NULL);
        ck_assert_int_eq(observer->wants_origin,
                         groups[i].kinds[0] == &kind_both);
        ck_assert_int_eq(observer->wants_duration, observer->wants_origin);
        if (observer->responded != NULL) {
            observer->responded(observer, &response);
            ck_assert_str_eq(take_seen(), groups[i].responded);
        }
        if (observer->event != NULL) {
            observer->event(observer, &recv);
            ck_assert_str_eq(take_seen(), groups[i].event);
        }
        observer->waiting(observer);
        ck_assert_str_eq(take_seen(), groups[i].waiting);
        observer->close(observer);
        ck_assert_str_eq(take_seen(), groups[i].close);
    }
}
END_TEST

START_TEST(one_alone_is_handed_out_itself)
{
    struct watch watch = watch_of((struct kind *[WATCHERS_MAX]){&kind_trace});
    struct observer *observer = watch_observer_new(&watch);

    ck_assert(observer->event == event);
    ck_assert_str_eq(name_of(observer), "trace");
    observer->close(observer);
    ck_assert_str_eq(take_seen(), "trace close; ");
}
END_TEST

START_TEST(each_worker_has_its_own)
{
    struct watch watch =
        watch_of((struct kind *[WATCHERS_MAX]){&kind_log, &kind_trace});
    struct observer *one = watch_observer_new(&watch);
    struct observer *other = watch_observer_new(&watch);

    ck_assert_ptr_ne(one, other);
    one->close(one);
    other->waiting(other);
    ck_assert_str_eq(take_seen(), "log close; trace close; "
                                  "log waiting; trace waiting; ");
    other->close(other);
}
END_TEST

/* Where there is no memory for one of them, those before it are closed, and
 * those after it not even made. */
START_TEST(no_memory_leaks_nothing)
{
    static const struct {
        struct kind *kinds[WATCHERS_MAX];
        const char *seen;
    } cases[] = {
        {{&kind_poor}, ""},
        {{&kind_poor, &kind_log}, ""},
        {{&kind_log, &kind_poor, &kind_trace}, "log close; "},
        {{&kind_log, &kind_trace, &kind_live, &kind_poor},
         "log close; trace close; live close; "},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct watch watch = watch_of(cases[i].kinds);

        ck_assert_ptr_null(watch_observer_new(&watch));
        ck_assert_str_eq(take_seen(), cases[i].seen);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("watch");

    suite_add_tests(suite, each_is_seen_what_it_wants,
                    one_alone_is_handed_out_itself, each_worker_has_its_own,
                    no_memory_leaks_nothing);
    return suite_run(suite);
}
