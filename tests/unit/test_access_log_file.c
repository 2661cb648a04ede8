/* When the access log writes, and where to. */
#include "wire/access_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>

#include "log_watch.h"
#include "suite.h"

START_TEST(lines_wait_until_the_worker_has_time)
{
    static const char line[] =
        "0.0.0.0 - - " STAMP " \"GET / HTTP/1.1\" 200 12\n";
    struct watch *watch = watch_new(false);
    char three[3 * sizeof(line)];

    watch->observer->waiting(watch->observer); /* nothing is to be written */
    for (int i = 0; i < 3; i++)
        watch->observer->answered(watch->observer, &plain);
    ck_assert_str_eq(next_write(watch), "");
    watch->observer->waiting(watch->observer);
    snprintf(three, sizeof(three), "%s%s%s", line, line, line);
    ck_assert_str_eq(next_write(watch), three);
    watch->observer->waiting(watch->observer);
    ck_assert_str_eq(next_write(watch), "");
    watch_free(watch);
}
END_TEST

START_TEST(closing_writes_the_rest)
{
    struct watch *watch = watch_new(false);

    watch->observer->answered(watch->observer, &plain);
    watch->observer->close(watch->observer);
    ck_assert_str_eq(next_write(watch),
                     "0.0.0.0 - - " STAMP " \"GET / HTTP/1.1\" 200 12\n");
    ck_assert_str_eq(next_write(watch), "");
    watch->observer = NULL;
    watch_free(watch);
}
END_TEST

/* Counts the lines of a write, each of which must be whole, and the n-th of all
 * to have the status 100 + n % 900. */
static unsigned count_lines(const char *text, unsigned n)
{
    unsigned count = 0;

    while (*text != '\0') {
        char want[64];
        size_t len = strcspn(text, "\n");

        ck_assert_int_eq(text[len], '\n');
        snprintf(want, sizeof(want), "\" %u 12", 100 + (n + count) % 900);
        ck_assert_uint_gt(len, strlen(want));
        ck_assert_int_eq(memcmp(text + len - strlen(want), want, strlen(want)),
                         0);
        ck_assert_int_eq(memcmp(text, "0.0.0.0 - - [", 13), 0);
        text += len + 1;
        count++;
    }
    return count;
}

START_TEST(full_buffer_is_written_in_whole_lines)
{
    enum { LINES = 5000 };
    struct watch *watch = watch_new(false);
    unsigned seen = 0, writes = 0;

    for (unsigned n = 0; n < LINES; n++) {
        struct observed_answer answer = plain;
        unsigned count;

        answer.status = 100 + n % 900;
        watch->observer->answered(watch->observer, &answer);
        count = count_lines(next_write(watch), seen);
        seen += count;
        writes += count > 0;
    }
    ck_assert_uint_gt(writes, 0);
    ck_assert_uint_lt(writes, LINES / 100);
    watch->observer->waiting(watch->observer);
    ck_assert_uint_eq(seen + count_lines(next_write(watch), seen), LINES);
    watch_free(watch);
}
END_TEST

/* Lines of all lengths fill the buffer to each of its last bytes; sanitizers
 * watch its end. */
START_TEST(longest_lines_fit_wherever_the_buffer_stands)
{
    struct watch *watch = watch_new(true);
    struct observed_answer small = plain, large = plain;
    char *part = calloc(1, LONG_LEN);
    unsigned lines = 0;

    large.peer = (const struct sockaddr *)&peer6;
    large.body_len = UINT64_MAX;
    large.status = UINT32_MAX;
    large.method = large.target = large.referer = large.user_agent =
        (struct bytes){part, LONG_LEN};
    for (unsigned n = 0; n < 2000; n++) {
        const char *text;

        small.target.at = part;
        small.target.len = n * 7 % 1024;
        watch->observer->answered(watch->observer, &small);
        watch->observer->answered(watch->observer,
                                  n % 3 == 0 ? &large : &small);
        for (text = next_write(watch); *text != '\0'; text++)
            lines += *text == '\n';
    }
    watch->observer->waiting(watch->observer);
    for (const char *text = next_write(watch); *text != '\0'; text++)
        lines += *text == '\n';
    ck_assert_uint_eq(lines, 4000);
    free(part);
    watch_free(watch);
}
END_TEST

