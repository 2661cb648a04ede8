/* path_hash.h -- a hash of paths that clients cannot predict
 *
 * Clients choose the paths that they request. With a hash that they know, they
 * could pick thousands that fall into one bucket. So this is SipHash-1-3
 * (Aumasson and Bernstein, "SipHash: a fast short-input PRF") under a secret
 * key, as the tables of Rust and Python have it. Words are little-endian, so
 * that a hash is the same on every machine. Pure: no system call, any thread.
 */
#ifndef FILES_PATH_HASH_H
#define FILES_PATH_HASH_H

#include <stdint.h>

#include "base/bytes.h"

struct path_hash_key {
    uint64_t word[2]; /* random */
};

uint64_t path_hash(const struct path_hash_key *key, struct bytes path);

#endif
