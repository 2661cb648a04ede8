/* file_read.h -- reading bytes of an open file, all that were asked for */
#ifndef FILES_FILE_READ_H
#define FILES_FILE_READ_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Reads `len` bytes from offset `from` on; fewer only where the file ends.
 * Returns how many, or a negative errno. May block on the disk. */
ssize_t file_read(int fd, uint64_t from, char *out, size_t len);

#endif
