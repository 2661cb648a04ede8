/* config_file.h -- a file of lines of `key = value`
 *
 *     # a comment            ; another
 *     workers = 4            ; and one behind a value, after a space
 *     listen = 8080, unix:run/soquete.sock
 *
 * There are no quotes, and no line continues another. [soquete] may stand as a
 * heading. A line that is none of this is a mistake, and the next one is read.
 *
 *     if (config_file_open(&file, path) == 0)
 *         while (config_file_next(&file))
 *             ...
 */
#ifndef SERVER_CONFIG_FILE_H
#define SERVER_CONFIG_FILE_H

#include <stdbool.h>

enum { CONFIG_FILE_MAX = 64 * 1024 }; /* bytes: /dev/zero ends, too */

struct config_file {
    unsigned line;       /* the number of the line read last, from 1 */
    const char *mistake; /* what is wrong with it; NULL: nothing, and these */
    const char *key, *value; /* are set; into text */
    char *rest, *end;        /* the lines to come; into text */
    char text[CONFIG_FILE_MAX + 1];
};

/* Reads all of the file; may block on the disk. Returns 0 or a negative errno:
 * -EFBIG where it is longer than CONFIG_FILE_MAX. */
int config_file_open(struct config_file *file, const char *path);

/* Steps to the next line that has a pair or a mistake. Returns false where
 * there is none. */
bool config_file_next(struct config_file *file);

/* Whether a file can hold `value`: its ends are not blank, and nothing in it
 * looks like a comment. */
bool config_file_can_hold(const char *value);

#endif
