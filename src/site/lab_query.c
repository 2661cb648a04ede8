#include "site/lab_query.h"

#include <assert.h>

#include "base/put.h"
#include "base/units.h"

enum {
    MS_US = 1000,
    SECOND_MS = 1000,
    VALUE_MAX = UNITS_TEXT_MAX, /* bytes of a value, with a NUL */
    QUOTED_MAX = 40,            /* bytes of a query that are repeated to it */
    NAME_COLUMN = 10,
};

#define ABSENT UINT64_MAX

/* Of each parameter, as it was asked for, or ABSENT. */
enum { SIZE, SEGMENT, PACE, DELAY, FIN, RESET, READ, PARAMETERS };

static const struct parameter {
    const char *name;
    enum unit unit;
    uint64_t min, max;
    const char *meaning;
} parameters[PARAMETERS] = {
    [SIZE] = {"size", UNIT_SIZE, 1, LAB_SIZE_MAX, "bytes of content; else 1k"},
    [SEGMENT] = {"segment", UNIT_SIZE, 1, LAB_SEGMENT_MAX,
                 "bytes of each write, a segment of its own"},
    [PACE] = {"pace", UNIT_SIZE, LAB_PACE_MIN, LAB_PACE_MAX, "bytes a second"},
    [DELAY] = {"delay", UNIT_TIME, 1, LAB_DELAY_MAX_MS, "between two writes"},
    [FIN] = {"fin", UNIT_SIZE, 0, LAB_SIZE_MAX,
             "end the stream after so many bytes of content"},
    [RESET] = {"reset", UNIT_SIZE, 0, LAB_SIZE_MAX,
               "reset the connection after so many bytes of content"},
    [READ] = {"read", UNIT_SIZE, 1, LAB_READ_MAX,
              "bytes of each recv, after the first 256 of a request"},
};

/* Why a query cannot be used. */
struct mistake {
    struct bytes at; /* the part of the query; may be empty */
    const char *what;
    const struct parameter *parameter; /* whose bounds are named; or NULL */
};

static bool name_index(struct bytes name, size_t *index)
{
    for (*index = 0; *index < PARAMETERS; ++*index)
        if (bytes_equal(name, bytes_of(parameters[*index].name)))
            return true;
    return false;
}

static bool read_value(struct bytes text, const struct parameter *parameter,
                       uint64_t *value)
{
    char copy[VALUE_MAX];

    if (text.len >= sizeof(copy) || memchr(text.at, '\0', text.len) != NULL)
        return false;
    *put_bytes(copy, text) = '\0';
    return units_parse(copy, parameter->unit, value) &&
           *value >= parameter->min && *value <= parameter->max;
}

/* Reads "name=value". */
static bool read_pair(struct bytes pair, uint64_t values[PARAMETERS],
                      struct mistake *mistake)
{
    const char *equals = memchr(pair.at, '=', pair.len);
    struct bytes name = {pair.at, equals != NULL ? (size_t)(equals - pair.at)
                                                 : pair.len};
    struct bytes value = {name.at + name.len, 0};
    size_t i;

    *mistake = (struct mistake){.at = pair};
    if (equals != NULL)
        value = (struct bytes){equals + 1, pair.len - name.len - 1};
    if (!name_index(name, &i)) {
        mistake->what = "there is no such parameter";
        return false;
    }
    if (values[i] != ABSENT) {
        mistake->what = "it is there twice";
        return false;
    }
    mistake->parameter = &parameters[i];
    return read_value(value, &parameters[i], &values[i]);
}

static bool read_pairs(struct bytes text, uint64_t values[PARAMETERS],
                       struct mistake *mistake)
{
    for (size_t i = 0; i < PARAMETERS; i++)
        values[i] = ABSENT;
    if (text.len > 0 && text.at[0] == '?')
        text = (struct bytes){text.at + 1, text.len - 1};
    while (text.len > 0) { /* at most PARAMETERS times, and a mistake */
        const char *end = memchr(text.at, '&', text.len);
        size_t len = end != NULL ? (size_t)(end - text.at) : text.len;

        if (!read_pair((struct bytes){text.at, len}, values, mistake))
            return false;
        len += end != NULL;
        text = (struct bytes){text.at + len, text.len - len};
    }
    return true;
}

