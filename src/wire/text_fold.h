/* text_fold.h -- keeps lines within a terminal's width
 *
 * A line's parts are separated by two spaces or more. Where a part would end
 * beyond TEXT_FOLD_WIDTH columns, it begins a line of its own, which is
 * indented; a part that is longer than that stays whole. Escape sequences that
 * set colours have no width. Pure; any thread. */
#ifndef WIRE_TEXT_FOLD_H
#define WIRE_TEXT_FOLD_H

#include <stddef.h>

#include "base/bytes.h"

enum { TEXT_FOLD_WIDTH = 120 };

/* Folds one line, without its newline. `out` has room for the line, and for
 * indent + 1 bytes more for each of its parts. Returns the end. */
char *text_fold(char *out, struct bytes line, size_t indent);

#endif
