/* bytes.h -- a view of bytes that somebody else owns
 *
 * A struct bytes never owns and never ends in a NUL that counts. Functions
 * here are pure: no allocation, no system call, any thread. */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct bytes {
    const char *at;
    size_t len;
};

/* A view of a string literal, or of an array that ends in a NUL. */
#define BYTES(literal) ((struct bytes){(literal), sizeof(literal) - 1})

static inline struct bytes bytes_of(const char *text)
{
    return (struct bytes){text, strlen(text)};
}

static inline bool bytes_equal(struct bytes a, struct bytes b)
{
    return a.len == b.len && memcmp(a.at, b.at, a.len) == 0;
}

/* Compares as the names of fields and schemes compare: ASCII letters without
 * regard to case, all other bytes as they are. No locale takes part. */
bool bytes_equal_nocase(struct bytes a, struct bytes b);

/* RFC 9110, 5.6.3: what white space is made of. */
static inline bool bytes_is_space(char c)
{
    return c == ' ' || c == '\t';
}

/* The view without the spaces and tabs (RFC 9110, 5.6.3: OWS) at both ends. */
struct bytes bytes_trim(struct bytes text);

/* Cuts the next member off a list that commas divide (RFC 9110, 5.6.1), without
 * the white space around it; it may be empty. The list becomes what follows. */
struct bytes bytes_cut_member(struct bytes *list);

/* Reads a decimal number that fills all of `text`: digits only, no sign, no
 * space, at least one. Returns false, and leaves *value alone, where it is no
 * such number or does not fit 64 bits. */
bool bytes_to_u64(struct bytes text, uint64_t *value);

enum { BYTES_U64_MAX = 20 }; /* digits of the largest number */

/* Writes `value` in decimal, without a NUL. Returns how many digits. */
size_t bytes_from_u64(uint64_t value, char out[BYTES_U64_MAX]);

#endif
