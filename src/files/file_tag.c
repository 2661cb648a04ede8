#include "files/file_tag.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "files/file_read.h"

/* Compiled into this file: we need two functions, and the shared library would
 * take 64 KiB of memory. */
#define XXH_INLINE_ALL
#include <xxhash.h>

enum { PIECE_LEN = 16384 };

static void put_hash(XXH128_hash_t hash, char out[FILE_TAG_SIZE])
{
    snprintf(out, FILE_TAG_SIZE, "\"%016" PRIx64 "%016" PRIx64 "\"",
             (uint64_t)hash.high64, (uint64_t)hash.low64);
}

void file_tag_of_content(struct bytes content, char out[FILE_TAG_SIZE])
{
    put_hash(XXH3_128bits(content.at, content.len), out);
}

/* Adds all bytes of the file. Returns 0 or a negative errno. */
static int hash_file(XXH3_state_t *state, int fd, uint64_t size)
{
    char piece[PIECE_LEN];
    uint64_t at = 0;
    ssize_t got;

    do {
        got = file_read(fd, at, piece, sizeof(piece));
        if (got < 0)
            return (int)got;
        XXH3_128bits_update(state, piece, (size_t)got);
        at += (uint64_t)got;
    } while (got == PIECE_LEN && at <= size);
    return at == size ? 0 : -EAGAIN;
}

int file_tag_of_file(int fd, uint64_t size, char out[FILE_TAG_SIZE])
{
    XXH3_state_t *state = XXH3_createState();
    int error;

    if (state == NULL)
        return -ENOMEM;
    XXH3_128bits_reset(state);
    error = hash_file(state, fd, size);
    if (error == 0)
        put_hash(XXH3_128bits_digest(state), out);
    XXH3_freeState(state);
    return error;
}

void file_tag_of_version(const struct file_version *version, uint32_t nonce,
                         char out[FILE_TAG_SIZE])
{
    const uint64_t mtime_ns =
        (uint64_t)version->mtime_s * 1000000000U + version->mtime_ns;

    if (nonce == 0)
        snprintf(out, FILE_TAG_SIZE, "\"%" PRIx64 "-%" PRIx64 "\"",
                 (uint64_t)version->size, mtime_ns);
    else
        snprintf(out, FILE_TAG_SIZE, "\"%" PRIx64 "-%" PRIx64 "-%" PRIx32 "\"",
                 (uint64_t)version->size, mtime_ns, nonce);
}
