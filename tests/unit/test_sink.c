#include "base/sink.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "sink_reader.h"
#include "suite.h"

enum {
    LONG_LEN = 9000, /* more than PIPE_BUF */
    WRITERS = 4,
    LINES_OF_EACH = 300,
};

static void put(struct sink *sink, struct feed *feed, const char *line)
{
    char *to = feed_begin(feed);

    ck_assert_ptr_nonnull(to);
    memcpy(to, line, strlen(line));
    feed_end(feed, to + strlen(line));
    sink_flush(sink, feed);
}

START_TEST(line_after_a_pause_is_written_at_once)
{
    struct sink_reader *reader = sink_reader_new_messages();
    struct feed *feed = sink_add_feed(reader->sink, 100);

    for (int i = 0; i < 3; i++) {
        put(reader->sink, feed, "one");
        ck_assert_str_eq(sink_reader_next(reader), "one\n");
    }
    sink_reader_end(reader);
    ck_assert_str_eq(sink_reader_look(reader), "");
    sink_reader_free(reader);
}
END_TEST

START_TEST(end_writes_the_rest)
{
    struct sink_reader *reader = sink_reader_new_pipe();
    struct feed *feeds[2] = {sink_add_feed(reader->sink, 100),
                             sink_add_feed(reader->sink, 100)};

    for (int i = 0; i < 100; i++)
        put(reader->sink, feeds[i % 2], "line");
    sink_reader_end(reader);
    ck_assert_uint_eq(strlen(sink_reader_look(reader)), 500);
    ck_assert_uint_eq(sink_lost(reader->sink), 0);
    sink_reader_free(reader);
}
END_TEST

struct writer {
    struct sink *sink;
    struct feed *feed;
    char letter;
};

static void *write_lines(void *arg)
{
    const struct writer *writer = arg;

    for (int n = 0; n < LINES_OF_EACH;) {
        char *to = feed_begin(writer->feed);
        size_t len = n % 3 == 0 ? LONG_LEN : 20;

        if (to == NULL) { /* the reader is behind */
            poll(NULL, 0, 1);
            continue;
        }
        memset(to, writer->letter, len);
        feed_end(writer->feed, to + len);
        sink_flush(writer->sink, writer->feed);
        n++;
    }
    return NULL;
}

/* Reads a byte of many lines, of which each must be of one letter. Returns
 * whether a line ended. */
static bool is_line_end(char byte, char *letter, size_t *len)
{
    if (byte != '\n') {
        if (*len > 0 && byte != *letter)
            ck_abort_msg("a line of %c has a %c", *letter, byte);
        *letter = byte;
        ++*len;
        return false;
    }
    ck_assert(*len == LONG_LEN || *len == 20);
    *len = 0;
    return true;
}

START_TEST(lines_of_several_writers_never_mix)
{
    struct sink_reader *reader = sink_reader_new_pipe();
    struct writer writers[WRITERS];
    pthread_t threads[WRITERS];
    size_t lines = 0, len = 0;
    char letter = 0;

    for (int i = 0; i < WRITERS; i++) {
        writers[i] = (struct writer){reader->sink,
                                     sink_add_feed(reader->sink, LONG_LEN + 1),
                                     (char)('a' + i)};
        pthread_create(&threads[i], NULL, write_lines, &writers[i]);
    }
    while (lines < WRITERS * LINES_OF_EACH)
        for (const char *at = sink_reader_next(reader); *at != '\0'; at++)
            lines += is_line_end(*at, &letter, &len);
    for (int i = 0; i < WRITERS; i++)
        pthread_join(threads[i], NULL);
    sink_reader_end(reader);
    sink_reader_free(reader);
}
END_TEST

