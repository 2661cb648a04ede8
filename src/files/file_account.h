/* file_account.h -- what the entries of one file cache hold together
 *
 * Each entry is counted from its loading to its end: also one that the cache
 * has dropped, or that outlives it, while a client still gets its bytes. So the
 * account is kept by whoever needs it last: the cache has a hold, and so has
 * each entry. One thread. */
#ifndef FILES_FILE_ACCOUNT_H
#define FILES_FILE_ACCOUNT_H

#include <stddef.h>

#include "base/hold.h"

struct file_account {
    struct hold hold;
    size_t bytes; /* of memory */
    size_t descriptors;
};

/* Nothing is held yet, and the caller has the only hold. NULL: no memory. */
struct file_account *file_account_new(void);

/* Counts so much in, and takes a hold. */
void file_account_add(struct file_account *account, size_t bytes,
                      size_t descriptors);

/* Undoes file_account_add. */
void file_account_remove(struct file_account *account, size_t bytes,
                         size_t descriptors);

#endif
