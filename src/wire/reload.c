#include "wire/reload.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/put.h"
#include "wire/audience.h"
#include "wire/ring.h"

enum {
    RING_SIZE = 131072,
    SERVER_LEN = 16, /* hexadecimal digits of the server's name */
    EVENT_MAX = RELOAD_PATHS_MAX + 100,
    TRIES_MAX = 8,    /* to read a ring that is being overwritten */
    FULL_LEN = 16384, /* that many bytes, and there may be more to read */
};

static_assert((int)EVENT_MAX <= (int)RING_RECORD_MAX, "a ring takes any event");
static_assert((int)RING_RECORD_MAX <= (int)BODY_SOURCE_READ_MAX,
              "and a read takes any record");

struct reload {
    struct body_opener opener; /* first: the two share their address */
    char server[SERVER_LEN];
    atomic_uint viewers;
    _Atomic uint64_t next; /* the number of the next change */
    struct audience *audience;
    struct ring *ring;
    char event[EVENT_MAX]; /* the writer's */
};

struct viewer {
    struct body_source source; /* first: likewise */
    struct reload *reload;
    struct audience_row *row;
    struct ring_reader reader;
    int64_t since_us; /* what is older is left out */
    int64_t wrote_ms; /* when it was last sent something */
    bool is_greeted;
};

/* --- The writer --- */

void reload_send(struct reload *reload, struct bytes paths)
{
    uint64_t number = atomic_load(&reload->next);
    char *to = reload->event;

    if (paths.len == 0 || paths.len > RELOAD_PATHS_MAX)
        paths = BYTES("null");
    to = put_number(put_text(to, "data: {\"number\":"), number);
    to = put_bytes(put_text(to, ",\"paths\":"), paths);
    to = put_text(to, "}\n\n");
    assert(to <= reload->event + EVENT_MAX);
    ring_write(reload->ring, clock_wall_us(), reload->event,
               (size_t)(to - reload->event));
    atomic_store(&reload->next, number + 1);
    audience_wake(reload->audience);
}

/* --- Viewers --- */

/* Leaves out what is too old. Returns the number of the first change that will
 * be sent. The count is loaded first: a change that is written after that is
 * sent, and has that number or a later one. */
static uint64_t skip_old(struct viewer *viewer, char *out)
{
    uint64_t next = atomic_load(&viewer->reload->next);
    struct ring_record record;

    for (int tries = TRIES_MAX;
         tries > 0 && ring_peek(&viewer->reader, &record);) {
        if (record.time_us >= viewer->since_us)
            return record.number;
        if (!ring_take(&viewer->reader, &record, out))
            tries--;
    }
    return next;
}

static char *put_greeting(char *to, const struct reload *reload, uint64_t next)
{
    const uint64_t now = atomic_load(&reload->next);

    to = put_text(to, "retry: 500\ndata: {\"server\":\"");
    to = put_bytes(to, (struct bytes){reload->server, SERVER_LEN});
    to = put_number(put_text(to, "\",\"next\":"), next);
    to = put_number(put_text(to, ",\"now\":"), now);
    return put_text(to, "}\n\n");
}

/* As many events as fit. */
static char *put_events(struct viewer *viewer, char *to, const char *end)
{
    struct ring_record record;

    for (int tries = TRIES_MAX;
         tries > 0 && ring_peek(&viewer->reader, &record);) {
        if (record.len > (size_t)(end - to))
            break;
        if (ring_take(&viewer->reader, &record, to))
            to += record.len;
        else
            tries--;
    }
    return to;
}

static enum body_next viewer_read(struct body_source *source, char *out,
                                  size_t size, size_t *len)
{
    struct viewer *viewer = (struct viewer *)source;
    int64_t now_ms = clock_now_ms();
    char *to = out;

    assert(size >= BODY_SOURCE_READ_MAX);
    if (!viewer->is_greeted)
        to = put_greeting(to, viewer->reload, skip_old(viewer, out));
    viewer->is_greeted = true;
    to = put_events(viewer, to, out + size);
    if (to == out && now_ms - viewer->wrote_ms >= RELOAD_COMMENT_MS)
        to = put_text(to, ":\n\n");
    if (to > out)
        viewer->wrote_ms = now_ms;
    *len = (size_t)(to - out);
    return *len >= FULL_LEN ? BODY_GOES_ON : BODY_WAITS;
}

static void viewer_close(struct body_source *source)
{
    struct viewer *viewer = (struct viewer *)source;

    atomic_fetch_sub(&viewer->reload->viewers, 1);
    audience_leave(viewer->row);
    free(viewer);
}

static struct body_source *viewer_open(struct body_opener *opener,
                                       const struct ledger *ledger,
                                       struct waker *waker)
{
    struct reload *reload = (struct reload *)opener;
    struct viewer *viewer = NULL;

    (void)ledger;
    if (atomic_fetch_add(&reload->viewers, 1) < RELOAD_VIEWERS_MAX)
        viewer = calloc(1, sizeof(*viewer));
    if (viewer == NULL) {
        atomic_fetch_sub(&reload->viewers, 1);
        return NULL;
    }
    viewer->source = (struct body_source){
        .read = viewer_read, .close = viewer_close, .is_endless = true};
    viewer->reload = reload;
    viewer->row = audience_join(reload->audience, waker);
    viewer->since_us = clock_wall_us() - (int64_t)RELOAD_REPLAY_MS * 1000;
    viewer->wrote_ms = clock_now_ms();
    ring_reader_init(&viewer->reader, reload->ring);
    return &viewer->source;
}

/* --- Both --- */

/* Two starts have different names: their times differ. */
static void name_server(char out[SERVER_LEN])
{
    uint64_t now_us = (uint64_t)clock_wall_us();

    for (int shift = 56; shift >= 0; shift -= 8)
        out = put_hex(out, (unsigned char)(now_us >> shift));
}

struct reload *reload_new(unsigned workers)
{
    struct reload *reload = calloc(1, sizeof(*reload));

    if (reload == NULL)
        return NULL;
    reload->opener.open = viewer_open;
    name_server(reload->server);
    reload->audience = audience_new(workers);
    reload->ring = ring_new(RING_SIZE);
    if (reload->audience == NULL || reload->ring == NULL) {
        reload_free(reload);
        return NULL;
    }
    return reload;
}

void reload_free(struct reload *reload)
{
    if (reload == NULL)
        return;
    assert(atomic_load(&reload->viewers) == 0);
    ring_free(reload->ring);
    audience_free(reload->audience);
    free(reload);
}

struct body_opener *reload_opener(struct reload *reload)
{
    return &reload->opener;
}
