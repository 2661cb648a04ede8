#include "server/option_hint.h"

#include <assert.h>
#include <string.h>

#include "server/option_value.h"

enum { NEAR_MAX = 2 }; /* letters that a suggestion may differ in */

/* The names of our options in other servers; letters with their hyphen. */
static const struct {
    const char *word, *name;
} elsewhere[] = {
    {"port", "listen"},      {"-p", "listen"},         {"bind", "listen"},
    {"-b", "listen"},        {"address", "listen"},    {"-a", "listen"},
    {"host", "listen"},      {"root", "folder"},       {"-r", "folder"},
    {"directory", "folder"}, {"dir", "folder"},        {"-d", "folder"},
    {"threads", "workers"},  {"processes", "workers"}, {"-j", "workers"},
    {"log", "access-log"},   {"-v", "version"},        {"-f", "config"},
};

static const struct option_row *row_elsewhere(const char *word)
{
    for (size_t i = 0; i < sizeof(elsewhere) / sizeof(elsewhere[0]); i++)
        if (strcmp(word, elsewhere[i].word) == 0)
            return option_by_name(elsewhere[i].name);
    return NULL;
}

/* Whether `b` becomes `a` by inserting, removing or changing at most `max`
 * letters. */
static bool is_near(const char *a, const char *b, size_t max)
{
    while (*a != '\0' && *a == *b) {
        a++;
        b++;
    }
    if (*a == *b)
        return true;
    if (max == 0)
        return false;
    return (*a != '\0' && is_near(a + 1, b, max - 1)) ||
           (*b != '\0' && is_near(a, b + 1, max - 1)) ||
           (*a != '\0' && *b != '\0' && is_near(a + 1, b + 1, max - 1));
}

const struct option_row *option_hint_row(const char *name)
{
    const struct option_row *row = row_elsewhere(name);
    size_t len = strlen(name), apart;

    if (row != NULL || len == 0)
        return row;
    for (row = option_rows(); row->name != NULL; row++)
        if (strncmp(row->name, name, len) == 0)
            return row;
    for (apart = 1; apart <= NEAR_MAX && apart < len; apart++)
        for (row = option_rows(); row->name != NULL; row++)
            if (is_near(name, row->name, apart))
                return row;
    return NULL;
}

/* `word` is "-p": a letter of other programs, or ours in the other case. */
static const struct option_row *row_of_letter(const char *word)
{
    const struct option_row *row = row_elsewhere(word);

    return row != NULL ? row : option_by_letter((char)(word[1] ^ 0x20));
}

const char *option_hint_name(struct option_source *source, const char *word,
                             const char *value)
{
    const struct option_row *row =
        word[1] == '-' ? option_hint_row(word + 2) : row_of_letter(word);

    assert(word[0] == '-' && word[1] != '\0');
    if (row == NULL)
        return "";
    if (row->is_operand)
        return option_source_format(source, "did you mean %s alone?",
                                    row->argument);
    if (row->argument == NULL || row->bare != NULL)
        return option_source_format(source, "did you mean --%s?", row->name);
    if (value == NULL || !option_accepts(row, value))
        value = row->argument;
    return option_source_format(source, "did you mean --%s %s?", row->name,
                                option_source_quote(source, value));
}

const char *option_hint_operand(struct option_source *source, const char *word,
                                const struct option_row *before)
{
    const char *quoted = option_source_quote(source, word);

    assert(before == NULL || before->bare != NULL);
    if (before != NULL && option_accepts(before, word))
        return option_source_format(source, "did you mean --%s=%s?",
                                    before->name, quoted);
    if (option_accepts(option_by_name("listen"), word))
        return option_source_format(source, "did you mean --listen %s?",
                                    quoted);
    if (before != NULL && before->argument != NULL)
        return option_source_format(source, "did you mean --%s=%s? %s is %s",
                                    before->name, before->argument,
                                    before->argument,
                                    option_expected(source, before));
    return "";
}
