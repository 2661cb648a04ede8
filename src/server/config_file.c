#include "server/config_file.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char byte_order_mark[] = "\xef\xbb\xbf"; /* some editors add it */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

int config_file_open(struct config_file *file, const char *path)
{
    const size_t mark_len = sizeof(byte_order_mark) - 1;
    FILE *stream = fopen(path, "re");
    size_t len;
    int error = 0;

    if (stream == NULL)
        return -errno;
    len = fread(file->text, 1, sizeof(file->text), stream);
    if (ferror(stream))
        error = -errno;
    else if (len > CONFIG_FILE_MAX)
        error = -EFBIG;
    fclose(stream);
    if (error != 0)
        return error;
    file->text[len] = '\0';
    file->end = file->text + len;
    file->rest = file->text;
    if (strncmp(file->text, byte_order_mark, mark_len) == 0)
        file->rest += mark_len;
    file->line = 0;
    return 0;
}

/* Where a comment that may follow a value begins; the length if there is none.
 */
static size_t comment_at(const char *text)
{
    size_t i;

    for (i = 0; text[i] != '\0'; i++)
        if (text[i] == ';' && (i == 0 || is_blank(text[i - 1])))
            break;
    return i;
}

bool config_file_can_hold(const char *value)
{
    size_t len = strlen(value);

    return len == 0 || (!is_blank(value[0]) && !is_blank(value[len - 1]) &&
                        comment_at(value) == len);
}

/* Removes blanks from both ends, in place. */
static char *trim(char *text)
{
    size_t len;

    while (is_blank(*text))
        text++;
    for (len = strlen(text); len > 0 && is_blank(text[len - 1]); len--)
        continue;
    text[len] = '\0';
    return text;
}

/* Reads a line of `len` bytes, in place. Returns false if it has neither a pair
 * nor a mistake. */
static bool read_line(struct config_file *file, char *line, size_t len)
{
    char *equals;

    file->mistake = NULL;
    if (strlen(line) != len) {
        file->mistake = "the line contains a NUL byte; write plain text";
        return true;
    }
    line[comment_at(line)] = '\0';
    line = trim(line);
    if (line[0] == '\0' || line[0] == '#' || strcmp(line, "[soquete]") == 0)
        return false;
    equals = strchr(line, '=');
    if (line[0] == '[') {
        file->mistake = "no such section; write [soquete] or no heading";
    } else if (equals == NULL) {
        file->mistake =
            "not an option; write `name = value`, or # before a comment";
    } else {
        *equals = '\0';
        file->key = trim(line);
        file->value = trim(equals + 1);
    }
    return true;
}

bool config_file_next(struct config_file *file)
{
    bool found = false;

    assert(file->rest <= file->end + 1); /* behind the NUL that ends a line */
    assert(*file->end == '\0');
    while (!found && file->rest < file->end) {
        char *line = file->rest;
        char *line_end = memchr(line, '\n', (size_t)(file->end - line));

        if (line_end == NULL)
            line_end = file->end;
        *line_end = '\0';
        file->rest = line_end + 1;
        file->line++;
        found = read_line(file, line, (size_t)(line_end - line));
    }
    return found;
}
