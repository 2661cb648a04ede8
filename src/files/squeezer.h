/* squeezer.h -- the thread that compresses files for all workers
 *
 * A worker posts a job at its desk and goes on; no request waits for it. The
 * thread takes one job after the other, at low priority, by turns from the
 * desks, and wakes the worker, which takes what was made.
 *
 * A desk has SQUEEZER_PLACES, and a job has its place from the post to the
 * take. Where there is none, the job is not posted, and may be later. For that
 * time the worker has a hold on the source, so that the thread can read its
 * bytes or its descriptor: nothing is opened.
 *
 * Files of equal versions (file_version.h) are compressed once: the copy is
 * shared by all workers, and remembered for as long as one of them has it. It
 * is counted in the account of each.
 *
 * The thread has at most one job under way, and then up to 40 MiB of memory:
 * for the largest file its bytes, its copy, and 19 MiB of brotli's. It gives
 * all of it back when there is nothing to do.
 *
 * Shared between threads: the counters of a desk, and a place between the
 * counters that enclose it; the count of a copy. No lock. */
#ifndef FILES_SQUEEZER_H
#define FILES_SQUEEZER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/waker.h"
#include "files/file.h"
#include "files/file_derived.h"
#include "files/file_version.h"

enum {
    SQUEEZER_PLACES = 16,     /* of each desk; a power of 2 */
    SQUEEZER_DESKS_MAX = 256, /* as many as --workers allows */
    SQUEEZER_LEAST = 1024,    /* bytes of a file that is worth a job */
    SQUEEZER_MOST = 8388608,  /* bytes of the largest */
};

struct squeezer;
struct squeezer_desk;

/* A job that is done. */
struct squeezed {
    const struct file *source; /* the caller releases its hold */
    enum derived_key key;

    /* The copy, which is the caller's until squeezed_release(owner). NULL:
     * there is none, because it would not be smaller (`is_final`) or for a
     * reason that may pass: no memory, or the file is being written. */
    void *owner;
    struct bytes content, etag;
    bool is_final;
};

/* Starts the thread. Returns 0 or a negative errno. The main thread, with
 * signals blocked, since the thread inherits the mask. */
int squeezer_new(struct squeezer **squeezer);

/* Ends the thread; a job under way is given up. False: that was not done by the
 * deadline (of clock_now_ms). Then the thread is left to itself, nothing that
 * it uses may be freed, and the process is to end. */
bool squeezer_end(struct squeezer *squeezer, int64_t deadline_ms);

/* After squeezer_end has returned true, all desks were closed, and all copies
 * released. NULL: nothing to free. */
void squeezer_free(struct squeezer *squeezer);

/* A desk for one worker. NULL: no memory, or there are SQUEEZER_DESKS_MAX. The
 * main thread; the squeezer's runs. */
struct squeezer_desk *squeezer_desk_open(struct squeezer *squeezer);

/* Releases all sources and copies that lie there. After squeezer_end, or before
 * the first post. NULL: nothing to close. */
void squeezer_desk_close(struct squeezer_desk *desk);

/* Posts a job, with a hold on `source`, whose version is settled. The waker is
 * woken when it is done. Returns false where there is no place. The desk's
 * worker, like all below. */
bool squeezer_post(struct squeezer_desk *desk, const struct file *source,
                   const struct file_version *version, enum derived_key key,
                   struct waker *waker);

/* Takes the next job that is done. Returns false where there is none; then it
 * costs a few instructions. */
bool squeezer_take(struct squeezer_desk *desk, struct squeezed *out);

/* Releases a copy, as struct derivation's `release`. */
void squeezed_release(void *owner);

#endif
