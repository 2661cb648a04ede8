/* file_derived.h -- content that was made from one version of a file
 *
 * A compressed copy, for example, or a page with a script put in. It is a file
 * of its own, with its own hold, so that it is sent like any other. It hangs on
 * the entry of the file that it was made from, counts in the same account and
 * bound, and is dropped together with that entry: when the file has changed, or
 * when memory is short and the entry is the oldest. Whoever sends it has a hold
 * on it and need not hold the source.
 *
 * Its bytes are in memory and never change, so its entity-tag is strong and is
 * that of the bytes: replicas that derive the same bytes agree.
 *
 * One thread. */
#ifndef FILES_FILE_DERIVED_H
#define FILES_FILE_DERIVED_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "files/file.h"
#include "files/file_account.h"

/* What there may be beside a file, at most one of each. */
enum derived_key {
    DERIVED_BROTLI,
    DERIVED_GZIP,
    DERIVED_LIVE, /* a page with the live script */
};

/* What is derived, and how it is described. */
struct derivation {
    enum derived_key key;
    struct bytes content;
    struct bytes type; /* for the rider, as the source's */
    struct bytes etag; /* with its quotes; none: it is made of the content */
    file_rider *ride;  /* NULL: nothing rides along */

    /* Called once, with `owner`, when the content is no longer needed. NULL:
     * the content is lent until the call returns, and copied. */
    void (*release)(void *owner);
    void *owner;
};

struct file_derived {
    struct file_derived *next; /* of the same source */
    struct file_account *account;
    struct file file;
    void (*release)(void *owner);
    void *owner;
    enum derived_key key;
    uint16_t rider_len;
    char rider[]; /* then the content, where it was copied */
};

/* Releases the content, if it is not lent. */
static inline void derivation_release(const struct derivation *derivation)
{
    if (derivation->release != NULL)
        derivation->release(derivation->owner);
}

/* The bytes that a derivation will count for, at most. */
size_t file_derived_bytes_most(const struct derivation *derivation);

/* The bytes that it counts for in its account. */
size_t file_derived_bytes(const struct file_derived *derived);

/* Makes it, with one hold, the caller's, and adds it to the account. Its date
 * is the source's. Takes over the content where there is a `release`. NULL: no
 * memory. */
struct file_derived *file_derived_new(const struct derivation *derivation,
                                      const struct file *source,
                                      struct file_account *account);

/* Releases the caller's hold on each of a list by `next`. */
void file_derived_release_all(struct file_derived *first);

/* The one with this key in a list by `next`. NULL: there is none. */
const struct file_derived *file_derived_find(const struct file_derived *first,
                                             enum derived_key key);

#endif
