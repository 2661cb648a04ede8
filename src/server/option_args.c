#include "server/option_args.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "server/option_hint.h"
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

/* `word` is "-p", "--port" or the beginning of more than one name; `value` is
 * what follows it, or NULL. */
static void unknown(struct options *options, const char *word,
                    const char *value)
{
    const char *hint = option_hint_name(options->source, word, value);

    option_source_mistake(options->source, OPTIONS_EXIT_USAGE,
                          "%s: no such option; %s%s--help lists all",
                          option_source_quote(options->source, word), hint,
                          hint[0] != '\0' ? " " : "");
}

/* `word` is that in which the letter stands, as -p8000, or the one behind it.
 */
static void unknown_letter(struct options *options, char letter,
                           const char *word)
{
    const char *at = NULL;

    if (word != NULL && word[0] == '-')
        at = strchr(word + 1, letter);
    unknown(options, (char[]){'-', letter, '\0'}, at != NULL ? at + 1 : word);
}

/* `word` is --port or --port=8000, and `next` what follows it. */
static void unknown_name(struct options *options, const char *word,
                         const char *next)
{
    size_t len = strcspn(word, "=");
    char name[OPTION_QUOTE_LEN];

    snprintf(name, sizeof(name), "%.*s", (int)len, word);
    unknown(options, name, word[len] == '=' ? word + len + 1 : next);
}

/* Tells what getopt_long refused. It leaves optopt zero at a name that it does
 * not know, and then stands behind it; at a letter it may still stand in the
 * same word. */
static void refuse(struct options *options, int code, char *const argv[])
{
    const struct option_row *row = row_of(optopt);

    if (optopt == 0)
        unknown_name(options, argv[optind - 1], argv[optind]);
    else if (row == NULL)
        unknown_letter(options, (char)optopt, argv[optind]);
    else if (code == ':')
        option_source_mistake(options->source, OPTIONS_EXIT_USAGE,
                              "--%s: %s is missing; write --%s %s", row->name,
                              row->argument, row->name, row->argument);
    else
        option_source_mistake(options->source, OPTIONS_EXIT_USAGE,
                              "--%s: takes no value; write --%s alone",
                              row->name, row->name);
}

/* The option that `word` names whole, if it takes a value only with "=": what
 * follows it may have been meant as that value. NULL: there is none. */
static const struct option_row *row_of_bare(const char *word)
{
    const struct option_row *row =
        strncmp(word, "--", 2) == 0 ? option_by_name(word + 2) : NULL;

    return row != NULL && row->bare != NULL ? row : NULL;
}

static void set_operand(struct options *options,
                        const struct option_said *operand)
{
    option_set(options, operand_row(), operand->text,
               (struct option_origin){PLACE_COMMAND_LINE, 0});
    option_source_said(options->source, operand_row())->behind =
        operand->behind;
}

/* If the first was meant as an option's value, the second is the folder. */
static void two_operands(struct options *options,
                         const struct option_said *first,
                         const struct option_said *second)
{
    struct option_source *source = options->source;
    const char *hint = option_hint_operand(source, first->text, first->behind);
    bool is_first = hint[0] != '\0';

    if (!is_first)
        hint = option_hint_operand(source, second->text, second->behind);
    option_source_mistake(
        source, OPTIONS_EXIT_USAGE, "%s: cannot serve both '%s' and '%s'; %s",
        operand_row()->argument, option_source_quote(source, first->text),
        option_source_quote(source, second->text),
        hint[0] != '\0' ? hint : "name one");
    if (is_first)
        set_operand(options, second);
}

/* `before` is the word before the operand. */
static void take_operand(struct options *options, const char *word,
                         const char *before)
{
    const struct option_said *said =
        option_source_said(options->source, operand_row());
    struct option_said operand = {.text = word, .behind = row_of_bare(before)};

    if (said->origin.place == PLACE_COMMAND_LINE)
        two_operands(options, said, &operand);
    else
        set_operand(options, &operand);
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
            take_operand(options, optarg, argv[optind - 2]);
        else
            option_set(options, row, optarg,
                       (struct option_origin){PLACE_COMMAND_LINE, 0});
        if (ends_reading(options->action))
            return;
    }
    for (; !early && optind < argc; optind++) /* what stands after "--" */
        take_operand(options, argv[optind], argv[optind - 1]);
}
