/* option_source.h -- where each value was said, and what is wrong with it
 *
 * What stands behind a struct options: the text of each value as it was said,
 * its origin, and the mistakes; and the memory of all strings, which live as
 * long as the source. Where memory is wanting a string is "" and a mistake says
 * so, so that no caller has to ask. Main thread. */
#ifndef SERVER_OPTION_SOURCE_H
#define SERVER_OPTION_SOURCE_H

#include "server/option_table.h"

enum {
    OPTION_MISTAKES_MAX = 64, /* the first ones are mended first */
    OPTION_QUOTE_LEN = 128,   /* of a value or path inside of a mistake */
};

struct option_origin {
    enum option_place place;
    unsigned line; /* of the configuration file, from 1; elsewhere 0 */
};

struct option_entry {
    const char *text; /* the value as it was said */
    struct option_origin origin;
    const struct option_row *behind; /* of an operand: see option_hint.h */
};

struct option_source {
    const char *mistakes[OPTION_MISTAKES_MAX];
    size_t mistake_count;
    int status; /* to exit with; 0 where there is no mistake */
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

/* A string as printf would print it. */
const char *option_source_format(struct option_source *source,
                                 const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* `text` for a mistake: printable, and cut where it is long. */
const char *option_source_quote(struct option_source *source, const char *text);

/* Adds a mistake, and makes `status` the exit status unless a graver one
 * (OPTIONS_EXIT_USAGE) was there. */
void option_source_mistake(struct option_source *source, int status,
                           const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Where the reader of a mistake finds it: "--workers", "SOQUETE_WORKERS" or
 * "soquete.conf:12: workers"; with `row` NULL, "soquete.conf:12". */
const char *option_where(const struct options *options,
                         const struct option_row *row,
                         struct option_origin origin);

#endif
