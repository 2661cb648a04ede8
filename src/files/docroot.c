#include "files/docroot.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

/* The kernel gives up with EAGAIN when a folder is moved while it resolves
 * ".."; so do we, after this many times. */
enum { OPEN_TRIES = 16 };

#define ZFS_MAGIC 0x2fc12fc1 /* not in the kernel's header */

/* The C library has no name for this call. */
static int open_beneath(int root_fd, const char *path, uint64_t flags,
                        uint64_t resolve)
{
    const struct open_how how = {
        .flags = flags | O_CLOEXEC,
        .resolve = resolve | RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
    };

    for (int tries = 0; tries < OPEN_TRIES; tries++) {
        long fd = syscall(SYS_openat2, root_fd, path, &how, sizeof(how));

        if (fd != -1)
            return (int)fd;
        if (errno != EAGAIN && errno != EINTR)
            return -errno;
    }
    return -EAGAIN;
}

/* Opens one name, which must not be a link. */
static int open_name(int folder_fd, const char *name, int flags)
{
    int fd;

    do
        fd = openat(folder_fd, name, flags | O_NOFOLLOW | O_CLOEXEC);
    while (fd == -1 && errno == EINTR);
    return fd == -1 ? -errno : fd;
}

/* Moves the first name of *path, without the slashes behind it, to `name`.
 * Returns 0 or a negative errno. */
static int cut_name(const char **path, char name[NAME_MAX + 1])
{
    size_t len = strcspn(*path, "/");

    if (len > NAME_MAX)
        return -ENAMETOOLONG;
    memcpy(name, *path, len);
    name[len] = '\0';
    *path += len;
    *path += strspn(*path, "/");
    return strcmp(name, "..") == 0 ? -EXDEV : 0;
}

/* open_beneath without openat2: each folder on the way is opened from the one
 * before it. Neither links nor ".." are followed, so that moving folders
 * meanwhile cannot lead outside. */
static int open_walking(int root_fd, const char *path, int flags)
{
    const bool is_folder = path[strlen(path) - 1] == '/';
    char name[NAME_MAX + 1];
    int fd = root_fd;

    assert(path[0] != '\0'); /* open_in gave it "." */
    if (path[0] == '/')
        return -EXDEV;
    if (strlen(path) >= PATH_MAX)
        return -ENAMETOOLONG;
    while (*path != '\0') {
        int error = cut_name(&path, name), next;

        if (error < 0)
            next = error;
        else if (*path == '\0')
            next = open_name(fd, name, flags | (is_folder ? O_DIRECTORY : 0));
        else
            next = open_name(fd, name, O_PATH | O_DIRECTORY);
        if (fd != root_fd)
            close(fd);
        if (next < 0)
            return next;
        fd = next;
    }
    return fd;
}

/* Neither openat2 nor openat takes "" for the folder itself. */
static int open_in(const struct docroot *root, const char *path, int flags,
                   uint64_t resolve)
{
    if (path[0] == '\0')
        path = ".";
    return root->walks ? open_walking(root->fd, path, flags)
                       : open_beneath(root->fd, path, (uint64_t)flags, resolve);
}

static bool may_be_served(const struct stat *status)
{
    return S_ISREG(status->st_mode) || S_ISDIR(status->st_mode);
}

/* Whether the file system is one of those that are known to keep the stamps of
 * folders as POSIX asks. */
static bool keeps_folder_stamps(int fd)
{
    static const unsigned long known[] = {
        EXT4_SUPER_MAGIC, XFS_SUPER_MAGIC, BTRFS_SUPER_MAGIC,
        F2FS_SUPER_MAGIC, TMPFS_MAGIC,     OVERLAYFS_SUPER_MAGIC,
        RAMFS_MAGIC,      SQUASHFS_MAGIC,  EROFS_SUPER_MAGIC_V1,
        ZFS_MAGIC,
    };
    struct statfs system;

    if (fstatfs(fd, &system) == -1)
        return false;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if ((unsigned long)system.f_type == known[i])
            return true;
    return false;
}

/* Opens what the name of the folder leads to now. Returns 0 or a negative
 * errno; then the root is unchanged. */
