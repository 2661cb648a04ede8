/* option_hint.h -- what was perhaps meant by a word that cannot be used
 *
 * Main thread. A hint is a question to print behind a mistake, such as "did you
 * mean --listen 8000?", or "" where nothing is near. `source` keeps it. */
#ifndef SERVER_OPTION_HINT_H
#define SERVER_OPTION_HINT_H

#include "server/option_source.h"

/* The option that `name`, which is none, most likely means: one that other
 * programs call so (port, root), one whose name begins with it, or one that is
 * at most two letters apart. NULL: none is near. */
const struct option_row *option_hint_row(const char *name);

/* The hint for `word`, which is "--name" or "-n" and no option. `value` is what
 * follows it (NULL: nothing), and is repeated where the option takes it. */
const char *option_hint_name(struct option_source *source, const char *word,
                             const char *value);

/* The hint for an operand that is no folder. `behind` is the option that stands
 * directly before it and takes a value only with "=" (NULL: none). */
const char *option_hint_operand(struct option_source *source, const char *word,
                                const struct option_row *behind);

#endif
