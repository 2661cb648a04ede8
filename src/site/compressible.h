/* compressible.h -- which files become smaller: text, by type and size
 *
 * Images, videos, fonts in WOFF and archives are compressed already. Below the
 * least size there is nothing to gain: the head is as long. Pure. */
#ifndef SITE_COMPRESSIBLE_H
#define SITE_COMPRESSIBLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

/* `type` is a media type, with parameters or without. */
bool compressible_is(struct bytes type, uint64_t size);

#endif