static int open_folder(struct docroot *root)
{
    int fd = open(root->folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    struct stat status;

    if (fd == -1)
        return -errno;
    if (fstat(fd, &status) == -1) {
        int error = -errno;

        close(fd);
        return error;
    }
    if (root->fd != -1)
        close(root->fd);
    root->fd = fd;
    root->version = file_version_of(&status);
    root->stamps_names = keeps_folder_stamps(fd);
    return 0;
}

/* Some file systems count no links at all. */
static bool has_links(int fd)
{
    struct stat status;

    assert(fd >= 0);
    return fstat(fd, &status) == 0 && status.st_nlink > 0;
}

int docroot_open(struct docroot *root, const char *folder)
{
    int error, fd;

    *root = (struct docroot){.fd = -1, .folder = strdup(folder)};
    if (root->folder == NULL)
        return -ENOMEM;
    error = open_folder(root);
    if (error < 0) {
        docroot_close(root);
        return error;
    }
    root->counts_links = has_links(root->fd);
    fd = open_beneath(root->fd, ".", O_PATH, 0);
    root->walks = fd == -ENOSYS || fd == -EPERM;
    if (fd >= 0)
        close(fd);
    else if (!root->walks)
        docroot_close(root);
    return fd < 0 && !root->walks ? fd : 0;
}

int docroot_open_again(struct docroot *root, const struct docroot *other)
{
    *root = (struct docroot){.fd = -1,
                             .folder = strdup(other->folder),
                             .counts_links = other->counts_links,
                             .walks = other->walks};
    if (root->folder == NULL)
        return -ENOMEM;
    (void)open_folder(root); /* docroot_refresh tries again */
    return 0;
}

void docroot_close(struct docroot *root)
{
    if (root->fd != -1)
        close(root->fd);
    free(root->folder);
    *root = (struct docroot){.fd = -1};
}

/* Writes the status of what the folder's name leads to. Returns 0 or a negative
 * errno. A folder that was deleted, and that a container's bind mount or the
 * working directory still leads to, has no links. */
static int look_at_name(const struct docroot *root, struct stat *status)
{
    if (stat(root->folder, status) == -1)
        return -errno;
    return root->counts_links && status->st_nlink == 0 ? -ENOENT : 0;
}

int docroot_refresh(struct docroot *root, bool *has_changed)
{
    struct stat status;
    int error = look_at_name(root, &status);

    *has_changed = false;
    if (error < 0) {
        *has_changed = root->fd != -1;
        if (root->fd != -1) /* so that a deleted folder is freed */
            close(root->fd);
        root->fd = -1;
        return error;
    }
    if (root->fd != -1 && status.st_dev == root->version.device &&
        status.st_ino == root->version.inode) {
        root->version = file_version_of(&status);
        return 0;
    }
    error = open_folder(root);
    assert(error < 0 || root->fd != -1);
    *has_changed = error == 0;
    return error;
}

/* Opening a device can have effects (rewind a tape, arm a watchdog), and
 * opening a FIFO wakes a process that waits to write into it. So the path is
 * looked at first, which costs two microseconds on a cache miss. What it names
 * may change between the two calls: O_NONBLOCK and O_NOCTTY keep a device from
 * blocking us or becoming our terminal, and fstat decides. */
int docroot_open_file(const struct docroot *root, const char *path,
                      struct stat *status, bool *is_straight)
{
    int flags = O_RDONLY | O_NONBLOCK | O_NOCTTY;
    int fd, error;

    assert(root->fd != -1); /* docroot_refresh has succeeded */
    *is_straight = false;
    if (docroot_look(root, path, status) == 0 && !may_be_served(status))
        return -ENODEV;
    flags |= O_LARGEFILE; /* for openat2, in a 32-bit process */
    fd = open_in(root, path, flags, RESOLVE_NO_SYMLINKS);
    *is_straight = fd != -ELOOP;
    if (fd == -ELOOP && !root->walks)
        fd = open_in(root, path, flags, 0);
    if (fd < 0) /* ENXIO: a socket, a device without a driver */
        return fd == -ENXIO ? -ENODEV : fd;
    error = fstat(fd, status) == -1 ? -errno : 0;
    if (error == 0 && !may_be_served(status))
        error = -ENODEV;
    if (error < 0) {
        close(fd);
        return error;
    }
    return fd;
}

static int look(const struct docroot *root, const char *path, uint64_t resolve,
                struct stat *status)
{
    int fd = open_in(root, path, O_PATH, resolve);
    int error;

    if (fd < 0)
        return fd;
    error = fstat(fd, status) == -1 ? -errno : 0;
    close(fd);
    if (error == 0 && S_ISLNK(status->st_mode))
        return -ELOOP; /* open_walking does not follow it */
    return error;
}

int docroot_look(const struct docroot *root, const char *path,
                 struct stat *status)
{
    return look(root, path, 0, status);
}

int docroot_look_straight(const struct docroot *root, const char *path,
                          struct stat *status)
{
    return look(root, path, RESOLVE_NO_SYMLINKS, status);
}

int docroot_glance(const struct docroot *root, const char *path,
                   struct stat *status)
{
    if (path[0] == '\0')
        path = ".";
    if (fstatat(root->fd, path, status, AT_SYMLINK_NOFOLLOW) == -1)
        return -errno;
    return 0;
}
