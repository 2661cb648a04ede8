/* utf8.h -- whether bytes are text in UTF-8 (RFC 3629)
 *
 * Pure: no allocation, no system call, any thread. */
#ifndef FILES_UTF8_H
#define FILES_UTF8_H

#include <stdbool.h>

#include "base/bytes.h"

/* True where `text` is UTF-8 from its first byte to its last, without a NUL:
 * no overlong form, no surrogate, nothing past U+10FFFF. Where `whole` is
 * false, `text` is the beginning of something longer, and a last sequence that
 * its end cuts counts as good as far as it goes. Nothing at all is text. */
bool utf8_is_text(struct bytes text, bool whole);

#endif
