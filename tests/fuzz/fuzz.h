/* fuzz.h -- what the fuzz targets share
 *
 * A target checks invariants, not only that nothing crashes; libFuzzer stores
 * an input that breaks one. The first bytes of an input may select parameters;
 * the rest is what the parser gets. */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stdio.h>
#include <stdlib.h>

#include "base/bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void require(bool holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "does not hold: %s\n", what);
        abort();
    }
}

/* The input, from its front. */
struct choices {
    const uint8_t *at;
    size_t len;
};

/* The next byte; 0 where there is none. */
static inline uint8_t choose_byte(struct choices *choices)
{
    if (choices->len == 0)
        return 0;
    choices->len--;
    return *choices->at++;
}

static inline uint64_t choose_u64(struct choices *choices)
{
    uint64_t value = 0;

    for (int i = 0; i < 8; i++)
        value = value << 8 | choose_byte(choices);
    return value;
}

/* The bytes up to the next LF, which is taken too; or all. */
static inline struct bytes choose_line(struct choices *choices)
{
    const uint8_t *end =
        choices->len > 0 ? memchr(choices->at, '\n', choices->len) : NULL;
    size_t len = end != NULL ? (size_t)(end - choices->at) : choices->len;
    struct bytes line = {(const char *)choices->at, len};

    choices->at += len + (end != NULL);
    choices->len -= len + (end != NULL);
    return line;
}

/* A copy on the heap that is no byte longer. The caller frees .at. */
static inline struct bytes fuzz_copy(struct bytes text)
{
    char *at = malloc(text.len);

    require(at != NULL || text.len == 0, "there is memory");
    if (text.len > 0)
        memcpy(at, text.at, text.len);
    return (struct bytes){at, text.len};
}

static inline void fuzz_free(struct bytes copy)
{
    free((void *)(uintptr_t)copy.at);
}

#endif
