#include "server/option_source.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"

struct option_string {
    struct option_string *next;
    char text[];
};

struct option_source *option_source_new(void)
{
    return calloc(1, sizeof(struct option_source));
}

void option_source_free(struct option_source *source)
{
    struct option_string *string, *next;

    if (source == NULL)
        return;
    for (string = source->strings; string != NULL; string = next) {
        next = string->next;
        free(string);
    }
    free(source);
}

struct option_entry *option_source_entry(struct option_source *source,
                                         const struct option_row *row)
{
    ptrdiff_t index = row - option_rows();

    assert(index >= 0 && index < OPTION_ROWS_MAX);
    assert(row->name != NULL); /* the row that ends the table has no entry */
    return &source->entries[index];
}

static void add_mistake(struct option_source *source, int status,
                        const char *text)
{
    assert(status == OPTIONS_EXIT_FAILURE || status == OPTIONS_EXIT_USAGE);
    assert((source->status == 0) == (source->mistake_count == 0));
    if (status > source->status)
        source->status = status;
    if (source->mistake_count < OPTION_MISTAKES_MAX)
        source->mistakes[source->mistake_count++] = text;
    else
        source->mistakes[OPTION_MISTAKES_MAX - 1] =
            "more mistakes follow; fix these first";
}

__attribute__((format(printf, 2, 0))) static const char *
add_string(struct option_source *source, const char *format, va_list list)
{
    struct option_string *string;
    va_list again;
    int len;

    va_copy(again, list);
    len = vsnprintf(NULL, 0, format, again);
    va_end(again);
    string = malloc(sizeof(*string) + (size_t)len + 1);
    if (string == NULL) {
        add_mistake(source, OPTIONS_EXIT_FAILURE, "out of memory");
        return "";
    }
    vsnprintf(string->text, (size_t)len + 1, format, list);
    string->next = source->strings;
    source->strings = string;
    return string->text;
}

const char *option_source_format(struct option_source *source,
                                 const char *format, ...)
{
    const char *text;
    va_list list;

    va_start(list, format);
    text = add_string(source, format, list);
    va_end(list);
    return text;
}

const char *option_source_quote(struct option_source *source, const char *text)
{
    char quoted[OPTION_QUOTE_LEN];

    return option_source_format(
        source, "%s", log_quote(quoted, sizeof(quoted), bytes_of(text)));
}

void option_source_mistake(struct option_source *source, int status,
                           const char *format, ...)
{
    va_list list;

    va_start(list, format);
    add_mistake(source, status, add_string(source, format, list));
    va_end(list);
}

const char *option_where(const struct options *options,
                         const struct option_row *row,
                         struct option_origin origin)
{
    char name[OPTION_ENV_MAX];

    assert((origin.place == PLACE_FILE) == (origin.line > 0));
    assert(origin.place != PLACE_FILE || options->config_file != NULL);
    if (origin.place == PLACE_FILE)
        return option_source_format(
            options->source, "%s:%u%s%s",
            option_source_quote(options->source, options->config_file),
            origin.line, row != NULL ? ": " : "", row != NULL ? row->name : "");
    if (origin.place == PLACE_ENVIRONMENT)
        return option_source_format(options->source, "%s",
                                    option_env_name(row, name));
    if (row->is_operand)
        return row->argument;
    return option_source_format(options->source, "--%s", row->name);
}
