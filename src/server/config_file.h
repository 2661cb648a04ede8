/* config_file.h -- the door to libinih: lines of `key = value`
 *
 *     # a comment            ; another
 *     workers = 4            ; and one behind a value, after a space
 *     listen = 8080, unix:run/soquete.sock
 *
 * Keys stand before any heading, or beneath [soquete]. Nothing is lost in
 * silence: a line that is too long for the library (197 bytes as Debian and the
 * others build it), one without "=", a NUL and a foreign heading are each told
 * with the number of the line, and reading goes on after them. May block on the
 * disk. */
#ifndef SERVER_CONFIG_FILE_H
#define SERVER_CONFIG_FILE_H

enum {
    CONFIG_FILE_LINE_MAX = 197,   /* bytes, without the end of the line */
    CONFIG_FILE_MAX = 1024 * 1024 /* bytes: /dev/zero ends, too */
};

/* Who is told. Strings are lent until the call returns. */
struct config_reader {
    void *context;
    void (*pair)(void *context, unsigned line, const char *key,
                 const char *value);
    void (*mistake)(void *context, unsigned line, const char *what);
};

/* Reads all of the file. Returns 0, whatever is told of single lines, or a
 * negative errno: it could not be read, or is too long (-EFBIG), and then
 * nothing is reported. */
int config_file_read(const char *path, const struct config_reader *reader);

#endif
