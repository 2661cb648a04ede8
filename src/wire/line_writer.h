/* line_writer.h -- lines gathered by a worker, and written without waiting
 *
 * Lines are gathered in the writer's own buffer, and written when its owner has
 * time or the buffer is full: one write(2) for many lines under load. Whole
 * lines are written, so that lines of several writers of one file do not mix.
 *
 * Nobody ever waits for who reads. A pipe or terminal that has no room is left
 * alone until it has; meanwhile lines are kept, and when the buffer is full the
 * newest are lost. A file that cannot be written at all (a full disk) loses its
 * lines as well. They are counted.
 *
 * A writer belongs to one thread; several may share a descriptor. */
#ifndef WIRE_LINE_WRITER_H
#define WIRE_LINE_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LINE_WRITER_SIZE = 65536 };

struct line_writer {
    int fd;
    bool may_block;    /* it is no regular file */
    bool line_is_open; /* what was written last is the start of a line */
    bool is_broken;    /* the last write failed, and not for want of room */
    uint64_t lost;     /* lines */
    size_t len;
    char buffer[LINE_WRITER_SIZE];
};

/* Opens `file` for appending; "-" stands for a copy of the descriptor
 * `standard`. Says whether writing to it may block. Returns the descriptor, or
 * a negative errno. */
int line_writer_open(const char *file, int standard, bool *may_block);

/* `fd` is lent; it must stay open as long as the writer is used. */
void line_writer_init(struct line_writer *writer, int fd, bool may_block);

/* Makes room for a line of at most `max` bytes, which must be less than
 * LINE_WRITER_SIZE. Returns where the line goes, or NULL: there is no room, and
 * the line is lost. */
char *line_writer_begin(struct line_writer *writer, size_t max);

/* The line that was begun ends before `end`; its newline is put here. */
void line_writer_end(struct line_writer *writer, char *end);

/* Writes as much as goes without waiting. */
void line_writer_flush(struct line_writer *writer);

/* Writes for the last time. Returns how many lines were lost in all. */
uint64_t line_writer_fini(struct line_writer *writer);

#endif
