#include "wire/line_writer.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A terminal that says it has room may have less than a line takes, and would
 * then make us wait. Opened once more it can be told not to, which the shell's
 * own descriptor must not be. Where that is not allowed, a copy has to do. */
static int open_standard(int standard)
{
    char path[sizeof("/proc/self/fd/") + 3 * sizeof(int)];
    int fd = -1;

    if (isatty(standard)) {
        snprintf(path, sizeof(path), "/proc/self/fd/%d", standard);
        fd = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    }
    return fd != -1 ? fd : fcntl(standard, F_DUPFD_CLOEXEC, 3);
}

int line_writer_open(const char *file, int standard, bool *may_block)
{
    struct stat status;
    int fd;

    if (strcmp(file, "-") == 0)
        fd = open_standard(standard);
    else
        fd = open(file, O_WRONLY | O_CREAT | O_APPEND | O_NOCTTY | O_CLOEXEC,
                  0644);
    if (fd == -1)
        return -errno;
    *may_block = fstat(fd, &status) == -1 || !S_ISREG(status.st_mode);
    return fd;
}

void line_writer_init(struct line_writer *writer, int fd, bool may_block)
{
    writer->fd = fd;
    writer->may_block = may_block;
    writer->line_is_open = false;
    writer->is_broken = false;
    writer->lost = 0;
    writer->len = 0;
}

/* How many of the first bytes may be written without waiting: all to a file; to
 * a pipe that has room, the whole lines within what it surely takes at once;
 * one long line goes as it is. */
static size_t writable_len(const struct line_writer *writer)
{
    struct pollfd room = {.fd = writer->fd, .events = POLLOUT};
    const char *end;

    if (!writer->may_block || writer->len == 0)
        return writer->len;
    if (poll(&room, 1, 0) < 1)
        return 0;
    if (writer->len <= PIPE_BUF)
        return writer->len;
    end = memrchr(writer->buffer, '\n', PIPE_BUF);
    return end != NULL ? (size_t)(end - writer->buffer) + 1 : PIPE_BUF;
}

/* The first `len` bytes are out of the way. */
static void drop_front(struct line_writer *writer, size_t len)
{
    writer->len -= len;
    memmove(writer->buffer, writer->buffer + len, writer->len);
}

/* How many lines are there, or the rest of one. A newline that stands first is
 * none: it ends a line that was written, or counted. */
static uint64_t count_lines(const struct line_writer *writer)
{
    uint64_t count = 0;

    for (size_t i = 1; i < writer->len; i++)
        count += writer->buffer[i] == '\n';
    return count;
}

/* The file takes no more bytes, now or ever: what is there is lost, and the
 * line that was begun is ended, so that the next one stands alone. */
static void lose_all(struct line_writer *writer)
{
    writer->is_broken = true;
    writer->lost += count_lines(writer);
    writer->len = 0;
    if (writer->line_is_open)
        writer->buffer[writer->len++] = '\n';
}

void line_writer_flush(struct line_writer *writer)
{
    size_t len;

    while ((len = writable_len(writer)) > 0) {
        ssize_t written = write(writer->fd, writer->buffer, len);

        if (written > 0) {
            writer->line_is_open = writer->buffer[written - 1] != '\n';
            writer->is_broken = false;
            drop_front(writer, (size_t)written);
        } else if (errno == EAGAIN) {
            return; /* it had room for something, but not for this */
        } else if (errno != EINTR) {
            lose_all(writer);
            return;
        }
    }
}

char *line_writer_begin(struct line_writer *writer, size_t max)
{
    assert(max < LINE_WRITER_SIZE);
    if (LINE_WRITER_SIZE - writer->len <= max)
        line_writer_flush(writer);
    if (LINE_WRITER_SIZE - writer->len > max)
        return writer->buffer + writer->len;
    writer->lost++;
    return NULL;
}

void line_writer_end(struct line_writer *writer, char *end)
{
    *end = '\n';
    writer->len = (size_t)(end + 1 - writer->buffer);
}

uint64_t line_writer_fini(struct line_writer *writer)
{
    line_writer_flush(writer);
    writer->lost += count_lines(writer);
    writer->len = 0;
    return writer->lost;
}
