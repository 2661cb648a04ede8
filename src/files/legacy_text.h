/* legacy_text.h -- whether bytes are text in an encoding other than UTF-8
 *
 * For bytes that are not UTF-8 and have no known signature: a page in
 * windows-1252 is better shown as text than saved as data.
 *
 * Pure: no allocation, no system call, any thread. */
#ifndef FILES_LEGACY_TEXT_H
#define FILES_LEGACY_TEXT_H

#include <stdbool.h>

#include "base/bytes.h"

/* Whether `text` has no control bytes but those of texts (BEL to CR, ESC), as
 * in ISO-8859, windows-125x, Shift JIS or GBK; or is UTF-16 behind a byte order
 * mark, likewise. These are libmagic's rules, without EBCDIC and UTF-32, which
 * no browser decodes. */
bool legacy_text_is(struct bytes text);

#endif
