/* file_siblings.h -- which names are beside a file: its own and a suffix
 *
 * For "a/f" and the suffixes ".br" and ".gz": whether there are "a/f.br" and
 * "a/f.gz". What they are, a file that may be sent or a folder, is another
 * question, which only opening them answers.
 *
 * Each is looked at once; then it is enough to see that the folder has not
 * changed (trail.h), a look that all files in it share. Where its stamps do not
 * tell that, or changed too recently, each is looked at in each batch.
 *
 * One thread. Calls may block on the disk, never on a peer. */
#ifndef FILES_FILE_SIBLINGS_H
#define FILES_FILE_SIBLINGS_H

#include "files/file_entry.h"

enum {
    FILE_SUFFIXES_MAX = 8,
    FILE_SUFFIX_MAX = 8, /* bytes */
};

/* Which of the suffixes, an array that ends with NULL and is the same for all
 * calls, are there: bit i for suffixes[i]. The entry is a regular file's and
 * was looked at in this batch. */
unsigned file_siblings_find(struct file_entry *entry, struct trail *trail,
                            const char *const suffixes[]);

#endif
