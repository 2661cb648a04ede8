/* mime.h -- the media type of a file, by its name and, failing that, its bytes
 *
 * Extension first. Only a name without one, or with one that is not in the
 * table, is looked at by its content, and content never yields HTML,
 * JavaScript, SVG, XML or anything else that a browser would run: who can
 * upload "notes" must not be able to plant a script.
 *
 * This is libmagic's door: its cookie is not thread-safe, so each worker has a
 * struct mime_sniffer of its own, loaded when first needed (2 ms and 8 MB).
 * Without its database everything unknown is application/octet-stream, or
 * text/plain where the bytes are UTF-8 text. */
#ifndef FILES_MIME_H
#define FILES_MIME_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"
#include "files/mime_table.h"

enum {
    MIME_TYPE_MAX = 127,    /* bytes of a type with its parameters */
    MIME_SNIFF_MAX = 65536, /* bytes looked at, from the file's beginning */
};

/* One for each worker. NULL: no memory. */
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
 * gets
 * "; charset=utf-8". Never fails. Costs nothing but the look-up where the name
 * decides, and up to some milliseconds where libmagic must look: call it once
 * for a file version. libmagic is shown no more than MIME_SNIFF_MAX bytes;
 * whether text is UTF-8 is decided by all of `start`. */
void mime_type_of(const struct mime_table *table, struct mime_sniffer *sniffer,
                  struct bytes name, struct bytes start, bool whole,
                  char out[MIME_TYPE_MAX + 1]);

#endif
