#include "files/file_table.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { BUCKETS_MAX = 1 << 24 };

/* An entry keeps 32 bits of its hash, and they determine its bucket. */
static size_t bucket_count(size_t entries_max)
{
    size_t count = 1;

    while (count < entries_max && count < BUCKETS_MAX)
        count *= 2;
    return count;
}

int file_table_init(struct file_table *table, size_t entries_max)
{
    size_t count = bucket_count(entries_max);

    *table = (struct file_table){
        .mask = count - 1,
        .buckets = calloc(count, sizeof(struct file_entry *)),
    };
    for (int holding = 0; holding < HOLDINGS; holding++)
        list_init(&table->recent[holding]);
    return table->buckets == NULL ? -ENOMEM : 0;
}

void file_table_fini(struct file_table *table)
{
    struct file_entry *entry;

    while ((entry = file_table_oldest(table)) != NULL)
        file_table_drop(table, entry);
    assert(table->entries == 0 && table->bytes == 0 && table->plain_bytes == 0);
    free(table->buckets);
    table->buckets = NULL;
}

enum holding file_table_holding(const struct file *file)
{
    if (file->fd != -1)
        return HOLDS_DESCRIPTOR;
    if (file->body != NULL)
        return HOLDS_BODY;
    return file->kind == FILE_REGULAR ? HOLDS_DERIVED : HOLDS_NOTHING;
}

static size_t plain_bytes_of(const struct file_entry *entry)
{
    return file_table_holding(&entry->file) == HOLDS_NOTHING
               ? file_entry_bytes(entry)
               : 0;
}

struct file_entry *file_table_find(const struct file_table *table,
                                   uint64_t hash, struct bytes path)
{
    struct file_entry *entry = table->buckets[hash & table->mask];

    while (entry != NULL &&
           (entry->hash != (uint32_t)hash || entry->path_len != path.len ||
            memcmp(entry->path, path.at, path.len) != 0))
        entry = entry->next;
    return entry;
}

void file_table_insert(struct file_table *table, struct file_entry *entry,
                       uint64_t hash, uint64_t batch)
{
    struct file_entry **bucket = &table->buckets[hash & table->mask];

    assert(list_is_empty(&entry->recent)); /* it is in no table */
    entry->hash = (uint32_t)hash;
    entry->looked_at = batch;
    entry->next = *bucket;
    *bucket = entry;
    list_append(&table->recent[file_table_holding(&entry->file)],
                &entry->recent);
    table->entries++;
    table->bytes += file_entry_bytes(entry);
    table->plain_bytes += plain_bytes_of(entry);
    assert(table->plain_bytes <= table->bytes);
}

void file_table_attach(struct file_table *table, struct file_entry *entry,
                       struct file_derived *derived)
{
    assert(!list_is_empty(&entry->recent) && derived->next == NULL);
    assert(file_derived_find(entry->derived, derived->key) == NULL);
    derived->next = entry->derived;
    entry->derived = derived;
    table->bytes += file_derived_bytes(derived);
}

struct file_derived *file_table_detach(struct file_table *table,
                                       struct file_entry *entry)
{
    struct file_derived *first = entry->derived;

    for (struct file_derived *each = first; each != NULL; each = each->next) {
        assert(table->bytes >= file_derived_bytes(each));
        table->bytes -= file_derived_bytes(each);
    }
    entry->derived = NULL;
    return first;
}

void file_table_rest(struct file_table *table, struct file_entry *entry)
{
    struct list *resting = &table->recent[HOLDS_DERIVED], *at = resting->prev;

    assert(entry->derived != NULL);
    while (at != resting &&
           LIST_ENTRY(at, struct file_entry, recent)->looked_at >
               entry->looked_at)
        at = at->prev;
    list_unlink(&entry->recent);
    list_append(at->next, &entry->recent); /* behind `at` */
    file_entry_rest(entry);
}

void file_table_drop(struct file_table *table, struct file_entry *entry)
{
    struct file_entry **link = &table->buckets[entry->hash & table->mask];

    assert(!list_is_empty(&entry->recent) && table->entries > 0);
    while (*link != entry)
        link = &(*link)->next;
    *link = entry->next;
    list_unlink(&entry->recent);
    file_derived_release_all(file_table_detach(table, entry));
    assert(table->bytes >= file_entry_bytes(entry));
    table->entries--;
    table->bytes -= file_entry_bytes(entry);
    table->plain_bytes -= plain_bytes_of(entry);
    hold_release(&entry->file.hold);
}

void file_table_touch(struct file_table *table, struct file_entry *entry,
                      uint64_t batch)
{
    entry->looked_at = batch;
    list_unlink(&entry->recent);
    list_append(&table->recent[file_table_holding(&entry->file)],
                &entry->recent);
}

struct file_entry *file_table_oldest_of(const struct file_table *table,
                                        enum holding holding)
{
    const struct list *list = &table->recent[holding];

    return list_is_empty(list)
               ? NULL
               : LIST_ENTRY(list->next, struct file_entry, recent);
}

struct file_entry *file_table_oldest(const struct file_table *table)
{
    struct file_entry *oldest = NULL;

    for (int holding = 0; holding < HOLDINGS; holding++) {
        struct file_entry *entry =
            file_table_oldest_of(table, (enum holding)holding);

        if (entry != NULL &&
            (oldest == NULL || entry->looked_at < oldest->looked_at))
            oldest = entry;
    }
    return oldest;
}
