/* file_table.h -- the entries of a file cache: by path, by age, and counted
 *
 * An entry is in the table from file_table_insert to file_table_drop; for that
 * time the table has a hold on it. Entries are listed apart by what they hold,
 * each list ordered by the last batch in which the entry was looked at, so that
 * whatever runs short is taken back from the oldest entry that has it.
 *
 * The table has no bounds of its own. One thread; no system call. */
#ifndef FILES_FILE_TABLE_H
#define FILES_FILE_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/list.h"
#include "files/file_entry.h"

enum holding {
    HOLDS_NOTHING,
    HOLDS_BODY,
    HOLDS_DESCRIPTOR,
    HOLDS_DERIVED, /* alone: it is resting (file_entry.h) */
    HOLDINGS
};

struct file_table {
    size_t entries;
    size_t bytes;                 /* of memory, that these entries hold, with
                                     what is derived from them */
    size_t plain_bytes;           /* of that, HOLDS_NOTHING's */
    struct list recent[HOLDINGS]; /* the first was looked at longest ago */
    size_t mask;                  /* buckets less one; they are 2^n */
    struct file_entry **buckets;
};

/* Makes an empty table for about `entries_max` entries. Returns 0 or -ENOMEM.
 */
int file_table_init(struct file_table *table, size_t entries_max);

/* Drops all entries. */
void file_table_fini(struct file_table *table);

enum holding file_table_holding(const struct file *file);

/* The entry of `path`, whose hash is `hash`. NULL: there is none. */
struct file_entry *file_table_find(const struct file_table *table,
                                   uint64_t hash, struct bytes path);

/* Takes over the caller's hold. The path must not be in the table. */
void file_table_insert(struct file_table *table, struct file_entry *entry,
                       uint64_t hash, uint64_t batch);

/* Hangs content on the entry, which is in the table and has none with this key.
 * Takes over the caller's hold. */
void file_table_attach(struct file_table *table, struct file_entry *entry,
                       struct file_derived *derived);

/* Takes all that hangs on the entry off it, as a list by `next`. */
struct file_derived *file_table_detach(struct file_table *table,
                                       struct file_entry *entry);

/* Closes the descriptor of an entry that nobody else holds. It is kept for what
 * is derived from it. */
void file_table_rest(struct file_table *table, struct file_entry *entry);

/* Forgets an entry, and what is derived from it. Others who hold one of them
 * still have it. */
void file_table_drop(struct file_table *table, struct file_entry *entry);

/* The entry was looked at in `batch`: it becomes the newest of its list. */
void file_table_touch(struct file_table *table, struct file_entry *entry,
                      uint64_t batch);

/* The oldest entry, of one list or of all. NULL: there is none. */
struct file_entry *file_table_oldest_of(const struct file_table *table,
                                        enum holding holding);
struct file_entry *file_table_oldest(const struct file_table *table);

#endif
