/* find.h -- the position of a byte in the lines of a head
 *
 * Lines are short: a call of memchr would cost more than the search. These
 * functions are inline, and look at sixteen bytes at a time on x86-64, where
 * every processor has SSE2. No byte at or behind `end` is read; those before
 * `at` may be, and FIND_STEP bytes before `end` must be readable. Pure. */
#ifndef BASE_FIND_H
#define BASE_FIND_H

#include <stdbool.h>
#include <stddef.h>

enum { FIND_STEP = 16 };

#ifdef __SSE2__
#include <emmintrin.h>

/* A bit for each of at[0..FIND_STEP), set where the byte matches. */
static inline unsigned find_marks(const char *at, char c, bool or_space)
{
    const __m128i bytes = _mm_loadu_si128((const __m128i *)at);
    __m128i found = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c));

    if (or_space) {
        const __m128i least = _mm_min_epu8(bytes, _mm_set1_epi8(' '));

        found = _mm_or_si128(found, _mm_cmpeq_epi8(bytes, least));
    }
    return (unsigned)_mm_movemask_epi8(found);
}

static inline const char *find(const char *at, const char *end, char c,
                               bool or_space)
{
    const char *last = end - FIND_STEP;
    unsigned marks;

    for (; at <= last; at += FIND_STEP) {
        marks = find_marks(at, c, or_space);
        if (marks != 0)
            return at + (unsigned)__builtin_ctz(marks);
    }
    /* The last step overlaps the one before, and drops those bytes. */
    marks = find_marks(last, c, or_space) >> (at - last);
    return marks != 0 ? at + (unsigned)__builtin_ctz(marks) : NULL;
}

#else

static inline const char *find(const char *at, const char *end, char c,
                               bool or_space)
{
    for (; at < end; at++)
        if (*at == c || (or_space && (unsigned char)*at <= ' '))
            return at;
    return NULL;
}

#endif

/* The first `c` in [at, end). NULL: none. */
static inline const char *find_byte(const char *at, const char *end, char c)
{
    return find(at, end, c, false);
}

/* The first byte in [at, end) that is `c` or not greater than a space: a space
 * or a control character other than DEL. NULL: none. */
static inline const char *find_byte_or_space(const char *at, const char *end,
                                             char c)
{
    return find(at, end, c, true);
}

#endif
