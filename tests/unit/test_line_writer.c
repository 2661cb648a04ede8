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

START_TEST(slow_reader_is_reported_while_it_is_slow)
{
    struct sink_reader *reader = sink_reader_new_pipe();
    FILE *errors = catch_errors();
    struct line_writer writer;
    char line[200];

    signal(SIGPIPE, SIG_IGN); /* as the server does */
    ck_assert(
        line_writer_init(&writer, reader->sink, LINE_MAX_LEN, "access log"));
    while (put(&writer))
        line_writer_flush(&writer);
    ck_assert_uint_eq(line_writer_lost(&writer), 1);
    line_writer_flush(&writer);
    ck_assert_ptr_nonnull(fgets(line, sizeof(line), errors));
    ck_assert_str_eq(line, "soquete: the access log is read too slowly: 1 "
                           "lines are lost so far\n");
    while (put(&writer)) /* there is room for some more, perhaps */
        continue;
    line_writer_flush(&writer);
    fcntl(fileno(errors), F_SETFL, O_NONBLOCK);
    ck_assert_ptr_null(fgets(line, sizeof(line), errors)); /* not so soon */
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

    ck_assert_int_eq(sink_new(&reader.sink, open("/dev/full", O_WRONLY)), 0);
    ck_assert(line_writer_init(&writer, reader.sink, LINE_MAX_LEN, "trace"));
    ck_assert(put(&writer));
    line_writer_flush(&writer);
    sink_reader_await_error(&reader, -ENOSPC);
    line_writer_flush(&writer);
    ck_assert_ptr_nonnull(fgets(line, sizeof(line), errors));
    ck_assert_str_eq(line, "soquete: cannot write the trace: No space left on "
                           "device; 0 lines are lost so far\n");
    sink_reader_end(&reader);
    sink_free(reader.sink);
    fclose(errors);
}
END_TEST

/* Lines are published when there are many, whether or not there is time. */
START_TEST(busy_worker_publishes_in_between)
{
    struct sink_reader *reader = sink_reader_new_messages();
    struct line_writer writer;

    ck_assert(line_writer_init(&writer, reader->sink, LINE_MAX_LEN, "log"));
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
                    file_that_cannot_be_written_is_reported,
                    busy_worker_publishes_in_between);
    return suite_run(suite);
}
