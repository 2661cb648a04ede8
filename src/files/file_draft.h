/* file_draft.h -- a regular file on its way into the cache: read and described
 *
 * Decides where a file's bytes come from (memory, if the file is small, does
 * not change while it is read, and there is room; else its descriptor) and
 * determines its size, dates, entity-tag, type and rider. The entry that is
 * made of a draft copies the bytes and takes over the descriptor.
 *
 * One thread. Calls may block on the disk, never on a peer. */
#ifndef FILES_FILE_DRAFT_H
#define FILES_FILE_DRAFT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "files/file.h"
#include "files/file_account.h"
#include "files/file_tag.h"
#include "files/file_version.h"
#include "files/mime.h"
#include "files/trail.h"

/* The version of a path that was loaded before. */
struct file_seen {
    struct file_version version;
    int64_t first_ms; /* clock_now_ms's; 0: there is none */
};

/* What loading needs. */
struct file_loader {
    struct trail *trail;
    const struct mime_table *types;
    struct mime_sniffer *sniffer; /* NULL: types are found by name alone */
    file_rider *ride;             /* NULL: nothing rides along */
    struct file_account *account;
    size_t body_max_bytes;
    uint32_t nonce;          /* counts loads of versions that are not settled */
    struct file_seen before; /* what the path named when it was last loaded */

    /* Called before a body is read: makes room for `bytes` in the account.
     * Where it returns false, the file is sent from its descriptor. NULL: there
     * always is room. */
    bool (*make_room)(struct file_loader *loader, size_t bytes);
};

/* The clocks, read before a file is opened. */
struct load_time {
    struct timespec wall;
    int64_t ms; /* of clock_now_ms */
};

struct file_draft {
    struct file file; /* without its rider, with a body of its own */
    struct file_version version;
    int64_t first_ms; /* when the version was seen first */
    bool is_settled;
    size_t rider_len; /* 0: nothing rides along */
    char rider[FILE_RIDER_MAX];
};

/* Reads and describes the open file `fd` of the path `target`, whose status was
 * *status after it was opened. Its entry will count for `beside` bytes beside
 * the body. Takes over `fd`. Returns 0, or a negative errno; file_draft_fini is
 * to be called in either case. */
int file_draft_make(struct file_draft *draft, struct file_loader *loader,
                    const char *target, size_t beside, int fd,
                    const struct stat *status, struct load_time now);

/* Closes file.fd, unless the caller has set it to -1, and frees the body. */
void file_draft_fini(struct file_draft *draft);

#endif
