#include "base/log.h"

#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sink_reader.h"
#include "suite.h"

enum { LINE_MAX_LEN = 512, ROOMY = 2000 };

/* Makes standard error a socket that keeps the bounds of what is written: each
 * write(2) is one message. Returns the end to read from. */
static int catch_errors(void)
{
    int ends[2];

    ck_assert_int_eq(
        socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, ends), 0);
    ck_assert_int_ne(dup2(ends[1], STDERR_FILENO), -1);
    close(ends[1]);
    return ends[0];
}

/* Reads what one write wrote; "" where there was none. */
static const char *next_write(int fd, char out[ROOMY])
{
    ssize_t len = recv(fd, out, ROOMY - 1, 0);

    out[len > 0 ? len : 0] = '\0';
    return out;
}

START_TEST(a_call_is_one_write_of_one_line)
{
    int fd = catch_errors();
    char out[ROOMY];

    log_error("cannot %s: %d", "listen", 98);
    log_info("at %s", "http://[::1]:8080/");
    log_error("%s", "");
    ck_assert_str_eq(next_write(fd, out), "soquete: cannot listen: 98\n");
    ck_assert_str_eq(next_write(fd, out), "soquete: at http://[::1]:8080/\n");
    ck_assert_str_eq(next_write(fd, out), "soquete: \n");
    ck_assert_str_eq(next_write(fd, out), "");
}
END_TEST

START_TEST(errors_are_printed_also_where_it_is_quiet)
{
    int fd = catch_errors();
    char out[ROOMY];

    log_set_level(LOG_ERROR);
    log_info("hidden");
    log_error("shown");
    ck_assert_str_eq(next_write(fd, out), "soquete: shown\n");
    log_set_level(LOG_INFO);
    log_info("shown again");
    ck_assert_str_eq(next_write(fd, out), "soquete: shown again\n");
}
END_TEST

START_TEST(line_past_512_bytes_is_cut)
{
    static const int text_lens[] = {0, 1, 501, 502, 503, 504, 511, 512, 1500};
    int fd = catch_errors();

    for (size_t i = 0; i < sizeof(text_lens) / sizeof(text_lens[0]); i++) {
        size_t whole = sizeof("soquete: ") + (size_t)text_lens[i];
        char out[ROOMY];

        log_error("%.*d", text_lens[i], 0); /* so many zeros */
        next_write(fd, out);
        ck_assert_uint_eq(strlen(out),
                          whole < LINE_MAX_LEN ? whole : LINE_MAX_LEN);
        ck_assert_uint_eq(strcspn(out, "\n"), strlen(out) - 1);
        ck_assert_str_eq(next_write(fd, out), "");
    }
}
END_TEST

/* Threads that serve log too, and do not wait for a reader. */
START_TEST(lines_go_through_a_sink_while_there_is_one)
{
    struct sink_reader *reader = sink_reader_new_messages();
    int fd = catch_errors();
    char out[ROOMY];

    ck_assert_int_eq(log_to_sink(reader->sink), 0);
    log_error("cannot %s", "accept");
    ck_assert_str_eq(sink_reader_next(reader), "soquete: cannot accept\n");
    ck_assert_str_eq(next_write(fd, out), "");
    sink_reader_end(reader);
    ck_assert_int_eq(log_to_sink(NULL), 0);
    log_error("again");
    ck_assert_str_eq(next_write(fd, out), "soquete: again\n");
    sink_reader_free(reader);
}
END_TEST

struct output {
    char *text;
    size_t len;
};

static void read_more(struct sink_reader *reader, struct output *output)
{
    const char *more = sink_reader_next(reader);
    size_t more_len = strlen(more);

    output->text = realloc(output->text, output->len + more_len + 1);
    ck_assert_ptr_nonnull(output->text);
    memcpy(output->text + output->len, more, more_len + 1);
    output->len += more_len;
}

/* The sum of the numbers in front of each `missing`. */
static unsigned long sum_of_missing(const char *text, const char *missing)
{
    unsigned long sum = 0;

    for (const char *at = text; (at = strstr(at, missing)) != NULL; at++) {
        const char *count = at;

        while (count > text && count[-1] >= '0' && count[-1] <= '9')
            count--;
        sum += strtoul(count, NULL, 10);
    }
    return sum;
}

/* Those that are there, and those that are counted as missing. */
static unsigned long count_lines(const struct output *output,
                                 const char *missing)
{
    unsigned long lines = sum_of_missing(output->text, missing);

    for (size_t i = 0; i < output->len; i++)
        lines += output->text[i] == 'x';
    return lines;
}

/* Which lines are missing, and where they are counted, depends on when the
 * sink's thread runs. */
