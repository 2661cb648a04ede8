/* bytes.h -- a view of bytes that something else owns
 *
 * A struct bytes owns nothing. A NUL in it is a byte like others, and none
 * marks its end. Functions here are pure: no allocation, no system call, any
 * thread. */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <assert.h>
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

/* The byte, with an ASCII capital made a small letter. */
static inline char bytes_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

enum { BYTES_NO_DIGIT = 16 };

/* The value of a hexadecimal digit, or BYTES_NO_DIGIT. */
static inline unsigned bytes_hex_digit(char c)
{
    char lower = bytes_lower(c);

    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0');
    return lower >= 'a' && lower <= 'f' ? (unsigned)(lower - 'a') + 10
                                        : BYTES_NO_DIGIT;
}

/* Compares ASCII letters without regard to case and all other bytes as they
 * are, as for names of fields and schemes. The locale does not matter. */
bool bytes_equal_nocase(struct bytes a, struct bytes b);

/* Whether the bytes of `text` are those of `word`, in either case. `word` has
 * small letters, digits and hyphens: a byte of it with bit 6 set is a letter,
 * and setting bit 5 of that byte in `text` makes a capital small. */
static inline bool bytes_match_word(uint64_t text, uint64_t word)
{
    return (text | (word >> 1 & UINT64_C(0x2020202020202020))) == word;
}

static inline uint64_t bytes_load8(const char *at)
{
    uint64_t eight;

    memcpy(&eight, at, sizeof(eight));
    return eight;
}

static inline uint64_t bytes_load4(const char *at)
{
    uint32_t four;

    memcpy(&four, at, sizeof(four));
    return four;
}

/* bytes_equal_nocase for a `word` of at least four small letters, digits and
 * hyphens. For a constant word it compiles to one comparison for each eight
 * bytes; the last one may overlap the one before it. */
static inline bool bytes_is_word(struct bytes text, struct bytes word)
{
    const char *a = text.at, *b = word.at;
    size_t len = word.len;

    assert(len >= 4);
    if (text.len != len)
        return false;
    if (len < 8)
        return bytes_match_word(bytes_load4(a), bytes_load4(b)) &&
               bytes_match_word(bytes_load4(a + len - 4),
                                bytes_load4(b + len - 4));
    for (size_t i = 0; i + 8 < len; i += 8)
        if (!bytes_match_word(bytes_load8(a + i), bytes_load8(b + i)))
            return false;
    return bytes_match_word(bytes_load8(a + len - 8), bytes_load8(b + len - 8));
}

/* White space of RFC 9110, 5.6.3: a space or a tab. */
static inline bool bytes_is_space(char c)
{
    return c == ' ' || c == '\t';
}

/* The view without the spaces and tabs (RFC 9110, 5.6.3: OWS) at both ends. */
struct bytes bytes_trim(struct bytes text);

/* Cuts the next member off a comma-separated list (RFC 9110, 5.6.1), without
 * the white space around it. The member may be empty. *list becomes the rest
 * behind the comma. */
struct bytes bytes_cut_member(struct bytes *list);

/* Reads a decimal number that fills all of `text`: digits only, no sign, no
 * space, at least one. Returns false, and leaves *value alone, where `text` is
 * something else or does not fit 64 bits. */
bool bytes_to_u64(struct bytes text, uint64_t *value);

enum { BYTES_U64_MAX = 20 }; /* digits of UINT64_MAX */

/* Writes `value` in decimal, without a NUL. Returns how many digits. */
size_t bytes_from_u64(uint64_t value, char out[BYTES_U64_MAX]);

#endif
