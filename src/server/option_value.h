/* option_value.h -- from the text of a value to the value
 *
 * Pure but for memory. Main thread. */
#ifndef SERVER_OPTION_VALUE_H
#define SERVER_OPTION_VALUE_H

#include "server/option_source.h"

/* Sets the option to what `text` says, or adds a mistake to options->source and
 * leaves the option alone. Call in the order of places, weakest first: a list
 * grows while the place stays the same and starts anew at a stronger one. What
 * is no list is said once in a file; elsewhere the last one holds. `text` NULL
 * is a flag or an action without a value. */
void option_set(struct options *options, const struct option_row *row,
                const char *text, struct option_origin origin);

/* Whether `text` is a value of the option; of a list, one that it can hold.
 * False for an action. */
bool option_accepts(const struct option_row *row, const char *text);

/* Which --listen cannot be listened at beside the address `text`, since one of
 * them includes the other: the second would find the first's port, or path, in
 * use. NULL: none. */
const char *option_collision(const struct options *options, const char *text);

/* What may be written as the option's value: "a number from 1 to 256, or auto".
 * Kept by `source`. */
const char *option_expected(struct option_source *source,
                            const struct option_row *row);

#endif
