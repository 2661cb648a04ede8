#include "files/file_entry.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

enum {
    READ_TRIES = 3, /* of a file that changes while it is read */
    BLOCK_COST = 16 /* what an allocator adds to a block */
};

/* What a refusal says about the path, to opening and to looking alike. */
static enum file_kind kind_of_error(int error)
{
    switch (error) {
    case -ENOENT:
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

/* Whether a look that ended with `error` (0: with *status) fits the entry. */
static bool confirms(const struct file_entry *entry, int error,
                     const struct stat *status)
{
    struct file_version version;

    if (error < 0)
        return kind_of_error(error) == entry->file.kind;
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

/* What names nothing is not found through links either, wherever they lead. All
 * else is believed only where no folder on the way can be a link now. */
static bool glance_confirms(const struct file_entry *entry, struct trail *trail)
{
    struct stat status;
    int error;

    if (entry->file.kind != FILE_NONE &&
        !(entry->is_straight &&
          trail_is_unchanged(trail, entry->target, entry->serial)))
        return false;
    error = docroot_glance(&trail->root, entry->target, &status);
    return confirms(entry, error, &status);
}

bool file_entry_is_true(struct file_entry *entry, struct trail *trail)
{
    struct stat status;
    int error;

    if (entry->file.kind == FILE_REGULAR && !entry->is_settled)
        return false;
    if (glance_confirms(entry, trail))
        return true;
    entry->serial = trail->serial;
    if (entry->is_straight)
        error = docroot_look_straight(&trail->root, entry->target, &status);
    else
        error = docroot_look(&trail->root, entry->target, &status);
    return confirms(entry, error, &status);
}

/* What an entry with so many bytes of text, target and body counts for. */
static size_t bytes_with(size_t target_size, size_t text_len, size_t body_size)
{
    return sizeof(struct file_entry) + target_size + text_len + body_size +
           2 * (size_t)BLOCK_COST;
}

size_t file_entry_bytes(const struct file_entry *entry)
{
    return bytes_with(strlen(entry->target) + 1, entry->text_len,
                      entry->file.body != NULL ? entry->file.size : 0);
}

/* Enters what the entry holds into the account. */
static void count(struct file_entry *entry, struct file_account *account)
{
    assert(entry->account == NULL);
    entry->account = account;
    file_account_add(account, file_entry_bytes(entry), entry->file.fd != -1);
}

/* Undoes what a file of either kind holds beside its entry. */
static void release_bytes(const struct file *file)
{
    if (file->fd != -1)
        close(file->fd);
    free((void *)(uintptr_t)file->body);
}

static void entry_free(struct hold *hold)
{
    struct file_entry *entry = LIST_ENTRY(hold, struct file_entry, file.hold);

    file_account_remove(entry->account, file_entry_bytes(entry),
                        entry->file.fd != -1);
    release_bytes(&entry->file);
    free(entry);
}

/* An entry with room for `text_len` bytes behind its target, not counted yet.
 */
static struct file_entry *entry_new(const char *target, size_t path_len,
                                    enum file_kind kind, size_t text_len)
{
    size_t target_size = strlen(target) + 1;
    struct file_entry *entry = malloc(sizeof(*entry) + target_size + text_len);

    assert(path_len < target_size && target_size <= PATH_MAX);
    if (entry == NULL)
        return NULL;
    *entry = (struct file_entry){
        .file = {.kind = kind, .fd = -1},
        .path_len = (uint16_t)path_len,
        .text_len = (uint16_t)text_len,
    };
    hold_init(&entry->file.hold, entry_free);
    list_init(&entry->recent);
    memcpy(entry->target, target, target_size);
    return entry;
}

/* Returns how many bytes there were, `len` at most, or a negative errno. */
static ssize_t read_start(int fd, char *out, size_t len)
{
    size_t done = 0;

    while (done < len) {
        ssize_t got = pread(fd, out + done, len - done, (off_t)done);

        if (got == -1 && errno == EINTR)
            continue;
        if (got == -1)
            return -errno;
        if (got == 0)
            break;
        done += (size_t)got;
    }
    return (ssize_t)done;
}

/* Reads all bytes of the version *status into memory of their own; they may be
 * fewer than it says, for a file of sysfs says 4096. Returns 0 or a negative
 * errno: -EAGAIN where the file changed under our hands, and *status is what it
 * is now. */
static int read_body(struct file *file, struct stat *status)
{
    const struct file_version before = file_version_of(status);
    const size_t size = (size_t)before.size;
    char *body = malloc(size > 0 ? size : 1);
    struct file_version after;
    int error = 0;
    ssize_t got;

    if (body == NULL)
        return -ENOMEM;
    got = read_start(file->fd, body, size);
    if (got < 0)
        error = (int)got;
    else if (fstat(file->fd, status) == -1)
        error = -errno;
    after = file_version_of(status);
    if (error == 0 && !file_version_equal(&before, &after))
        error = -EAGAIN;
    if (error < 0) {
        free(body);
        return error;
    }
    file->body = body;
    file->size = (uint64_t)got;
    return 0;
}

/* Whether there is room for the bytes of the version *status in memory. */
static bool has_room(struct file_loader *loader, const char *target,
                     const struct stat *status)
{
    size_t text_max = FILE_FIELDS_MAX + FILE_TAG_SIZE + MIME_TYPE_MAX;

    if ((uint64_t)status->st_size > loader->body_max_bytes)
        return false;
    return loader->make_room == NULL ||
           loader->make_room(loader, bytes_with(strlen(target) + 1, text_max,
                                                (size_t)status->st_size));
}

/* A small file that keeps still is read, and its descriptor closed; any other
 * is sent from its descriptor. Returns 0 or a negative errno. */
static int take_bytes(struct file_loader *loader, const char *target,
                      struct file *file, struct stat *status)
{
    int error = -EAGAIN;

    for (int tries = 0; error == -EAGAIN && tries < READ_TRIES; tries++) {
        if (!has_room(loader, target, status))
            break;
        error = read_body(file, status);
    }
    if (error == 0) {
        close(file->fd);
        file->fd = -1;
    }
    return error == -EAGAIN ? 0 : error;
}

/* Writes the type of the file. Returns 0 or a negative errno. */
static int sniff_type(const struct file_loader *loader, const char *target,
                      const struct file *file, char out[MIME_TYPE_MAX + 1])
{
    const struct bytes name = bytes_of(target);
    struct bytes start = {"", 0};
    char *window = NULL;
    ssize_t got = 0;

    if (file->body != NULL) {
        start = (struct bytes){file->body, (size_t)file->size};
    } else if (mime_needs_bytes(loader->types, name)) {
        window = malloc(MIME_SNIFF_MAX);
        if (window == NULL)
            return -ENOMEM;
        got = read_start(file->fd, window, MIME_SNIFF_MAX);
        start = (struct bytes){window, got < 0 ? 0 : (size_t)got};
    }
    if (got >= 0)
        mime_type_of(loader->types, loader->sniffer, name, start,
                     start.len == file->size, out);
    free(window);
    return got < 0 ? (int)got : 0;
}

/* A regular file before it has an entry. What `file` has views of stands in
 * `text`, but for the body. */
struct draft {
    struct file file;
    struct file_version version;
    bool is_settled;
    size_t text_len;
    char text[FILE_FIELDS_MAX + FILE_TAG_SIZE + MIME_TYPE_MAX];
};

/* A view of `part` in the draft's text, to which it is added unless it is there
 * already: the rendered lines mostly have it, and entries are many. */
static struct bytes put_once(struct draft *draft, struct bytes part)
{
    char *at = memmem(draft->text, draft->text_len, part.at, part.len);

    if (at == NULL) {
        at = draft->text + draft->text_len;
        memcpy(at, part.at, part.len);
        draft->text_len += part.len;
    }
    return (struct bytes){at, part.len};
}

/* Sets all that is told of the draft's file, whose bytes are there. `now` is
 * from before it was opened. Returns 0 or a negative errno. */
static int describe(struct file_loader *loader, const char *target,
                    const struct stat *status, struct timespec now,
                    struct draft *draft)
{
    struct file *file = &draft->file;
    char type[MIME_TYPE_MAX + 1], etag[FILE_TAG_SIZE];
    int error;

    draft->version = file_version_of(status);
    draft->is_settled = file_version_is_settled(&draft->version, now);
    if (file->body == NULL)
        file->size = (uint64_t)status->st_size;
    file->mtime_s = status->st_mtim.tv_sec > now.tv_sec
                        ? now.tv_sec
                        : status->st_mtim.tv_sec;
    file->etag_is_strong = draft->is_settled;
    if (!draft->is_settled && ++loader->nonce == 0)
        loader->nonce = 1;
    file_version_tag(&draft->version, draft->is_settled ? 0 : loader->nonce,
                     etag);
    error = sniff_type(loader, target, file, type);
    if (error < 0)
        return error;
    file->etag = bytes_of(etag);
    file->type = bytes_of(type);
    if (loader->describe != NULL)
        draft->text_len = loader->describe(file, draft->text, FILE_FIELDS_MAX);
    file->fields = (struct bytes){draft->text, draft->text_len};
    file->etag = put_once(draft, file->etag);
    file->type = put_once(draft, file->type);
    return 0;
}

/* The view that `view`, into the draft's text, is in the copy of it at `to`. */
static struct bytes moved(const struct draft *draft, struct bytes view,
                          const char *to)
{
    return (struct bytes){to + (view.at - draft->text), view.len};
}

/* An entry that takes over the draft's bytes. NULL: no memory. */
static struct file_entry *entry_of(const struct draft *draft,
                                   struct file_account *account,
                                   const char *target, size_t path_len)
{
    struct file_entry *entry =
        entry_new(target, path_len, FILE_REGULAR, draft->text_len);
    struct file *file;
    char *text;

    if (entry == NULL)
        return NULL;
    text = entry->target + strlen(target) + 1;
    memcpy(text, draft->text, draft->text_len);
    entry->version = draft->version;
    entry->is_settled = draft->is_settled;
    file = &entry->file;
    *file = draft->file;
    hold_init(&file->hold, entry_free);
    file->type = moved(draft, file->type, text);
    file->etag = moved(draft, file->etag, text);
    file->fields = moved(draft, file->fields, text);
    count(entry, account);
    return entry;
}

/* Takes over `fd`. `now` is from before it was opened. */
static int load_regular(struct file_loader *loader, const char *target,
                        size_t path_len, int fd, struct stat *status,
                        struct timespec now, struct file_entry **out)
{
    struct draft draft = {.file = {.kind = FILE_REGULAR, .fd = fd}};
    int error = take_bytes(loader, target, &draft.file, status);

    if (error == 0)
        error = describe(loader, target, status, now, &draft);
    if (error == 0) {
        *out = entry_of(&draft, loader->account, target, path_len);
        error = *out == NULL ? -ENOMEM : 0;
    }
    if (error < 0)
        release_bytes(&draft.file);
    return error;
}

/* An entry without bytes. Returns 0 or a negative errno. */
static int load_plain(const struct file_loader *loader, const char *target,
                      size_t path_len, enum file_kind kind,
                      struct file_entry **out)
{
    *out = entry_new(target, path_len, kind, 0);
    if (*out == NULL)
        return -ENOMEM;
    count(*out, loader->account);
    return 0;
}

static int load_folder(const struct file_loader *loader, const char *target,
                       size_t path_len, const struct stat *status,
                       struct file_entry **out)
{
    bool is_index = target[path_len] != '\0';
    int error = load_plain(loader, target, path_len,
                           is_index ? FILE_NONE : FILE_FOLDER, out);

    if (error == 0)
        (*out)->version = file_version_of(status);
    return error;
}

/* What opening refused with `error`. */
static int load_refused(const struct file_loader *loader, const char *target,
                        size_t path_len, int error, struct file_entry **out)
{
    enum file_kind kind = kind_of_error(error);
    struct stat status;

    if (kind == FILE_UNREADABLE)
        return error;
    /* A folder may be walked through without the right to list it. */
    if (error == -EACCES &&
        docroot_look(&loader->trail->root, target, &status) == 0 &&
        S_ISDIR(status.st_mode))
        return load_folder(loader, target, path_len, &status, out);
    return load_plain(loader, target, path_len, kind, out);
}

/* What opening gave or, negative, refused. Takes over `fd`. */
static int load_opened(struct file_loader *loader, const char *target,
                       size_t path_len, int fd, struct stat *status,
                       struct timespec now, struct file_entry **entry)
{
    if (fd < 0)
        return load_refused(loader, target, path_len, fd, entry);
    if (S_ISDIR(status->st_mode)) {
        close(fd);
        return load_folder(loader, target, path_len, status, entry);
    }
    return load_regular(loader, target, path_len, fd, status, now, entry);
}

int file_entry_load(struct file_loader *loader, const char *target,
                    size_t path_len, struct file_entry **entry)
{
    const struct timespec now = clock_wall();
    const uint64_t serial = loader->trail->serial;
    struct stat status;
    bool is_straight;
    int fd =
        docroot_open_file(&loader->trail->root, target, &status, &is_straight);
    int error = load_opened(loader, target, path_len, fd, &status, now, entry);

    if (error == 0) {
        (*entry)->serial = serial;
        (*entry)->is_straight =
            fd >= 0 && is_straight && strstr(target, "//") == NULL;
    }
    return error;
}
