/* target.h -- what a request asks for (RFC 9112, 3.2; RFC 3986)
 *
 * Pure. A target becomes a path by decoding each segment once, after it was cut
 * at its slashes: so "%2F" is a character of a name, and never separates. "."
 * and ".." segments are resolved here (RFC 3986, 5.2.4), in every spelling, and
 * one that would leave the root is refused; openat2 confines what remains.
 * Slashes that follow each other count as one, as the file system has it. */
#ifndef HTTP_TARGET_H
#define HTTP_TARGET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"

enum target_result {
    TARGET_PATH,        /* path and query are set */
    TARGET_ASTERISK,    /* "*": the server itself; for OPTIONS */
    TARGET_NO_NAME,     /* 404: no file can have that name, or it is hidden */
    TARGET_BAD,         /* 400 */
    TARGET_MISDIRECTED, /* 421: a scheme that this server does not speak */
};

struct target {
    struct bytes
        path; /* decoded, no leading slash, "" for the root; in `out` */
    struct bytes query; /* with its '?', as it was sent; into raw */
    struct bytes
        authority; /* of the absolute-form, else .at is NULL; into raw */
};

/* Reads `raw`, writing the path to out[0..raw.len). `target` is set as far as
 * the result says. */
enum target_result target_parse(struct bytes raw, char *out,
                                struct target *target);

/* Writes the origin-form of a folder's path: "/", the path encoded, "/", the
 * query. Returns its length, or 0 where it does not fit `size`. */
size_t target_format_folder(const struct target *target, char *out,
                            size_t size);

/* Whether `host` is what a Host field may hold: a name or an address, then
 * perhaps a port (RFC 9110, 7.2; RFC 3986, 3.2.2). It may be empty. */
bool host_is_valid(struct bytes host);

#endif
