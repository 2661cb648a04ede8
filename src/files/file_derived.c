#include "files/file_derived.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "files/file_tag.h"

enum { BLOCK_COST = 16 }; /* bytes that malloc adds to a block */

size_t file_derived_bytes_most(const struct derivation *derivation)
{
    return BLOCK_COST + sizeof(struct file_derived) + FILE_RIDER_MAX +
           derivation->content.len;
}

size_t file_derived_bytes(const struct file_derived *derived)
{
    return BLOCK_COST + sizeof(*derived) + derived->rider_len +
           (size_t)derived->file.size;
}

static void derived_free(struct hold *hold)
{
    struct file_derived *derived =
        LIST_ENTRY(hold, struct file_derived, file.hold);

    file_account_remove(derived->account, file_derived_bytes(derived), 0);
    if (derived->release != NULL)
        derived->release(derived->owner);
    free(derived);
}

/* Writes the rider to `out`. Returns its length. */
static size_t write_rider(const struct derivation *derivation,
                          const struct file *file, char out[FILE_RIDER_MAX])
{
    struct file_description description = {derivation->type, derivation->etag};
    char etag[FILE_TAG_SIZE];
    size_t len;

    if (derivation->ride == NULL)
        return 0;
    if (derivation->etag.len == 0) {
        file_tag_of_content(derivation->content, etag);
        description.etag = bytes_of(etag);
    }
    len = derivation->ride(file, &description, out);
    assert(len <= FILE_RIDER_MAX);
    return len;
}

/* In one block, with the rider and, where it has no owner, the content. */
static struct file_derived *copy(const struct derivation *derivation,
                                 const struct file *file, const char *rider,
                                 size_t rider_len)
{
    const struct bytes content = derivation->content;
    bool is_lent = derivation->release == NULL;
    struct file_derived *derived =
        malloc(sizeof(*derived) + rider_len + (is_lent ? content.len : 0));

    if (derived == NULL)
        return NULL;
    *derived = (struct file_derived){
        .file = *file,
        .release = derivation->release,
        .owner = derivation->owner,
        .key = derivation->key,
        .rider_len = (uint16_t)rider_len,
    };
    if (rider_len > 0)
        derived->file.rider = memcpy(derived->rider, rider, rider_len);
    if (is_lent) {
        derived->file.body = derived->rider + rider_len;
        memcpy(derived->rider + rider_len, content.at, content.len);
    }
    return derived;
}

struct file_derived *file_derived_new(const struct derivation *derivation,
                                      const struct file *source,
                                      struct file_account *account)
{
    const struct file file = {
        .kind = FILE_REGULAR,
        .fd = -1,
        .etag_is_strong = true,
        .size = derivation->content.len,
        .body = derivation->content.at,
        .mtime_s = source->mtime_s,
    };
    char rider[FILE_RIDER_MAX];
    struct file_derived *derived;
    size_t rider_len;

    assert(source->kind == FILE_REGULAR && derivation->content.at != NULL);
    rider_len = write_rider(derivation, &file, rider);
    derived = copy(derivation, &file, rider, rider_len);
    if (derived == NULL) {
        derivation_release(derivation);
        return NULL;
    }
    hold_init(&derived->file.hold, derived_free);
    derived->account = account;
    file_account_add(account, file_derived_bytes(derived), 0);
    return derived;
}

const struct file_derived *file_derived_find(const struct file_derived *first,
                                             enum derived_key key)
{
    while (first != NULL && first->key != key)
        first = first->next;
    return first;
}

void file_derived_release_all(struct file_derived *first)
{
    while (first != NULL) {
        struct file_derived *next = first->next;

        hold_release(&first->file.hold);
        first = next;
    }
}
