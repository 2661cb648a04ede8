/* option_table.h -- every option, written once
 *
 * Pure and constant; any thread. The rows are used by option_value.h (values),
 * option_args.h (the command line) and options_print.h (help). */
#ifndef SERVER_OPTION_TABLE_H
#define SERVER_OPTION_TABLE_H

#include "base/units.h"
#include "server/options.h"

/* Where a value can be set, from the weakest to the strongest. */
enum option_place {
    PLACE_DEFAULT,
    PLACE_FILE,
    PLACE_ENVIRONMENT,
    PLACE_COMMAND_LINE
};

enum option_type {
    OPTION_ACTION,   /* sets options->action; no value */
    OPTION_FLAG,     /* bool; yes if alone on the command line */
    OPTION_TEXT,     /* const char *; "" is NULL if the default is "", too */
    OPTION_URL_PATH, /* const char *, as base_path.h accepts it */
    OPTION_LIST,     /* options->listen: addresses */
    OPTION_HEADERS,  /* options->headers: rules, "PATTERN Name: value" */
    OPTION_FIELDS,   /* adds to options->fields, "Name: value" */
    OPTION_CHOICE,   /* an enum: the index of the word in `choices` */
    OPTION_COUNT,    /* unsigned */
    OPTION_SIZE,     /* size_t, bytes */
    OPTION_DURATION, /* int64_t, milliseconds */
};

enum {
    OPTION_ROWS_MAX = 48,
    OPTION_ENV_MAX = 48, /* bytes of a variable's name, with its NUL */
};

struct option_row {
    const char *name; /* --name, the key in the file; NULL ends the table */
    char letter;      /* 0: none */
    struct {
        enum option_type type;
        size_t offset;              /* of the value in struct options */
        enum options_action action; /* of OPTION_ACTION, and of an option that
                                       implies one (--why) */
        enum unit unit;             /* of counts, sizes and durations */
        uint64_t min, max;          /* likewise */
        bool has_auto;              /* "auto" is 0, below min */
        const char *const *choices; /* ends in NULL */
        bool takes_address; /* an address is the choice after the last word */
        const char *bare;   /* the value of --name alone; any other needs "=".
                               NULL: a value must follow */
        bool is_operand;    /* it has no name on the command line */
        enum option_place weakest; /* the weakest place that can set it */
    };
    const char *argument; /* the name of the value in the help; NULL: none */
    const char *fallback; /* the default, as a user would write it */
    const char *help;
};

/* The rows in the order of the help; the last has no name. */
const struct option_row *option_rows(void);

/* NULL: there is none. */
const struct option_row *option_by_name(const char *name);
const struct option_row *option_by_letter(char letter);

/* Writes the name of the option's environment variable, as in
 * "SOQUETE_IDLE_TIMEOUT". Returns `out`. */
const char *option_env_name(const struct option_row *row,
                            char out[OPTION_ENV_MAX]);

/* Whether the option is read before the others: an action, or the name of the
 * configuration file. */
bool option_is_early(const struct option_row *row);

#endif