/* If it waited it would wait for ever: the pipe's only reader is this test. */
START_TEST(writers_do_not_wait_for_a_stopped_reader)
{
    struct sink_reader *reader = sink_reader_new_pipe();
    struct feed *feed = sink_add_feed(reader->sink, 100);
    uint64_t put_in = 0;

    signal(SIGPIPE, SIG_IGN); /* as the server does */
    while (feed_lost(feed) < 10) {
        char *to = feed_begin(feed);

        if (to != NULL) {
            memset(to, 'x', 99);
            feed_end(feed, to + 99);
            put_in++;
        }
        sink_flush(reader->sink, feed);
    }
    ck_assert(!sink_end(reader->sink, clock_now_ms()));
    ck_assert_uint_gt(sink_lost(reader->sink), 10);
    ck_assert_uint_le(sink_lost(reader->sink), put_in + 10);
    close(reader->fd); /* its write ends now, and with it the thread */
    reader->fd = -1;
    sink_reader_end(reader);
    sink_reader_free(reader);
}
END_TEST

/* A disk that is full for a while: no line is lost, none is cut. */
START_TEST(what_could_not_be_written_is_tried_again)
{
    struct sink_reader *reader = sink_reader_new_pipe();
    struct feed *feed = sink_add_feed(reader->sink, 100);
    int pipe_fd = sink_fd(reader->sink), copy = dup(pipe_fd);
    int full = open("/dev/full", O_WRONLY);

    ck_assert_int_ne(full, -1);
    ck_assert_int_eq(dup2(full, pipe_fd), pipe_fd);
    put(reader->sink, feed, "one");
    sink_reader_await_error(reader, -ENOSPC);
    put(reader->sink, feed, "two");
    ck_assert_int_eq(dup2(copy, pipe_fd), pipe_fd);
    sink_reader_await_error(reader, 0);
    put(reader->sink, feed, "three");
    sink_reader_end(reader);
    ck_assert_str_eq(sink_reader_look(reader), "one\ntwo\nthree\n");
    close(full);
    close(copy);
    sink_reader_free(reader);
}
END_TEST

START_TEST(end_gives_up_what_cannot_be_written)
{
    struct sink *sink;
    struct feed *feed;

    ck_assert_int_eq(
        sink_new(&sink, open("/dev/full", O_WRONLY), "a full disk"), 0);
    feed = sink_add_feed(sink, 100);
    put(sink, feed, "one");
    put(sink, feed, "two");
    ck_assert(sink_end(sink, clock_now_ms() + SINK_READER_WAIT_MS));
    ck_assert_uint_eq(sink_lost(sink), 2);
    ck_assert_int_eq(sink_error(sink), -ENOSPC);
    sink_free(sink);
}
END_TEST

/* A non-blocking descriptor without room is waited for. */
START_TEST(full_pipe_that_does_not_block_is_waited_for)
{
    struct sink_reader *reader = sink_reader_new_pipe();
    struct feed *feed = sink_add_feed(reader->sink, 1000);
    size_t seen = 0;

    ck_assert_int_eq(fcntl(sink_fd(reader->sink), F_SETFL, O_NONBLOCK), 0);
    for (int n = 0; n < 300; n++) {
        char *to = feed_begin(feed);

        memset(to, 'x', 999);
        feed_end(feed, to + 999);
        sink_flush(reader->sink, feed);
    }
    while (seen < 300000)
        seen += strlen(sink_reader_next(reader));
    sink_reader_end(reader);
    ck_assert_int_eq(sink_error(reader->sink), 0);
    sink_reader_free(reader);
}
END_TEST

