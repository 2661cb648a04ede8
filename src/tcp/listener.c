#include "tcp/listener.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <sys/stat.h>
#include <unistd.h>

static int set_option(int fd, int level, int option)
{
    int on = 1;

    return setsockopt(fd, level, option, &on, sizeof(on)) == -1 ? -errno : 0;
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
    if (error == 0 && family == AF_INET6)
        error = set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY);
    return error;
}

/* Removes a socket file that its server has left behind. */
static void remove_stale(const struct address *address)
{
    struct stat status;
    int fd;

    if (address->any.sa_family != AF_UNIX ||
        lstat(address->local.sun_path, &status) == -1 ||
        !S_ISSOCK(status.st_mode))
        return;
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd == -1)
        return;
    if (connect(fd, &address->any, address->len) == -1 && errno == ECONNREFUSED)
        unlink(address->local.sun_path);
    close(fd);
}

int listener_open(struct listener *listener, const struct address *address)
{
    int fd, error;

    listener->fd = -1;
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
    if (address->any.sa_family != AF_UNIX) {
        socklen_t len = sizeof(listener->address.in6);

        getsockname(fd, &listener->address.any, &len);
    }
    listener->fd = fd;
    return 0;

close_fd:
    close(fd);
    return error;
}

void listener_close(struct listener *listener)
{
    if (listener->fd == -1)
        return;
    if (listener->address.any.sa_family == AF_UNIX)
        unlink(listener->address.local.sun_path);
    close(listener->fd);
    listener->fd = -1;
}
