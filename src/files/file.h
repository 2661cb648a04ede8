/* file.h -- what a path of the site names
 *
 * Owned by the file cache that loaded it, constant but for its hold. Whoever
 * sends its bytes takes the hold, which keeps `fd`, `body`, `type` and `fields`
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
#include "files/file_version.h"

enum file_kind {
    FILE_REGULAR,
    FILE_FOLDER,     /* and the path has no slash at its end */
    FILE_NONE,       /* nothing that may be served: no such file, an escape, a
                        device, a path too long */
    FILE_FORBIDDEN,  /* there, but this process may not read it */
    FILE_UNREADABLE, /* it should be there: EMFILE, EIO, no memory. Not kept. */
};

enum {
    FILE_ETAG_MAX = FILE_TAG_SIZE - 1,
    FILE_FIELDS_MAX = 512, /* bytes of rendered field lines */
};

struct file {
    struct hold hold;
    enum file_kind kind;

    /* FILE_REGULAR only, constant for the entry's life: */
    uint64_t size;         /* bytes */
    int fd;                /* for sendfile; -1 where `body` holds the bytes */
    const char *body;      /* the `size` bytes; NULL where `fd` gives them */
    const char *type;      /* media type with parameters */
    struct timespec mtime; /* one that lies ahead is told as the time it was
                              loaded at (RFC 9110, 8.8.2.1) */
    char etag[FILE_ETAG_MAX + 1]; /* the opaque-tag with its quotes, no W/ */
    bool etag_is_strong; /* false: it changed so lately that a second version
                            could look the same; this tag is then given once
                            and never again */
    struct bytes fields; /* rendered by the describer when it was loaded */
};

/* What keeps a file, which is constant in all else, for whoever sends it. */
static inline struct hold *file_hold(const struct file *file)
{
    return (struct hold *)(uintptr_t)&file->hold;
}

/* Renders what the floor above wants to find beside a file: called once for a
 * file version, on the worker's thread, when all else of `file` is set. Writes
 * at most `size` (FILE_FIELDS_MAX) bytes to `out`, returns how many. */
typedef size_t file_describer(const struct file *file, char *out, size_t size);

#endif