START_TEST(file_is_made_and_appended_to)
{
    char folder[] = "/tmp/sink-XXXXXX", path[64], text[20] = "";
    int fd;

    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/log", folder);
    for (int i = 0; i < 2; i++) {
        struct sink *sink;

        fd = sink_open_file(path, STDOUT_FILENO);
        ck_assert_int_ge(fd, 0);
        ck_assert_int_eq(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
        ck_assert_int_eq(sink_new(&sink, fd, "a file"), 0);
        put(sink, sink_add_feed(sink, 10), "line");
        ck_assert(sink_end(sink, clock_now_ms() + SINK_READER_WAIT_MS));
        sink_free(sink);
    }
    fd = open(path, O_RDONLY);
    ck_assert_int_eq(read(fd, text, sizeof(text) - 1), 10);
    ck_assert_str_eq(text, "line\nline\n");
    close(fd);
    unlink(path);
    rmdir(folder);
}
END_TEST

/* If opening it waited for a reader, this would wait for ever. */
START_TEST(fifo_needs_no_reader_yet)
{
    char folder[] = "/tmp/sink-XXXXXX", path[64], text[20] = "";
    struct sink *sink;
    int fd;

    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/log", folder);
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    fd = sink_open_file(path, STDOUT_FILENO);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(sink_new(&sink, fd, "a file"), 0);
    put(sink, sink_add_feed(sink, 10), "line");
    fd = open(path, O_RDONLY);
    ck_assert_int_eq(read(fd, text, sizeof(text) - 1), 5);
    ck_assert_str_eq(text, "line\n");
    close(fd); /* and it may go, and come again */
    put(sink, sink_add_feed(sink, 10), "more");
    fd = open(path, O_RDONLY);
    ck_assert_int_eq(read(fd, text, sizeof(text) - 1), 5);
    ck_assert_str_eq(text, "more\n");
    ck_assert(sink_end(sink, clock_now_ms() + SINK_READER_WAIT_MS));
    sink_free(sink);
    close(fd);
    unlink(path);
    rmdir(folder);
}
END_TEST

START_TEST(minus_is_a_copy_of_a_standard_descriptor)
{
    int file = memfd_create("out", MFD_CLOEXEC), fd;
    struct sink *sink;

    ck_assert_int_ne(dup2(file, STDOUT_FILENO), -1);
    fd = sink_open_file("-", STDOUT_FILENO);
    ck_assert_int_gt(fd, STDERR_FILENO);
    ck_assert_int_eq(sink_new(&sink, fd, "a file"), 0);
    ck_assert(sink_is_file(sink, STDOUT_FILENO));
    ck_assert(!sink_is_file(sink, STDIN_FILENO));
    ck_assert(sink_end(sink, clock_now_ms() + SINK_READER_WAIT_MS));
    sink_free(sink);
    ck_assert_int_ne(fcntl(STDOUT_FILENO, F_GETFD), -1); /* not ours to close */
    close(file);
}
END_TEST

START_TEST(test_makes_no_file)
{
    char folder[] = "/tmp/sink-XXXXXX", path[64];
    struct pollfd reader = {.events = POLLIN};
    struct stat status;

    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/log", folder);
    ck_assert_int_eq(sink_test_file(path), 0);
    ck_assert_int_eq(stat(path, &status), -1);
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    reader.fd = open(path, O_RDONLY | O_NONBLOCK);
    ck_assert_int_eq(sink_test_file(path), 0);
    ck_assert_int_eq(poll(&reader, 1, 0), 0); /* no writer came and went */
    close(reader.fd);
    unlink(path);
    rmdir(folder);
    ck_assert_int_eq(sink_test_file(path), -ENOENT);
    ck_assert_int_eq(sink_test_file("log-of-no-name"), 0);
    ck_assert_int_eq(sink_test_file("src/log/"), -ENOENT);
    ck_assert_int_eq(sink_test_file("/dev/null"), 0);
    ck_assert_int_eq(sink_test_file("/dev/null/log"), -ENOTDIR);
    ck_assert_int_eq(sink_test_file("."), -EISDIR);
    ck_assert_int_eq(sink_test_file("-"), 0);
}
END_TEST

START_TEST(file_that_cannot_be_opened)
{
    ck_assert_int_eq(sink_open_file("no/such/file", STDOUT_FILENO), -ENOENT);
    ck_assert_int_eq(sink_open_file(".", STDOUT_FILENO), -EISDIR);
    close(STDIN_FILENO);
    ck_assert_int_eq(sink_open_file("-", STDIN_FILENO), -EBADF);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sink");

    suite_add_tests(suite, line_after_a_pause_is_written_at_once,
                    end_writes_the_rest, lines_of_several_writers_never_mix,
                    writers_do_not_wait_for_a_stopped_reader,
                    what_could_not_be_written_is_tried_again,
                    end_gives_up_what_cannot_be_written,
                    full_pipe_that_does_not_block_is_waited_for,
                    file_is_made_and_appended_to, fifo_needs_no_reader_yet,
                    minus_is_a_copy_of_a_standard_descriptor,
                    test_makes_no_file, file_that_cannot_be_opened);
    return suite_run(suite);
}
