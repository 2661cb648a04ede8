#include "files/file_marks.h"

#include "files/file_entry.h"

static uint8_t mark_of(enum derived_key key)
{
    return (uint8_t)(1U << key);
}

bool file_marks_set(const struct file *source, enum derived_key key)
{
    struct file_entry *entry = file_entry_of(source);

    if ((entry->marks & mark_of(key)) != 0)
        return false;
    entry->marks |= mark_of(key);
    return true;
}

void file_marks_clear(const struct file *source, enum derived_key key)
{
    file_entry_of(source)->marks &= (uint8_t)~mark_of(key);
}

const struct file_version *file_marks_version(const struct file *source)
{
    const struct file_entry *entry = file_entry_of(source);

    return entry->is_settled ? &entry->version : NULL;
}
