#include "wire/line_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "suite.h"

enum { TEXT_SIZE = 2 * LINE_WRITER_SIZE };

/* A writer and the other end of what it writes to. */
struct ends {
    struct line_writer writer;
    int write_fd, read_fd;
    char text[TEXT_SIZE]; /* what was read last */
};

static struct ends *ends_new(const int fds[2], bool may_block)
{
    struct ends *ends = malloc(sizeof(*ends));

    ck_assert_ptr_nonnull(ends);
    ends->read_fd = fds[0];
    ends->write_fd = fds[1];
    line_writer_init(&ends->writer, fds[1], may_block);
    return ends;
}

/* A socket that keeps the bounds of what is written: each write(2) is one
 * message. It is written to as a regular file is. */
static struct ends *messages_new(void)
{
    int fds[2];

    ck_assert_int_eq(
        socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, fds), 0);
    return ends_new(fds, false);
}

static struct ends *pipe_new(void)
{
    int fds[2];

    ck_assert_int_eq(pipe(fds), 0);
    ck_assert_int_eq(fcntl(fds[0], F_SETFL, O_NONBLOCK), 0);
    return ends_new(fds, true);
}

static void ends_free(struct ends *ends)
{
    close(ends->read_fd);
    close(ends->write_fd);
    free(ends);
}

/* What there is to read, at most `max` bytes; "" where there is nothing. */
static const char *read_some(struct ends *ends, size_t max)
{
    ssize_t len = read(ends->read_fd, ends->text, max);

    ends->text[len > 0 ? len : 0] = '\0';
    return ends->text;
}

static const char *read_next(struct ends *ends)
{
    return read_some(ends, TEXT_SIZE - 1);
}

static bool add(struct ends *ends, const char *line)
{
    size_t len = strlen(line);
    char *at = line_writer_begin(&ends->writer, len);

    if (at == NULL)
        return false;
    memcpy(at, line, len);
    line_writer_end(&ends->writer, at + len);
    return true;
}

/* "00000012 xxx...", `len` bytes long. */
static bool add_numbered(struct ends *ends, unsigned number, size_t len)
{
    static char line[LINE_WRITER_SIZE];

    snprintf(line, sizeof(line), "%08u ", number);
    memset(line + 9, 'x', len - 9);
    line[len] = '\0';
    return add(ends, line);
}

/* Fills the pipe, so that its reader seems to stand still. */
static void fill(int fd)
{
    static const char zeros[4096];

    ck_assert_int_eq(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
    while (write(fd, zeros, sizeof(zeros)) > 0)
        continue;
    ck_assert_int_eq(fcntl(fd, F_SETFL, 0), 0);
}

START_TEST(lines_wait_for_a_flush_and_go_at_once)
{
    struct ends *ends = messages_new();

    line_writer_flush(&ends->writer); /* nothing is to be written */
    ck_assert_str_eq(read_next(ends), "");
    ck_assert(add(ends, "one"));
    ck_assert(add(ends, "two"));
    ck_assert_str_eq(read_next(ends), "");
    line_writer_flush(&ends->writer);
    ck_assert_str_eq(read_next(ends), "one\ntwo\n");
    ck_assert_str_eq(read_next(ends), "");
    ck_assert(add(ends, "three"));
    ck_assert_uint_eq(line_writer_fini(&ends->writer), 0);
    ck_assert_str_eq(read_next(ends), "three\n");
    ends_free(ends);
}
END_TEST

/* Lines of all lengths meet the buffer's end in all ways; sanitizers watch
 * what lies behind it. */
START_TEST(full_buffer_is_written_in_whole_lines)
{
    static const size_t lens[] = {9, 10, 100, 4096, LINE_WRITER_SIZE - 1};
    struct ends *ends = messages_new();

    for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
        unsigned lines = 3 * LINE_WRITER_SIZE / (unsigned)lens[i], seen = 0;

        for (unsigned n = 0; n < lines || seen < lines; n++) {
            const char *text;

            if (n < lines)
                ck_assert(add_numbered(ends, n, lens[i]));
            else
                line_writer_flush(&ends->writer);
            for (text = read_next(ends); *text != '\0'; seen++) {
                ck_assert_uint_eq(strtoul(text, NULL, 10), seen);
                ck_assert_uint_eq(strcspn(text, "\n"), lens[i]);
                text += lens[i] + 1;
            }
        }
    }
    ck_assert_uint_eq(line_writer_fini(&ends->writer), 0);
    ends_free(ends);
}
END_TEST

