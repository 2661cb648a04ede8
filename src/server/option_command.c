#include "server/option_command.h"

#include <assert.h>
#include <string.h>

#include "base/put.h"
#include "server/option_source.h"

struct command {
    char *to, *end; /* NULL: it did not fit */
};

static void add_text(struct command *command, const char *text)
{
    size_t len = strlen(text);

    if (command->to == NULL)
        return;
    if ((size_t)(command->end - command->to) < len)
        command->to = NULL;
    else
        command->to = put_bytes(command->to, (struct bytes){text, len});
}

/* Whether a shell takes the word as it stands. */
static bool is_plain(const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "%+,-./:=@_";

    return word[0] != '\0' && word[strspn(word, plain)] == '\0';
}

static void add_quoted(struct command *command, const char *word)
{
    if (is_plain(word)) {
        add_text(command, word);
        return;
    }
    add_text(command, "'");
    for (; *word != '\0'; word++)
        add_text(command, *word == '\'' ? "'\\''" : (char[]){*word, '\0'});
    add_text(command, "'");
}

/* Adds " -w 4", " --idle-timeout 5s", " --trace" or " --trace=json". A letter
 * takes no value where the name can do without. */
static void add_option(struct command *command, const struct option_row *row,
                       const char *text)
{
    bool is_alone = row->bare != NULL && strcmp(row->bare, text) == 0;
    const char letter[] = {' ', '-', row->letter, '\0'};

    if (row->letter != 0 && (row->bare == NULL || is_alone)) {
        add_text(command, letter);
    } else {
        add_text(command, " --");
        add_text(command, row->name);
    }
    if (is_alone)
        return;
    add_text(command, row->bare == NULL ? " " : "=");
    add_quoted(command, text);
}

static void add_row(struct command *command, const struct options *options,
                    const struct option_row *row)
{
    const struct option_said *said = option_source_said(options->source, row);

    if (said->origin.place != PLACE_COMMAND_LINE || row->is_operand ||
        row->type == OPTION_LIST)
        return;
    add_option(command, row, said->text);
}

const char *option_command_format(const struct options *options, size_t changed,
                                  const char *text,
                                  char out[OPTION_COMMAND_LEN])
{
    struct command command = {out, out + OPTION_COMMAND_LEN - 1};
    const struct option_row *row, *operand = option_by_name("folder");
    const struct option_said *folder =
        option_source_said(options->source, operand);

    assert(changed < options->listen_count);
    add_quoted(&command, options->program);
    for (size_t i = 0; i < options->listen_count; i++)
        add_option(&command, option_by_name("listen"),
                   i == changed ? text : options->listen[i]);
    for (row = option_rows(); row->name != NULL; row++)
        add_row(&command, options, row);
    if (folder->origin.place == PLACE_COMMAND_LINE) {
        add_text(&command, folder->text[0] == '-' ? " -- " : " ");
        add_quoted(&command, folder->text);
    }
    if (command.to == NULL)
        command.to = out;
    *command.to = '\0';
    return out;
}
