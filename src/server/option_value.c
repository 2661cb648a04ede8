#include "server/option_value.h"

#include <assert.h>
#include <string.h>

#include "base/bytes.h"
#include "site/base_path.h"
#include "site/header_rules.h"
#include "tcp/address.h"

enum {
    /* unix(7); the path ends in a NUL */
    UNIX_PATH_MAX = sizeof(((struct address *)NULL)->local.sun_path) - 1
};

/* The words of a flag, in pairs of no and yes. */
static const char *const flag_words[] = {"no",   "yes", "off", "on", "false",
                                         "true", "0",   "1",   NULL};

static const char addresses[] = "PORT, IP:PORT, [IP]:PORT or unix:PATH";

static const char *expected_number(struct option_source *source,
                                   const struct option_row *row)
{
    static const char *const nouns[] = {[UNIT_NONE] = "a number",
                                        [UNIT_SIZE] = "a size",
                                        [UNIT_TIME] = "a time"};
    char min[UNITS_TEXT_MAX], max[UNITS_TEXT_MAX];

    return option_source_format(
        source, "%s from %s to %s, %s %s", nouns[row->unit],
        units_format(row->min, row->unit, min),
        units_format(row->max, row->unit, max),
        row->has_auto ? "or" : "such as", row->fallback);
}

static const char *expected_choice(struct option_source *source,
                                   const struct option_row *row)
{
    const char *text = row->choices[0];
    const char *before_last = row->takes_address ? ", " : " or ";

    for (size_t i = 1; row->choices[i] != NULL; i++)
        text = option_source_format(
            source, "%s%s%s", text,
            row->choices[i + 1] == NULL ? before_last : ", ", row->choices[i]);
    return row->takes_address
               ? option_source_format(source, "%s, %s", text, addresses)
               : text;
}

const char *option_expected(struct option_source *source,
                            const struct option_row *row)
{
    switch (row->type) {
    case OPTION_ACTION:
        break;
    case OPTION_FLAG:
        return "yes or no";
    case OPTION_LIST:
        return addresses;
    case OPTION_HEADERS:
        return "a rule such as '/* Name: value' or '/* ! Name'";
    case OPTION_FIELDS:
        return "'Name: value', at most 16 times";
    case OPTION_TEXT:
        return "a path, without control characters";
    case OPTION_URL_PATH:
        return option_source_format(
            source,
            "a path such as /repo/, of at most %d bytes, without '.', '..', a "
            "query or control characters",
            BASE_PATH_MAX);
    case OPTION_CHOICE:
        return expected_choice(source, row);
    case OPTION_COUNT:
    case OPTION_SIZE:
    case OPTION_DURATION:
        return expected_number(source, row);
    }
    return "no value";
}

/* An enum without negative values is an unsigned to gcc and clang. */
static bool set_word(unsigned *value, const char *const *words,
                     const char *text)
{
    for (unsigned i = 0; words[i] != NULL; i++) {
        if (strcmp(text, words[i]) == 0) {
            *value = i;
            return true;
        }
    }
    return false;
}

static bool is_address(const char *text)
{
    struct address parsed[ADDRESS_PARSE_MAX];

    return address_parse(bytes_of(text), parsed) > 0;
}

static bool set_choice(unsigned *value, const struct option_row *row,
                       const char *text)
{
    if (set_word(value, row->choices, text))
        return true;
    if (!row->takes_address || !is_address(text))
        return false;
    for (*value = 0; row->choices[*value] != NULL;)
        ++*value;
    return true;
}

static bool set_flag(bool *flag, const char *text)
{
    unsigned place = 0;
    bool is_word = set_word(&place, flag_words, text);

    if (is_word)
        *flag = place % 2 == 1;
    return is_word;
}

static bool set_text(const char **value, const struct option_row *row,
                     const char *text)
{
    if (text[0] == '\0' && row->fallback[0] != '\0')
        return false;
    *value = text[0] == '\0' ? NULL : text;
    return true;
}

