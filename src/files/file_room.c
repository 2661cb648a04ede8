#include "files/file_room.h"

#include <assert.h>

#include "base/list.h"

size_t file_room_close_idle(struct file_room *room, uint64_t batch,
                            size_t count)
{
    struct list *head = &room->table.recent[HOLDS_DESCRIPTOR], *next;
    size_t closed = 0;

    for (struct list *at = head->next; at != head && closed < count;
         at = next) {
        struct file_entry *entry = LIST_ENTRY(at, struct file_entry, recent);

        next = at->next;
        if (entry->looked_at > batch)
            break;
        if (entry->file.hold.count > 1)
            continue;
        if (entry->derived != NULL && entry->is_settled)
            file_table_rest(&room->table, entry);
        else
            file_table_drop(&room->table, entry);
        closed++;
    }
    return closed;
}

/* Whether `bytes` could fit if all entries were dropped. */
static bool may_fit(const struct file_room *room, size_t bytes)
{
    size_t lost;

    assert(room->account->bytes >= room->table.bytes);
    lost = room->account->bytes - room->table.bytes;
    return bytes <= room->bytes_max && lost <= room->bytes_max - bytes;
}

/* Drops the oldest entries until `bytes` more fit. Returns whether they do. */
static bool make(struct file_room *room, size_t bytes)
{
    const struct file_account *account = room->account;
    struct file_entry *entry;

    if (!may_fit(room, bytes))
        return false;
    while (account->bytes + bytes > room->bytes_max) {
        entry = file_table_oldest(&room->table);
        if (entry == NULL)
            return false;
        file_table_drop(&room->table, entry);
    }
    return true;
}

static size_t with_reserve(const struct file_room *room, size_t bytes)
{
    return bytes + room->bytes_max / FILE_ROOM_ENTRIES_PART;
}

bool file_room_may_fit(const struct file_room *room, size_t bytes)
{
    return may_fit(room, with_reserve(room, bytes));
}

bool file_room_is_calm(const struct file_room *room, uint64_t bytes,
                       uint64_t batch)
{
    const struct file_entry *oldest = file_table_oldest(&room->table);
    size_t taken = with_reserve(room, room->account->bytes);

    return (taken <= room->bytes_max && bytes <= room->bytes_max - taken) ||
           (oldest != NULL && oldest->looked_at <= batch);
}

bool file_room_make_for_content(struct file_room *room, size_t bytes)
{
    return make(room, with_reserve(room, bytes));
}

bool file_room_make_beside(struct file_room *room, struct file_entry *entry,
                           size_t bytes)
{
    bool has_room, is_there;

    if (list_is_empty(&entry->recent))
        return false;
    hold_get(&entry->file.hold);
    has_room = file_room_make_for_content(room, bytes);
    is_there = !list_is_empty(&entry->recent);
    hold_release(&entry->file.hold);
    return has_room && is_there;
}

bool file_room_make_for(struct file_room *room, const struct file_entry *entry)
{
    const struct file_account *account = room->account;
    struct file_table *table = &room->table;
    size_t bytes = file_entry_bytes(entry);

    assert(account->bytes >= table->bytes + bytes);
    switch (file_table_holding(&entry->file)) {
    case HOLDS_NOTHING:
        if (bytes > room->plain_bytes_max)
            return false;
        while (table->plain_bytes + bytes > room->plain_bytes_max)
            file_table_drop(table, file_table_oldest_of(table, HOLDS_NOTHING));
        break;
    case HOLDS_DESCRIPTOR:
        if (account->descriptors > room->descriptors_max &&
            file_room_close_idle(room, UINT64_MAX, 1) == 0)
            return false;
        break;
    case HOLDS_BODY:
    case HOLDS_DERIVED:
    case HOLDINGS:
        break;
    }
    while (table->entries >= room->entries_max && table->entries > 0)
        file_table_drop(table, file_table_oldest(table));
    return make(room, 0);
}
