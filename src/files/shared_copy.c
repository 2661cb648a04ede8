#include "files/shared_copy.h"

#include <assert.h>
#include <stdlib.h>

struct shared_copy *shared_copy_new(struct shared_copy **list,
                                    const struct file_version *version,
                                    enum derived_key key, struct bytes content,
                                    sem_t *unused)
{
    struct shared_copy *copy = malloc(sizeof(*copy));

    if (copy == NULL) {
        free((void *)(uintptr_t)content.at);
        return NULL;
    }
    *copy = (struct shared_copy){
        .count = 1,
        .unused = unused,
        .next = *list,
        .version = *version,
        .key = key,
        .content = content,
    };
    file_tag_of_content(content, copy->etag);
    *list = copy;
    return copy;
}

struct shared_copy *shared_copy_find(struct shared_copy *list,
                                     const struct file_version *version,
                                     enum derived_key key)
{
    while (list != NULL &&
           (list->key != key || !file_version_equal(&list->version, version)))
        list = list->next;
    return list;
}

void shared_copy_get(struct shared_copy *copy)
{
    unsigned before = atomic_fetch_add(&copy->count, 1);

    assert(before >= 1);
    (void)before;
}

void shared_copy_release(struct shared_copy *copy)
{
    sem_t *unused = copy->unused;
    unsigned before = atomic_fetch_sub(&copy->count, 1);

    assert(before >= 2); /* the list does not release its own */
    if (before == 2)
        sem_post(unused);
}

/* Only this thread adds holders, so a count of 1 stays what it is. */
void shared_copy_sweep(struct shared_copy **list)
{
    struct shared_copy *copy;

    while ((copy = *list) != NULL) {
        if (atomic_load(&copy->count) > 1) {
            list = &copy->next;
            continue;
        }
        *list = copy->next;
        free((void *)(uintptr_t)copy->content.at);
        free(copy);
    }
}
