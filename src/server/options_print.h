/* options_print.h -- the options as text: help, the configuration, "ok"
 *
 * All three write to `out` and flush it. They return 0, or a negative errno
 * where the text could not be written. Main thread; may block where `out`
 * blocks. */
#ifndef SERVER_OPTIONS_PRINT_H
#define SERVER_OPTIONS_PRINT_H

#include <stdio.h>

#include "server/options.h"

/* What --help prints: the table, in 80 columns. */
int options_print_help(FILE *out);

/* Each value as it was said, and where. The text is itself a configuration file
 * that says the same; what a file cannot say (a path that begins with a space)
 * stands in it as a comment. */
int options_print_config(const struct options *options, FILE *out);

/* What -t prints where there is no mistake: "soquete.conf: ok". */
int options_print_tested(const struct options *options, FILE *out);

#endif
