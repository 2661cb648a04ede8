/* openat2_shim.c -- openat in place of openat2, for valgrind alone
 *
 * Valgrinds before 3.22 don't know openat2 and fail it, and without it the
 * server walks its paths another way. Preloaded, this replaces the C library's
 * syscall(), through which openat2 is called. The kernel then no longer refuses
 * to leave the root: for counting instructions, and for nothing else. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The C library's openat costs more than what it stands for here, and a request
 * would be charged with it. */
static long open_at(long folder, long path, const struct open_how *how)
{
#ifdef __x86_64__
    register long mode __asm__("r10") = (long)how->mode;
    long fd;

    __asm__ volatile("syscall"
                     : "=a"(fd)
                     : "a"(SYS_openat), "D"(folder), "S"(path),
                       "d"((long)how->flags), "r"(mode)
                     : "rcx", "r11", "memory");
    if (fd >= 0)
        return fd;
    errno = (int)-fd;
    return -1;
#else
    return openat((int)folder, (const char *)path, (int)how->flags,
                  (mode_t)how->mode);
#endif
}

/* The C library's name; it may be called with fewer arguments, as there. */
long shim(long number, long a, long b, long c, long d, long e,
          long f) __asm__("syscall");

long shim(long number, long a, long b, long c, long d, long e, long f)
{
    long (*next)(long, ...);

    if (number == SYS_openat2)
        return open_at(a, b, (const struct open_how *)c);
    /* ISO C has no cast from dlsym's result to a function. */
    *(void **)&next = dlsym(RTLD_NEXT, "syscall");
    if (next == NULL)
        abort();
    return next(number, a, b, c, d, e, f);
}
