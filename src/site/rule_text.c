#include "site/rule_text.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/log.h"

enum { MISTAKE_MAX = 400 };

static bool is_white(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static struct bytes trim(struct bytes text)
{
    while (text.len > 0 && is_white(text.at[0])) {
        text.at++;
        text.len--;
    }
    while (text.len > 0 && is_white(text.at[text.len - 1]))
        text.len--;
    return text;
}

struct rule_lines rule_lines_of(struct bytes text)
{
    static const char mark[] = "\xef\xbb\xbf";
    const size_t len = sizeof(mark) - 1;

    if (text.len >= len && memcmp(text.at, mark, len) == 0)
        text = (struct bytes){text.at + len, text.len - len};
    return (struct rule_lines){.rest = text};
}

bool rule_lines_next(struct rule_lines *lines, struct bytes *line)
{
    struct bytes *rest = &lines->rest;

    while (rest->len > 0) {
        const char *end = memchr(rest->at, '\n', rest->len);
        size_t len = end != NULL ? (size_t)(end - rest->at) : rest->len;

        *line = trim((struct bytes){rest->at, len});
        len += end != NULL ? 1 : 0;
        *rest = (struct bytes){rest->at + len, rest->len - len};
        lines->number++;
        if (line->len > 0 && line->at[0] != '#')
            return true;
    }
    return false;
}

struct bytes rule_cut_word(struct bytes *line)
{
    struct bytes word;

    *line = trim(*line);
    word = (struct bytes){line->at, 0};
    while (word.len < line->len && !is_white(line->at[word.len]))
        word.len++;
    *line = (struct bytes){line->at + word.len, line->len - word.len};
    return word;
}

void rule_mistake(struct rule_mistakes *mistakes, unsigned line,
                  const char *format, ...)
{
    char text[MISTAKE_MAX];
    va_list args;
    int len;

    mistakes->count++;
    if (mistakes->reader == NULL || mistakes->count > RULE_MISTAKES_MAX)
        return;
    len = snprintf(text, sizeof(text), "%s:%u: ", mistakes->file, line);
    assert(len > 0 && len < MISTAKE_MAX);
    va_start(args, format);
    vsnprintf(text + len, sizeof(text) - (size_t)len, format, args);
    va_end(args);
    mistakes->reader->mistake(mistakes->reader, text);
}

void rule_mistakes_end(struct rule_mistakes *mistakes)
{
    char text[MISTAKE_MAX];

    if (mistakes->reader == NULL || mistakes->count <= RULE_MISTAKES_MAX)
        return;
    snprintf(text, sizeof(text), "%s: %zu more mistakes", mistakes->file,
             mistakes->count - RULE_MISTAKES_MAX);
    mistakes->reader->mistake(mistakes->reader, text);
}

const char *rule_quote(char out[RULE_QUOTED_MAX], struct bytes text)
{
    return log_quote(out, RULE_QUOTED_MAX, text);
}
