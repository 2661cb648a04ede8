#include "server/option_source.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

struct kept {
    struct kept *next;
    char text[];
};

struct option_source {
    struct kept *kept;
    struct option_said said[OPTION_ROWS_MAX]; /* in the order of the table */
    const char *mistakes[OPTION_MISTAKES_MAX];
    size_t mistake_count;
    int status;
};

struct option_source *option_source_new(void)
{
    return calloc(1, sizeof(struct option_source));
}

void option_source_free(struct option_source *source)
{
    struct kept *kept, *next;

    if (source == NULL)
        return;
    for (kept = source->kept; kept != NULL; kept = next) {
        next = kept->next;
        free(kept);
    }
    free(source);
}

static const char *keep(struct option_source *source, struct bytes text)
{
    struct kept *kept = malloc(sizeof(*kept) + text.len + 1);

    if (kept == NULL)
        return NULL;
    memcpy(kept->text, text.at, text.len);
    kept->text[text.len] = '\0';
    kept->next = source->kept;
    source->kept = kept;
    return kept->text;
}

const char *option_source_keep(struct option_source *source, struct bytes text)
{
    const char *copy = keep(source, text);

    if (copy == NULL)
        option_source_mistake(source, OPTIONS_EXIT_WORLD, "out of memory");
    return copy;
}

void option_source_mistake(struct option_source *source, int status,
                           const char *format, ...)
{
    char text[OPTION_MISTAKE_LEN];
    const char *copy;
    va_list list;

    if (status > source->status)
        source->status = status;
    if (source->mistake_count == OPTION_MISTAKES_MAX) {
        source->mistakes[OPTION_MISTAKES_MAX - 1] =
            "more mistakes follow; fix these first";
        return;
    }
    va_start(list, format);
    vsnprintf(text, sizeof(text), format, list);
    va_end(list);
    copy = keep(source, bytes_of(text));
    source->mistakes[source->mistake_count++] =
        copy == NULL ? "out of memory" : copy;
}

int option_source_status(const struct option_source *source)
{
    return source->status;
}

const char *option_source_mistake_at(const struct option_source *source,
                                     size_t i)
{
    return i < source->mistake_count ? source->mistakes[i] : NULL;
}

void option_source_forgive(struct option_source *source)
{
    source->mistake_count = 0;
    source->status = 0;
}

struct option_said *option_source_said(struct option_source *source,
                                       const struct option_row *row)
{
    return &source->said[row - option_rows()];
}

static const char *file_quoted(const struct options *options,
                               char out[OPTION_QUOTE_LEN])
{
    return log_quote(out, OPTION_QUOTE_LEN, bytes_of(options->config_file));
}

const char *option_where(const struct options *options,
                         const struct option_row *row,
                         struct option_origin origin,
                         char out[OPTION_WHERE_LEN])
{
    char quoted[OPTION_QUOTE_LEN];

    switch (origin.place) {
    case PLACE_FILE:
        snprintf(out, OPTION_WHERE_LEN, "%s:%u: %s",
                 file_quoted(options, quoted), origin.line, row->name);
        break;
    case PLACE_ENVIRONMENT:
        option_env_name(row, out);
        break;
    case PLACE_DEFAULT:
    case PLACE_COMMAND_LINE:
        snprintf(out, OPTION_WHERE_LEN, "%s%s", row->is_operand ? "" : "--",
                 row->is_operand ? row->argument : row->name);
        break;
    }
    return out;
}

const char *option_origin_format(const struct options *options,
                                 const struct option_row *row,
                                 struct option_origin origin,
                                 char out[OPTION_WHERE_LEN])
{
    char quoted[OPTION_QUOTE_LEN], name[OPTION_ENV_MAX];

    switch (origin.place) {
    case PLACE_DEFAULT:
        snprintf(out, OPTION_WHERE_LEN, "default");
        break;
    case PLACE_FILE:
        snprintf(out, OPTION_WHERE_LEN, "%s:%u", file_quoted(options, quoted),
                 origin.line);
        break;
    case PLACE_ENVIRONMENT:
        snprintf(out, OPTION_WHERE_LEN, "environment %s",
                 option_env_name(row, name));
        break;
    case PLACE_COMMAND_LINE:
        snprintf(out, OPTION_WHERE_LEN, "command line");
        break;
    }
    return out;
}