START_TEST(pipe_gets_whole_lines_that_it_surely_takes)
{
    struct ends *ends = pipe_new();

    for (unsigned n = 0; n < 100; n++)
        ck_assert(add_numbered(ends, n, 1000));
    line_writer_flush(&ends->writer);
    for (unsigned n = 0; n < 100; n++) {
        line_writer_flush(&ends->writer);
        read_some(ends, 1001);
        ck_assert_uint_eq(strlen(ends->text), 1001);
        ck_assert_uint_eq(strtoul(ends->text, NULL, 10), n);
    }
    ck_assert_uint_eq(line_writer_fini(&ends->writer), 0);
    ends_free(ends);
}
END_TEST

/* If it waited it would wait for ever: the pipe's only reader is this test. */
/* A pipe in packet mode gives what each write(2) wrote. Lines of 1000 bytes do
 * not fill what a pipe takes at once. */
START_TEST(no_write_ends_within_a_line)
{
    struct ends *ends;
    int fds[2];

    ck_assert_int_eq(pipe2(fds, O_DIRECT | O_NONBLOCK), 0);
    ends = ends_new(fds, true);
    for (unsigned n = 0; n < 30; n++)
        ck_assert(add_numbered(ends, n, 999));
    line_writer_flush(&ends->writer);
    for (size_t left = 30000; left > 0;) {
        size_t len = strlen(read_next(ends));

        ck_assert_uint_gt(len, 0);
        ck_assert_uint_le(len, PIPE_BUF);
        ck_assert_int_eq(ends->text[len - 1], '\n');
        left -= len;
    }
    ends_free(ends);
}
END_TEST

START_TEST(full_pipe_keeps_the_oldest_and_counts_the_newest)
{
    struct ends *ends = pipe_new();
    unsigned kept = 0, lost = 0;

    fill(ends->write_fd);
    for (unsigned n = 0; n < 1000; n++) {
        if (add_numbered(ends, n, 200))
            kept++;
        else
            lost++;
        line_writer_flush(&ends->writer);
    }
    ck_assert_uint_eq(kept, LINE_WRITER_SIZE / 201);
    ck_assert_uint_eq(ends->writer.lost, lost);
    while (read(ends->read_fd, ends->text, TEXT_SIZE) > 0)
        continue;                     /* the zeros */
    line_writer_flush(&ends->writer); /* now there is room */
    for (unsigned n = 0; n < kept; n++) {
        line_writer_flush(&ends->writer);
        read_some(ends, 201);
        ck_assert_uint_eq(strlen(ends->text), 201);
        ck_assert_uint_eq(strtoul(ends->text, NULL, 10), n);
    }
    ck_assert_uint_eq(line_writer_fini(&ends->writer), lost);
    ends_free(ends);
}
END_TEST

START_TEST(what_a_full_pipe_never_took_is_counted_in_the_end)
{
    struct ends *ends = pipe_new();

    fill(ends->write_fd);
    for (int i = 0; i < 3; i++)
        ck_assert(add(ends, "line"));
    ck_assert_uint_eq(line_writer_fini(&ends->writer), 3);
    ends_free(ends);
}
END_TEST

START_TEST(reader_that_has_gone_stops_nobody)
{
    struct ends *ends = pipe_new();

    signal(SIGPIPE, SIG_IGN); /* as the server does */
    close(ends->read_fd);
    for (unsigned n = 0; n < 1000; n++) {
        ck_assert(add_numbered(ends, n, 200));
        if (n % 3 == 0)
            line_writer_flush(&ends->writer);
    }
    ck_assert_uint_eq(line_writer_fini(&ends->writer), 1000);
    ends->read_fd = -1;
    ends_free(ends);
}
END_TEST

/* A line that went out in part when its file broke is lost once, and the next
 * one stands alone. */
