#include "server/config_file.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The library tells the number of the first bad line alone, gives its handler
 * no number, and takes what does not fit its buffer for the next line. So it is
 * given one line at a time, by a reader that sees the size of its buffer, and
 * after each line a probe: a pair whose section tells if the line was a
 * heading. That also keeps an indented key from being taken for the rest of the
 * value above it. */

enum served { SERVED_NOTHING, SERVED_LINE, SERVED_PROBE };

static const char section_name[] = "soquete";

struct feed {
    const struct config_reader *reader;
    const char *line; /* without its end; ends in a NUL */
    size_t len;
    unsigned number;
    enum served served;
    bool is_too_long;
    bool is_heading, is_ours; /* of the line, once the probe is read */
};

static char *feed_next(char *out, int size, void *stream)
{
    struct feed *feed = stream;

    switch (feed->served) {
    case SERVED_NOTHING:
        feed->served = SERVED_LINE;
        feed->is_too_long = feed->len + 3 > (size_t)size;
        snprintf(out, (size_t)size, "%s\n",
                 feed->is_too_long ? "" : feed->line);
        return out;
    case SERVED_LINE:
        feed->served = SERVED_PROBE;
        snprintf(out, (size_t)size, "probe =\n");
        return out;
    case SERVED_PROBE:
        break;
    }
    return NULL;
}

/* Returns what the library takes for "go on". */
static int feed_pair(void *user, const char *section, const char *name,
                     const char *value)
{
    struct feed *feed = user;

    /* Some builds of the library also call for a heading, without a name. */
    if (name == NULL || value == NULL)
        return 1;
    if (feed->served == SERVED_LINE) {
        feed->reader->pair(feed->reader->context, feed->number, name, value);
        return 1;
    }
    feed->is_heading = section[0] != '\0';
    feed->is_ours = strcmp(section, section_name) == 0;
    return 1;
}

static bool is_comment(const char *line)
{
    line += strspn(line, " \t");
    return *line == ';' || *line == '#';
}

static int feed_line(struct feed *feed)
{
    const struct config_reader *reader = feed->reader;
    int bad;

    if (is_comment(feed->line))
        return 0;
    if (strlen(feed->line) != feed->len) {
        reader->mistake(reader->context, feed->number,
                        "the line contains a NUL byte; write plain text");
        return 0;
    }
    feed->served = SERVED_NOTHING;
    feed->is_heading = false;
    bad = ini_parse_stream(feed_next, feed, feed_pair, feed);
    if (bad < 0)
        return -ENOMEM;
    if (feed->is_too_long)
        reader->mistake(reader->context, feed->number,
                        "the line is longer than 197 bytes; write a shorter "
                        "one, or set the option on the command line");
    else if (bad > 0)
        reader->mistake(reader->context, feed->number,
                        "not an option; write `name = value`, or # before a "
                        "comment");
    else if (feed->is_heading && !feed->is_ours)
        reader->mistake(reader->context, feed->number,
                        "no such section; write [soquete] or no heading");
    return 0;
}

/* Cuts `text`, which ends in a NUL, into lines. */
static int feed_lines(struct feed *feed, char *text, size_t len)
{
    char *end = text + len, *next;
    int error = 0;

    for (; error == 0 && text < end; text = next) {
        char *line_end = memchr(text, '\n', (size_t)(end - text));

        if (line_end == NULL)
            line_end = end;
        next = line_end + 1;
        while (line_end > text && line_end[-1] == '\r')
            line_end--;
        *line_end = '\0';
        feed->line = text;
        feed->len = (size_t)(line_end - text);
        feed->number++;
        error = feed_line(feed);
    }
    return error;
}

/* All of the file, with a NUL at its end; to be freed. */
static int read_text(const char *path, char **text, size_t *len)
{
    FILE *file = fopen(path, "re");
    int error = 0;

    if (file == NULL)
        return -errno;
    *text = malloc(CONFIG_FILE_MAX + 2);
    if (*text == NULL) {
        error = -ENOMEM;
        goto close_file;
    }
    errno = 0;
    *len = fread(*text, 1, CONFIG_FILE_MAX + 1, file);
    if (ferror(file))
        error = errno == 0 ? -EIO : -errno;
    else if (*len > CONFIG_FILE_MAX)
        error = -EFBIG;
    (*text)[*len] = '\0';
    if (error != 0)
        free(*text);
close_file:
    fclose(file);
    return error;
}

int config_file_read(const char *path, const struct config_reader *reader)
{
    struct feed feed = {.reader = reader};
    char *text = NULL;
    size_t len = 0;
    int error = read_text(path, &text, &len);

    if (error != 0)
        return error;
    error = feed_lines(&feed, text, len);
    free(text);
    return error;
}
