/* file_marks.h -- what is noted about a version of a file in the cache
 *
 * A mark says that content with its key (file_derived.h) is being made, or
 * cannot be made, so that nobody tries again for this version. One thread. */
#ifndef FILES_FILE_MARKS_H
#define FILES_FILE_MARKS_H

#include <stdbool.h>

#include "files/file.h"
#include "files/file_derived.h"
#include "files/file_version.h"

/* Marks a file that the cache gave. Returns false where it was marked before.
 */
bool file_marks_set(const struct file *source, enum derived_key key);
void file_marks_clear(const struct file *source, enum derived_key key);

/* Returns the version of such a file. NULL: it is not settled, and may change
 * without another version. */
const struct file_version *file_marks_version(const struct file *source);

#endif
