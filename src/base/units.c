#include "base/units.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"

/* The first row of a unit is that of a bare number; from the second on, the
 * factors grow. */
static const struct suffix {
    enum unit unit;
    const char *text;
    uint64_t factor;
} suffixes[] = {
    {UNIT_NONE, "", 1},        {UNIT_SIZE, "", 1},
    {UNIT_SIZE, "k", 1 << 10}, {UNIT_SIZE, "m", 1 << 20},
    {UNIT_SIZE, "g", 1 << 30}, {UNIT_TIME, "", 1000},
    {UNIT_TIME, "ms", 1},      {UNIT_TIME, "s", 1000},
    {UNIT_TIME, "m", 60000},   {UNIT_TIME, "h", 3600000},
};
static const size_t suffix_count = sizeof(suffixes) / sizeof(suffixes[0]);

/* Only sizes ignore case: many tools print 64K, while "10M" as a time could
 * mean months. */
static bool suffix_fits(const struct suffix *suffix, enum unit unit,
                        const char *text)
{
    if (suffix->unit != unit)
        return false;
    if (unit == UNIT_SIZE)
        return bytes_equal_nocase(bytes_of(suffix->text), bytes_of(text));
    return strcmp(suffix->text, text) == 0;
}

bool units_parse(const char *text, enum unit unit, uint64_t *value)
{
    size_t digits = strspn(text, "0123456789"), i = 0;
    uint64_t number;

    if (!bytes_to_u64((struct bytes){text, digits}, &number))
        return false;
    while (i < suffix_count && !suffix_fits(&suffixes[i], unit, text + digits))
        i++;
    if (i == suffix_count || number > UINT64_MAX / suffixes[i].factor)
        return false;
    *value = number * suffixes[i].factor;
    return true;
}

const char *units_format(uint64_t value, enum unit unit,
                         char out[UNITS_TEXT_MAX])
{
    const struct suffix *best = NULL;

    for (size_t i = 0; i < suffix_count; i++)
        if (suffixes[i].unit == unit &&
            (best == NULL || (value != 0 && value % suffixes[i].factor == 0)))
            best = &suffixes[i];
    assert(best != NULL);
    assert(value % best->factor == 0); /* nothing is rounded */
    snprintf(out, UNITS_TEXT_MAX, "%" PRIu64 "%s", value / best->factor,
             best->text);
    return out;
}
