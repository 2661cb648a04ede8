/* option_command.h -- the command line that says the same, at another address
 *
 * To be printed, and copied into a shell. Pure; main thread. */
#ifndef SERVER_OPTION_COMMAND_H
#define SERVER_OPTION_COMMAND_H

#include "server/options.h"

enum { OPTION_COMMAND_LEN = 384 }; /* with its NUL; a line of log.h has 512 */

/* Writes the command that `options` were read from, with `text` in place of
 * listen[changed]. Only what the command line said is in it, and all addresses:
 * those said elsewhere hold no more where it names one. Words are quoted for a
 * shell. Returns `out`; "" where it does not fit. */
const char *option_command_format(const struct options *options, size_t changed,
                                  const char *text,
                                  char out[OPTION_COMMAND_LEN]);

#endif
