/* target.h -- a request's target (RFC 9112, 3.2; RFC 3986)
 *
 * Pure. The target is split at its slashes, then each segment is decoded once:
 * so "%2F" is a character of a name and never separates. "." and ".." segments,
 * escaped or not, are resolved here (RFC 3986, 5.2.4), and a path that would
 * leave the root is refused; openat2 confines the rest. Repeated slashes count
 * as one, as in the file system. */
#ifndef HTTP_TARGET_H
#define HTTP_TARGET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"

enum target_result {
    TARGET_PATH,        /* path and query are set */
    TARGET_ASTERISK,    /* "*": the server itself, for OPTIONS */
    TARGET_NO_NAME,     /* 404: a hidden name, or one that no file can have;
                           path is what precedes that name: "" or "a/b/" */
    TARGET_BAD,         /* 400 */
    TARGET_MISDIRECTED, /* 421: another scheme than http */
};

struct target {
    struct bytes
        path; /* decoded, no leading slash, "" for the root; in `out` */
    struct bytes query; /* with its '?', as it was sent; into raw */
    struct bytes
        authority; /* of the absolute-form, else .at is NULL; into raw */
};

/* Reads `raw`, and writes the path to out[0..raw.len), which may be raw.at. The
 * result says which members of `target` are set. */
enum target_result target_parse(struct bytes raw, char *out,
                                struct target *target);

/* Writes the origin-form: "/", the path encoded, the query. Returns its length,
 * or 0 if `size` may be too small. */
size_t target_format(const struct target *target, char *out, size_t size);

/* Whether `host` is valid in a Host field: a name or an address, then
 * perhaps a port (RFC 9110, 7.2; RFC 3986, 3.2.2). It may be empty. */
bool host_is_valid(struct bytes host);

#endif
