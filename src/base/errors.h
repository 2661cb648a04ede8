/* errors.h -- what a negative errno means
 *
 * Pure; any thread. */
#ifndef BASE_ERRORS_H
#define BASE_ERRORS_H

#include <errno.h>
#include <stdbool.h>

/* This machine, or container, lacks the address or its whole family. */
static inline bool error_is_no_address(int error)
{
    return error == -EAFNOSUPPORT || error == -EADDRNOTAVAIL ||
           error == -ENETUNREACH;
}

#endif