START_TEST(lines_without_room_are_counted)
{
    enum { LINES = 10000 /* more than there is room for */ };
    static const char missing[] = " lines are missing here: standard error was "
                                  "not read\n";
    struct sink_reader *reader = sink_reader_new_pipe();
    struct output output = {.text = NULL};

    ck_assert_int_eq(log_to_sink(reader->sink), 0);
    for (int n = 0; n < LINES; n++)
        log_error("x%400d", n);
    while (output.len < 300000) /* then there is room */
        read_more(reader, &output);
    log_error("at last");
    while (strstr(output.text, "soquete: at last\n") == NULL ||
           count_lines(&output, missing) < LINES)
        read_more(reader, &output);
    ck_assert_uint_gt(sum_of_missing(output.text, missing), 0);
    free(output.text);
    sink_reader_end(reader);
    log_to_sink(NULL);
    sink_reader_free(reader);
}
END_TEST

START_TEST(closed_standard_error_is_no_trouble)
{
    close(STDERR_FILENO);
    log_error("lost");
}
END_TEST

static const struct {
    const char *text, *quoted;
} quotes[] = {
    {"", ""},
    {"plain text, ~ and \"quotes\"", "plain text, ~ and \"quotes\""},
    {"a\\b", "a\\x5cb"},
    {"a\nb\rc\td", "a\\x0ab\\x0dc\\x09d"},
    {"\x1b[2J", "\\x1b[2J"},
    {"\x1f \x7e\x7f", "\\x1f ~\\x7f"},
    {"\x80\x9b\xff", "\\x80\\x9b\\xff"}, /* 9b: CSI in one byte */
    {"caf\xc3\xa9", "caf\\xc3\\xa9"},
    {"%s%n", "%s%n"},
};

START_TEST(only_printable_ascii_is_quoted_as_it_is)
{
    for (size_t i = 0; i < sizeof(quotes) / sizeof(quotes[0]); i++) {
        char out[ROOMY];

        ck_assert_ptr_eq(log_quote(out, sizeof(out), bytes_of(quotes[i].text)),
                         out);
        ck_assert_str_eq(out, quotes[i].quoted);
    }
}
END_TEST

START_TEST(every_byte_is_quoted_into_printable_ascii)
{
    for (int byte = 0; byte < 256; byte++) {
        char one = (char)byte, out[ROOMY], hex[8];

        log_quote(out, sizeof(out), (struct bytes){&one, 1});
        snprintf(hex, sizeof(hex), "\\x%02x", (unsigned)byte);
        if (byte < 0x20 || byte > 0x7e || byte == '\\')
            ck_assert_str_eq(out, hex);
        else
            ck_assert(out[0] == one && out[1] == '\0');
    }
}
END_TEST

/* Quotes into `size` bytes that sanitizers watch the end of, and asserts that
 * it is the beginning of `whole`, cut between two bytes' texts. */
static void check_cut(struct bytes text, const char *whole, size_t size,
                      size_t width)
{
    char *out = malloc(size);
    size_t len;

    log_quote(out, size, text);
    len = strlen(out);
    ck_assert_uint_lt(len, size);
    if (strcmp(out, whole) != 0) {
        ck_assert_uint_ge(len, 3);
        ck_assert_str_eq(out + len - 3, "...");
        ck_assert_int_eq(memcmp(out, whole, len - 3), 0);
        ck_assert_uint_eq((len - 3) % width, 0);
        ck_assert_uint_lt(size, strlen(whole) + 8); /* not much sooner than
                                                       it must */
    }
    free(out);
}

START_TEST(text_that_does_not_fit_ends_in_dots)
{
    char plain[100], control[400];

    memset(plain, 'a', sizeof(plain));
    plain[99] = '\0';
    for (size_t i = 0; i < 99; i++)
        memcpy(control + 4 * i, "\\x01", 5);
    for (size_t size = 4; size < 500; size++) {
        char bytes[99];

        memset(bytes, 1, sizeof(bytes));
        check_cut((struct bytes){plain, 99}, plain, size, 1);
        check_cut((struct bytes){bytes, 99}, control, size, 4);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("log");

    suite_add_tests(
        suite, a_call_is_one_write_of_one_line,
        errors_are_printed_also_where_it_is_quiet, line_past_512_bytes_is_cut,
        lines_go_through_a_sink_while_there_is_one,
        lines_without_room_are_counted, closed_standard_error_is_no_trouble,
        only_printable_ascii_is_quoted_as_it_is,
        every_byte_is_quoted_into_printable_ascii,
        text_that_does_not_fit_ends_in_dots);
    return suite_run(suite);
}
