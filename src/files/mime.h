/* mime.h -- the media type of a file, by its name and, failing that, its bytes
 *
 * Extension first. Only a name without one, or with one that is not in the
 * table, is looked at by its content, and content never yields HTML,
 * JavaScript, SVG, XML or anything else that a browser would run: who can
 * upload "notes" must not be able to plant a script.
 *
 * Bytes that are UTF-8 without a NUL are text, whatever they look like; only
 * others are shown to libmagic, whose door this is. It gets the first
 * MIME_MAGIC_MAX bytes, and of its tests those for signatures: its tests for
 * kinds of text are regular expressions, which take 120 ms for 64 KiB of
 * newlines and 25 ms for the worst 2 KiB that were found. So a call takes 0.1
 * ms, and 1.5 ms for the worst bytes that were found ("\0,", repeated).
 *
 * One sniffer serves all threads, under a lock, for libmagic's cookie is not
 * thread-safe: one in each worker would add 130 KiB at rest. The lock is taken
 * where a file is loaded, never for a file that a cache has. Its database is
 * loaded at the start. Out of memory libmagic crashes, so it is asked only when
 * there is room for what a call was seen to take. */
#ifndef FILES_MIME_H
#define FILES_MIME_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"
#include "files/mime_table.h"

enum {
    MIME_TYPE_MAX = 127,    /* bytes of a type with its parameters */
    MIME_SNIFF_MAX = 65536, /* bytes of a beginning that tell enough */
    MIME_MAGIC_MAX = 1024,  /* bytes that libmagic is shown of that */
};

/* Loads libmagic's database: 1 ms and, of 8 MB that are mapped, what is looked
 * at. NULL: there is none, or no memory. Any thread may use it. */
struct mime_sniffer;
struct mime_sniffer *mime_sniffer_new(void);
void mime_sniffer_free(struct mime_sniffer *sniffer);

/* Whether the type of the file `name` depends on its bytes: it is text, which
 * may be UTF-8 or not, or its name says nothing. Where it does not,
 * mime_type_of may be given an empty `start`. */
bool mime_needs_bytes(const struct mime_table *table, struct bytes name);

/* Writes the media type of the file `name`, whose first bytes are `start`,
 * into out, with a NUL. `whole` says that `start` is all of the file. Text
 * whose bytes are UTF-8 (a sequence cut by the window's end counts as good)
 * gets "; charset=utf-8". Never fails: without a sniffer (NULL), what is no
 * text is application/octet-stream. One pass over `start` decides what is text;
 * libmagic adds up to 1.5 ms: call it once for a file version. */
void mime_type_of(const struct mime_table *table, struct mime_sniffer *sniffer,
                  struct bytes name, struct bytes start, bool whole,
                  char out[MIME_TYPE_MAX + 1]);

#endif
