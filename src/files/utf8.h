/* utf8.h -- whether bytes are text in UTF-8 (RFC 3629)
 *
 * Pure: no allocation, no system call, any thread. */
#ifndef FILES_UTF8_H
#define FILES_UTF8_H

#include <stdbool.h>

#include "base/bytes.h"

/* Whether all of `text` is UTF-8, without a NUL: no overlong form, no
 * surrogate, nothing past U+10FFFF. Where `whole` is false, `text` is the
 * beginning of something longer, and its last sequence may be cut. Empty text
 * is text. */
bool utf8_is_text(struct bytes text, bool whole);

/* Returns the length of the character at the front of `text`, which is not
 * empty, or of what is to be replaced by one U+FFFD there: the longest
 * beginning of a character, and at least one byte (Unicode, "maximal subpart").
 * *is_character tells which it is. A NUL is a character here. */
size_t utf8_cut(struct bytes text, bool *is_character);

#endif
