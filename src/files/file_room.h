/* file_room.h -- room in a file cache: its bounds, and what is dropped
 *
 * Entries, bytes and descriptors are bounded. What is short is taken back from
 * the entry that was looked at longest ago. The account includes what was
 * dropped and is not yet freed, because a client is still reading it.
 *
 * One thread. */
#ifndef FILES_FILE_ROOM_H
#define FILES_FILE_ROOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "files/file_account.h"
#include "files/file_table.h"

/* Content leaves this part of the bytes to entries: clients that do not read
 * can hold all content that there may be, and a file that is then sent from its
 * descriptor needs no more than an entry. */
enum { FILE_ROOM_ENTRIES_PART = 8 };

/* The caller sets the bounds; they are those of file_cache.h. */
struct file_room {
    struct file_table table;
    struct file_account *account;
    size_t entries_max, bytes_max, plain_bytes_max, descriptors_max;
};

/* Closes the descriptors of at most `count` entries that are not being sent and
 * were last looked at in `batch` or before. The entries are dropped, but for
 * those that hold what is derived from them: they rest. Returns how many. */
size_t file_room_close_idle(struct file_room *room, uint64_t batch,
                            size_t count);

/* Whether `bytes` more of content can fit at all. What was dropped while it is
 * being sent cannot be freed; where that leaves no room, nothing is dropped in
 * vain. */
bool file_room_may_fit(const struct file_room *room, size_t bytes);

/* Whether `bytes` more of content fit as it is, or the oldest entry was last
 * looked at in `batch` or before. */
bool file_room_is_calm(const struct file_room *room, uint64_t bytes,
                       uint64_t batch);

/* Drops the oldest entries until `bytes` more of content fit. An entry that is
 * being sent frees nothing; it then counts as lost. Returns whether they fit.
 */
bool file_room_make_for_content(struct file_room *room, size_t bytes);

/* The same for content of an entry. Returns false, too, where the entry is not
 * in the table, or had to go itself. */
bool file_room_make_beside(struct file_room *room, struct file_entry *entry,
                           size_t bytes);

/* Makes room for an entry, which the account includes already. Returns whether
 * there is. */
bool file_room_make_for(struct file_room *room, const struct file_entry *entry);

#endif
