/* option_command.h -- the same command line with another address
 *
 * To be printed and copied into a shell. Main thread. */
#ifndef SERVER_OPTION_COMMAND_H
#define SERVER_OPTION_COMMAND_H

#include "server/options.h"

enum { OPTION_COMMAND_LEN = 384 }; /* with its NUL; a log line has 512 */

/* Writes the command line that `options` were read from, with `text` in place
 * of listen[changed]. It contains the options that were on the command line,
 * and all addresses: naming one there replaces those of other sources. Words
 * are quoted for a shell. Returns `out`, "" if the command does not fit. */
const char *option_command_format(const struct options *options, size_t changed,
                                  const char *text,
                                  char out[OPTION_COMMAND_LEN]);

#endif
