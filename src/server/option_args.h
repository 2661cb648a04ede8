/* option_args.h -- the command line: -w 4, -w4, -qt, --workers 4, --workers=4
 *
 * A name may be shortened to where no other begins so. Operands stand anywhere;
 * what follows "--" are operands. Main thread. */
#ifndef SERVER_OPTION_ARGS_H
#define SERVER_OPTION_ARGS_H

#include "server/option_source.h"

/* Sets the early options (see option_is_early) or all the others from `words`,
 * the command line without the program's name, which end in NULL. A word that
 * is no option is a mistake that ends the early reading, and is told there
 * alone. */
void option_args_read(struct options *options, char *const words[], bool early);

#endif
