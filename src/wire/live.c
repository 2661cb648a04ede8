#include "wire/live.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "wire/audience.h"
#include "wire/event_json.h"
#include "wire/ring.h"

static const char before[] = "data: ", after[] = "\n\n", comment[] = ":\n\n";

enum {
    BEFORE_LEN = sizeof(before) - 1,
    AFTER_LEN = sizeof(after) - 1,
    COMMENT_LEN = sizeof(comment) - 1,
    EVENT_MAX = BEFORE_LEN + EVENT_JSON_MAX + AFTER_LEN,
    WIRE_EVENT_MAX = BEFORE_LEN + EVENT_JSON_WIRE_MAX + AFTER_LEN,
    SEND_MAX = BEFORE_LEN + EVENT_JSON_PLAIN_MAX + AFTER_LEN,
    FULL_LEN = 16384, /* a read of so many bytes is followed by another */
    TRIES_MAX = 8,    /* of a viewer to read a ring that is being overwritten */
};

static_assert((int)EVENT_MAX <= (int)RING_RECORD_MAX, "a ring takes any event");
static_assert(WIRE_EVENT_MAX + SEND_MAX + WIRE_EVENT_MAX + EVENT_MAX <=
                  (int)BODY_SOURCE_READ_MAX,
              "any event fits after those put before it: viewer, its own send, "
              "lost");
static_assert(BODY_SOURCE_READ_MAX - SEND_MAX - WIRE_EVENT_MAX - EVENT_MAX >
                  (int)FULL_LEN,
              "a page that has no room for the next event is full");

struct live {
    struct body_opener opener; /* first: the two share their address */
    atomic_uint viewers;
    unsigned observers, workers;
    struct audience *audience;
    struct ring *rings[]; /* of each worker */
};

struct live_observer {
    struct observer observer; /* first: likewise */
    struct live *live;
    struct ring *ring;
    char line[EVENT_MAX];
};

struct viewer {
    struct body_source source; /* first: likewise */
    struct live *live;
    struct audience_row *row;
    const struct ledger *ledger;  /* of its own connection; or NULL */
    uint64_t sent_shown, sent_to; /* its own send that is shown next */
    int64_t sent_us;            /* the time of that, if sent_shown < sent_to */
    int64_t wrote_ms, wrote_us; /* when it was last sent something */
    bool is_greeted;
    bool owes_send; /* it got events, whose send was not shown yet */
    struct ring_reader readers[];
};

/* The output of one read. */
struct page {
    char *at;
    size_t len, size;
};

/* --- Workers --- */

static bool is_of_sending(enum ledger_event_kind kind)
{
    return kind == LEDGER_SEND || kind == LEDGER_LEFT || kind == LEDGER_ACKED ||
           kind == LEDGER_BLOCKED;
}

/* A ring is in the order of its records. */
static int64_t learned_us(const struct ledger_event *event)
{
    return event->kind == LEDGER_LEFT || event->kind == LEDGER_ACKED
               ? clock_wall_us()
               : event->time_us;
}

static void event(struct observer *observer, const struct ledger_event *event)
{
    struct live_observer *o = (struct live_observer *)observer;
    size_t len = BEFORE_LEN;

    if (event->ledger->carries_endless && is_of_sending(event->kind))
        return;
    len += event_json_write(event, o->line + len);
    memcpy(o->line + len, after, AFTER_LEN);
    ring_write(o->ring, learned_us(event), o->line, len + AFTER_LEN);
    audience_wake(o->live->audience);
}

static void observer_close(struct observer *observer)
{
    free(observer);
}

struct observer *live_observer_new(void *arg)
{
    struct live *live = arg;
    struct live_observer *o = malloc(sizeof(*o));

    if (o == NULL)
        return NULL;
    assert(live->observers < live->workers);
    o->observer = (struct observer){.event = event, .close = observer_close};
    o->live = live;
    o->ring = live->rings[live->observers++];
    memcpy(o->line, before, BEFORE_LEN);
    return &o->observer;
}

/* --- Viewers --- */

/* Frames the JSON of `len` bytes that was written at json_at. */
static void frame(struct page *page, size_t len)
{
    assert(BEFORE_LEN + len + AFTER_LEN <= page->size - page->len);
    memcpy(page->at + page->len, before, BEFORE_LEN);
    page->len += BEFORE_LEN + len;
    memcpy(page->at + page->len, after, AFTER_LEN);
    page->len += AFTER_LEN;
}

static char *json_at(const struct page *page)
{
    return page->at + page->len + BEFORE_LEN;
}

static void put_greeting(struct viewer *viewer, struct page *page)
{
    if (viewer->is_greeted || viewer->ledger == NULL)
        return;
    viewer->wrote_us = clock_wall_us();
    frame(page, event_json_viewer(viewer->wrote_us, viewer->ledger->id,
                                  json_at(page)));
    viewer->is_greeted = true;
}

/* All that was sent since the last time, as one send, with the time of the last
 * read: it was sent then, unless the client was slow. */
static void find_own_send(struct viewer *viewer)
{
    if (viewer->ledger == NULL || viewer->sent_shown < viewer->sent_to)
        return;
    viewer->sent_to = viewer->ledger->sent;
    viewer->sent_us = viewer->wrote_us;
}

static void put_own_send(struct viewer *viewer, struct page *page)
{
    struct ledger_event send = {.kind = LEDGER_SEND,
                                .ledger = viewer->ledger,
                                .time_us = viewer->sent_us,
                                .from = viewer->sent_shown,
                                .to = viewer->sent_to,
                                .call = LEDGER_CALL_SEND};

    assert(viewer->sent_shown <= viewer->sent_to);
    if (viewer->sent_shown == viewer->sent_to)
        return;
    viewer->sent_shown = viewer->sent_to;
    frame(page, event_json_write(&send, json_at(page)));
}

