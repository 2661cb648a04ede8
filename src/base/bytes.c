#include "base/bytes.h"

#include <assert.h>

bool bytes_equal_nocase(struct bytes a, struct bytes b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (bytes_lower(a.at[i]) != bytes_lower(b.at[i]))
            return false;
    return true;
}

struct bytes bytes_trim(struct bytes text)
{
    while (text.len > 0 && bytes_is_space(text.at[0])) {
        text.at++;
        text.len--;
    }
    while (text.len > 0 && bytes_is_space(text.at[text.len - 1]))
        text.len--;
    return text;
}

struct bytes bytes_cut_member(struct bytes *list)
{
    const char *comma = memchr(list->at, ',', list->len);
    size_t len = comma != NULL ? (size_t)(comma - list->at) : list->len;
    struct bytes member = bytes_trim((struct bytes){list->at, len});
    size_t step = comma != NULL ? len + 1 : len;

    list->at += step;
    list->len -= step;
    return member;
}

bool bytes_to_u64(struct bytes text, uint64_t *value)
{
    uint64_t sum = 0;

    if (text.len == 0)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        unsigned digit = (unsigned char)text.at[i] - (unsigned)'0';

        if (digit > 9)
            return false;
        if (__builtin_mul_overflow(sum, 10, &sum) ||
            __builtin_add_overflow(sum, digit, &sum))
            return false;
    }
    *value = sum;
    return true;
}

size_t bytes_from_u64(uint64_t value, char out[BYTES_U64_MAX])
{
    size_t len = 1;

    for (uint64_t next = 10; len < BYTES_U64_MAX && value >= next; next *= 10)
        len++;
    for (size_t at = len; at > 0; value /= 10)
        out[--at] = (char)('0' + value % 10);
    assert(value == 0);
    return len;
}