/* How long the response lasts at least: by its pace, or by its delays. */
static uint64_t lasts_ms(const struct shape_wish *shape)
{
    uint64_t write_len = shape_wish_write_len(shape);

    if (shape->pace > 0)
        return shape->len * SECOND_MS / shape->pace;
    return shape->len / write_len * shape->delay_us / MS_US;
}

/* What is wrong with values that are each in their bounds; NULL: nothing. */
static const char *judge(const uint64_t values[PARAMETERS],
                         const struct lab_query *query)
{
    if (values[PACE] != ABSENT && values[DELAY] != ABSENT)
        return "write pace or delay, not both";
    if (values[FIN] != ABSENT && values[RESET] != ABSENT)
        return "write fin or reset, not both";
    if (query->shape.len > query->size)
        return "fin and reset are at most as much as size (1k, unless it is "
               "written)";
    if (lasts_ms(&query->shape) > LAB_LASTS_MAX_MS)
        return "the response would last longer than 10m; write less of size, "
               "or more of pace or segment";
    return NULL;
}

static uint64_t or_else(uint64_t value, uint64_t otherwise)
{
    return value == ABSENT ? otherwise : value;
}

static struct lab_query query_of(const uint64_t values[PARAMETERS])
{
    struct lab_query query = {
        .size = or_else(values[SIZE], LAB_SIZE),
        .read_max = (uint32_t)or_else(values[READ], 0),
        .shape = {.pace = or_else(values[PACE], 0),
                  .delay_us = (uint32_t)or_else(values[DELAY], 0) * MS_US,
                  .write_max = (uint32_t)or_else(values[SEGMENT], 0),
                  .ends_records = values[SEGMENT] != ABSENT},
    };

    query.shape.len = query.size;
    if (values[FIN] != ABSENT) {
        query.shape.end = SHAPE_ENDS;
        query.shape.len = values[FIN];
    } else if (values[RESET] != ABSENT) {
        query.shape.end = SHAPE_RESETS;
        query.shape.len = values[RESET];
    }
    return query;
}

static char *put_bounds(char *to, const struct parameter *parameter)
{
    char min[UNITS_TEXT_MAX], max[UNITS_TEXT_MAX];

    to = put_text(to, parameter->unit == UNIT_TIME ? "a time from "
                                                   : "a size from ");
    to = put_text(to, units_format(parameter->min, parameter->unit, min));
    to = put_text(to, " to ");
    return put_text(to, units_format(parameter->max, parameter->unit, max));
}

/* Writes what is wrong, and all that may be asked. Returns the length. */
static size_t explain(const struct mistake *mistake, char out[LAB_WRONG_MAX])
{
    struct bytes rest = mistake->at;
    char *to = put_char(out, '\'');

    to = put_printable(to, QUOTED_MAX, &rest);
    to = put_text(to, rest.len > 0 ? "...': " : "': ");
    if (mistake->parameter != NULL)
        to = put_bounds(put_text(to, "write "), mistake->parameter);
    else
        to = put_text(to, mistake->what);
    to = put_text(to, "\n\nThe lab takes, each at most once:\n\n");
    for (size_t i = 0; i < PARAMETERS; i++) {
        char *name = put_text(to, "  ");

        to = put_text(put_text(name, parameters[i].name), "=");
        while (to < name + NAME_COLUMN)
            to = put_char(to, ' ');
        to = put_text(put_bounds(to, &parameters[i]), ": ");
        to = put_char(put_text(to, parameters[i].meaning), '\n');
    }
    to = put_text(to, "\nAs in ?size=64k&segment=536, ?size=200k&pace=40k, "
                      "?delay=200ms&segment=100 or ?size=64k&reset=5000.\n");
    assert(to <= out + LAB_WRONG_MAX);
    return (size_t)(to - out);
}

bool lab_query_read(struct bytes text, struct lab_query *query,
                    char wrong[LAB_WRONG_MAX], size_t *wrong_len)
{
    uint64_t values[PARAMETERS];
    struct mistake mistake = {.at = text};
    struct lab_query read;

    if (read_pairs(text, values, &mistake)) {
        read = query_of(values);
        mistake = (struct mistake){.at = text, .what = judge(values, &read)};
        if (mistake.what == NULL) {
            *query = read;
            return true;
        }
    }
    *wrong_len = explain(&mistake, wrong);
    return false;
}
