#include "files/folder_reader.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct folder_reader {
    const struct docroot *root;
    int fd;
    size_t at, end;  /* of the names in the buffer that were not read yet */
    size_t path_len; /* of the folder's path, with a slash behind it; 0: root */
    _Alignas(struct dirent64) char buffer[FOLDER_READER_BUFFER];
    char path[]; /* room for a name behind it */
};

/* What getdents64 writes for the longest name. */
_Static_assert((int)FOLDER_READER_BUFFER > (int)sizeof(struct dirent64),
               "the kernel has room for any name");

static int open_folder(const struct docroot *root, const char *path)
{
    struct stat status;
    bool is_straight;
    int fd = docroot_open_file(root, path, &status, &is_straight);

    if (fd >= 0 && !S_ISDIR(status.st_mode)) {
        close(fd);
        return -ENOTDIR;
    }
    return fd;
}

int folder_reader_open(const struct docroot *root, struct bytes path,
                       struct folder_reader **reader)
{
    struct folder_reader *r = malloc(sizeof(*r) + path.len + 1 + NAME_MAX + 1);

    assert(path.len == 0 || path.at[0] != '/');
    if (r == NULL)
        return -ENOMEM;
    memcpy(r->path, path.at, path.len);
    r->path[path.len] = '\0';
    r->fd = open_folder(root, r->path);
    if (r->fd < 0) {
        int error = r->fd;

        free(r);
        return error;
    }
    r->root = root;
    r->at = r->end = 0;
    r->path_len = path.len;
    if (path.len > 0 && path.at[path.len - 1] != '/')
        r->path[r->path_len++] = '/';
    *reader = r;
    return 0;
}

void folder_reader_close(struct folder_reader *reader)
{
    if (reader == NULL)
        return;
    close(reader->fd);
    free(reader);
}

/* Returns 1, or 0 at the end, or a negative errno. */
static int fill(struct folder_reader *reader)
{
    ssize_t got =
        getdents64(reader->fd, reader->buffer, sizeof(reader->buffer));

    if (got == -1)
        return errno == ENOENT ? 0 : -errno; /* it was removed */
    assert((size_t)got <= sizeof(reader->buffer));
    reader->at = 0;
    reader->end = (size_t)got;
    return got > 0 ? 1 : 0;
}

static enum folder_kind kind_of_type(unsigned char type)
{
    switch (type) {
    case DT_REG:
        return FOLDER_KIND_FILE;
    case DT_DIR:
        return FOLDER_KIND_FOLDER;
    case DT_LNK:
    case DT_UNKNOWN:
        return FOLDER_KIND_UNKNOWN;
    default:
        return FOLDER_KIND_NONE;
    }
}

static bool is_dots(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

int folder_reader_next(struct folder_reader *reader, struct folder_name *name)
{
    const struct dirent64 *entry;

    do {
        if (reader->at == reader->end) {
            int filled = fill(reader);

            if (filled != 1)
                return filled;
        }
        entry = (const void *)(reader->buffer + reader->at);
        reader->at += entry->d_reclen;
        assert(reader->at <= reader->end);
    } while (is_dots(entry->d_name));
    *name = (struct folder_name){.name = entry->d_name,
                                 .len = strlen(entry->d_name),
                                 .kind = kind_of_type(entry->d_type)};
    assert(name->len > 0 && name->len <= NAME_MAX);
    return 1;
}

/* What the link leads to, beneath the root. */
static int look_behind(struct folder_reader *reader, const char *name,
                       struct stat *status)
{
    memcpy(reader->path + reader->path_len, name, strlen(name) + 1);
    return docroot_look(reader->root, reader->path, status);
}

int folder_reader_look(struct folder_reader *reader, const char *name,
                       struct folder_status *status)
{
    struct stat found;

    assert(strlen(name) <= NAME_MAX && strchr(name, '/') == NULL);
    if (fstatat(reader->fd, name, &found, AT_SYMLINK_NOFOLLOW) == -1)
        return -errno;
    if (S_ISLNK(found.st_mode)) {
        int error = look_behind(reader, name, &found);

        if (error < 0)
            return error;
    }
    if (!S_ISREG(found.st_mode) && !S_ISDIR(found.st_mode))
        return -ENODEV;
    status->kind =
        S_ISDIR(found.st_mode) ? FOLDER_KIND_FOLDER : FOLDER_KIND_FILE;
    status->size = S_ISDIR(found.st_mode) ? 0 : (uint64_t)found.st_size;
    status->mtime_s = found.st_mtim.tv_sec;
    return 0;
}
