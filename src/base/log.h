/* log.h -- messages for the operator, on standard error
 *
 * One call prints one line, "soquete: " and the text; lines of several threads
 * never mix. Safe from any thread, and never waits for the reader: while the
 * server runs, the thread of a sink writes the lines (base/sink.h). Before and
 * after, where there is no other thread, the caller writes, and a line for
 * which standard error has no room is lost. Each call takes a lock while it
 * copies a line, so no line is logged for each request.
 *
 * A line longer than 512 bytes is cut. What a peer sent is printed only through
 * log_quote, never raw: a terminal obeys control characters. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/bytes.h"
#include "base/sink.h"

enum log_level {
    LOG_ERROR, /* something was refused or lost; always printed */
    LOG_INFO,  /* addresses, the end of the program; -q silences these */
};

/* Set before threads start, read by all. The default is LOG_INFO. */
void log_set_level(enum log_level most);

/* Sends lines through a feed of this sink from now on; NULL: writes them
 * directly again. Called while no other thread runs that might log. Returns 0
 * or -ENOMEM. */
int log_to_sink(struct sink *sink);

void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Writes `text` into out[0..size), size >= 4, and ends it with a NUL. Bytes
 * other than printable ASCII become \xNN; what does not fit is cut, with "..."
 * in its place. Returns `out`. */
const char *log_quote(char *out, size_t size, struct bytes text);

#endif
