#include "server/option_args.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "server/option_value.h"

enum {
    CODE_OPERAND = 1, /* what getopt_long returns for a word after "-" */
    CODE_NAMES = 256, /* the first row's; letters lie below */
};

struct spelling {
    struct option names[OPTION_ROWS_MAX];
    char letters[2 * OPTION_ROWS_MAX + 3];
};

static int argument_of(const struct option_row *row)
{
    if (row->type == OPTION_ACTION)
        return no_argument;
    return row->bare != NULL ? optional_argument : required_argument;
}

/* Writes the table as getopt_long wants it. "-" asks for operands in their
 * place among the options, ":" for an own sign where a value is missing. The
 * letter of a flag takes no value: in -qt the t is an option, too. */
static void spell_table(struct spelling *spelling)
{
    const struct option_row *row = option_rows();
    struct option *name = spelling->names;
    char *letter = spelling->letters;

    *letter++ = '-';
    *letter++ = ':';
    for (; row->name != NULL; row++) {
        if (row->is_operand)
            continue;
        *name++ = (struct option){row->name, argument_of(row), NULL,
                                  CODE_NAMES + (int)(row - option_rows())};
        if (row->letter == 0)
            continue;
        *letter++ = row->letter;
        if (argument_of(row) == required_argument)
            *letter++ = ':';
    }
    *letter = '\0';
    *name = (struct option){NULL, 0, NULL, 0};
}

static const struct option_row *row_of(int code)
{
    if (code >= CODE_NAMES)
        return option_rows() + (code - CODE_NAMES);
    return code > 0 ? option_by_letter((char)code) : NULL;
}

static const struct option_row *operand_row(void)
{
    const struct option_row *row = option_rows();

    while (!row->is_operand)
        row++;
    return row;
}

static void unknown_letter(struct options *options, int letter)
{
    char quoted[OPTION_QUOTE_LEN], byte = (char)letter;

    option_source_mistake(
        options->source, OPTIONS_EXIT_USAGE,
        "-%s: no such option; --help lists all",
        log_quote(quoted, sizeof(quoted), (struct bytes){&byte, 1}));
}

/* `word` is all of --wrokers=4, or the beginning of more than one name. */
static void unknown_name(struct options *options, const char *word)
{
    char name[OPTION_QUOTE_LEN], quoted[OPTION_QUOTE_LEN];
    const struct option_row *near;

    snprintf(name, sizeof(name), "%.*s", (int)strcspn(word, "="), word);
    near = option_nearest(name + strspn(name, "-"));
    log_quote(quoted, sizeof(quoted), bytes_of(name));
    if (near != NULL && !near->is_operand)
        option_source_mistake(options->source, OPTIONS_EXIT_USAGE,
                              "%s: no such option; did you mean --%s? --help "
                              "lists all",
                              quoted, near->name);
    else
        option_source_mistake(options->source, OPTIONS_EXIT_USAGE,
                              "%s: no such option; --help lists all", quoted);
}

/* Tells what getopt_long refused. It leaves optopt zero at a name that it does
 * not know, and then stands behind it; at a letter it may still stand in the
 * same word. */
static void refuse(struct options *options, int code, char *const argv[])
{
    const struct option_row *row = row_of(optopt);

    if (optopt == 0)
        unknown_name(options, argv[optind - 1]);
    else if (row == NULL)
        unknown_letter(options, optopt);
    else if (code == ':')
        option_source_mistake(options->source, OPTIONS_EXIT_USAGE,
                              "--%s: %s is missing; write --%s %s", row->name,
                              row->argument, row->name, row->argument);
    else
        option_source_mistake(options->source, OPTIONS_EXIT_USAGE,
                              "--%s: takes no value; write --%s alone",
                              row->name, row->name);
}

static void take_operand(struct options *options, const char *word)
{
    const struct option_row *row = operand_row();
    struct option_said *said = option_source_said(options->source, row);
    char first[OPTION_QUOTE_LEN], second[OPTION_QUOTE_LEN];

    if (said->origin.place != PLACE_COMMAND_LINE) {
        option_set(options, row, word,
                   (struct option_origin){PLACE_COMMAND_LINE, 0});
        return;
    }
    option_source_mistake(options->source, OPTIONS_EXIT_USAGE,
                          "%s: cannot serve both '%s' and '%s'; name one",
                          row->argument,
                          log_quote(first, sizeof(first), bytes_of(said->text)),
                          log_quote(second, sizeof(second), bytes_of(word)));
}

static bool ends_reading(enum options_action action)
{
    return action == ACTION_HELP || action == ACTION_VERSION;
}

void option_args_read(struct options *options, int argc, char *const argv[],
                      bool early)
{
    struct spelling spelling = {.letters = ""};
    const struct option_row *row;
    int code;

    spell_table(&spelling);
    opterr = 0;
    optind = 0; /* begins anew, in glibc and musl */
    while ((code = getopt_long(argc, argv, spelling.letters, spelling.names,
                               NULL)) != -1) {
        if (code == '?' || code == ':') {
            refuse(options, code, argv);
            return;
        }
        row = code == CODE_OPERAND ? operand_row() : row_of(code);
        if (row == NULL || option_is_early(row) != early)
            continue;
        if (code == CODE_OPERAND)
            take_operand(options, optarg);
        else
            option_set(options, row, optarg,
                       (struct option_origin){PLACE_COMMAND_LINE, 0});
        if (ends_reading(options->action))
            return;
    }
    for (; !early && optind < argc; optind++) /* what stands after "--" */
        take_operand(options, argv[optind]);
}
