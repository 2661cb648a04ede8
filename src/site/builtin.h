/* builtin.h -- files that are part of the program: the live page
 *
 * The files that www/wire/ had when the program was built, scripts and style
 * sheets without comment lines and indentation (conf/embed.sh), each with a
 * sidecar in gzip, and a large file of zeros, to have something to download,
 * which takes no memory. They never change while the program runs, and their
 * modification date is its start. Each worker has a set of its own, since holds
 * are plain counters; the bytes are shared. One thread. */
#ifndef SITE_BUILTIN_H
#define SITE_BUILTIN_H

#include "files/file.h"

#define BUILTIN_FOLDER "-/wire/" /* where they are, below the root */

enum { BUILTIN_LARGE_SIZE = 8 * 1024 * 1024 };

struct builtin;

/* NULL: no memory, or no descriptor for the large file. */
struct builtin *builtin_new(file_rider *ride);

/* No hold on its files may be left. */
void builtin_free(struct builtin *builtin);

/* Whether a path of the site is below BUILTIN_FOLDER, or is that folder. */
bool builtin_owns(struct bytes path);

/* What `path`, which builtin_owns, names; "" below the folder is its
 * index.html. NULL: nothing. */
const struct file *builtin_find(struct builtin *builtin, struct bytes path);

/* The sidecar of a file that builtin_find has returned: the same content,
 * compressed with gzip. NULL: it has none. */
const struct file *builtin_sidecar(struct builtin *builtin,
                                   const struct file *file);

#endif
