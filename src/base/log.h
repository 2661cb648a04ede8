/* log.h -- what the program tells its operator, on standard error
 *
 * One call writes one line, "soquete: " and the text, in one write(2), so that
 * lines of several threads never mix. Safe from any thread, and never waits:
 * where standard error is a pipe or a terminal without room, the line is lost.
 * A line past 512 bytes is cut. What a peer sent is printed only through
 * log_quote, never raw: a terminal obeys control characters. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/bytes.h"

enum log_level {
    LOG_ERROR, /* something was refused or lost; always printed */
    LOG_INFO,  /* addresses, the end of the program; -q silences it */
};

/* Set before threads start, read by all. The default is LOG_INFO. */
void log_set_level(enum log_level most);

void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Writes `text` into out[0..size), size >= 4, with \xNN for all but printable
 * ASCII, cut with "..." where it does not fit, and ends it with a NUL. Returns
 * `out`. */
const char *log_quote(char *out, size_t size, struct bytes text);

#endif
