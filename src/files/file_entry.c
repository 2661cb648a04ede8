#include "files/file_entry.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"

enum { READ_TRIES = 3 }; /* of a file that changes while it is read */

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

bool file_entry_is_true(const struct file_entry *entry,
                        const struct docroot *root)
{
    struct stat status;
    int error;

    if (entry->file.kind == FILE_REGULAR && !entry->is_settled)
        return false;
    error = docroot_look(root, entry->target, &status);
    return confirms(entry, error, &status);
}

static void entry_free(struct hold *hold)
{
    struct file_entry *entry = LIST_ENTRY(hold, struct file_entry, file.hold);

    if (entry->file.fd != -1)
        close(entry->file.fd);
    free(entry);
}

static struct file_entry *entry_new(const char *target, size_t path_len,
                                    enum file_kind kind, size_t more)
{
    size_t target_size = strlen(target) + 1;
    struct file_entry *entry = malloc(sizeof(*entry) + target_size + more);

    if (entry == NULL)
        return NULL;
    *entry = (struct file_entry){
        .file = {.kind = kind, .fd = -1},
        .path_len = path_len,
        .target = entry->tail,
    };
    hold_init(&entry->file.hold, entry_free);
    list_init(&entry->recent);
    memcpy(entry->tail, target, target_size);
    return entry;
}

/* The tail of a regular file: target, type, fields, body. */
static char *type_of(struct file_entry *entry)
{
    return entry->tail + strlen(entry->target) + 1;
}

static char *fields_of(struct file_entry *entry)
{
    return type_of(entry) + MIME_TYPE_MAX + 1;
}

static char *body_of(struct file_entry *entry)
{
    return fields_of(entry) + FILE_FIELDS_MAX;
}

static struct file_entry *entry_new_regular(const char *target, size_t path_len,
                                            size_t body_len)
{
    return entry_new(target, path_len, FILE_REGULAR,
                     MIME_TYPE_MAX + 1 + FILE_FIELDS_MAX + body_len);
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

/* Reads all bytes of the version *status into a new entry. Returns 0 or a
 * negative errno: -EAGAIN where the file changed under our hands, and *status
 * is what it is now. */
static int read_body(const char *target, size_t path_len, int fd,
                     struct stat *status, struct file_entry **out)
{
    const struct file_version before = file_version_of(status);
    struct file_version after;
    struct file_entry *entry;
    int error = 0;
    ssize_t got;

    entry = entry_new_regular(target, path_len, (size_t)before.size);
    if (entry == NULL)
        return -ENOMEM;
    got = read_start(fd, body_of(entry), (size_t)before.size);
    if (got < 0)
        error = (int)got;
    else if (fstat(fd, status) == -1)
        error = -errno;
    after = file_version_of(status);
    if (error == 0 &&
        (got != before.size || !file_version_equal(&before, &after)))
        error = -EAGAIN;
    if (error < 0) {
        free(entry);
        return error;
    }
    entry->file.body = body_of(entry);
    *out = entry;
    return 0;
}

/* Takes over `fd`. A small file that keeps still is read, any other is sent
 * from its descriptor. Returns 0 or a negative errno. */
static int open_entry(const struct file_loader *loader, const char *target,
                      size_t path_len, int fd, struct stat *status,
                      struct file_entry **out)
{
    int error = -EAGAIN;

    for (int tries = 0; error == -EAGAIN && tries < READ_TRIES; tries++) {
        if ((uint64_t)status->st_size > loader->body_max_bytes)
            break;
        error = read_body(target, path_len, fd, status, out);
    }
    if (error != -EAGAIN) {
        close(fd);
        return error;
    }
    *out = entry_new_regular(target, path_len, 0);
    if (*out == NULL) {
        close(fd);
        return -ENOMEM;
    }
    (*out)->file.fd = fd;
    return 0;
}

/* Sets the type of a file whose bytes are not in memory. Returns 0 or a
 * negative errno. */
static int sniff_type(const struct file_loader *loader,
                      struct file_entry *entry)
{
    const struct bytes name = bytes_of(entry->target);
    struct bytes start = {"", 0};
    char *window = NULL;
    ssize_t got = 0;

    if (mime_needs_bytes(loader->types, name)) {
        window = malloc(MIME_SNIFF_MAX);
        if (window == NULL)
            return -ENOMEM;
        got = read_start(entry->file.fd, window, MIME_SNIFF_MAX);
        start = (struct bytes){window, got < 0 ? 0 : (size_t)got};
    }
    if (got >= 0)
        mime_type_of(loader->types, loader->sniffer, name, start,
                     start.len == entry->file.size, type_of(entry));
    free(window);
    return got < 0 ? (int)got : 0;
}

/* Sets all that is told of a regular file. Returns 0 or a negative errno. */
static int describe(struct file_loader *loader, struct file_entry *entry,
                    const struct stat *status, struct timespec now)
{
    struct file *file = &entry->file;
    int error = 0;

    entry->version = file_version_of(status);
    entry->is_settled = file_version_is_settled(&entry->version, now);
    file->size = (uint64_t)status->st_size;
    file->mtime = status->st_mtim.tv_sec > now.tv_sec ? now : status->st_mtim;
    file->etag_is_strong = entry->is_settled;
    if (!entry->is_settled && ++loader->nonce == 0)
        loader->nonce = 1;
    file_version_tag(&entry->version, entry->is_settled ? 0 : loader->nonce,
                     file->etag);
    file->type = type_of(entry);
    if (file->body == NULL)
        error = sniff_type(loader, entry);
    else
        mime_type_of(loader->types, loader->sniffer, bytes_of(entry->target),
                     (struct bytes){file->body, (size_t)file->size}, true,
                     type_of(entry));
    file->fields.at = fields_of(entry);
    if (error == 0 && loader->describe != NULL)
        file->fields.len =
            loader->describe(file, fields_of(entry), FILE_FIELDS_MAX);
    return error;
}

/* Takes over `fd`. `now` is from before it was opened. */
static int load_regular(struct file_loader *loader, const char *target,
                        size_t path_len, int fd, struct stat *status,
                        struct timespec now, struct file_entry **out)
{
    int error = open_entry(loader, target, path_len, fd, status, out);

    if (error < 0)
        return error;
    error = describe(loader, *out, status, now);
    if (error < 0)
        hold_release(&(*out)->file.hold);
    return error;
}

static int load_folder(const char *target, size_t path_len,
                       const struct stat *status, struct file_entry **out)
{
    bool is_index = target[path_len] != '\0';

    *out = entry_new(target, path_len, is_index ? FILE_NONE : FILE_FOLDER, 0);
    if (*out == NULL)
        return -ENOMEM;
    (*out)->version = file_version_of(status);
    return 0;
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
    if (error == -EACCES && docroot_look(loader->root, target, &status) == 0 &&
        S_ISDIR(status.st_mode))
        return load_folder(target, path_len, &status, out);
    *out = entry_new(target, path_len, kind, 0);
    return *out == NULL ? -ENOMEM : 0;
}

int file_entry_load(struct file_loader *loader, const char *target,
                    size_t path_len, struct file_entry **entry)
{
    const struct timespec now = clock_wall();
    struct stat status;
    int fd = docroot_open_file(loader->root, target, &status);

    if (fd < 0)
        return load_refused(loader, target, path_len, fd, entry);
    if (S_ISDIR(status.st_mode)) {
        close(fd);
        return load_folder(target, path_len, &status, entry);
    }
    return load_regular(loader, target, path_len, fd, &status, now, entry);
}
