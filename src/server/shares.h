/* shares.h -- how descriptors and memory are shared out
 *
 * Some descriptors are reserved: for listeners, logs and what each worker needs
 * for itself. Of the rest, connections get one half and files the other, so
 * that each connection can be sent a file of its own and neither can take what
 * the other needs. Workers share nothing, so each gets an even part of what
 * files may take: of descriptors, and of the file cache's memory.
 *
 * Pure: values in, values out. */
#ifndef SERVER_SHARES_H
#define SERVER_SHARES_H

#include <stdbool.h>
#include <stddef.h>

enum {
    SHARES_CONNECTIONS_AUTO_MAX = 16384, /* unless more are asked for */
    SHARES_PLAIN_BYTES_MAX = 4 * 1024 * 1024
};

/* What there is, and what is asked for. */
struct shares_wish {
    size_t descriptors;       /* the process may have, at least 1 */
    size_t listeners;         /* at most */
    unsigned workers;         /* at least 1 */
    unsigned connections_max; /* 0: as many as is sane */
    size_t cache_bytes;       /* for the process */
};

struct shares {
    unsigned workers;         /* as asked, or fewer */
    unsigned connections_max; /* of the process; as asked, or fewer */

    /* For the files of each worker: */
    size_t descriptors;
    size_t cache_bytes;
    size_t plain_bytes; /* of these, names that do not exist and the like; of
                           the process SHARES_PLAIN_BYTES_MAX at most */
};

/* Returns false where the descriptors do not do for one worker. */
bool shares_make(const struct shares_wish *wish, struct shares *shares);

/* How many descriptors one worker and so many listeners need at the least. */
size_t shares_descriptors_least(size_t listeners);

#endif
