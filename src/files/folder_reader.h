/* folder_reader.h -- the names in a folder, one by one
 *
 * The folder is opened beneath the root (docroot.h), and so is what a link in
 * it leads to: a link that leaves the root, dangles or loops names nothing
 * here, just as nothing is served under it.
 *
 * The names come in the folder's order, as they are: any bytes but NUL and the
 * slash, hidden ones too, without "." and "..". One that is created or removed
 * meanwhile may be among them or not; no other is left out or comes twice
 * (POSIX, readdir). Once the folder is removed there are no more.
 *
 * The kernel is asked for many names at a time, into a buffer of
 * FOLDER_READER_BUFFER bytes; a reader holds that and one descriptor. One
 * thread. Calls may block on the disk, never on a peer. */
#ifndef FILES_FOLDER_READER_H
#define FILES_FOLDER_READER_H

#include <limits.h>
#include <stdint.h>
#include <time.h>

#include "base/bytes.h"
#include "files/docroot.h"

enum { FOLDER_READER_BUFFER = 8192 };

enum folder_kind {
    FOLDER_KIND_FILE, /* regular */
    FOLDER_KIND_FOLDER,
    FOLDER_KIND_UNKNOWN, /* a link, or the file system does not tell: look */
    FOLDER_KIND_NONE,    /* nothing that may be served: a device, a socket */
};

struct folder_name {
    const char *name; /* valid until the next call of folder_reader_next */
    size_t len;       /* 1 to NAME_MAX */
    enum folder_kind kind;
};

struct folder_status {
    enum folder_kind kind; /* FILE or FOLDER */
    uint64_t size;         /* bytes; of a file */
    time_t mtime_s;
};

struct folder_reader;

/* Opens the folder `path`, as docroot_open_file takes it; the root is lent
 * until folder_reader_close. Returns 0, or a negative errno: those of
 * docroot_open_file, -ENOTDIR where it is no folder, -ENOMEM. */
int folder_reader_open(const struct docroot *root, struct bytes path,
                       struct folder_reader **reader);
void folder_reader_close(struct folder_reader *reader); /* or NULL */

/* The next name. Returns 1; 0 after the last one; or a negative errno. */
int folder_reader_next(struct folder_reader *reader, struct folder_name *name);

/* Looks at what may be served under a name in the folder, which a NUL ends. One
 * system call; for a link, four. Returns 0, or a negative errno: -ENOENT where
 * there is no such name any more, -ENODEV for a device and the like, those of
 * docroot_look for a link. */
int folder_reader_look(struct folder_reader *reader, const char *name,
                       struct folder_status *status);

#endif
