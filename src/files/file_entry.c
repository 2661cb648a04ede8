#include "files/file_entry.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

enum { BLOCK_COST = 16 }; /* bytes that malloc adds to a block */

/* The kind of a path that could not be opened or looked at. */
static enum file_kind kind_of_error(int error)
{
    switch (error) {
    case -ENOENT:
    case -ENODEV: /* a device, a FIFO, a socket */
    case -ENOTDIR:
    case -ENAMETOOLONG:
    case -ELOOP:
    case -EXDEV:
    case -EINVAL: /* a name that this file system cannot have */
    case -EILSEQ:
        return FILE_NONE;
    case -EACCES:
    case -EPERM:
        return FILE_FORBIDDEN;
    default:
        return FILE_UNREADABLE;
    }
}

/* Whether a look that returned `error` (0: and *status) confirms the entry. */
static inline bool confirms(const struct file_entry *entry, int error,
                            const struct stat *status)
{
    struct file_version version;

    if (error < 0)
        return error == entry->file.error;
    version = file_version_of(status);
    switch (entry->file.kind) {
    case FILE_REGULAR:
        return file_version_equal(&version, &entry->version) &&
               S_ISREG(status->st_mode);
    case FILE_FOLDER:
        return S_ISDIR(status->st_mode) &&
               version.inode == entry->version.inode &&
               version.device == entry->version.device;
    case FILE_NONE:
    case FILE_FORBIDDEN:
    case FILE_UNREADABLE:
        break;
    }
    return false;
}

/* One fstatat suffices where nothing was found: if even links that lead outside
 * are followed to nothing, so is a confined look. All else is confirmed this
 * way only where no folder on the way can be a link now. */
static bool glance_confirms(const struct file_entry *entry, struct trail *trail)
{
    struct stat status;
    int error;

    if (entry->file.kind != FILE_NONE &&
        !(entry->is_straight &&
          trail_is_unchanged(trail, entry->path, entry->serial)))
        return false;
    error = docroot_glance(&trail->root, entry->path, &status);
    return confirms(entry, error, &status);
}

bool file_entry_is_true(struct file_entry *entry, struct trail *trail)
{
    struct stat status;
    int error;

    if (entry->file.kind == FILE_REGULAR &&
        (!entry->is_settled || entry->is_resting))
        return false;
    if (glance_confirms(entry, trail))
        return true;
    entry->serial = trail->serial;
    if (entry->is_straight)
        error = docroot_look_straight(&trail->root, entry->path, &status);
    else
        error = docroot_look(&trail->root, entry->path, &status);
    return confirms(entry, error, &status);
}

/* The size of an entry's block. A short path lies in the struct's padding. */
static size_t block_size(size_t path_size, size_t rider_len, size_t body_len)
{
    size_t size =
        offsetof(struct file_entry, path) + path_size + rider_len + body_len;

    return size > sizeof(struct file_entry) ? size : sizeof(struct file_entry);
}

size_t file_entry_bytes(const struct file_entry *entry)
{
    return BLOCK_COST +
           block_size(entry->path_len + 1U, entry->rider_len,
                      entry->file.body != NULL ? entry->file.size : 0);
}

/* Adds the entry to the account. */
static void count(struct file_entry *entry, struct file_account *account)
{
    assert(entry->account == NULL);
    entry->account = account;
    file_account_add(account, file_entry_bytes(entry), entry->file.fd != -1);
}

static void entry_free(struct hold *hold)
{
    struct file_entry *entry = LIST_ENTRY(hold, struct file_entry, file.hold);

    assert(list_is_empty(&entry->recent) && entry->derived == NULL);
    file_account_remove(entry->account, file_entry_bytes(entry),
                        entry->file.fd != -1);
    if (entry->file.fd != -1)
        close(entry->file.fd);
    free(entry);
}

void file_entry_rest(struct file_entry *entry)
{
    assert(entry->file.hold.count == 1 && entry->file.fd != -1);
    close(entry->file.fd);
    entry->file.fd = -1;
    entry->is_resting = true;
    entry->account->descriptors--;
}

/* An entry with so much room behind its path, not counted yet. */
static struct file_entry *entry_new(const char *path, enum file_kind kind,
                                    size_t rider_len, size_t body_len)
{
    const size_t path_size = strlen(path) + 1;
    struct file_entry *entry =
        malloc(block_size(path_size, rider_len, body_len));
    const char *slash;

    assert(path_size <= PATH_MAX && rider_len <= FILE_RIDER_MAX);
    if (entry == NULL)
        return NULL;
    *entry = (struct file_entry){
        .file = {.kind = kind, .fd = -1},
        .path_len = (uint16_t)(path_size - 1),
        .rider_len = (uint16_t)rider_len,
    };
    hold_init(&entry->file.hold, entry_free);
    list_init(&entry->recent);
    memcpy(entry->path, path, path_size);
    slash = strrchr(entry->path, '/');
    if (slash != NULL)
        entry->folder_len = (uint16_t)(slash - entry->path);
    return entry;
}

