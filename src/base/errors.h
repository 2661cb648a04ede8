/* errors.h -- what a negative errno says
 *
 * Pure; any thread. */
#ifndef BASE_ERRORS_H
#define BASE_ERRORS_H

#include <errno.h>
#include <stdbool.h>

/* The machine, or its container, has no such address, or none of its family. */
static inline bool error_is_no_address(int error)
{
    return error == -EAFNOSUPPORT || error == -EADDRNOTAVAIL ||
           error == -ENETUNREACH;
}

#endif
