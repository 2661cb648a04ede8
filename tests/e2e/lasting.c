/* lasting.c -- lets system calls of a server fail from some moment on, for good
 *
 * Preloaded (LD_PRELOAD), it stands between the server and the C library. Two
 * variables of the environment say what happens:
 *
 *     LASTING=accept4:1,sendfile:HANG   which calls fail, each with its errno
 *                                       as a number, or never return
 *     LASTING_FROM=/tmp/x/failing       they do while this file is there
 *
 * So a test lets the failure begin, and end, by an event of its own. Each call
 * that fails leaves a byte in the file, to be counted by its size. Of write,
 * only writes to files fail (a log), not those to a pipe or an eventfd. openat2
 * has no name in the C library, and is found in syscall(). */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { ARGUMENTS_MAX = 6 };

/* The function that would have been called. ISO C has no cast from dlsym's
 * result to a function, hence `function`, the address of a pointer to one. */
static void find_next(void *function, const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);

    if (found == NULL)
        abort();
    memcpy(function, &found, sizeof(found));
}

static ssize_t next_write(int fd, const void *at, size_t len)
{
    ssize_t (*next)(int, const void *, size_t);

    find_next(&next, "write");
    return next(fd, at, len);
}

/* What LASTING says behind this call's colon, or NULL. */
static const char *rule_of(const char *call)
{
    const char *rule = getenv("LASTING");
    size_t len = strlen(call);

    while (rule != NULL) {
        if (strncmp(rule, call, len) == 0 && rule[len] == ':')
            return rule + len + 1;
        rule = strchr(rule, ',');
        if (rule != NULL)
            rule++;
    }
    return NULL;
}

/* Leaves a byte in the file that begins the failure. Returns whether there is
 * one. */
static bool count_failure(void)
{
    const char *from = getenv("LASTING_FROM");
    int fd = from == NULL ? -1 : open(from, O_WRONLY | O_APPEND | O_CLOEXEC);

    if (fd == -1)
        return false;
    next_write(fd, "x", 1);
    close(fd);
    return true;
}

/* Whether this call is to fail now: errno says how. Or never returns. */
static bool fails(const char *call)
{
    const char *rule = rule_of(call);
    int before = errno;

    if (rule == NULL || !count_failure()) {
        errno = before;
        return false;
    }
    while (strncmp(rule, "HANG", strlen("HANG")) == 0)
        pause();
    errno = atoi(rule);
    return true;
}

int accept4(int fd, struct sockaddr *address, socklen_t *len, int flags)
{
    int (*next)(int, struct sockaddr *, socklen_t *, int);

    if (fails("accept4"))
        return -1;
    find_next(&next, "accept4");
    return next(fd, address, len, flags);
}

int epoll_ctl(int epoll_fd, int operation, int fd, struct epoll_event *event)
{
    int (*next)(int, int, int, struct epoll_event *);

    if (fails("epoll_ctl"))
        return -1;
    find_next(&next, "epoll_ctl");
    return next(epoll_fd, operation, fd, event);
}

int epoll_wait(int epoll_fd, struct epoll_event *events, int max, int timeout)
{
    int (*next)(int, struct epoll_event *, int, int);

    if (fails("epoll_wait"))
        return -1;
    find_next(&next, "epoll_wait");
    return next(epoll_fd, events, max, timeout);
}

int eventfd(unsigned count, int flags)
{
    int (*next)(unsigned, int);

    if (fails("eventfd"))
        return -1;
    find_next(&next, "eventfd");
    return next(count, flags);
}

ssize_t recv(int fd, void *at, size_t size, int flags)
{
    ssize_t (*next)(int, void *, size_t, int);

    if (fails("recv"))
        return -1;
    find_next(&next, "recv");
    return next(fd, at, size, flags);
}

ssize_t send(int fd, const void *at, size_t len, int flags)
{
    ssize_t (*next)(int, const void *, size_t, int);

    if (fails("send"))
        return -1;
    find_next(&next, "send");
    return next(fd, at, len, flags);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    ssize_t (*next)(int, const struct msghdr *, int);

    if (fails("sendmsg"))
        return -1;
    find_next(&next, "sendmsg");
    return next(fd, message, flags);
}

ssize_t sendfile(int to, int from, off_t *offset, size_t len)
{
    ssize_t (*next)(int, int, off_t *, size_t);

    if (fails("sendfile"))
        return -1;
    find_next(&next, "sendfile");
    return next(to, from, offset, len);
}

static bool is_file(int fd)
{
    struct stat status;
    int (*next)(int, struct stat *);

    find_next(&next, "fstat");
    return next(fd, &status) == 0 && S_ISREG(status.st_mode);
}

ssize_t write(int fd, const void *at, size_t len)
{
    if (is_file(fd) && fails("write"))
        return -1;
    return next_write(fd, at, len);
}

ssize_t pread(int fd, void *at, size_t size, off_t offset)
{
    ssize_t (*next)(int, void *, size_t, off_t);

    if (fails("pread"))
        return -1;
    find_next(&next, "pread");
    return next(fd, at, size, offset);
}

int fstat(int fd, struct stat *status)
{
    int (*next)(int, struct stat *);

    if (fails("fstat"))
        return -1;
    find_next(&next, "fstat");
    return next(fd, status);
}

int stat(const char *path, struct stat *status)
{
    int (*next)(const char *, struct stat *);

    if (fails("stat"))
        return -1;
    find_next(&next, "stat");
    return next(path, status);
}

long syscall(long number, ...)
{
    long (*next)(long, ...);
    long argument[ARGUMENTS_MAX];
    va_list list;

    va_start(list, number);
    for (int i = 0; i < ARGUMENTS_MAX; i++)
        argument[i] = va_arg(list, long);
    va_end(list);
    if (number == SYS_openat2 && fails("openat2"))
        return -1;
    find_next(&next, "syscall");
    return next(number, argument[0], argument[1], argument[2], argument[3],
                argument[4], argument[5]);
}

/* Where a file's offset has 64 bits, the C library has these calls by a second
 * name each, and a server that was compiled for such offsets uses it. */
_Static_assert(sizeof(off_t) == sizeof(off64_t), "a machine of 64 bits");

ssize_t sendfile64(int to, int from, off64_t *offset, size_t len)
{
    return sendfile(to, from, offset, len);
}

ssize_t pread64(int fd, void *at, size_t size, off64_t offset)
{
    return pread(fd, at, size, offset);
}

int fstat64(int fd, struct stat64 *status)
{
    return fstat(fd, (struct stat *)status);
}

int stat64(const char *path, struct stat64 *status)
{
    return stat(path, (struct stat *)status);
}
