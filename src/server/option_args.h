/* option_args.h -- the command line: -w 4, -w4, -qt, --workers 4, --workers=4
 *
 * A name may be shortened as long as it is unambiguous. Operands may stand
 * anywhere; all words after "--" are operands. Main thread. */
#ifndef SERVER_OPTION_ARGS_H
#define SERVER_OPTION_ARGS_H

#include "server/option_source.h"

/* Sets the early options (see option_is_early) or all others from `words`: the
 * command line without the program's name, ending in NULL. Call with `early`
 * first: an unknown option is a mistake that ends the reading, and the caller
 * stops after it. */
void option_args_read(struct options *options, char *const words[], bool early);

#endif
