/* variant.h -- the rule that chooses how the file's bytes are coded
 *
 * A sidecar is a file beside another one, with its name and one suffix more,
 * that has its bytes compressed:
 *
 *     suffix  coding (RFC 9110, 8.4.1)
 *     .br     br
 *     .zst    zstd
 *     .gz     gzip
 *
 * Where there are any, the request's Accept-Encoding chooses between them and
 * the file itself (http/accept_encoding.h), and the response has Vary. A
 * sidecar has an entity-tag, size and ranges of its own, and the type of the
 * file. One that was modified before the file is not used, nor one that is a
 * folder or cannot be read. An edit within the tick of the file system's clock
 * in which the sidecar was made gives both one time: it is not noticed.
 *
 * The live page's files have sidecars too, compiled in (builtin.h).
 *
 * A file without a sidecar may be compressed by the server: compress.h. */
#ifndef SITE_VARIANT_H
#define SITE_VARIANT_H

#include "site/exchange.h"

/* For the file cache: in the order of enum coding. */
extern const char *const variant_suffixes[];

/* x->file is a regular file; it may become a sidecar of x->plain, with
 * x->coding. Decides on 406 where the client refuses all that there is. May
 * block on the disk. */
enum verdict variant_apply(struct exchange *x);

/* Lets go of the x->plain of the last exchange. */
void variant_end(struct site_worker *site);

#endif
