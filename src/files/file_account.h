/* file_account.h -- what the entries of one file cache hold together
 *
 * Each entry counts from when it is loaded until it is freed, which may be
 * after the cache has dropped it or was freed itself: a client may still be
 * reading. The account must last as long, so the cache and each entry have a
 * hold on it. One thread. */
#ifndef FILES_FILE_ACCOUNT_H
#define FILES_FILE_ACCOUNT_H

#include <stddef.h>

#include "base/hold.h"

struct file_account {
    struct hold hold;
    size_t bytes; /* of memory */
    size_t descriptors;
};

/* An empty account with one hold, the caller's. NULL: no memory. */
struct file_account *file_account_new(void);

/* Adds an entry's bytes and descriptors, and takes a hold. */
void file_account_add(struct file_account *account, size_t bytes,
                      size_t descriptors);

/* Undoes file_account_add. */
void file_account_remove(struct file_account *account, size_t bytes,
                         size_t descriptors);

#endif
