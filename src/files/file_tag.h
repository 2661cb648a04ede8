/* file_tag.h -- the opaque-tag of a file version (RFC 9110, 8.8.3)
 *
 * Small files are tagged by their content, so that all replicas of a site give
 * one file one tag, and a deployment that changes no byte changes no tag. The
 * hash has 128 bits (XXH3): it does not withstand somebody who looks for two
 * contents with one hash, but who may write into the site needs no collision.
 * Larger files are tagged by size and mtime: a change that keeps both keeps the
 * tag.
 *
 * This is libxxhash's door. Each tag is written with its quotes and a NUL, as
 * hexadecimal digits. Any thread. */
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

/* The same of the `size` bytes of an open file, read in pieces. Returns 0 or a
 * negative errno: -EAGAIN where it has other than `size` bytes. May block on
 * the disk. */
int file_tag_of_file(int fd, uint64_t size, char out[FILE_TAG_SIZE]);

/* A tag by size and mtime. `nonce`, where it is not 0, tells apart what these
 * cannot: a version that is not settled gets one that no other load has, so
 * that its tag never matches bytes that may yet come with the same stamps.
 * Pure. */
void file_tag_of_version(const struct file_version *version, uint32_t nonce,
                         char out[FILE_TAG_SIZE]);

#endif
