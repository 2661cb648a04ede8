/* file.h -- what a path of the site names
 *
 * Owned by the file cache that loaded it, constant but for its hold. Whoever
 * sends its bytes takes the hold, which keeps `fd`, `body`, `type` and `rider`
 * for as long, also when the cache has dropped the file or is gone itself. The
 * hold of a file that is not FILE_REGULAR keeps nothing and is not to be taken.
 *
 * Where `fd` gives the bytes, they are those of the file as it is now: somebody
 * who writes into it, or cuts it short, changes what is under way. */
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
    FILE_FORBIDDEN,  /* there, but this process may not read it */
    FILE_UNREADABLE, /* it should be there: EMFILE, EIO, no memory, or the
                        root is gone. Not kept. */
};

enum { FILE_RIDER_MAX = 512 }; /* bytes */

struct file {
    struct hold hold;
    enum file_kind kind;
    int error; /* why it is not FILE_REGULAR, a negative errno; 0: for what it
                  is, a folder, a device */

    /* FILE_REGULAR only, constant for the entry's life: */
    int fd;              /* for sendfile; -1 where `body` holds the bytes */
    uint64_t size;       /* bytes */
    const char *body;    /* the `size` bytes; NULL where `fd` gives them */
    struct bytes type;   /* media type with parameters */
    struct bytes etag;   /* the opaque-tag with its quotes, no W/ */
    struct bytes rider;  /* of the floor above, made when it was loaded */
    time_t mtime_s;      /* one that lies ahead is shown as the time it was
                            loaded at (RFC 9110, 8.8.2.1) */
    bool etag_is_strong; /* false: the bytes come from the descriptor, and
                            the file changed so lately that a second version
                            could look the same */
};

/* What keeps a file, which is constant in all else, for whoever sends it. */
static inline struct hold *file_hold(const struct file *file)
{
    return (struct hold *)(uintptr_t)&file->hold;
}

/* Makes what the floor above wants to find beside a file: called once for a
 * file version, on the worker's thread, when all else of `file` is set. Writes
 * at most FILE_RIDER_MAX bytes to `out`, returns how many. It may be called
 * with a struct that is not yet the file's: keep no pointer to it. What rides
 * along is copied, is aligned to nothing, and goes with the file. */
typedef size_t file_rider(const struct file *file, char out[FILE_RIDER_MAX]);

#endif
