#include "base/log_pace.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "suite.h"

enum { LINE_SIZE = 1024 };

/* Makes standard error a socket on which each write(2) is one message. Returns
 * the end to read from. */
static int catch_errors(void)
{
    int ends[2];

    ck_assert_int_eq(
        socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, ends), 0);
    ck_assert_int_ne(dup2(ends[1], STDERR_FILENO), -1);
    close(ends[1]);
    return ends[0];
}

/* What one write wrote; "" where there was none. */
static const char *next_write(int fd, char out[LINE_SIZE])
{
    ssize_t len = recv(fd, out, LINE_SIZE - 1, 0);

    out[len > 0 ? len : 0] = '\0';
    return out;
}

START_TEST(first_line_is_let_through)
{
    struct log_pace pace = {.interval_ms = 1000};
    uint64_t held_back = 7;

    ck_assert(log_pace_allows(&pace, 0, &held_back));
    ck_assert_uint_eq(held_back, 0);
}
END_TEST

START_TEST(lines_within_the_interval_are_counted)
{
    struct log_pace pace = {.interval_ms = 1000};
    uint64_t held_back;

    ck_assert(log_pace_allows(&pace, 500, &held_back));
    ck_assert(!log_pace_allows(&pace, 500, &held_back));
    ck_assert(!log_pace_allows(&pace, 1499, &held_back));
    ck_assert(log_pace_allows(&pace, 1500, &held_back));
    ck_assert_uint_eq(held_back, 2);
}
END_TEST

START_TEST(count_begins_anew_with_each_line)
{
    struct log_pace pace = {.interval_ms = 10};
    uint64_t held_back;

    ck_assert(log_pace_allows(&pace, 0, &held_back));
    ck_assert(!log_pace_allows(&pace, 9, &held_back));
    ck_assert(log_pace_allows(&pace, 100, &held_back));
    ck_assert_uint_eq(held_back, 1);
    ck_assert(log_pace_allows(&pace, 110, &held_back));
    ck_assert_uint_eq(held_back, 0);
}
END_TEST

START_TEST(line_reports_how_many_were_held_back)
{
    struct log_pace pace = {.interval_ms = INT64_C(3600000)};
    char out[LINE_SIZE];
    int fd = catch_errors();

    log_error_paced(&pace, "cannot read %s", "a.txt");
    log_error_paced(&pace, "cannot read %s", "b.txt");
    log_error_paced(&pace, "cannot read %s", "c.txt");
    pace.next_ms = 0; /* the interval is over */
    log_error_paced(&pace, "cannot read %s", "d.txt");
    ck_assert_str_eq(next_write(fd, out), "soquete: cannot read a.txt\n");
    ck_assert_str_eq(next_write(fd, out),
                     "soquete: cannot read d.txt (2 more not printed)\n");
    ck_assert_str_eq(next_write(fd, out), "");
}
END_TEST

START_TEST(long_text_leaves_room_for_the_count)
{
    struct log_pace pace = {.interval_ms = 1000, .held_back = UINT64_MAX};
    char text[LINE_SIZE], out[LINE_SIZE];
    int fd = catch_errors();

    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    log_error_paced(&pace, "%s", text);
    ck_assert_ptr_nonnull(strstr(
        next_write(fd, out), "x (18446744073709551615 more not printed)\n"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("log_pace");

    suite_add_tests(
        suite, first_line_is_let_through, lines_within_the_interval_are_counted,
        count_begins_anew_with_each_line, line_reports_how_many_were_held_back,
        long_text_leaves_room_for_the_count);
    return suite_run(suite);
}
