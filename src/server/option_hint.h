/* option_hint.h -- guesses what a word that cannot be used was meant to be
 *
 * Main thread. A hint is a question to print after a mistake, such as "did you
 * mean --listen 8000?", or "" if there is no guess. `source` owns it. */
#ifndef SERVER_OPTION_HINT_H
#define SERVER_OPTION_HINT_H

#include "server/option_source.h"

/* The option that the unknown name `name` most likely means: one that has this
 * name in other programs (port, root), one whose name begins with it, or one
 * that differs in at most two letters. NULL: none. */
const struct option_row *option_hint_row(const char *name);

/* The hint for the unknown option `word`, "--name" or "-n". `value` is what
 * follows it (NULL: nothing); the hint repeats it if the option accepts it. */
const char *option_hint_name(struct option_source *source, const char *word,
                             const char *value);

/* The hint for an operand that is not a folder. `before` is the option directly
 * before it, if that takes a value only after "=" (NULL: none). */
const char *option_hint_operand(struct option_source *source, const char *word,
                                const struct option_row *before);

#endif
