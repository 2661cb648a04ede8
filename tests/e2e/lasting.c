/* lasting.c -- system calls that fail from now on, for ever
 *
 *     LASTING=CALL:ERROR:FILE[,CALL:ERROR:FILE...] LD_PRELOAD=lasting.so
 * soquete
 *
 * Each CALL fails with ERROR, a number, as soon as FILE is there, so that a
 * test begins the failure by an event of its own. Calls are counted by nobody:
 * who calls in vain without end is seen by its processor time. */
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { FILE_MAX = 256 };

/* Whether this call is to fail; errno says with what. */
static int fails(const char *call)
{
    const char *at = getenv("LASTING");
    size_t len = strlen(call);

    for (; at != NULL; at = strchr(at, ',')) {
        char file[FILE_MAX] = "";
        char *rest;
        long error;

        at += *at == ',';
        if (strncmp(at, call, len) != 0 || at[len] != ':')
            continue;
        error = strtol(at + len + 1, &rest, 10);
        if (*rest != ':')
            continue;
        strncpy(file, rest + 1, sizeof(file) - 1);
        file[strcspn(file, ",")] = '\0';
        if (syscall(SYS_faccessat, -100, file, F_OK) == -1)
            continue;
        errno = (int)error;
        return 1;
    }
    return 0;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

int accept4(int fd, struct sockaddr *restrict address, socklen_t *restrict len,
            int flags)
{
    return fails("accept4") ? -1 : REAL(accept4)(fd, address, len, flags);
}

int epoll_ctl(int epoll_fd, int operation, int fd, struct epoll_event *event)
{
    return fails("epoll_ctl") ? -1
                              : REAL(epoll_ctl)(epoll_fd, operation, fd, event);
}

int epoll_wait(int epoll_fd, struct epoll_event *events, int max, int wait_ms)
{
    return fails("epoll_wait")
               ? -1
               : REAL(epoll_wait)(epoll_fd, events, max, wait_ms);
}

ssize_t recv(int fd, void *at, size_t size, int flags)
{
    return fails("recv") ? -1 : REAL(recv)(fd, at, size, flags);
}

ssize_t send(int fd, const void *at, size_t len, int flags)
{
    return fails("send") ? -1 : REAL(send)(fd, at, len, flags);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    return fails("sendmsg") ? -1 : REAL(sendmsg)(fd, message, flags);
}

ssize_t sendfile(int to, int from, off_t *offset, size_t len)
{
    return fails("sendfile") ? -1 : REAL(sendfile)(to, from, offset, len);
}

/* The same where files have 64 bits by another name. */
ssize_t sendfile64(int to, int from, off64_t *offset, size_t len)
{
    return fails("sendfile") ? -1 : REAL(sendfile64)(to, from, offset, len);
}

ssize_t write(int fd, const void *at, size_t len)
{
    return fails("write") ? -1 : REAL(write)(fd, at, len);
}

ssize_t pread(int fd, void *at, size_t size, off_t offset)
{
    return fails("pread") ? -1 : REAL(pread)(fd, at, size, offset);
}

int fstat(int fd, struct stat *status)
{
    return fails("fstat") ? -1 : REAL(fstat)(fd, status);
}
