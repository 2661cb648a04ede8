#include "server/option_value.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/log.h"
#include "server/units.h"
#include "tcp/address.h"

/* The words of a flag, no before yes. */
static const char *const flag_words[][2] = {
    {"no", "yes"}, {"off", "on"}, {"false", "true"}, {"0", "1"}};

static enum unit unit_of(const struct option_row *row)
{
    if (row->type == OPTION_SIZE)
        return UNIT_SIZE;
    return row->type == OPTION_DURATION ? UNIT_TIME : UNIT_NONE;
}

static void expected_number(const struct option_row *row, const char *noun,
                            char out[OPTION_EXPECTED_LEN])
{
    char min[UNITS_TEXT_MAX], max[UNITS_TEXT_MAX];

    units_format(row->min, unit_of(row), min);
    units_format(row->max, unit_of(row), max);
    if (row->has_auto)
        snprintf(out, OPTION_EXPECTED_LEN, "%s from %s to %s, or auto", noun,
                 min, max);
    else
        snprintf(out, OPTION_EXPECTED_LEN, "%s from %s to %s, such as %s", noun,
                 min, max, row->fallback);
}

static void expected_choice(const struct option_row *row,
                            char out[OPTION_EXPECTED_LEN])
{
    size_t i, len = 0;

    for (i = 0; row->choices[i] != NULL && len < OPTION_EXPECTED_LEN; i++) {
        const char *before = row->choices[i + 1] == NULL ? " or " : ", ";

        len += (size_t)snprintf(out + len, OPTION_EXPECTED_LEN - len, "%s%s",
                                i == 0 ? "" : before, row->choices[i]);
    }
}

const char *option_expected(const struct option_row *row,
                            char out[OPTION_EXPECTED_LEN])
{
    switch (row->type) {
    case OPTION_ACTION:
        return "nothing: it takes no value";
    case OPTION_FLAG:
        return "yes or no";
    case OPTION_LIST:
        return "PORT, IP:PORT, [IP]:PORT or unix:PATH";
    case OPTION_TEXT:
        return "a path, without control characters";
    case OPTION_CHOICE:
        expected_choice(row, out);
        break;
    case OPTION_COUNT:
        expected_number(row, "a number", out);
        break;
    case OPTION_SIZE:
        expected_number(row, "a size", out);
        break;
    case OPTION_DURATION:
        expected_number(row, "a time", out);
        break;
    }
    return out;
}

static void mistake_in(struct options *options, const struct option_row *row,
                       struct bytes text, struct option_origin origin)
{
    char where[OPTION_WHERE_LEN], quoted[OPTION_QUOTE_LEN],
        out[OPTION_EXPECTED_LEN];

    option_source_mistake(
        options->source, OPTIONS_EXIT_USAGE, "%s: cannot use '%s'; write %s",
        option_where(options, row, origin, where),
        log_quote(quoted, sizeof(quoted), text), option_expected(row, out));
}

static bool set_flag(bool *flag, const char *text)
{
    size_t i;

    for (i = 0; i < sizeof(flag_words) / sizeof(flag_words[0]); i++) {
        if (strcmp(text, flag_words[i][0]) != 0 &&
            strcmp(text, flag_words[i][1]) != 0)
            continue;
        *flag = strcmp(text, flag_words[i][1]) == 0;
        return true;
    }
    return false;
}

static bool set_text(const char **value, const struct option_row *row,
                     const char *text)
{
    if (text[0] == '\0' && row->fallback[0] != '\0')
        return false;
    *value = text[0] == '\0' ? NULL : text;
    return true;
}

/* An enum without negative values is an unsigned to gcc and clang. */
static bool set_choice(unsigned *value, const struct option_row *row,
                       const char *text)
{
    unsigned i;

    for (i = 0; row->choices[i] != NULL; i++) {
        if (strcmp(text, row->choices[i]) == 0) {
            *value = i;
            return true;
        }
    }
    return false;
}

static bool set_number(void *value, const struct option_row *row,
                       const char *text)
{
    uint64_t number;

    if (row->has_auto && strcmp(text, "auto") == 0)
        number = 0;
    else if (!units_parse(text, unit_of(row), &number) || number < row->min ||
             number > row->max)
        return false;
    if (row->type == OPTION_COUNT)
        *(unsigned *)value = (unsigned)number;
    else if (row->type == OPTION_SIZE)
        *(size_t *)value = (size_t)number;
    else
        *(int64_t *)value = (int64_t)number;
    return true;
}

static bool set_one(struct options *options, const struct option_row *row,
                    const char *text)
{
    void *value = (char *)options + row->offset;

    switch (row->type) {
    case OPTION_FLAG:
        return set_flag(value, text);
    case OPTION_TEXT:
        return set_text(value, row, text);
    case OPTION_CHOICE:
        return set_choice(value, row, text);
    case OPTION_COUNT:
    case OPTION_SIZE:
    case OPTION_DURATION:
        return set_number(value, row, text);
    case OPTION_ACTION:
    case OPTION_LIST:
        break;
    }
    return false;
}

