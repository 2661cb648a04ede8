/* openat2_shim.c -- openat in place of openat2, for valgrind alone
 *
 * Valgrinds before 3.22 don't know openat2 and fail it, and without it the
 * server cannot open its root. Preloaded, this replaces the C library's
 * syscall(), through which openat2 is called. The kernel then no longer refuses
 * to leave the root: for counting instructions, and for nothing else. */
#include <dlfcn.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { ARGUMENTS_MAX = 6 };

long syscall(long number, ...)
{
    long (*next)(long, ...);
    long argument[ARGUMENTS_MAX];
    const struct open_how *how;
    va_list list;

    va_start(list, number);
    for (int i = 0; i < ARGUMENTS_MAX; i++)
        argument[i] = va_arg(list, long);
    va_end(list);
    if (number == SYS_openat2) {
        how = (const struct open_how *)argument[2];
        return openat((int)argument[0], (const char *)argument[1],
                      (int)how->flags, (mode_t)how->mode);
    }
    /* ISO C has no cast from dlsym's result to a function. */
    *(void **)&next = dlsym(RTLD_NEXT, "syscall");
    if (next == NULL)
        abort();
    return next(number, argument[0], argument[1], argument[2], argument[3],
                argument[4], argument[5]);
}
