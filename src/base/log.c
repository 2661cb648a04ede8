#include "base/log.h"

#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

enum { LOG_LINE_MAX = 512 };

/* The one setting that outlives a call: written once, before threads start. */
static enum log_level log_most = LOG_INFO;

void log_set_level(enum log_level most)
{
    log_most = most;
}

__attribute__((format(printf, 1, 0))) static void write_line(const char *format,
                                                             va_list args)
{
    static const char prefix[] = "soquete: ";
    struct pollfd room = {.fd = STDERR_FILENO, .events = POLLOUT};
    char line[LOG_LINE_MAX + 1];
    size_t len = sizeof(prefix) - 1;
    ssize_t written;
    int wanted;

    memcpy(line, prefix, len);
    wanted = vsnprintf(line + len, sizeof(line) - len - 1, format, args);
    if (wanted > 0)
        len += (size_t)wanted;
    if (len > sizeof(line) - 2)
        len = sizeof(line) - 2;
    line[len++] = '\n';
    if (poll(&room, 1, 0) == 0)
        return;
    written = write(STDERR_FILENO, line, len);
    (void)written; /* there is nobody left to tell */
}

void log_error(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    write_line(format, args);
    va_end(args);
}

void log_info(const char *format, ...)
{
    va_list args;

    if (log_most < LOG_INFO)
        return;
    va_start(args, format);
    write_line(format, args);
    va_end(args);
}

const char *log_quote(char *out, size_t size, struct bytes text)
{
    static const char hex[] = "0123456789abcdef";
    static const char dots[] = "...";
    size_t len = 0, cut = 0; /* cut: the last place where the dots fit */

    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.at[i];
        bool plain = byte >= 0x20 && byte < 0x7f && byte != '\\';

        if (len + sizeof(dots) <= size)
            cut = len;
        if (len + (plain ? 1 : 4) >= size) {
            memcpy(out + cut, dots, sizeof(dots));
            return out;
        }
        if (plain) {
            out[len++] = (char)byte;
            continue;
        }
        out[len++] = '\\';
        out[len++] = 'x';
        out[len++] = hex[byte >> 4];
        out[len++] = hex[byte & 15];
    }
    out[len] = '\0';
    return out;
}