static void put_lost(struct viewer *viewer, struct page *page, int64_t time_us)
{
    uint64_t count = 0;

    for (unsigned i = 0; i < viewer->live->workers; i++) {
        count += viewer->readers[i].missed;
        viewer->readers[i].missed = 0;
    }
    if (count > 0)
        frame(page, event_json_lost(time_us, count, json_at(page)));
}

/* The reader with the oldest record. NULL: there is no record. */
static struct ring_reader *oldest(struct viewer *viewer,
                                  struct ring_record *record)
{
    struct ring_reader *found = NULL;
    struct ring_record next;

    for (unsigned i = 0; i < viewer->live->workers; i++) {
        if (!ring_peek(&viewer->readers[i], &next) ||
            (found != NULL && next.time_us >= record->time_us))
            continue;
        found = &viewer->readers[i];
        *record = next;
    }
    return found;
}

/* As many events as fit, with the viewer's own send in its place among them. */
static void put_events(struct viewer *viewer, struct page *page)
{
    struct ring_reader *reader;
    struct ring_record record;
    int tries = TRIES_MAX;

    while (tries > 0 && (reader = oldest(viewer, &record)) != NULL) {
        if (SEND_MAX + WIRE_EVENT_MAX + record.len > page->size - page->len)
            return;
        if (record.time_us > viewer->sent_us)
            put_own_send(viewer, page);
        put_lost(viewer, page, record.time_us);
        if (ring_take(reader, &record, page->at + page->len))
            page->len += record.len;
        else
            tries--;
    }
    if (page->len > 0)
        put_own_send(viewer, page);
}

/* There are no events. The send of what is written here is only shown with the
 * next events: shown by itself, it would cause another, for ever. */
static void put_idle(struct viewer *viewer, struct page *page)
{
    int64_t idle_ms = clock_now_ms() - viewer->wrote_ms;

    if (viewer->owes_send && idle_ms >= LIVE_OWN_SEND_MS) {
        put_own_send(viewer, page);
        viewer->owes_send = page->len == 0;
    }
    if (page->len == 0 && idle_ms >= LIVE_COMMENT_MS) {
        memcpy(page->at, comment, COMMENT_LEN);
        page->len = COMMENT_LEN;
    }
}

static enum body_next viewer_read(struct body_source *source, char *out,
                                  size_t size, size_t *len)
{
    struct viewer *viewer = (struct viewer *)source;
    struct page page = {.at = out, .size = size};

    assert(size >= BODY_SOURCE_READ_MAX);
    put_greeting(viewer, &page);
    find_own_send(viewer);
    put_events(viewer, &page);
    if (page.len > 0)
        viewer->owes_send = true;
    else
        put_idle(viewer, &page);
    if (page.len > 0) {
        viewer->wrote_ms = clock_now_ms();
        viewer->wrote_us = clock_wall_us();
    }
    assert(page.len <= size);
    *len = page.len;
    return page.len >= FULL_LEN ? BODY_GOES_ON : BODY_WAITS;
}

static void viewer_close(struct body_source *source)
{
    struct viewer *viewer = (struct viewer *)source;
    unsigned viewers = atomic_fetch_sub(&viewer->live->viewers, 1);

    assert(viewers > 0);
    (void)viewers;
    audience_leave(viewer->row);
    free(viewer);
}

static struct body_source *viewer_open(struct body_opener *opener,
                                       const struct ledger *ledger,
                                       struct waker *waker)
{
    struct live *live = (struct live *)opener;
    struct viewer *viewer = NULL;

    if (atomic_fetch_add(&live->viewers, 1) < LIVE_VIEWERS_MAX)
        viewer = calloc(1, sizeof(*viewer) +
                               live->workers * sizeof(viewer->readers[0]));
    if (viewer == NULL) {
        atomic_fetch_sub(&live->viewers, 1);
        return NULL;
    }
    viewer->source = (struct body_source){
        .read = viewer_read, .close = viewer_close, .is_endless = true};
    viewer->live = live;
    viewer->row = audience_join(live->audience, waker);
    viewer->ledger = ledger;
    viewer->sent_shown = viewer->sent_to = ledger != NULL ? ledger->sent : 0;
    viewer->wrote_ms = clock_now_ms();
    viewer->wrote_us = clock_wall_us();
    for (unsigned i = 0; i < live->workers; i++)
        ring_reader_init(&viewer->readers[i], live->rings[i]);
    return &viewer->source;
}

/* --- Both --- */

struct live *live_new(unsigned workers)
{
    struct live *live =
        calloc(1, sizeof(*live) + workers * sizeof(struct ring *));

    if (live == NULL)
        return NULL;
    live->opener.open = viewer_open;
    live->workers = workers;
    live->audience = audience_new(workers);
    if (live->audience == NULL) {
        live_free(live);
        return NULL;
    }
    for (unsigned i = 0; i < workers; i++) {
        live->rings[i] = ring_new(LIVE_RING_SIZE);
        if (live->rings[i] == NULL) {
            live_free(live);
            return NULL;
        }
    }
    return live;
}

void live_free(struct live *live)
{
    if (live == NULL)
        return;
    assert(atomic_load(&live->viewers) == 0);
    for (unsigned i = 0; i < live->workers; i++)
        ring_free(live->rings[i]);
    audience_free(live->audience);
    free(live);
}

struct body_opener *live_opener(struct live *live)
{
    return &live->opener;
}
