/* shared_copy.h -- compressed bytes that the caches of several workers share
 *
 * One thread makes copies and lists them, so that it can find the one of a
 * version again. Any thread may hold and release one. The list counts as a
 * holder. When it is the last, the thread is woken, and frees the copy.
 *
 * Shared between threads: the count. All else of a copy is constant, but for
 * the list, which is the thread's own. */
#ifndef FILES_SHARED_COPY_H
#define FILES_SHARED_COPY_H

#include <semaphore.h>
#include <stdatomic.h>

#include "base/bytes.h"
#include "files/file_derived.h"
#include "files/file_tag.h"
#include "files/file_version.h"

struct shared_copy {
    atomic_uint count;
    sem_t *unused; /* posted when only the list has it; lent */
    struct shared_copy *next;
    struct file_version version; /* of its source */
    enum derived_key key;
    struct bytes content;
    char etag[FILE_TAG_SIZE];
};

/* Makes a copy and puts it into the list. Takes over the content, from malloc.
 * NULL: no memory. The thread of the list. */
struct shared_copy *shared_copy_new(struct shared_copy **list,
                                    const struct file_version *version,
                                    enum derived_key key, struct bytes content,
                                    sem_t *unused);

/* The copy in the list that was made of this version. NULL: there is none. */
struct shared_copy *shared_copy_find(struct shared_copy *list,
                                     const struct file_version *version,
                                     enum derived_key key);

/* Adds a holder. The thread of the list. */
void shared_copy_get(struct shared_copy *copy);

/* The copy must not be looked at any more. Any thread; never blocks. */
void shared_copy_release(struct shared_copy *copy);

/* Frees all in the list that only the list has. Its thread. */
void shared_copy_sweep(struct shared_copy **list);

#endif
