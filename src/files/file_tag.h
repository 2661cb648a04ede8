/* file_tag.h -- the opaque-tag of a file version (RFC 9110, 8.8.3)
 *
 * Small files are tagged by their content, so that all replicas of a site give
 * one file one tag, and a deployment that changes no byte changes no tag. The
 * hash has 128 bits (XXH3). It does not withstand a search for collisions, but
 * whoever can write into the site needs none.
 * Larger files are tagged by size and mtime: a change that keeps both keeps the
 * tag.
 *
 * This is libxxhash's door. A tag is written as hexadecimal digits, with its
 * quotes and a NUL. Any thread. */
#ifndef FILES_FILE_TAG_H
#define FILES_FILE_TAG_H

#include <stdint.h>

#include "base/bytes.h"
#include "files/file_version.h"

enum {
    FILE_TAG_CONTENT_MAX = 262144, /* bytes of a file that is hashed */
    FILE_TAG_SIZE = 48
};

/* Pure. */
void file_tag_of_content(struct bytes content, char out[FILE_TAG_SIZE]);

/* The same tag, of an open file of `size` bytes, read in pieces. Returns 0 or a
 * negative errno: -EAGAIN where the file has another size. May block on the
 * disk. */
int file_tag_of_file(int fd, uint64_t size, char out[FILE_TAG_SIZE]);

/* A tag by size and mtime. A version that is not settled needs a nonce that no
 * other load has (else it is 0): the file could still change and keep its
 * stamps, and must then get another tag. Pure. */
void file_tag_of_version(const struct file_version *version, uint32_t nonce,
                         char out[FILE_TAG_SIZE]);

#endif
