/* rule_text.h -- the lines of a file of rules, and the mistakes in them
 *
 * Pure: what is to be done with a mistake is up to its reader. */
#ifndef SITE_RULE_TEXT_H
#define SITE_RULE_TEXT_H

#include "base/bytes.h"

enum {
    RULE_FILE_MAX = 1024 * 1024, /* bytes of a file of rules */
    RULES_MAX = 20000,           /* of them in one file */
    RULE_MISTAKES_MAX = 100,     /* reported for one file, and then how many
                                    more there are */
};

/* Lines without the white space around them, also the CR of a CRLF. */
struct rule_lines {
    struct bytes rest;
    unsigned number; /* of the last line, from 1 */
};

/* A mark for UTF-8 (U+FEFF) at the beginning is left out. */
struct rule_lines rule_lines_of(struct bytes text);

/* The next line that is neither empty nor a comment, "# ...". False: none. */
bool rule_lines_next(struct rule_lines *lines, struct bytes *line);

/* Cuts the next word off the line. It is empty where there is none. */
struct bytes rule_cut_word(struct bytes *line);

/* Who is told of mistakes. `text` is one line of printable ASCII that begins
 * with the file's name and the number of the line, "_redirects:14: ..." */
struct rule_reader {
    void (*mistake)(struct rule_reader *reader, const char *text);
};

/* The mistakes of one file. */
struct rule_mistakes {
    struct rule_reader *reader; /* NULL: nobody is told */
    const char *file;
    size_t count;
};

/* Reports "FILE:LINE: ..."; the text tells what was expected. */
void rule_mistake(struct rule_mistakes *mistakes, unsigned line,
                  const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Reports how many were not reported, if any. Call it at the end. */
void rule_mistakes_end(struct rule_mistakes *mistakes);

enum { RULE_QUOTED_MAX = 80 };

/* Makes `text` printable and cuts it, for a mistake's text. Returns `out`. */
const char *rule_quote(char out[RULE_QUOTED_MAX], struct bytes text);

#endif
