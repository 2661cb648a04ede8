/* config_file.h -- a file of lines of `key = value`
 *
 *     # a comment            ; another
 *     workers = 4            ; and one after a value and a space
 *     listen = 8080, unix:run/soquete.sock
 *
 * There are no quotes and no continuation lines. [soquete] is allowed as a
 * heading. Any other line is a mistake; reading goes on after it.
 *
 *     if (config_file_open(&file, path) == 0)
 *         while (config_file_next(&file))
 *             ...
 */
#ifndef SERVER_CONFIG_FILE_H
#define SERVER_CONFIG_FILE_H

#include <stdbool.h>

enum { CONFIG_FILE_MAX = 64 * 1024 }; /* bytes: bounds /dev/zero, too */

struct config_file {
    unsigned line;           /* the number of the last line read, from 1 */
    const char *mistake;     /* what is wrong with it; NULL: nothing */
    const char *key, *value; /* valid where mistake is NULL; into text */
    char *rest, *end;        /* the lines not yet read; into text */
    char text[CONFIG_FILE_MAX + 1];
};

/* Reads the whole file; may block on the disk. Returns 0 or a negative errno,
 * -EFBIG if it is longer than CONFIG_FILE_MAX. */
int config_file_open(struct config_file *file, const char *path);

/* Advances to the next line that has a pair or a mistake. Returns false if
 * there is none. */
bool config_file_next(struct config_file *file);

/* Whether a file can contain `value`: it neither begins nor ends with a blank,
 * and no part of it would be read as a comment. */
bool config_file_can_hold(const char *value);

#endif
