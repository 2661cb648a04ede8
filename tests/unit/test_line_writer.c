#include "wire/line_writer.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>

#include "sink_reader.h"
#include "suite.h"

enum { LINE_MAX_LEN = 100 };

static bool put(struct line_writer *writer)
{
    char *at = line_writer_begin(writer);

    if (at == NULL)
        return false;
    memset(at, 'x', LINE_MAX_LEN - 1);
    line_writer_end(writer, at + LINE_MAX_LEN - 1);
    return true;
}

/* Makes standard error a pipe. Returns the end to read from. */
static FILE *catch_errors(void)
{
    int ends[2];

    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_ne(dup2(ends[1], STDERR_FILENO), -1);
    close(ends[1]);
    return fdopen(ends[0], "r");
}

/* Puts in lines until one is lost. */
static void lose(struct line_writer *writer)
{
    uint64_t lost = line_writer_lost(writer);

    while (put(writer))
        line_writer_flush(writer);
    ck_assert_uint_eq(line_writer_lost(writer), lost + 1);
    line_writer_flush(writer);
}

/* The pipe blocks, and holds the sink's thread: a writer reports. */
START_TEST(slow_reader_is_reported_while_it_is_slow)
{
    struct sink_reader *reader = sink_reader_new_pipe();
    FILE *errors = catch_errors();
    struct line_writer writer;
    char line[200];

    signal(SIGPIPE, SIG_IGN); /* as the server does */
    ck_assert(line_writer_init(&writer, reader->sink, LINE_MAX_LEN));
    lose(&writer);
    ck_assert_ptr_nonnull(fgets(line, sizeof(line), errors));
    ck_assert_str_eq(line, "soquete: a pipe is read too slowly; 1 lines are "
                           "lost so far\n");
    lose(&writer);
    fcntl(fileno(errors), F_SETFL, O_NONBLOCK);
    ck_assert_ptr_null(fgets(line, sizeof(line), errors)); /* not so soon */
    fclose(errors);
    close(reader->fd);
    reader->fd = -1;
    sink_reader_end(reader);
    sink_reader_free(reader);
}
END_TEST

/* One report counts what all writers have lost, and one more comes without
 * their help, when nothing is lost any more. */
START_TEST(losses_of_a_file_are_reported_together)
{
    struct sink_reader *reader = sink_reader_new_pipe();
    FILE *errors = catch_errors();
    struct line_writer writers[2];
    char line[200];

    signal(SIGPIPE, SIG_IGN);
    ck_assert_int_eq(fcntl(sink_fd(reader->sink), F_SETFL, O_NONBLOCK), 0);
    for (int i = 0; i < 2; i++)
        ck_assert(line_writer_init(&writers[i], reader->sink, LINE_MAX_LEN));
    lose(&writers[0]);
    ck_assert_ptr_nonnull(fgets(line, sizeof(line), errors));
    ck_assert_str_eq(line, "soquete: a pipe is read too slowly; 1 lines are "
                           "lost so far\n");
    lose(&writers[0]);
    lose(&writers[1]);
    ck_assert_ptr_nonnull(fgets(line, sizeof(line), errors));
    ck_assert_str_eq(line, "soquete: a pipe is read too slowly; 3 lines are "
                           "lost so far\n");
    fclose(errors);
    close(reader->fd);
    reader->fd = -1;
    sink_reader_end(reader);
    sink_reader_free(reader);
}
END_TEST

START_TEST(file_that_cannot_be_written_is_reported)
{
    struct line_writer writer;
    struct sink_reader reader;
    FILE *errors = catch_errors();
    char line[200];

    ck_assert_int_eq(
        sink_new(&reader.sink, open("/dev/full", O_WRONLY), "a full disk"), 0);
    ck_assert(line_writer_init(&writer, reader.sink, LINE_MAX_LEN));
    ck_assert(put(&writer));
    line_writer_flush(&writer);
    ck_assert_ptr_nonnull(fgets(line, sizeof(line), errors));
    ck_assert_str_eq(line, "soquete: cannot write a full disk: No space left "
                           "on device\n"); /* its line is not lost yet */
    sink_reader_end(&reader);
    sink_free(reader.sink);
    fclose(errors);
}
END_TEST

START_TEST(file_that_can_be_written_again_is_reported)
{
    struct sink_reader *reader = sink_reader_new_pipe();
    int full = open("/dev/full", O_WRONLY), copy = dup(sink_fd(reader->sink));
    struct line_writer writer;
    FILE *errors = catch_errors();
    char line[200];

    dup2(full, sink_fd(reader->sink));
    ck_assert(line_writer_init(&writer, reader->sink, LINE_MAX_LEN));
    ck_assert(put(&writer));
    line_writer_flush(&writer);
    ck_assert_ptr_nonnull(fgets(line, sizeof(line), errors));
    dup2(copy, sink_fd(reader->sink));
    ck_assert_ptr_nonnull(fgets(line, sizeof(line), errors));
    ck_assert_str_eq(line, "soquete: a pipe can be written again\n");
    fclose(errors);
    close(full);
    close(copy);
    sink_reader_end(reader);
    sink_reader_free(reader);
}
END_TEST

/* Lines are published when there are many, whether or not there is time. */
START_TEST(busy_worker_publishes_in_between)
{
    struct sink_reader *reader = sink_reader_new_messages();
    struct line_writer writer;

    ck_assert(line_writer_init(&writer, reader->sink, LINE_MAX_LEN));
    for (int n = 0; n < LINE_UNPUBLISHED_MAX / LINE_MAX_LEN; n++)
        ck_assert(put(&writer));
    ck_assert_str_eq(sink_reader_look(reader), "");
    ck_assert(put(&writer));
    ck_assert_uint_gt(strlen(sink_reader_next(reader)),
                      LINE_UNPUBLISHED_MAX - LINE_MAX_LEN);
    sink_reader_end(reader);
    sink_reader_free(reader);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("line_writer");

    suite_add_tests(suite, slow_reader_is_reported_while_it_is_slow,
                    losses_of_a_file_are_reported_together,
                    file_that_cannot_be_written_is_reported,
                    file_that_can_be_written_again_is_reported,
                    busy_worker_publishes_in_between);
    return suite_run(suite);
}