bool option_accepts(const struct option_row *row, const char *text)
{
    struct address addresses[ADDRESS_PARSE_MAX];
    struct options scratch;

    if (row->type == OPTION_LIST)
        return address_parse(bytes_of(text), addresses) > 0;
    return set_one(&scratch, row, text);
}

static bool addresses_collide(const struct address *ones, int one_count,
                              const struct address *others, int other_count)
{
    for (int i = 0; i < one_count; i++)
        for (int j = 0; j < other_count; j++)
            if (address_collides(&ones[i], &others[j]))
                return true;
    return false;
}

/* The address of the list that cannot be listened at beside `added`, since one
 * of them includes the other. NULL: there is none. */
static const char *collision(const struct options *options,
                             const struct address *added, int count)
{
    struct address others[ADDRESS_PARSE_MAX];

    for (size_t i = 0; i < options->listen_count; i++) {
        int other_count = address_parse(bytes_of(options->listen[i]), others);

        if (addresses_collide(added, count, others, other_count))
            return options->listen[i];
    }
    return NULL;
}

/* Without this check the second of the two would find the first's port, or
 * path, in use. */
static void listed_twice(struct options *options, const struct option_row *row,
                         const char *text, const char *other,
                         struct option_origin origin)
{
    char where[OPTION_WHERE_LEN], quoted[2][OPTION_QUOTE_LEN];

    option_where(options, row, origin, where);
    log_quote(quoted[0], sizeof(quoted[0]), bytes_of(text));
    log_quote(quoted[1], sizeof(quoted[1]), bytes_of(other));
    if (strcmp(text, other) == 0)
        option_source_mistake(options->source, OPTIONS_EXIT_USAGE,
                              "%s: '%s' is listed twice; keep one of the two",
                              where, quoted[0]);
    else
        option_source_mistake(options->source, OPTIONS_EXIT_USAGE,
                              "%s: '%s' overlaps with '%s', which is also "
                              "listed; keep one of the two",
                              where, quoted[0], quoted[1]);
}

/* Adds one address to the list. */
static void add_address(struct options *options, const struct option_row *row,
                        struct bytes text, struct option_origin origin)
{
    struct address addresses[ADDRESS_PARSE_MAX];
    int count = address_parse(text, addresses);
    char where[OPTION_WHERE_LEN];
    const char *copy, *other;

    if (count < 0) {
        mistake_in(options, row, text, origin);
        return;
    }
    if (options->listen_count == OPTIONS_LISTEN_MAX) {
        option_source_mistake(options->source, OPTIONS_EXIT_USAGE,
                              "%s: too many addresses; %d at most",
                              option_where(options, row, origin, where),
                              OPTIONS_LISTEN_MAX);
        return;
    }
    copy = option_source_keep(options->source, text);
    if (copy == NULL)
        return;
    other = collision(options, addresses, count);
    if (other != NULL)
        listed_twice(options, row, copy, other, origin);
    else
        options->listen[options->listen_count++] = copy;
}

static void set_list(struct options *options, const struct option_row *row,
                     const char *text, struct option_origin origin)
{
    struct option_said *said = option_source_said(options->source, row);
    const char *end;

    if (said->origin.place != origin.place) {
        options->listen_count = 0;
        *said = (struct option_said){.text = text, .origin = origin};
    }
    for (;; text = end + 1) {
        end = strchrnul(text, ',');
        add_address(options, row,
                    bytes_trim((struct bytes){text, (size_t)(end - text)}),
                    origin);
        if (*end == '\0')
            return;
    }
}

/* Control characters are in no path that is meant so, and what is printed as a
 * configuration must not reach a terminal with them. */
static bool has_control(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7f)
            return true;
    return false;
}

/* In a file of many lines the second of two is easily missed. On a command line
 * saying a thing again is how an alias is overridden. */
static bool said_twice(struct options *options, const struct option_row *row,
                       struct option_origin origin)
{
    struct option_said *said = option_source_said(options->source, row);
    char where[OPTION_WHERE_LEN];

    if (origin.place != PLACE_FILE || said->origin.place != PLACE_FILE ||
        row->type == OPTION_LIST)
        return false;
    option_source_mistake(options->source, OPTIONS_EXIT_USAGE,
                          "%s: already set on line %u; keep one of the two",
                          option_where(options, row, origin, where),
                          said->origin.line);
    return true;
}

void option_set(struct options *options, const struct option_row *row,
                const char *text, struct option_origin origin)
{
    const char *kept;

    if (row->type == OPTION_ACTION && text == NULL) {
        options->action = row->action;
        return;
    }
    if (text == NULL)
        text = row->bare;
    if (said_twice(options, row, origin))
        return;
    if (has_control(text)) {
        mistake_in(options, row, bytes_of(text), origin);
        return;
    }
    kept = option_source_keep(options->source, bytes_of(text));
    if (kept == NULL)
        return;
    if (row->type == OPTION_LIST)
        set_list(options, row, kept, origin);
    else if (set_one(options, row, kept))
        *option_source_said(options->source, row) =
            (struct option_said){.text = kept, .origin = origin};
    else
        mistake_in(options, row, bytes_of(text), origin);
}
