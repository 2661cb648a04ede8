#include "server/units.h"

#include <inttypes.h>
#include <stdio.h>

struct suffix {
    const char *text;
    uint64_t factor;
};

/* Each list grows from its second row on; the first is what a bare number
 * means. */
static const struct suffix none[] = {{"", 1}, {NULL, 0}};
static const struct suffix sizes[] = {
    {"", 1}, {"k", 1 << 10}, {"m", 1 << 20}, {"g", 1 << 30}, {NULL, 0}};
static const struct suffix times[] = {{"", 1000},   {"ms", 1},      {"s", 1000},
                                      {"m", 60000}, {"h", 3600000}, {NULL, 0}};

static const struct suffix *suffixes_of(enum unit unit)
{
    switch (unit) {
    case UNIT_NONE:
        return none;
    case UNIT_SIZE:
        return sizes;
    case UNIT_TIME:
        return times;
    }
    return none;
}

/* A capital is told apart in times alone: "10M" could be meant as months or as
 * a million, while 64K is what many tools print for a size. */
static bool suffix_fits(const struct suffix *suffix, enum unit unit,
                        struct bytes text)
{
    if (unit == UNIT_SIZE)
        return bytes_equal_nocase(bytes_of(suffix->text), text);
    return bytes_equal(bytes_of(suffix->text), text);
}

bool units_parse(struct bytes text, enum unit unit, uint64_t *value)
{
    struct bytes digits = {text.at, 0}, rest;
    const struct suffix *suffix = suffixes_of(unit);
    uint64_t number;

    while (digits.len < text.len && text.at[digits.len] >= '0' &&
           text.at[digits.len] <= '9')
        digits.len++;
    rest = (struct bytes){text.at + digits.len, text.len - digits.len};
    if (!bytes_to_u64(digits, &number))
        return false;
    while (suffix->text != NULL && !suffix_fits(suffix, unit, rest))
        suffix++;
    if (suffix->text == NULL || number > UINT64_MAX / suffix->factor)
        return false;
    *value = number * suffix->factor;
    return true;
}

const char *units_format(uint64_t value, enum unit unit,
                         char out[UNITS_TEXT_MAX])
{
    const struct suffix *row = suffixes_of(unit), *best = row;

    for (row++; row->text != NULL; row++)
        if (value != 0 && value % row->factor == 0)
            best = row;
    snprintf(out, UNITS_TEXT_MAX, "%" PRIu64 "%s", value / best->factor,
             best->text);
    return out;
}
