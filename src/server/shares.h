/* shares.h -- divides descriptors and memory among the workers
 *
 * Some descriptors are reserved: for listeners, logs and each worker's own. Of
 * the rest, connections get one half and files the other, so that each
 * connection can be sent a file of its own and neither can use up the other's.
 * Workers share nothing, so each gets an equal part of the descriptors for
 * files and of the file cache's memory. A sixteenth of the descriptors for
 * files is for the folders that are being listed; one comes from the reserve.
 *
 * Pure: values in, values out. */
#ifndef SERVER_SHARES_H
#define SERVER_SHARES_H

#include <stdbool.h>
#include <stddef.h>

enum {
    SHARES_CONNECTIONS_AUTO_MAX = 16384,     /* without --max-connections */
    SHARES_PLAIN_BYTES_MAX = 4 * 1024 * 1024 /* of all workers */
};

/* What is available, and what the options ask for. */
struct shares_wish {
    size_t descriptors;       /* the limit of the process, at least 1 */
    size_t listeners;         /* at most */
    unsigned workers;         /* at least 1 */
    unsigned connections_max; /* 0: automatic */
    size_t cache_bytes;       /* of the process */
};

struct shares {
    unsigned workers;         /* as in the wish, or fewer */
    unsigned connections_max; /* of the process; as in the wish, or fewer */

    unsigned listings; /* of the process, that may be open at once */

    /* Of each worker, for files: */
    size_t descriptors;
    size_t cache_bytes;
    size_t plain_bytes; /* of these, for entries without content: names that
                           do not exist, folders */
};

/* Returns false if there are too few descriptors for one worker. */
bool shares_make(const struct shares_wish *wish, struct shares *shares);

/* The fewest descriptors for one worker and so many listeners. */
size_t shares_descriptors_least(size_t listeners);

#endif
