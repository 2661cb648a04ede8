/* file_entry.h -- one path's place in a file cache: loaded once, then confirmed
 *
 * Loading looks at what a path names and makes an entry of it: one block of
 * memory, with the path, the rider and a small file's bytes; a larger file is
 * kept open instead. Confirming checks, mostly by one system call, that the
 * path still names the same.
 *
 *     kind               is confirmed by
 *     regular file       the same device, inode, size, mtime and ctime, where
 *                        this version is settled (file_version.h)
 *     folder             a folder, the same device and inode
 *     none, forbidden    the same errno
 *
 * All else is loaded anew each time: a version that is not settled, and what
 * exists but cannot be opened (a FIFO, a file that may not be read), since that
 * depends on every folder on the way, not on its own stamps.
 *
 * The look is as confined as the opening was: a file whose folder was moved out
 * of the root, and linked back in from there, is no longer confirmed. It takes
 * three system calls, or one where no folder on the way has changed (trail.h).
 *
 * One thread. Calls may block on the disk, never on a peer. */
#ifndef FILES_FILE_ENTRY_H
#define FILES_FILE_ENTRY_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/list.h"
#include "files/file_derived.h"
#include "files/file_draft.h"
#include "files/trail.h"

struct file_entry {
    /* The cache's own, and what it searches by: */
    struct file_entry *next; /* in the same bucket */
    uint64_t looked_at;      /* the last batch in which it was true */
    struct list recent;
    struct file_derived *derived; /* from this version, while in the table */

    uint64_t serial; /* of the trail, when the last confined look began */
    struct file_version version; /* FILE_REGULAR, FILE_FOLDER */
    int64_t first_ms;         /* FILE_REGULAR: when `version` was seen first */
    uint64_t siblings_batch;  /* file_siblings.h: of the last look, and ... */
    uint64_t siblings_serial; /* ... the trail's then; 0: not settled */
    struct file_account *account;
    struct file file;
    uint32_t hash; /* the cache's */
    uint16_t path_len, rider_len;
    uint16_t folder_len;  /* of the path up to its last slash; 0: in the root */
    uint8_t siblings;     /* file_siblings.h */
    uint8_t marks;        /* file_marks.h */
    bool is_settled : 1;  /* FILE_REGULAR: `version` is */
    bool is_resting : 1;  /* its descriptor was closed, since it was idle */
    bool is_straight : 1; /* that look found it and met no link */
    char path[]; /* with its NUL; then the rider and the body of `file` */
};

/* The entry of a regular file that a cache gave: such a file is always part of
 * one. */
static inline struct file_entry *file_entry_of(const struct file *file)
{
    assert(file->kind == FILE_REGULAR);
    return LIST_ENTRY((uintptr_t)file, struct file_entry, file);
}

/* Loads what `path` names. Returns 0 and *entry, with the caller's hold, or a
 * negative errno that says nothing about the path: no memory, no descriptors, a
 * failing disk. */
int file_entry_load(struct file_loader *loader, const char *path,
                    struct file_entry **entry);

/* The bytes that the entry counts for in its account. */
size_t file_entry_bytes(const struct file_entry *entry);

/* Closes the descriptor of an entry that nobody else holds. What is derived
 * from it can stay. It is loaded anew before it is used. */
void file_entry_rest(struct file_entry *entry);

/* Looks whether the path still names what the entry has. False where it is
 * resting. */
bool file_entry_is_true(struct file_entry *entry, struct trail *trail);

#endif