/* Sets the entry's file to that of the draft, with copies of its bytes. Takes
 * over its descriptor. */
static void take_file(struct file_entry *entry, struct file_draft *draft)
{
    char *rider = entry->path + entry->path_len + 1;
    char *body = rider + draft->rider_len;
    struct file *file = &entry->file;

    *file = draft->file;
    hold_init(&file->hold, entry_free);
    draft->file.fd = -1;
    if (draft->rider_len > 0)
        file->rider = memcpy(rider, draft->rider, draft->rider_len);
    if (file->body != NULL)
        file->body = memcpy(body, draft->file.body, (size_t)file->size);
}

/* An entry of the draft. NULL: no memory. */
static struct file_entry *entry_of(struct file_draft *draft,
                                   struct file_account *account,
                                   const char *path)
{
    size_t body_len = draft->file.body != NULL ? (size_t)draft->file.size : 0;
    struct file_entry *entry =
        entry_new(path, FILE_REGULAR, draft->rider_len, body_len);

    if (entry == NULL)
        return NULL;
    take_file(entry, draft);
    entry->version = draft->version;
    entry->first_ms = draft->first_ms;
    entry->is_settled = draft->is_settled;
    count(entry, account);
    return entry;
}

/* Takes over `fd`. `now` was read before it was opened. */
static int load_regular(struct file_loader *loader, const char *path, int fd,
                        const struct stat *status, struct load_time now,
                        struct file_entry **out)
{
    size_t beside =
        BLOCK_COST + block_size(strlen(path) + 1, FILE_RIDER_MAX, 0);
    struct file_draft draft;
    int error = file_draft_make(&draft, loader, path, beside, fd, status, now);

    if (error == 0) {
        *out = entry_of(&draft, loader->account, path);
        error = *out == NULL ? -ENOMEM : 0;
    }
    file_draft_fini(&draft);
    return error;
}

/* An entry without bytes, whose file has the error `reason`. Returns 0 or a
 * negative errno. */
static int load_plain(const struct file_loader *loader, const char *path,
                      enum file_kind kind, int reason, struct file_entry **out)
{
    *out = entry_new(path, kind, 0, 0);
    if (*out == NULL)
        return -ENOMEM;
    (*out)->file.error = reason;
    count(*out, loader->account);
    return 0;
}

static int load_folder(const struct file_loader *loader, const char *path,
                       const struct stat *status, struct file_entry **out)
{
    int error = load_plain(loader, path, FILE_FOLDER, 0, out);

    if (error == 0)
        (*out)->version = file_version_of(status);
    return error;
}

/* An entry of what could not be opened. */
static int load_refused(const struct file_loader *loader, const char *path,
                        int error, struct file_entry **out)
{
    enum file_kind kind = kind_of_error(error);
    struct stat status;

    if (kind == FILE_UNREADABLE)
        return error;
    /* A folder may be searched without the right to read it. */
    if (error == -EACCES &&
        docroot_look(&loader->trail->root, path, &status) == 0 &&
        S_ISDIR(status.st_mode))
        return load_folder(loader, path, &status, out);
    return load_plain(loader, path, kind, error, out);
}

/* An entry of what was opened as `fd`, or was not: a negative errno. Takes over
 * `fd`. */
static int load_opened(struct file_loader *loader, const char *path, int fd,
                       struct stat *status, struct load_time now,
                       struct file_entry **entry)
{
    if (fd < 0)
        return load_refused(loader, path, fd, entry);
    if (S_ISDIR(status->st_mode)) {
        close(fd);
        return load_folder(loader, path, status, entry);
    }
    return load_regular(loader, path, fd, status, now, entry);
}

int file_entry_load(struct file_loader *loader, const char *path,
                    struct file_entry **entry)
{
    const struct load_time now = {clock_wall(), clock_now_ms()};
    const uint64_t serial = loader->trail->serial;
    struct stat status;
    bool is_straight;
    int fd =
        docroot_open_file(&loader->trail->root, path, &status, &is_straight);
    int error = load_opened(loader, path, fd, &status, now, entry);

    if (error == 0) {
        (*entry)->serial = serial;
        (*entry)->is_straight =
            fd >= 0 && is_straight && strstr(path, "//") == NULL;
    }
    return error;
}
