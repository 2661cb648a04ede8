/* option_source.h -- where each value came from, and what is wrong with it
 *
 * Belongs to a struct options: the text and origin of each value, the mistakes,
 * and the memory of all strings, which live as long as the source. If memory
 * runs out, a string is "" and a mistake is added, so that no caller has to
 * check. Main thread. */
#ifndef SERVER_OPTION_SOURCE_H
#define SERVER_OPTION_SOURCE_H

#include "server/option_table.h"

enum {
    OPTION_MISTAKES_MAX = 64, /* more are not reported */
    OPTION_QUOTE_LEN = 128, /* of a value or path in a mistake, with its NUL */
};

struct option_origin {
    enum option_place place;
    unsigned line; /* of the configuration file, from 1; 0 elsewhere */
};

struct option_entry {
    const char *text; /* the value as the user wrote it */
    struct option_origin origin;
    const struct option_row *before; /* of an operand: see option_hint.h */
};

struct option_source {
    const char *mistakes[OPTION_MISTAKES_MAX];
    size_t mistake_count;
    int status; /* to exit with; 0 if there is no mistake */
    struct option_entry
        entries[OPTION_ROWS_MAX];  /* in the order of the table */
    struct option_string *strings; /* all strings */
};

/* NULL: no memory. */
struct option_source *option_source_new(void);
void option_source_free(struct option_source *source);

/* The entry of an option, to read and to set. */
struct option_entry *option_source_entry(struct option_source *source,
                                         const struct option_row *row);

/* Formats a string as printf does. */
const char *option_source_format(struct option_source *source,
                                 const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* `text` for a mistake: made printable, and truncated if it is long. */
const char *option_source_quote(struct option_source *source, const char *text);

/* Adds a mistake, and makes `status` the exit status unless it is already
 * higher (OPTIONS_EXIT_USAGE). */
void option_source_mistake(struct option_source *source, int status,
                           const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The place of a mistake: "--workers", "SOQUETE_WORKERS" or
 * "soquete.conf:12: workers"; with `row` NULL, "soquete.conf:12". */
const char *option_where(const struct options *options,
                         const struct option_row *row,
                         struct option_origin origin);

#endif
