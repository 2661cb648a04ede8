/* compress.h -- the part of "variant" for files without a sidecar: --compress
 *
 * A text file (compressible.h) that a client takes compressed is posted to the
 * thread that compresses (files/squeezer.h), once for each version and coding,
 * and sent as it is meanwhile; no request waits. The copy is kept with the
 * file's entry (files/file_derived.h) and sent from then on, with the
 * entity-tag, the size and the ranges of its own bytes, and the date and the
 * type of the file. A version that changed just now is not posted yet.
 *
 * A client that asks whether the plain file has changed, which it got before
 * there was a copy, is not sent the copy: it has the file (304).
 *
 * All responses for such a file have Vary. HEAD and Range refer to
 * the same bytes that a plain GET would get. A client that
 * goes on with If-Range after the change from one to the other gets the whole.
 */
#ifndef SITE_COMPRESS_H
#define SITE_COMPRESS_H

#include "site/exchange.h"
#include "site/representation.h"

/* The codings that this build can make: bit 1 << coding each. */
unsigned compress_codings(void);

/* For a compressible file. It may become the copy of x->plain, with x->coding.
 * Decides on 406 where the client refuses all that there is. */
enum verdict compress_choose(struct exchange *x,
                             const struct coding_weights *weights);

/* Keeps the copies that are done. Called often; costs a few instructions where
 * there are none. */
void compress_collect(struct site_worker *site);

#endif
