#include "http/range.h"

#include <assert.h>

enum spec_result {
    SPEC_PART,
    SPEC_PAST_END,
    SPEC_NO_PART, /* not a range-spec, or one that Content-Range cannot express
                   */
};

/* Reads a number; one that is too large becomes UINT64_MAX. False: no number.
 */
static bool read_position(struct bytes text, uint64_t *value)
{
    if (bytes_to_u64(text, value))
        return true;
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] < '0' || text.at[i] > '9')
            return false;
    *value = UINT64_MAX;
    return text.len > 0;
}

/* One range-spec: "first-last", "first-" or "-length". */
static enum spec_result parse_spec(struct bytes spec, uint64_t size,
                                   struct range *range)
{
    const char *dash = memchr(spec.at, '-', spec.len);
    uint64_t first, last;
    struct bytes left, right;

    if (dash == NULL)
        return SPEC_NO_PART;
    left = (struct bytes){spec.at, (size_t)(dash - spec.at)};
    right = (struct bytes){dash + 1, spec.len - left.len - 1};
    if (left.len == 0) {
        if (!read_position(right, &last))
            return SPEC_NO_PART;
        *range = (struct range){last < size ? size - last : 0, size};
        if (last == 0)
            return SPEC_PAST_END;
        return size == 0 ? SPEC_NO_PART
                         : SPEC_PART; /* the last bytes of an empty file */
    }
    if (!read_position(left, &first))
        return SPEC_NO_PART;
    last = UINT64_MAX;
    if (right.len > 0 && (!read_position(right, &last) || last < first))
        return SPEC_NO_PART;
    if (first >= size)
        return SPEC_PAST_END;
    *range = (struct range){first, last < size ? last + 1 : size};
    return SPEC_PART;
}

enum range_result range_parse(struct bytes value, uint64_t size,
                              struct range_set *set)
{
    static const struct bytes unit = {"bytes=", 6};
    size_t asked = 0;
    uint64_t sum = 0;

    set->count = 0;
    if (value.len < unit.len ||
        !bytes_equal_nocase((struct bytes){value.at, unit.len}, unit))
        return RANGE_WHOLE;
    value = (struct bytes){value.at + unit.len, value.len - unit.len};

    while (value.len > 0) {
        struct bytes spec = bytes_cut_member(&value);
        struct range range;

        if (spec.len == 0)
            continue;
        if (++asked > RANGES_MAX)
            return RANGE_WHOLE;
        switch (parse_spec(spec, size, &range)) {
        case SPEC_PART:
            if (__builtin_add_overflow(sum, range.to - range.from, &sum))
                return RANGE_WHOLE;
            assert(range.from < range.to && range.to <= size);
            set->parts[set->count++] = range;
            continue;
        case SPEC_PAST_END:
            continue;
        case SPEC_NO_PART:
            return RANGE_WHOLE;
        }
    }
    if (asked == 0)
        return RANGE_WHOLE;
    if (set->count == 0)
        return RANGE_UNSATISFIABLE;
    assert(set->count <= asked && sum > 0);
    return set->count > 1 && sum > size ? RANGE_WHOLE : RANGE_PARTS;
}
