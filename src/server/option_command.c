#include "server/option_command.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "server/option_source.h"

/* `word` for a shell: unchanged, or in quotes if it needs them. */
static const char *shell_word(struct option_source *source, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "%+,-./:=@_";
    const char *text = "'";
    size_t len;

    if (word[0] != '\0' && word[strspn(word, plain)] == '\0')
        return word;
    for (; word[len = strcspn(word, "'")] != '\0'; word += len + 1)
        text =
            option_source_format(source, "%s%.*s'\\''", text, (int)len, word);
    return option_source_format(source, "%s%s'", text, word);
}

/* " -w 4", " --idle-timeout 5s", " --trace" or " --trace=json". An option whose
 * value may be left out takes none after its letter. */
static const char *option_words(struct option_source *source,
                                const struct option_row *row, const char *text)
{
    bool is_alone = row->bare != NULL && strcmp(row->bare, text) == 0;
    bool is_short = row->letter != 0 && (row->bare == NULL || is_alone);
    const char *name = is_short ? (char[]){row->letter, '\0'} : row->name;
    const char *hyphens = is_short ? "-" : "--";

    assert(row->type != OPTION_ACTION && !row->is_operand);
    if (is_alone)
        return option_source_format(source, " %s%s", hyphens, name);
    return option_source_format(source, " %s%s%s%s", hyphens, name,
                                row->bare != NULL ? "=" : " ",
                                shell_word(source, text));
}

/* All addresses, then the other options of the command line. */
static const char *all_options(const struct options *options, size_t changed,
                               const char *address)
{
    struct option_source *source = options->source;
    const struct option_row *row;
    const char *words = "";

    for (size_t i = 0; i < options->listen_count; i++)
        words = option_source_format(
            source, "%s%s", words,
            option_words(source, option_by_name("listen"),
                         i == changed ? address : options->listen[i]));
    for (row = option_rows(); row->name != NULL; row++) {
        const struct option_entry *entry = option_source_entry(source, row);
        const char *const *texts = &entry->text;
        size_t count = 1;

        if (entry->origin.place != PLACE_COMMAND_LINE || row->is_operand ||
            row->type == OPTION_LIST)
            continue;
        if (row->type == OPTION_HEADERS) {
            texts = options->headers;
            count = options->header_count;
        }
        for (size_t i = 0; i < count; i++)
            words = option_source_format(source, "%s%s", words,
                                         option_words(source, row, texts[i]));
    }
    return words;
}

static const char *folder_words(const struct options *options)
{
    struct option_source *source = options->source;
    const struct option_entry *entry =
        option_source_entry(source, option_by_name("folder"));

    if (entry->origin.place != PLACE_COMMAND_LINE)
        return "";
    return option_source_format(source, "%s%s",
                                entry->text[0] == '-' ? " -- " : " ",
                                shell_word(source, entry->text));
}

const char *option_command_format(const struct options *options, size_t changed,
                                  const char *text,
                                  char out[OPTION_COMMAND_LEN])
{
    int len;

    assert(changed < options->listen_count);
    len = snprintf(out, OPTION_COMMAND_LEN, "%s%s%s",
                   shell_word(options->source, options->program),
                   all_options(options, changed, text), folder_words(options));
    if (len >= OPTION_COMMAND_LEN)
        out[0] = '\0';
    return out;
}