static bool set_url_path(const char **value, const char *text)
{
    struct base_path scratch;
    bool is_path = base_path_parse(bytes_of(text), &scratch);

    if (is_path)
        *value = text;
    return is_path;
}

static bool set_number(void *value, const struct option_row *row,
                       const char *text)
{
    uint64_t number;

    if (row->has_auto && strcmp(text, "auto") == 0)
        number = 0;
    else if (!units_parse(text, row->unit, &number) || number < row->min ||
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

/* Adds a field; "" adds none. */
static bool set_field(struct options *options, const char *text)
{
    if (text[0] == '\0')
        return true;
    if (options->field_count == OPTIONS_FIELDS_MAX || strchr(text, ':') == NULL)
        return false;
    options->fields[options->field_count++] = text;
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
    case OPTION_URL_PATH:
        return set_url_path(value, text);
    case OPTION_CHOICE:
        return set_choice(value, row, text);
    case OPTION_COUNT:
    case OPTION_SIZE:
    case OPTION_DURATION:
        return set_number(value, row, text);
    case OPTION_FIELDS:
        return set_field(options, text);
    case OPTION_ACTION:
    case OPTION_LIST:
    case OPTION_HEADERS:
        break;
    }
    return false;
}

/* Why `text` is no rule that sets a field. NULL: it is one. */
static const char *why_no_header(const char *text)
{
    struct header_rules *rules = header_rules_new();
    const char *wrong = "more memory than there is";

    if (rules != NULL)
        wrong = header_rules_add_line(rules, bytes_of(text), "", 0);
    header_rules_free(rules);
    return wrong;
}

bool option_accepts(const struct option_row *row, const char *text)
{
    struct options scratch;

    if (row->type == OPTION_LIST)
        return is_address(text);
    if (row->type == OPTION_HEADERS)
        return why_no_header(text) == NULL;
    scratch.field_count = 0;
    return set_one(&scratch, row, text);
}

/* Whether `text` is "unix:" and a path that is too long. */
static bool is_long_path(const char *text)
{
    static const char scheme[] = "unix:";

    return strncmp(text, scheme, sizeof(scheme) - 1) == 0 &&
           strlen(text) > sizeof(scheme) - 1 + UNIX_PATH_MAX;
}

static void cannot_use(struct options *options, const struct option_row *row,
                       const char *text, struct option_origin origin)
{
    struct option_source *source = options->source;
    const char *where = option_where(options, row, origin);
    const char *quoted = option_source_quote(source, text);

    if ((row->type == OPTION_LIST || row->takes_address) && is_long_path(text))
        option_source_mistake(
            source, OPTIONS_EXIT_USAGE,
            "%s: cannot use '%s': the path of a Unix socket has at most %d "
            "bytes; write a shorter one",
            where, quoted, UNIX_PATH_MAX);
    else
        option_source_mistake(source, OPTIONS_EXIT_USAGE,
                              "%s: cannot use '%s'; write %s", where, quoted,
                              option_expected(source, row));
}

const char *option_collision(const struct options *options, const char *text)
{
    struct address added[ADDRESS_PARSE_MAX], listed[ADDRESS_PARSE_MAX];
    int added_count = address_parse(bytes_of(text), added);

    assert(added_count > 0);
    for (size_t i = 0; i < options->listen_count; i++) {
        int count = address_parse(bytes_of(options->listen[i]), listed);

        assert(count > 0); /* add_address has checked it */
        for (int j = 0; j < count * added_count; j++)
            if (address_collides(&listed[j % count], &added[j / count]))
                return options->listen[i];
    }
    return NULL;
}

/* Adds an address to the list, or the mistake that it cannot be added. */
static void add_address(struct options *options, const struct option_row *row,
                        const char *text, struct option_origin origin)
{
    struct option_source *source = options->source;
    const char *where = option_where(options, row, origin);
    const char *quoted = option_source_quote(source, text), *other;

    if (!is_address(text)) {
        cannot_use(options, row, text, origin);
        return;
    }
    other = option_collision(options, text);
    if (options->listen_count == OPTIONS_LISTEN_MAX)
        option_source_mistake(source, OPTIONS_EXIT_USAGE,
                              "%s: too many addresses; write at most %d", where,
                              OPTIONS_LISTEN_MAX);
    else if (other == NULL)
        options->listen[options->listen_count++] = text;
    else if (strcmp(text, other) == 0)
        option_source_mistake(source, OPTIONS_EXIT_USAGE,
                              "%s: '%s' is listed twice; keep one of the two",
                              where, quoted);
    else
        option_source_mistake(source, OPTIONS_EXIT_USAGE,
                              "%s: '%s' overlaps with '%s', which is also "
                              "listed; keep one of the two",
                              where, quoted,
                              option_source_quote(source, other));
}

static void add_addresses(struct options *options, const struct option_row *row,
                          const char *text, struct option_origin origin)
{
    struct bytes rest = bytes_of(text), member;
    bool has_more;

    do {
        has_more = memchr(rest.at, ',', rest.len) != NULL;
        member = bytes_cut_member(&rest);
        add_address(options, row,
                    option_source_format(options->source, "%.*s",
                                         (int)member.len, member.at),
                    origin);
    } while (has_more);
}

/* Adds a rule, or the mistake that it cannot be added. */
static void add_header(struct options *options, const struct option_row *row,
                       const char *text, struct option_origin origin)
{
    struct option_source *source = options->source;
    const char *where = option_where(options, row, origin);
    const char *wrong = why_no_header(text);

    if (text[0] == '\0') /* the default: there is none */
        return;
    if (wrong != NULL)
        option_source_mistake(source, OPTIONS_EXIT_USAGE,
                              "%s: cannot use '%s': expected %s; write %s",
                              where, option_source_quote(source, text), wrong,
                              option_expected(source, row));
    else if (options->header_count == OPTIONS_HEADERS_MAX)
        option_source_mistake(source, OPTIONS_EXIT_USAGE,
                              "%s: too many rules; write at most %d, or a file "
                              "_headers",
                              where, OPTIONS_HEADERS_MAX);
    else
        options->headers[options->header_count++] = text;
}

/* No value needs control characters, and --print-config must not write them to
 * a terminal. */
static bool has_control(const char *text)
{
    while ((unsigned char)*text >= ' ' && *text != 0x7f)
        text++;
    return *text != '\0';
}

void option_set(struct options *options, const struct option_row *row,
                const char *text, struct option_origin origin)
{
    struct option_entry *entry = option_source_entry(options->source, row);
    bool is_repeated = entry->origin.place == origin.place;

    assert(origin.place == PLACE_DEFAULT || origin.place >= row->weakest);
    assert(origin.place >= entry->origin.place); /* weakest place first */
    if (row->type == OPTION_ACTION) {
        options->action = row->action;
        return;
    }
    assert(text != NULL || row->bare != NULL);
    text = option_source_format(options->source, "%s",
                                text != NULL ? text : row->bare);
    if (has_control(text)) {
        cannot_use(options, row, text, origin);
    } else if (row->type == OPTION_LIST) {
        if (!is_repeated) {
            options->listen_count = 0;
            *entry = (struct option_entry){.text = text, .origin = origin};
        }
        add_addresses(options, row, text, origin);
    } else if (row->type == OPTION_HEADERS) {
        if (!is_repeated || entry->text == NULL) {
            options->header_count = 0;
            *entry = (struct option_entry){.text = text, .origin = origin};
        }
        add_header(options, row, text, origin);
    } else if (is_repeated && origin.place == PLACE_FILE) {
        /* In a long file the second value is easily overlooked. On a command
         * line it is how the options of a shell alias are overridden. */
        option_source_mistake(options->source, OPTIONS_EXIT_USAGE,
                              "%s: already set on line %u; keep one of the two",
                              option_where(options, row, origin),
                              entry->origin.line);
    } else if (set_one(options, row, text)) {
        *entry = (struct option_entry){.text = text, .origin = origin};
        if (row->action != ACTION_SERVE && origin.place == PLACE_COMMAND_LINE)
            options->action = row->action;
    } else {
        cannot_use(options, row, text, origin);
    }
}
