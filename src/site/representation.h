/* representation.h -- the file that was found, as HTTP describes it
 *
 * The rules that decide how much of it a response has (RFC 9110, 13 and 14),
 * and the rider of each file in the cache: its field lines, rendered once for
 * each version. */
#ifndef SITE_REPRESENTATION_H
#define SITE_REPRESENTATION_H

#include "site/exchange.h"

/* The file cache's rider: HEADER_DEFAULTS, ETag, Last-Modified, Accept-Ranges;
 * then Content-Type and Content-Length. */
size_t representation_ride(const struct file *file,
                           const struct file_description *description,
                           char out[FILE_RIDER_MAX]);

/* The description, as the file's rider has it. */
struct bytes representation_type(const struct file *file);
struct bytes representation_etag(const struct file *file);

/* Whether the client has x->file, by its entity-tag. */
bool representation_is_held(const struct exchange *x);

/* Whether the file is worth compressing; compressible.h. */
bool representation_is_compressible(const struct file *file);

/* Plans a response with this status, whose content is x->file, a page of the
 * site about an error. Conditions and ranges do not apply to it (RFC 9110,
 * 13.2.1 and 14.2), so it has no validators. */
enum verdict representation_of_error(struct exchange *x, unsigned status,
                                     const char *why);

/* Rules; x->file is a regular file. The last one always decides. */
enum verdict representation_condition(struct exchange *x);
enum verdict representation_range(struct exchange *x);
enum verdict representation_content(struct exchange *x);

#endif
