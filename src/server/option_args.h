/* option_args.h -- the door to getopt_long: the command line
 *
 * Main thread: getopt keeps its place in globals of the C library, which each
 * call here sets back. */
#ifndef SERVER_OPTION_ARGS_H
#define SERVER_OPTION_ARGS_H

#include "server/option_source.h"

/* Sets the early options (see option_is_early) or all the others from the
 * command line; argv is not reordered. A word that is no option is a mistake
 * that ends the early reading, and is told there alone. */
void option_args_read(struct options *options, int argc, char *const argv[],
                      bool early);

#endif
