/* file_cache.h -- what the paths of a site name, remembered between requests
 *
 * One cache a worker, used by that worker's thread alone: no lock. An entry is
 * what one path named when it was last looked at: a file (its size, date,
 * rider, and either its bytes or an open descriptor), a folder, or nothing.
 * Entries, bytes and descriptors are bounded; those that were looked at longest
 * ago are dropped first. The hold of a file that is being sent keeps it until
 * its last byte was sent.
 *
 * The bounds include what was dropped and is not yet freed, because a client
 * reads slowly or not at all. Where that leaves no room:
 *
 *     a small file           is sent from its descriptor
 *     a file, no descriptor  is FILE_UNREADABLE, until there is room again
 *     anything else          is looked at for each request, without an entry
 *
 * A load itself needs one more descriptor while it lasts.
 *
 * Content that is derived from a file (file_derived.h) hangs on its entry: it
 * counts within the bounds, and is dropped with the entry.
 *
 * Freshness. A request sees every edit, replacement, deletion or creation of a
 * file that came before it: its path is looked at, beneath the root, after the
 * first byte of the request has arrived. One look is valid for all requests of
 * a batch, whose first bytes had arrived before it. Device, inode, size, mtime
 * and ctime are compared. A file system's clock ticks in steps; a file that
 * changed within the last tick could change again and look the same, so such an
 * entry is loaded anew for each batch until its ctime is old enough
 * (file_version.h). Not seen are writes through a shared mapping, until the
 * kernel stamps them.
 *
 * The root is looked up by its name in the same way (docroot.h). When it is
 * another folder, all entries are dropped; while it does not exist, all paths
 * are FILE_UNREADABLE, and a line is logged every few seconds.
 *
 * A file that is there and cannot be read (FILE_UNREADABLE) is logged with the
 * reason, once a second at most.
 *
 * Calls may block on the disk, never on a peer. */
#ifndef FILES_FILE_CACHE_H
#define FILES_FILE_CACHE_H

#include <stddef.h>
#include <time.h>

#include "base/bytes.h"
#include "files/docroot.h"
#include "files/file.h"
#include "files/file_derived.h"
#include "files/mime.h"

struct file_cache_config {
    const struct docroot *root; /* its folder is opened once more */
    const struct mime_table *types;
    struct mime_sniffer *sniffer; /* NULL: types are found by name alone */
    file_rider *ride;             /* NULL: nothing rides along */
    const char *const *suffixes;  /* of file_cache_siblings; NULL: none */
    size_t entries_max;           /* at least 1 */
    size_t body_max_bytes;        /* a file up to this size is held in memory */
    size_t bytes_max;             /* of memory, of all entries together */
    size_t plain_bytes_max; /* of that, for names that do not exist, folders,
                               and files that may not be read */
    size_t descriptors_max; /* open descriptors held, at least 1 */
};

struct file_cache;

/* NULL: no memory. The config is copied; what it points to must outlive the
 * cache. */
struct file_cache *file_cache_new(const struct file_cache_config *config);
void file_cache_free(struct file_cache *cache);

/* Begins a batch: the first bytes of all requests until the next call have
 * arrived. One look at a path is valid for the whole batch. */
void file_cache_batch(struct file_cache *cache);

/* Closes descriptors that are not in use and were not requested lately, so that
 * 2 * FILE_CACHE_TIDY_MS after its last use a deleted file's space is freed and
 * a file system can be unmounted. What is derived from such a file stays. May
 * be called at any time; times are clock_now_ms's. Returns the latest time for
 * the next call: INT64_MAX where no descriptor is held, until the next
 * file_cache_get. */
enum { FILE_CACHE_TIDY_MS = 2000 };
int64_t file_cache_tidy(struct file_cache *cache, int64_t now_ms);

/* What `path` names: decoded, without a slash at either end, without "." and
 * ".." segments. Never NULL. Valid until the next call on this cache, or longer
 * with a hold (hold_get(file_hold(file))). */
const struct file *file_cache_get(struct file_cache *cache, struct bytes path);

/* Whether there are names beside the file, a FILE_REGULAR that the cache gave
 * in this batch: its own with one of the suffixes behind it. Bit i is for
 * suffixes[i]; see file_siblings.h. */
unsigned file_cache_siblings(struct file_cache *cache, const struct file *file);

/* Whether the file was modified before the other one; both are regular files
 * that the cache gave. Some tools copy the time of a file without its fraction
 * of a second to what they make of it, which is not older then. */
bool file_cache_is_older(const struct file *file, const struct file *than);

/* A number that stays the same while no name was added, removed or replaced in
 * the root itself: what file_cache_get did not find there in an earlier batch
 * with that number is still not there. 0: unknown, or there is no root. */
uint64_t file_cache_root_serial(struct file_cache *cache);

/* What was derived from a file that file_cache_get has returned; it is valid as
 * long as that. NULL: nothing with this key. */
const struct file *file_cache_derived(const struct file *source,
                                      enum derived_key key);

/* Whether `bytes` more of content have room without dropping what was looked at
 * within the last FILE_CACHE_CALM_S: else two contents could drop each other
 * for ever. For callers that need not have the content. `now` never goes back.
 */
enum { FILE_CACHE_CALM_S = 30 };
bool file_cache_has_room(struct file_cache *cache, uint64_t bytes, time_t now);

/* Keeps content that was derived from `source`, a file that file_cache_get has
 * returned. Takes over the content where it has a `release`. Returns what
 * file_cache_derived will return from now on. NULL: there is no room or no
 * memory, there already is such content, or the cache has dropped the source
 * (the caller has a hold on it). Other files may be dropped. */
const struct file *file_cache_derive(struct file_cache *cache,
                                     const struct file *source,
                                     const struct derivation *derivation);

/* The root of this cache, as of the last file_cache_get: for what is not kept.
 * Valid as long as the cache. */
const struct docroot *file_cache_root(const struct file_cache *cache);

#endif
