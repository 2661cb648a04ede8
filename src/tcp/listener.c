#include "tcp/listener.h"

#include <assert.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    STALE_LOOKS = 10, /* at a socket without a listener before it is removed */
    STALE_WAIT_MS = 10, /* between two of them */
};

static int set_number(int fd, int level, int option, int number)
{
    return setsockopt(fd, level, option, &number, sizeof(number)) == -1 ? -errno
                                                                        : 0;
}

static int set_option(int fd, int level, int option)
{
    return set_number(fd, level, option, 1);
}

static int set_options(int fd, const struct address *address)
{
    int family = address->any.sa_family;
    int error;

    if (family == AF_UNIX)
        return 0;
    error = set_option(fd, SOL_SOCKET, SO_REUSEADDR);
    if (error == 0)
        error = set_option(fd, IPPROTO_TCP, TCP_NODELAY);
    if (error == 0)
        error = set_option(fd, SOL_SOCKET, SO_OOBINLINE);
    if (error == 0)
        error =
            set_number(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, LISTENER_UNSENT_MAX);
    if (error == 0 && family == AF_INET6)
        error = set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY);
    return error;
}

/* Whether the path is a socket file that no process listens at. If so, *status
 * is that file's. */
static bool is_stale(const struct address *address, struct stat *status)
{
    bool is_refused;
    int fd;

    if (lstat(address->local.sun_path, status) == -1 ||
        !S_ISSOCK(status->st_mode))
        return false;
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd == -1)
        return false;
    is_refused =
        connect(fd, &address->any, address->len) == -1 && errno == ECONNREFUSED;
    close(fd);
    return is_refused;
}

static bool is_same(const struct stat *one, const struct stat *other)
{
    return one->st_dev == other->st_dev && one->st_ino == other->st_ino;
}

/* Removes a socket file that a server has left behind. */
static void remove_stale(const struct address *address)
{
    struct stat first, again;

    if (address->any.sa_family != AF_UNIX || !is_stale(address, &first))
        return;
    for (int i = 0; i < STALE_LOOKS; i++) {
        poll(NULL, 0, STALE_WAIT_MS);
        if (!is_stale(address, &again) || !is_same(&first, &again))
            return;
    }
    unlink(address->local.sun_path);
}

/* Records which file the path of a Unix socket names now. */
static void note_path(struct listener *listener)
{
    struct stat status;

    if (lstat(listener->address.local.sun_path, &status) == -1)
        return;
    listener->device = status.st_dev;
    listener->inode = status.st_ino;
}

/* Removes the path, if it still names the socket that was bound. */
static void remove_path(const struct listener *listener)
{
    const struct stat bound = {.st_dev = listener->device,
                               .st_ino = listener->inode};
    struct stat status;

    if (lstat(listener->address.local.sun_path, &status) == 0 &&
        is_same(&status, &bound))
        unlink(listener->address.local.sun_path);
}

int listener_open(struct listener *listener, const struct address *address)
{
    int fd, error;

    listener->fd = -1;
    listener->role = 0;
    listener->shape = (struct shape_base){.pace = 0};
    listener->address = *address;
    fd = socket(address->any.sa_family,
                SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd == -1)
        return -errno;
    error = set_options(fd, address);
    if (error != 0)
        goto close_fd;
    remove_stale(address);
    if (bind(fd, &address->any, address->len) == -1 ||
        listen(fd, LISTENER_BACKLOG) == -1) {
        error = -errno;
        goto close_fd;
    }
    if (address->any.sa_family == AF_UNIX) {
        note_path(listener);
    } else {
        socklen_t len = sizeof(listener->address.in6);

        getsockname(fd, &listener->address.any, &len);
    }
    listener->fd = fd;
    return 0;

close_fd:
    close(fd);
    return error;
}

void listener_keep_syns(const struct listener *listener)
{
    if (listener->address.any.sa_family != AF_UNIX)
        set_option(listener->fd, IPPROTO_TCP, TCP_SAVE_SYN);
}

void listener_set_mss(const struct listener *listener, unsigned mss)
{
    assert(mss >= LISTENER_MSS_MIN && mss <= LISTENER_MSS_MAX);
    if (listener->address.any.sa_family != AF_UNIX)
        set_number(listener->fd, IPPROTO_TCP, TCP_MAXSEG, (int)mss);
}

void listener_set_shape(struct listener *listener,
                        const struct shape_base *shape)
{
    unsigned pace =
        shape->pace < UINT32_MAX ? (unsigned)shape->pace : UINT32_MAX;

    listener->shape = *shape;
    if (pace > 0)
        setsockopt(listener->fd, SOL_SOCKET, SO_MAX_PACING_RATE, &pace,
                   sizeof(pace));
}

void listener_close(struct listener *listener)
{
    if (listener->fd == -1)
        return;
    if (listener->address.any.sa_family == AF_UNIX)
        remove_path(listener);
    close(listener->fd);
    listener->fd = -1;
}
