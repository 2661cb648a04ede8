#include "server/option_args.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "server/option_hint.h"
#include "server/option_value.h"

struct args {
    struct options *options;
    char *const *next; /* the words not yet read, ending in NULL */
    bool early;
    bool is_done; /* read no further */
};

static const struct option_row *operand_row(void)
{
    const struct option_row *row = option_rows();

    while (row->name != NULL && !row->is_operand)
        row++;
    assert(row->name != NULL);
    return row;
}

/* The option whose name is, or alone begins with, the first `len` bytes of
 * `name`. NULL: there is none, or it is ambiguous. */
static const struct option_row *row_of_name(const char *name, size_t len)
{
    const struct option_row *row, *found = NULL;
    size_t count = 0;

    for (row = option_rows(); row->name != NULL; row++) {
        if (row->is_operand || strncmp(row->name, name, len) != 0)
            continue;
        if (row->name[len] == '\0')
            return row;
        found = row;
        count++;
    }
    return count == 1 ? found : NULL;
}

static bool needs_value(const struct option_row *row)
{
    return row->type != OPTION_ACTION && row->bare == NULL;
}

/* Adds the mistake that `word` is no option: "-p", or the first `len` bytes of
 * "--port=8000". `value` is what follows it, or NULL. */
static void unknown(struct args *args, const char *word, size_t len,
                    const char *value)
{
    struct option_source *source = args->options->source;
    char name[OPTION_QUOTE_LEN];
    const char *hint;

    snprintf(name, sizeof(name), "%.*s", (int)len, word);
    hint = option_hint_name(source, name, value);
    option_source_mistake(
        source, OPTIONS_EXIT_USAGE, "%s: no such option; %s%s--help lists all",
        option_source_quote(source, name), hint, hint[0] != '\0' ? " " : "");
    args->is_done = true;
}

/* Sets an option. Takes the next word as its value if `value` is NULL and the
 * option needs one. */
static void take_option(struct args *args, const struct option_row *row,
                        const char *value)
{
    struct options *options = args->options;

    assert(value == NULL || row->type != OPTION_ACTION);
    if (value == NULL && needs_value(row)) {
        value = *args->next;
        if (value == NULL) {
            option_source_mistake(options->source, OPTIONS_EXIT_USAGE,
                                  "--%s: the value is missing; write --%s %s",
                                  row->name, row->name, row->argument);
            args->is_done = true;
            return;
        }
        args->next++;
    }
    if (option_is_early(row) == args->early)
        option_set(options, row, value,
                   (struct option_origin){PLACE_COMMAND_LINE, 0});
    if (options->action == ACTION_HELP || options->action == ACTION_VERSION)
        args->is_done = true;
}

/* `word` is "--workers", "--workers=4" or "--work". */
static void take_name(struct args *args, const char *word)
{
    size_t len = strcspn(word, "=");
    const char *value = word[len] == '=' ? word + len + 1 : NULL;
    const struct option_row *row = row_of_name(word + 2, len - 2);

    if (row == NULL) {
        unknown(args, word, len, value != NULL ? value : *args->next);
    } else if (row->type == OPTION_ACTION && value != NULL) {
        option_source_mistake(args->options->source, OPTIONS_EXIT_USAGE,
                              "--%s: takes no value; write --%s alone",
                              row->name, row->name);
        args->is_done = true;
    } else {
        take_option(args, row, value);
    }
}

/* `word` is "-w", "-w4" or "-qt". A flag's letter takes no value. */
static void take_letters(struct args *args, const char *word)
{
    for (const char *at = word + 1; *at != '\0' && !args->is_done; at++) {
        const struct option_row *row = option_by_letter(*at);
        const char *rest = at[1] != '\0' ? at + 1 : NULL;

        if (row == NULL) {
            unknown(args, (char[]){'-', *at, '\0'}, 2,
                    rest != NULL ? rest : *args->next);
        } else if (needs_value(row)) {
            take_option(args, row, rest);
            return;
        } else {
            take_option(args, row, NULL);
        }
    }
}

/* The option that `word` names in full, if it takes a value only after "=": the
 * next word may have been meant as its value. NULL: none. */
static const struct option_row *row_of_bare(const char *word)
{
    const struct option_row *row =
        strncmp(word, "--", 2) == 0 ? option_by_name(word + 2) : NULL;

    return row != NULL && row->bare != NULL ? row : NULL;
}

/* `before` is the word before the operand. If there are two operands, one may
 * have been meant as an option's value; the other is the folder then. */
static void take_operand(struct args *args, const char *word,
                         const char *before)
{
    struct option_source *source = args->options->source;
    const struct option_row *row = operand_row(),
                            *before_row = row_of_bare(before);
    struct option_entry *entry = option_source_entry(source, row);

    if (args->early)
        return;
    if (entry->origin.place == PLACE_COMMAND_LINE) {
        const char *hint =
            option_hint_operand(source, entry->text, entry->before);
        bool is_first = hint[0] != '\0';

        if (!is_first)
            hint = option_hint_operand(source, word, before_row);
        option_source_mistake(source, OPTIONS_EXIT_USAGE,
                              "%s: cannot serve both '%s' and '%s'; %s",
                              row->argument,
                              option_source_quote(source, entry->text),
                              option_source_quote(source, word),
                              hint[0] != '\0' ? hint : "name one");
        if (!is_first)
            return;
    }
    take_option(args, row, word);
    entry->before = before_row;
}

void option_args_read(struct options *options, char *const words[], bool early)
{
    struct args args = {.options = options, .next = words, .early = early};
    const char *word, *before = "";
    bool only_operands = false;

    for (; !args.is_done && *args.next != NULL; before = word) {
        word = *args.next++;
        if (only_operands || word[0] != '-' || word[1] == '\0')
            take_operand(&args, word, before);
        else if (strcmp(word, "--") == 0)
            only_operands = true;
        else if (word[1] == '-')
            take_name(&args, word);
        else
            take_letters(&args, word);
    }
}
