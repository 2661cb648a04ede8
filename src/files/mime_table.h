/* mime_table.h -- which extension stands for which media type
 *
 * conf/mime.types is compiled in, as text; it is parsed at the start by the
 * parser that also reads an operator's file, which adds to it. A table is
 * read-only once made: all threads share it. */
#ifndef FILES_MIME_TABLE_H
#define FILES_MIME_TABLE_H

#include <stddef.h>

#include "base/bytes.h"

enum {
    MIME_ESSENCE_MAX = 95,       /* bytes of a type without parameters */
    MIME_EXTENSION_MAX = 31,     /* bytes; a longer one is not known */
    MIME_FILE_MAX = 1024 * 1024, /* bytes of a table's file */
};

struct mime_table;

/* The table that is compiled in (conf/mime.types). NULL: no memory. */
struct mime_table *mime_table_new(void);

/* The same from a file in the form of mime.types(5): a type, then its
 * extensions; '#' begins a comment. It is added to the compiled-in table and
 * overrides it: of an extension that occurs twice the last one is used. One
 * with a dot in it is never found. Both occur in the files that systems ship. A
 * mistake is described in `why` (size bytes, "FILE:LINE: what"). Returns 0 and
 * *table, or a negative errno (-EINVAL for a mistake in the file's text, or
 * what is no regular file, -EFBIG past MIME_FILE_MAX). May block on the disk.
 */
int mime_table_load(struct mime_table **table, const char *file, char *why,
                    size_t size);
void mime_table_free(struct mime_table *table);

/* The type for the extension of `name`, without parameters: what follows the
 * last dot of its last segment, where that dot is not the segment's first byte;
 * letters without regard to case. NULL: not known. Valid as long as the table.
 */
const char *mime_table_find(const struct mime_table *table, struct bytes name);

#endif
