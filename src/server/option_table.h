/* option_table.h -- every option, written once
 *
 * Pure and constant; any thread. What the rows become is in option_value.h
 * (values), option_args.h (the command line) and options_print.h (help). */
#ifndef SERVER_OPTION_TABLE_H
#define SERVER_OPTION_TABLE_H

#include "server/options.h"
#include "server/units.h"

/* Where a value can be said, from the weakest to the strongest. */
enum option_place {
    PLACE_DEFAULT,
    PLACE_FILE,
    PLACE_ENVIRONMENT,
    PLACE_COMMAND_LINE
};

enum option_type {
    OPTION_ACTION,   /* sets options->action; no value */
    OPTION_FLAG,     /* bool; alone on the command line it is yes */
    OPTION_TEXT,     /* const char *; "" is NULL, where it is the default too */
    OPTION_LIST,     /* options->listen: addresses */
    OPTION_FIELDS,   /* options->fields: one more, "Name: value" */
    OPTION_CHOICE,   /* an enum: the place of the word in `choices` */
    OPTION_COUNT,    /* unsigned */
    OPTION_SIZE,     /* size_t, bytes */
    OPTION_DURATION, /* int64_t, milliseconds */
};

enum {
    OPTION_ROWS_MAX = 40,
    OPTION_ENV_MAX = 48, /* bytes of a variable's name, with its NUL */
};

struct option_row {
    const char *name; /* --name, the key in the file; NULL ends the table */
    char letter;      /* 0: none */
    struct {
        enum option_type type;
        size_t offset;              /* of the value in struct options */
        enum options_action action; /* of OPTION_ACTION, and of what is said
                                       for one alone */
        enum unit unit;             /* of counts, sizes and durations */
        uint64_t min, max;          /* likewise */
        bool has_auto;              /* "auto" stands for 0, below min */
        const char *const *choices; /* ends in NULL */
        bool takes_address; /* the choice behind the last word is an address */
        const char *bare; /* the value where --name stands alone; NULL: a value
                             must follow. With it, =value only */
        bool is_operand;  /* said on the command line without its name */
        enum option_place weakest; /* the weakest place that can say it */
    };
    const char *argument; /* as help names the value; NULL: none */
    const char *fallback; /* the default, as a user would write it */
    const char *help;
};

/* The rows in the order in which they are printed; the last has no name. */
const struct option_row *option_rows(void);

/* NULL: there is none. */
const struct option_row *option_by_name(const char *name);
const struct option_row *option_by_letter(char letter);

/* Writes the name of the option's variable, "SOQUETE_IDLE_TIMEOUT". Returns
 * `out`. */
const char *option_env_name(const struct option_row *row,
                            char out[OPTION_ENV_MAX]);

/* True for what is done or read before all other options: actions, and the
 * place of the file. */
bool option_is_early(const struct option_row *row);

#endif
