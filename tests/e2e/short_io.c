/* short_io.c -- a network on a bad day, linked into the programs of the pages
 *
 *     cc -Wl,--wrap=send,--wrap=sendto program.c short_io.c
 *
 * A send accepts at most SEND_MAX bytes, as POSIX allows. Of each three
 * datagrams the first is lost and the third is sent twice. */
#include <sys/socket.h>

enum { SEND_MAX = 1000 };

ssize_t __real_send(int fd, const void *data, size_t len, int flags);
ssize_t __real_sendto(int fd, const void *data, size_t len, int flags,
                      const struct sockaddr *to, socklen_t to_len);
ssize_t __wrap_send(int fd, const void *data, size_t len, int flags);
ssize_t __wrap_sendto(int fd, const void *data, size_t len, int flags,
                      const struct sockaddr *to, socklen_t to_len);

ssize_t __wrap_send(int fd, const void *data, size_t len, int flags)
{
    return __real_send(fd, data, len > SEND_MAX ? SEND_MAX : len, flags);
}

ssize_t __wrap_sendto(int fd, const void *data, size_t len, int flags,
                      const struct sockaddr *to, socklen_t to_len)
{
    static unsigned calls;
    ssize_t sent = (ssize_t)len;

    for (unsigned copies = calls++ % 3; copies > 0; copies--)
        sent = __real_sendto(fd, data, len, flags, to, to_len);
    return sent;
}
