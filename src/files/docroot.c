#include "files/docroot.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A folder or link that moves while the kernel walks through ".." makes it
 * give up with EAGAIN. Whoever moves things that fast gets no answer. */
enum { OPEN_TRIES = 16 };

/* The C library has no name for this call. */
static int open_beneath(int root_fd, const char *path, uint64_t flags)
{
    const struct open_how how = {
        .flags = flags | O_CLOEXEC,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
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

/* Neither openat2 nor fstatat takes "" for the folder itself. */
static const char *path_or_dot(const char *path)
{
    return path[0] == '\0' ? "." : path;
}

static bool may_be_served(const struct stat *status)
{
    return S_ISREG(status->st_mode) || S_ISDIR(status->st_mode);
}

int docroot_open(struct docroot *root, const char *folder)
{
    int fd;

    root->fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (root->fd == -1)
        return -errno;
    /* An old kernel, or a sandbox that forbids openat2, is told at the start
     * and not by the first request. */
    fd = open_beneath(root->fd, ".", O_PATH);
    if (fd < 0) {
        docroot_close(root);
        return fd;
    }
    close(fd);
    return 0;
}

void docroot_close(struct docroot *root)
{
    if (root->fd != -1)
        close(root->fd);
    root->fd = -1;
}

/* Opening a device can do things (rewind a tape, arm a watchdog), and opening a
 * FIFO wakes who waits to write into it. So the path is looked at before it is
 * opened. That look costs one microsecond on a cache's miss and is advice only:
 * it is not confined and may be outrun, so openat2 decides what is opened,
 * O_NONBLOCK and O_NOCTTY keep what was put there since from holding us up or
 * becoming our terminal, and fstat has the last word. */
int docroot_open_file(const struct docroot *root, const char *path,
                      struct stat *status)
{
    int fd, error;

    if (docroot_look(root, path, status) == 0 && !may_be_served(status))
        return -ENOENT;
    fd = open_beneath(root->fd, path_or_dot(path),
                      O_RDONLY | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) /* ENXIO, ENODEV: a socket, a device without a driver */
        return fd == -ENXIO || fd == -ENODEV ? -ENOENT : fd;
    error = fstat(fd, status) == -1 ? -errno : 0;
    if (error == 0 && !may_be_served(status))
        error = -ENOENT;
    if (error < 0) {
        close(fd);
        return error;
    }
    return fd;
}

int docroot_look(const struct docroot *root, const char *path,
                 struct stat *status)
{
    if (fstatat(root->fd, path_or_dot(path), status, 0) == -1)
        return -errno;
    return 0;
}
