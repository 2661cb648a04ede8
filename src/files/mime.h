/* mime.h -- the media type of a file, by its name and, failing that, its bytes
 *
 * The extension decides. Content decides only for a name without an extension,
 * or with one that is not in the table. It never yields HTML, JavaScript, SVG,
 * XML or anything else that a browser would run: whoever can upload "notes"
 * must not be able to plant a script.
 *
 * Bytes that are UTF-8 without a NUL are text, whatever they look like; all
 * others are given to libmagic, whose door this is. It gets the first
 * MIME_MAGIC_MAX bytes, and runs its tests for signatures only: its tests for
 * kinds of text are regular expressions, which take 120 ms for 64 KiB of
 * newlines and 25 ms for the worst 2 KiB that were found. So a call takes 0.1
 * ms, and 1.5 ms for the worst bytes that were found ("\0,", repeated).
 *
 * One sniffer serves all threads, under a lock, for libmagic's cookie is not
 * thread-safe: one in each worker would add 130 KiB at rest. The lock is taken
 * when a file is loaded, never for a cached file. The database is loaded at the
 * start. libmagic crashes when it runs out of memory, so it is called only
 * where there is more than a call was seen to take. */
#ifndef FILES_MIME_H
#define FILES_MIME_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"
#include "files/mime_table.h"

enum {
    MIME_TYPE_MAX = 127,    /* bytes of a type with its parameters */
    MIME_SNIFF_MAX = 65536, /* bytes of a file's beginning that are read */
    MIME_MAGIC_MAX = 1024,  /* bytes of that for libmagic */
};

/* Loads libmagic's database, in 1 ms: 8 MB are mapped, and little of that is
 * read. NULL: there is no database, or no memory. Any thread may use it. */
struct mime_sniffer;
struct mime_sniffer *mime_sniffer_new(void);
void mime_sniffer_free(struct mime_sniffer *sniffer);

/* Whether the type of the file `name` depends on its bytes: for text, which may
 * be UTF-8 or not, and for an unknown extension. For others mime_type_of may be
 * given an empty `start`. */
bool mime_needs_bytes(const struct mime_table *table, struct bytes name);

/* Writes the media type of the file `name`, whose first bytes are `start`,
 * into out, with a NUL. `whole`: `start` is all of the file. Text
 * whose bytes are UTF-8 (a sequence cut by the window's end counts as good)
 * gets "; charset=utf-8". Never fails: without a sniffer (NULL), what is no
 * text is application/octet-stream. One pass over `start` decides what is text;
 * libmagic adds up to 1.5 ms: call it once for a file version. */
void mime_type_of(const struct mime_table *table, struct mime_sniffer *sniffer,
                  struct bytes name, struct bytes start, bool whole,
                  char out[MIME_TYPE_MAX + 1]);

#endif