START_TEST(line_that_was_cut_is_ended)
{
    struct ends *ends = pipe_new();
    int full = open("/dev/full", O_WRONLY);

    ck_assert_int_ne(full, -1);
    ck_assert(add_numbered(ends, 1, 3 * PIPE_BUF));
    fill(ends->write_fd);
    ck_assert_int_eq(read(ends->read_fd, ends->text, PIPE_BUF), PIPE_BUF);
    line_writer_flush(&ends->writer); /* a third of it */
    ends->writer.fd = full;
    for (int i = 0; i < 3; i++)
        line_writer_flush(&ends->writer);
    ck_assert_uint_eq(ends->writer.lost, 1);
    while (read(ends->read_fd, ends->text, TEXT_SIZE) > 0)
        continue;
    ends->writer.fd = ends->write_fd;
    ck_assert(add(ends, "next"));
    line_writer_flush(&ends->writer);
    ck_assert_str_eq(read_next(ends), "\nnext\n");
    ck_assert_uint_eq(line_writer_fini(&ends->writer), 1);
    close(full);
    ends_free(ends);
}
END_TEST

/* It has some room at first, but less than is to be written. */
START_TEST(terminal_that_nobody_reads_stops_nobody)
{
    struct line_writer *writer = malloc(sizeof(*writer));
    bool may_block = false;
    int master, slave;

    ck_assert_int_eq(openpty(&master, &slave, NULL, NULL, NULL), 0);
    line_writer_init(writer, line_writer_open("-", slave, &may_block), true);
    ck_assert_int_ge(writer->fd, 3);
    ck_assert(may_block);
    ck_assert_int_ne(fcntl(writer->fd, F_GETFL) & O_NONBLOCK, 0);
    ck_assert_int_eq(fcntl(slave, F_GETFL) & O_NONBLOCK, 0);
    for (int i = 0; i < 5000; i++) {
        char *at = line_writer_begin(writer, 100);

        if (at != NULL)
            line_writer_end(writer, (char *)memset(at, 'x', 100) + 100);
        line_writer_flush(writer);
    }
    ck_assert_uint_gt(line_writer_fini(writer), 0);
    close(writer->fd);
    close(slave);
    close(master);
    free(writer);
}
END_TEST

START_TEST(file_is_made_and_appended_to)
{
    char folder[] = "/tmp/lines-XXXXXX", path[64], text[16] = "";
    bool may_block = true;
    int fd;

    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/lines", folder);
    for (int i = 0; i < 2; i++) {
        fd = line_writer_open(path, STDOUT_FILENO, &may_block);
        ck_assert_int_ge(fd, 0);
        ck_assert(!may_block);
        ck_assert_int_eq(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
        ck_assert_int_eq(write(fd, "ab\n", 3), 3);
        close(fd);
    }
    fd = open(path, O_RDONLY);
    ck_assert_int_eq(read(fd, text, sizeof(text)), 6);
    ck_assert_str_eq(text, "ab\nab\n");
    close(fd);
    unlink(path);
    rmdir(folder);
}
END_TEST

START_TEST(minus_is_a_copy_of_the_standard_descriptor)
{
    int file = memfd_create("out", MFD_CLOEXEC), ends[2], fd;
    bool may_block = true;

    fd = line_writer_open("-", file, &may_block);
    ck_assert_int_ge(fd, 3);
    ck_assert_int_ne(fd, file);
    ck_assert(!may_block);
    ck_assert_int_eq(write(fd, "x", 1), 1);
    ck_assert_int_eq(lseek(file, 0, SEEK_CUR), 1);
    close(fd);
    ck_assert_int_eq(pipe(ends), 0);
    fd = line_writer_open("-", ends[1], &may_block);
    ck_assert_int_eq(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    ck_assert(may_block);
    close(fd);
    close(ends[0]);
    close(ends[1]);
    close(file);
}
END_TEST

START_TEST(file_that_cannot_be_opened_is_told)
{
    bool may_block;

    ck_assert_int_eq(line_writer_open("no/such/file", 1, &may_block), -ENOENT);
    ck_assert_int_eq(line_writer_open(".", 1, &may_block), -EISDIR);
    ck_assert_int_eq(line_writer_open("-", INT_MAX, &may_block), -EBADF);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("line_writer");

    suite_add_tests(
        suite, lines_wait_for_a_flush_and_go_at_once,
        full_buffer_is_written_in_whole_lines,
        pipe_gets_whole_lines_that_it_surely_takes, no_write_ends_within_a_line,
        full_pipe_keeps_the_oldest_and_counts_the_newest,
        what_a_full_pipe_never_took_is_counted_in_the_end,
        reader_that_has_gone_stops_nobody, line_that_was_cut_is_ended,
        terminal_that_nobody_reads_stops_nobody, file_is_made_and_appended_to,
        minus_is_a_copy_of_the_standard_descriptor,
        file_that_cannot_be_opened_is_told);
    return suite_run(suite);
}
