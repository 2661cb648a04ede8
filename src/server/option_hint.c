#include "server/option_hint.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "server/option_value.h"

enum {
    NAME_MAX_LEN = 32, /* of a name that could be a slip of an option's */
    NEAR_MAX = 2,      /* letters apart, for a suggestion */
    QUOTE_LEN = 128
};

/* What other servers call our options. */
static const struct {
    const char *word, *name;
} elsewhere[] = {
    {"port", "listen"},      {"bind", "listen"},     {"host", "listen"},
    {"address", "listen"},   {"root", "folder"},     {"dir", "folder"},
    {"directory", "folder"}, {"threads", "workers"}, {"processes", "workers"},
    {"log", "access-log"},
};
static const struct {
    char letter;
    const char *name;
} letters_elsewhere[] = {{'p', "listen"},  {'b', "listen"}, {'a', "listen"},
                         {'d', "folder"},  {'r', "folder"}, {'j', "workers"},
                         {'v', "version"}, {'f', "config"}};

static const struct option_row *row_elsewhere(const char *word)
{
    for (size_t i = 0; i < sizeof(elsewhere) / sizeof(elsewhere[0]); i++)
        if (strcmp(word, elsewhere[i].word) == 0)
            return option_by_name(elsewhere[i].name);
    return NULL;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* How many letters must be put in, taken out or changed to make `a` from `b`
 * (Levenshtein), in one row of the matrix. Neither is longer than
 * NAME_MAX_LEN. */
static size_t name_distance(const char *a, const char *b)
{
    size_t row[NAME_MAX_LEN + 1], i, j, corner, above;
    size_t a_len = strlen(a), b_len = strlen(b);

    for (j = 0; j <= b_len; j++)
        row[j] = j;
    for (i = 1; i <= a_len; i++) {
        corner = row[0];
        row[0] = i;
        for (j = 1; j <= b_len; j++) {
            above = row[j];
            row[j] = least(least(above, row[j - 1]) + 1,
                           corner + (a[i - 1] != b[j - 1]));
            corner = above;
        }
    }
    return row[b_len];
}

const struct option_row *option_hint_row(const char *name)
{
    const struct option_row *row, *best = row_elsewhere(name);
    size_t distance, best_distance = NEAR_MAX + 1, len = strlen(name);

    if (best != NULL || len == 0 || len > NAME_MAX_LEN)
        return best;
    for (row = option_rows(); row->name != NULL; row++)
        if (strncmp(row->name, name, len) == 0)
            return row;
    for (row = option_rows(); row->name != NULL; row++) {
        distance = name_distance(name, row->name);
        if (distance < best_distance && distance < len) {
            best = row;
            best_distance = distance;
        }
    }
    return best;
}

/* A letter of another program's, or the other case of one of ours. */
static const struct option_row *row_of_letter(char letter)
{
    size_t count = sizeof(letters_elsewhere) / sizeof(letters_elsewhere[0]);

    for (size_t i = 0; i < count; i++)
        if (letters_elsewhere[i].letter == letter)
            return option_by_name(letters_elsewhere[i].name);
    return option_by_letter((char)(letter ^ 0x20));
}

const char *option_hint_name(const char *word, const char *value,
                             char out[OPTION_HINT_LEN])
{
    const struct option_row *row =
        word[1] == '-' ? option_hint_row(word + 2) : row_of_letter(word[1]);
    char quoted[QUOTE_LEN];

    assert(word[0] == '-' && word[1] != '\0');
    out[0] = '\0';
    if (row == NULL)
        return out;
    if (row->is_operand)
        snprintf(out, OPTION_HINT_LEN, "did you mean %s alone?", row->argument);
    else if (row->argument == NULL || row->bare != NULL)
        snprintf(out, OPTION_HINT_LEN, "did you mean --%s?", row->name);
    else if (value == NULL || !option_accepts(row, value))
        snprintf(out, OPTION_HINT_LEN, "did you mean --%s %s?", row->name,
                 row->argument);
    else
        snprintf(out, OPTION_HINT_LEN, "did you mean --%s %s?", row->name,
                 log_quote(quoted, sizeof(quoted), bytes_of(value)));
    return out;
}

const char *option_hint_operand(const char *word,
                                const struct option_row *behind,
                                char out[OPTION_HINT_LEN])
{
    const struct option_row *listen = option_by_name("listen");
    char quoted[QUOTE_LEN], expected[OPTION_EXPECTED_LEN];

    out[0] = '\0';
    log_quote(quoted, sizeof(quoted), bytes_of(word));
    if (behind != NULL && option_accepts(behind, word))
        snprintf(out, OPTION_HINT_LEN, "did you mean --%s=%s?", behind->name,
                 quoted);
    else if (option_accepts(listen, word))
        snprintf(out, OPTION_HINT_LEN, "did you mean --%s %s?", listen->name,
                 quoted);
    else if (behind != NULL && behind->argument != NULL)
        snprintf(out, OPTION_HINT_LEN, "did you mean --%s=%s? %s is %s",
                 behind->name, behind->argument, behind->argument,
                 option_expected(behind, expected));
    return out;
}