START_TEST(log_that_cannot_be_written_stops_nobody)
{
    struct access_log log = {.fd = open("/dev/null", O_RDONLY)};
    struct observer *observer = access_log_observer_new(&log);

    for (int i = 0; i < 3000; i++)
        observer->answered(observer, &plain);
    observer->waiting(observer);
    observer->close(observer);
    access_log_close(&log);
    ck_assert_int_eq(log.fd, -1);
    access_log_close(&log);
}
END_TEST

/* Reads the file whole. */
static const char *text_of(const char *path, char out[1000])
{
    int fd = open(path, O_RDONLY);
    ssize_t len = read(fd, out, 999);

    ck_assert_int_ge(len, 0);
    out[len] = '\0';
    close(fd);
    return out;
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

/* Takes all that is in the pipe, or the first `size` bytes. */
static void take(int fd, char *out, size_t size)
{
    ck_assert_int_eq(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
    while (read(fd, out, size) > 0)
        continue;
    ck_assert_int_eq(fcntl(fd, F_SETFL, 0), 0);
}

/* If it waited it would wait for ever: the pipe's only reader is this test. */
START_TEST(worker_does_not_wait_for_who_reads)
{
    static const char line[] = PLAIN_LINE;
    struct access_log log = {.may_block = true};
    struct observer *observer;
    char bytes[4096];
    int ends[2];

    ck_assert_int_eq(pipe(ends), 0);
    log.fd = ends[1];
    fill(ends[1]);
    observer = access_log_observer_new(&log);
    ck_assert_ptr_nonnull(observer);
    for (int i = 0; i < 10000; i++) { /* more than its buffer holds */
        observer->answered(observer, &plain);
        observer->waiting(observer);
    }
    take(ends[0], bytes, sizeof(bytes));
    observer->waiting(observer); /* now there is room */
    ck_assert_int_gt(read(ends[0], bytes, sizeof(bytes)), (int)sizeof(line));
    ck_assert_int_eq(memcmp(bytes, line, sizeof(line) - 1), 0);
    fill(ends[1]);
    observer->close(observer);
    access_log_close(&log);
    close(ends[0]);
}
END_TEST

START_TEST(file_is_made_and_appended_to)
{
    static const char line[] =
        "0.0.0.0 - - " STAMP " \"GET / HTTP/1.1\" 200 12\n";
    char folder[] = "/tmp/access-XXXXXX", path[64], out[1000], want[1000];
    struct access_log logs[2];

    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/log", folder);
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(access_log_open(&logs[i], path, false), 0);
        ck_assert_int_eq(fcntl(logs[i].fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    }
    for (int i = 0; i < 4; i++) { /* two processes with the same log */
        struct observer *observer = access_log_observer_new(&logs[i % 2]);

        observer->answered(observer, &plain);
        observer->close(observer);
    }
    snprintf(want, sizeof(want), "%s%s%s%s", line, line, line, line);
    ck_assert_str_eq(text_of(path, out), want);
    access_log_close(&logs[0]);
    access_log_close(&logs[1]);
    unlink(path);
    rmdir(folder);
}
END_TEST

START_TEST(minus_is_standard_output)
{
    struct access_log log;
    struct observer *observer;
    int fd = memfd_create("out", MFD_CLOEXEC);
    char text[8] = "";

    ck_assert_int_ne(dup2(fd, STDOUT_FILENO), -1);
    ck_assert_int_eq(access_log_open(&log, "-", false), 0);
    observer = access_log_observer_new(&log);
    observer->answered(observer, &plain);
    observer->close(observer);
    access_log_close(&log);
    ck_assert_int_ne(fcntl(STDOUT_FILENO, F_GETFD), -1); /* not ours to close */
    ck_assert_int_eq(pread(fd, text, 7, 0), 7);
    ck_assert_str_eq(text, "0.0.0.0");
    close(fd);
}
END_TEST

START_TEST(file_that_cannot_be_opened_is_told)
{
    struct access_log log;

    ck_assert_int_eq(access_log_open(&log, "no/such/file", true), -ENOENT);
    ck_assert_int_eq(access_log_open(&log, ".", true), -EISDIR);
    ck_assert_int_eq(log.fd, -1);
    access_log_close(&log);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("access_log_file");

    suite_add_tests(
        suite, lines_wait_until_the_worker_has_time, closing_writes_the_rest,
        full_buffer_is_written_in_whole_lines,
        longest_lines_fit_wherever_the_buffer_stands,
        log_that_cannot_be_written_stops_nobody,
        worker_does_not_wait_for_who_reads, file_is_made_and_appended_to,
        minus_is_standard_output, file_that_cannot_be_opened_is_told);
    return suite_run(suite);
}
