/* scanner.h -- finds changes in a tree by looking at every file
 *
 * For trees whose changes the kernel does not report, or not all of them. Each
 * pass compares what it finds with the pass before. A file takes 24 bytes, and
 * with room to grow up to 64; SCANNER_FILES_MAX files are told apart, and of
 * what is beyond those a pass sees that something has changed, but not what.
 *
 * One thread. Blocks on the disk. */
#ifndef FILES_SCANNER_H
#define FILES_SCANNER_H

#include "files/changes.h"

enum { SCANNER_FILES_MAX = 200000 }; /* and folders */

struct scanner;

/* Nothing was seen yet. `folder` must outlive it. NULL: no memory. */
struct scanner *scanner_new(const char *folder);
void scanner_free(struct scanner *scanner);

/* Looks at all files, and adds what has changed since the pass before. NULL:
 * what is there now is taken as it is. The first pass adds nothing. */
void scanner_pass(struct scanner *scanner, struct changes *changes,
                  int64_t now_ms);

/* Takes one path as it is now. */
void scanner_take(struct scanner *scanner, const char *path);

#endif
