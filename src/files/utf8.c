#include "files/utf8.h"

#include <assert.h>

/* RFC 3629, 4: the first byte says how many follow, and narrows the second one
 * where overlong forms, surrogates or numbers past U+10FFFF would begin. */
struct sequence {
    size_t len; /* 0: no sequence begins like this */
    unsigned char second_min, second_max;
};

static struct sequence sequence_of(unsigned char first)
{
    if (first < 0x80)
        return (struct sequence){1, 0x00, 0x00};
    if (first >= 0xC2 && first <= 0xDF)
        return (struct sequence){2, 0x80, 0xBF};
    if (first == 0xE0)
        return (struct sequence){3, 0xA0, 0xBF};
    if (first == 0xED)
        return (struct sequence){3, 0x80, 0x9F};
    if (first >= 0xE1 && first <= 0xEF)
        return (struct sequence){3, 0x80, 0xBF};
    if (first == 0xF0)
        return (struct sequence){4, 0x90, 0xBF};
    if (first >= 0xF1 && first <= 0xF3)
        return (struct sequence){4, 0x80, 0xBF};
    if (first == 0xF4)
        return (struct sequence){4, 0x80, 0x8F};
    return (struct sequence){0, 0, 0};
}

/* Whether at[0..len) is `sequence`, or a beginning of it. */
static bool is_good(struct sequence sequence, const unsigned char *at,
                    size_t len)
{
    if (sequence.len > 1 && len > 1 &&
        (at[1] < sequence.second_min || at[1] > sequence.second_max))
        return false;
    for (size_t i = 2; i < sequence.len && i < len; i++)
        if (at[i] < 0x80 || at[i] > 0xBF)
            return false;
    return true;
}

bool utf8_is_text(struct bytes text, bool whole)
{
    const unsigned char *at = (const unsigned char *)text.at;
    size_t left = text.len;

    while (left > 0) {
        struct sequence sequence = sequence_of(*at);

        if (*at == '\0' || sequence.len == 0 || !is_good(sequence, at, left))
            return false;
        if (sequence.len > left)
            return !whole;
        at += sequence.len;
        left -= sequence.len;
    }
    return true;
}

size_t utf8_cut(struct bytes text, bool *is_character)
{
    const unsigned char *at = (const unsigned char *)text.at;
    struct sequence sequence = sequence_of(*at);
    size_t len = 1;

    while (len < sequence.len && len < text.len &&
           is_good(sequence, at, len + 1))
        len++;
    *is_character = len == sequence.len;
    assert(len <= text.len);
    return len;
}
