#include "files/file_draft.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "files/file_read.h"

enum { READ_TRIES = 3 }; /* of a file that changes while it is read */

/* Reads all bytes of the version *status into memory; they may be fewer than
 * st_size, which is 4096 for a file of sysfs. Returns 0 or a negative errno:
 * -EAGAIN where the file changed meanwhile, and *status is its new one. */
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
    got = file_read(file->fd, 0, body, size);
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

/* Whether the bytes of the version *status may be held in memory. */
static bool has_room(struct file_loader *loader, size_t beside,
                     const struct stat *status)
{
    if ((uint64_t)status->st_size > loader->body_max_bytes)
        return false;
    return loader->make_room == NULL ||
           loader->make_room(loader, beside + (size_t)status->st_size);
}

/* Reads a small file that does not change meanwhile, and closes its descriptor;
 * any other keeps it. Returns 0 or a negative errno. */
static int take_bytes(struct file_loader *loader, size_t beside,
                      struct file *file, struct stat *status)
{
    int error = -EAGAIN;

    for (int tries = 0; error == -EAGAIN && tries < READ_TRIES; tries++) {
        if (!has_room(loader, beside, status))
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
        got = file_read(file->fd, 0, window, MIME_SNIFF_MAX);
        start = (struct bytes){window, got < 0 ? 0 : (size_t)got};
    }
    if (got >= 0)
        mime_type_of(loader->types, loader->sniffer, name, start,
                     start.len == file->size, out);
    free(window);
    return got < 0 ? (int)got : 0;
}

/* When the version was seen first: earlier than now if the path had the same
 * version when it was last loaded. */
static int64_t first_seen(const struct file_loader *loader,
                          const struct file_version *version, int64_t now_ms)
{
    if (loader->before.first_ms != 0 &&
        file_version_equal(&loader->before.version, version))
        return loader->before.first_ms;
    return now_ms;
}

/* Whether the file is still the version that the draft has. */
static bool is_still(const struct file_draft *draft)
{
    struct stat status;
    struct file_version version;

    if (fstat(draft->file.fd, &status) == -1)
        return false;
    version = file_version_of(&status);
    return file_version_equal(&version, &draft->version);
}

/* Writes the tag, and sets whether it is strong (RFC 9110, 8.8.1). Bytes in
 * memory have a strong one, since they do not change with the file. */
static int set_tag(struct file_loader *loader, struct file_draft *draft,
                   char out[FILE_TAG_SIZE])
{
    struct file *file = &draft->file;
    int error = -EAGAIN;

    file->etag_is_strong = file->body != NULL || draft->is_settled;
    if (file->body != NULL) {
        file_tag_of_content((struct bytes){file->body, (size_t)file->size},
                            out);
        return 0;
    }
    if (file->size <= FILE_TAG_CONTENT_MAX)
        error = file_tag_of_file(file->fd, file->size, out);
    if (error == 0 && !is_still(draft))
        error = -EAGAIN;
    if (error != -EAGAIN)
        return error;
    if (file->size <= FILE_TAG_CONTENT_MAX) /* it changed meanwhile */
        file->etag_is_strong = false;
    if (!file->etag_is_strong && ++loader->nonce == 0)
        loader->nonce = 1;
    file_tag_of_version(&draft->version,
                        file->etag_is_strong ? 0 : loader->nonce, out);
    return 0;
}

/* Determines the rest of the draft, whose file has its bytes. `now` was read
 * before the file was opened. Returns 0 or a negative errno. */
static int describe(struct file_loader *loader, const char *target,
                    const struct stat *status, struct load_time now,
                    struct file_draft *draft)
{
    struct file *file = &draft->file;
    char type[MIME_TYPE_MAX + 1], etag[FILE_TAG_SIZE];
    struct file_description description;
    int error;

    draft->version = file_version_of(status);
    /* Read after the version was seen, so that its age is never too high. */
    draft->first_ms = first_seen(loader, &draft->version, clock_now_ms());
    draft->is_settled = file_version_is_settled(&draft->version, now.wall,
                                                now.ms - draft->first_ms);
    if (file->body == NULL)
        file->size = (uint64_t)status->st_size;
    file->mtime_s = status->st_mtim.tv_sec > now.wall.tv_sec
                        ? now.wall.tv_sec
                        : status->st_mtim.tv_sec;
    error = set_tag(loader, draft, etag);
    if (error < 0)
        return error;
    error = sniff_type(loader, target, file, type);
    if (error < 0)
        return error;
    description = (struct file_description){bytes_of(type), bytes_of(etag)};
    if (loader->ride != NULL)
        draft->rider_len = loader->ride(file, &description, draft->rider);
    assert(draft->rider_len <= FILE_RIDER_MAX);
    return 0;
}

int file_draft_make(struct file_draft *draft, struct file_loader *loader,
                    const char *target, size_t beside, int fd,
                    const struct stat *status, struct load_time now)
{
    struct stat latest = *status;
    int error;

    assert(fd >= 0 && S_ISREG(status->st_mode));
    draft->file = (struct file){.kind = FILE_REGULAR, .fd = fd};
    draft->rider_len = 0;
    error = take_bytes(loader, beside, &draft->file, &latest);
    if (error < 0)
        return error;
    assert((draft->file.body != NULL) == (draft->file.fd == -1));
    return describe(loader, target, &latest, now, draft);
}

void file_draft_fini(struct file_draft *draft)
{
    if (draft->file.fd != -1)
        close(draft->file.fd);
    free((void *)(uintptr_t)draft->file.body);
}
