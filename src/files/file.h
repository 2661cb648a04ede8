/* file.h -- what a path of the site names
 *
 * Owned by the file cache that loaded it, and constant except for its hold.
 * Take the hold while its bytes are being sent: it keeps `fd`, `body` and
 * `rider` alive, even after the cache has dropped the file or was freed. Only a
 * FILE_REGULAR may be held.
 *
 * The bytes of `fd` are those of the file as it is now: whoever writes into it,
 * or truncates it, changes a response that is being sent. */
#ifndef FILES_FILE_H
#define FILES_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/bytes.h"
#include "base/hold.h"

enum file_kind {
    FILE_REGULAR,
    FILE_FOLDER,     /* and the path has no slash at its end */
    FILE_NONE,       /* nothing that may be served: no such file, an escape, a
                        device, a path too long */
    FILE_FORBIDDEN,  /* it exists, but this process may not read it */
    FILE_UNREADABLE, /* it should be readable: EMFILE, EIO, no memory, or the
                        root does not exist. Never cached. */
};

enum { FILE_RIDER_MAX = 512 }; /* bytes */

struct file {
    struct hold hold;
    enum file_kind kind;
    int error; /* why it is not FILE_REGULAR, a negative errno; 0: because it is
                  a folder */

    /* FILE_REGULAR only, constant for the entry's life: */
    int fd;              /* for sendfile; -1 where `body` has the bytes */
    bool etag_is_strong; /* false: the bytes come from the descriptor, and
                            the file changed so recently that a second version
                            could look the same */
    uint64_t size;       /* bytes */
    const char *body;    /* the `size` bytes; NULL where `fd` gives them */
    const char *rider;   /* what the floor above wrote when the file was
                            loaded; NULL: nothing */
    time_t mtime_s;      /* a future time is replaced by the time of loading
                            (RFC 9110, 8.8.2.1) */
};

/* What is known of a regular file while it is loaded, and not kept with it: the
 * rider has what the floor above needs of it. */
struct file_description {
    struct bytes type; /* media type with parameters */
    struct bytes etag; /* the opaque-tag with its quotes, no W/ */
};

/* The hold is the one part of a const file that changes. */
static inline struct hold *file_hold(const struct file *file)
{
    return (struct hold *)(uintptr_t)&file->hold;
}

/* Writes what the floor above wants to find beside a file. Called once for each
 * version of a file, on the worker's thread, when all else of `file` is set.
 * Writes at most FILE_RIDER_MAX bytes to `out` and returns how many. Keep no
 * pointer to the arguments: the bytes are copied, unaligned, to where
 * file->rider then points. */
typedef size_t file_rider(const struct file *file,
                          const struct file_description *description,
                          char out[FILE_RIDER_MAX]);

#endif
