/* option_value.h -- parses the text of an option's value
 *
 * Pure except for memory. Main thread. */
#ifndef SERVER_OPTION_VALUE_H
#define SERVER_OPTION_VALUE_H

#include "server/option_source.h"

/* Sets the option from `text`, or adds a mistake to options->source and leaves
 * the option unchanged. Call in the order of places, weakest first: a list
 * grows within a place and starts anew at a stronger one. Another option may be
 * set once in a file; elsewhere the last value counts. `text` NULL is a flag or
 * an action without a value. */
void option_set(struct options *options, const struct option_row *row,
                const char *text, struct option_origin origin);

/* Whether `text` is a valid value of the option, or of one entry of a list.
 * False for an action. */
bool option_accepts(const struct option_row *row, const char *text);

/* The --listen address that overlaps with the address `text`: the second of the
 * two would find the port or path of the first in use. NULL: none. */
const char *option_collision(const struct options *options, const char *text);

/* Describes the valid values: "a number from 1 to 256, or auto". `source` owns
 * the text. */
const char *option_expected(struct option_source *source,
                            const struct option_row *row);

#endif
