/* options_print.h -- what is printed in place of serving: help, version, the
 * configuration, "ok"
 *
 * All write to `out` and flush it. They return 0 or, if a write fails, a
 * negative errno. Main thread; may block if `out` does. */
#ifndef SERVER_OPTIONS_PRINT_H
#define SERVER_OPTIONS_PRINT_H

#include <stdio.h>

#include "server/options.h"

/* Prints the help: the table of options, in 80 columns. */
int options_print_help(FILE *out);

/* Prints the version, and the libraries that a build can be without. */
int options_print_version(const char *version, FILE *out);

/* Prints each value and its source, in the form of a configuration file. A
 * value that a file cannot contain (a path that begins with a space) is printed
 * as a comment. */
int options_print_config(const struct options *options, FILE *out);

/* Prints the result of -t without a mistake: "soquete.conf: ok". */
int options_print_tested(const struct options *options, FILE *out);

#endif
