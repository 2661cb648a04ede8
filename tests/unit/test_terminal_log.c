#include "wire/terminal_log.h"

#include <stdio.h>

#include "log_watch.h"
#include "suite.h"

/* In the time zone of the test, an hour ahead of UTC. */
#define CLOCK "09:49:37"

static const struct line {
    unsigned status;
    uint64_t body_len;
    int64_t took_us;
    const char *text; /* without the clock */
} lines[] = {
    {200, 12, 0, "200 GET / 12 B 0.0 ms\n"},
    {304, 0, 449, "304 GET / 0 B 0.4 ms\n"},
    {206, 1023, 9999, "206 GET / 1023 B 9.9 ms\n"},
    {200, 1024, 10000, "200 GET / 1.0 KiB 10 ms\n"},
    {200, 10239, 999999, "200 GET / 9.9 KiB 999 ms\n"},
    {200, 10240, 1000000, "200 GET / 10 KiB 1.0 s\n"},
    {200, 1048575, 61500000, "200 GET / 1023 KiB 61 s\n"},
    {200, 1048576, 1, "200 GET / 1.0 MiB 0.0 ms\n"},
    {200, UINT64_C(2684354560), -5, "200 GET / 2.5 GiB 0.0 ms\n"},
    {200, UINT64_MAX, INT64_MAX, "200 GET / 16777215 TiB 9223372036854 s\n"},
    {403, 1, 100, "403 GET / 1 B 0.1 ms  a reason\n"},
    {404, 1, 100, "404 GET / 1 B 0.1 ms  a reason\n"},
    {405, 1, 100, "405 GET / 1 B 0.1 ms\n"},
    {500, 1, 100, "500 GET / 1 B 0.1 ms  a reason\n"},
    {508, 1, 100, "508 GET / 1 B 0.1 ms  a reason\n"},
};

static void set_zone(void)
{
    setenv("TZ", "XYZ-1", 1);
    tzset();
}

START_TEST(each_response_has_its_line)
{
    struct watch *watch = watch_new_terminal(false);

    set_zone();
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        struct observed_response response = plain;
        char want[256];

        response.status = lines[i].status;
        response.why = "a reason";
        response.body_len = lines[i].body_len;
        response.took_us = lines[i].took_us;
        snprintf(want, sizeof(want), CLOCK " %s", lines[i].text);
        ck_assert_str_eq(line_of(watch, &response), want);
    }
    watch_free(watch);
}
END_TEST

START_TEST(clock_is_that_of_each_request)
{
    static const struct {
        time_t when;
        const char *clock;
    } times[] = {
        {THEN, CLOCK},           {THEN, CLOCK},
        {THEN + 23, "09:50:00"}, {THEN - 3600, "08:49:37"},
        {0, "01:00:00"},         {-1, "00:59:59"},
    };
    struct watch *watch = watch_new_terminal(false);

    set_zone();
    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
        struct observed_response response = plain;

        response.when = times[i].when;
        ck_assert_int_eq(strncmp(line_of(watch, &response), times[i].clock, 8),
                         0);
    }
    watch_free(watch);
}
END_TEST

START_TEST(status_is_in_the_colour_of_its_class)
{
    static const struct {
        unsigned status;
        int colour;
    } colours[] = {{101, 32}, {200, 32}, {299, 32}, {301, 36}, {399, 36},
                   {400, 33}, {499, 33}, {500, 31}, {599, 31}};
    struct watch *watch = watch_new_terminal(true);

    set_zone();
    for (size_t i = 0; i < sizeof(colours) / sizeof(colours[0]); i++) {
        struct observed_response response = plain;
        char want[256];

        response.status = colours[i].status;
        response.why = "why";
        snprintf(want, sizeof(want),
                 CLOCK " \x1b[%dm%u\x1b[0m GET / 12 B 0.0 ms%s\n",
                 colours[i].colour, response.status,
                 response.status >= 500 ? "  why" : "");
        ck_assert_str_eq(line_of(watch, &response), want);
    }
    watch_free(watch);
}
END_TEST

START_TEST(what_was_no_request_has_a_line)
{
    struct watch *watch = watch_new_terminal(false);
    struct observed_response response = plain;

    set_zone();
    response.status = 400;
    response.method = response.target = (struct bytes){NULL, 0};
    ck_assert_str_eq(line_of(watch, &response), CLOCK " 400 - 12 B 0.0 ms\n");
    watch_free(watch);
}
END_TEST

/* Nothing that a client sends reaches the terminal as a control, or as the end
 * of a line. */
START_TEST(what_a_client_sent_is_escaped)
{
    struct watch *watch = watch_new_terminal(true);
    struct observed_response response = plain;

    set_zone();
    response.method = BYTES("\x1b[2J");
    response.target = BYTES("/\r\n\x9b\\\"\0\x7f\xc3\xa9");
    ck_assert_str_eq(line_of(watch, &response),
                     CLOCK " \x1b[32m200\x1b[0m \\x1b[2J "
                           "/\\x0d\\x0a\\x9b\\x5c\"\\x00\\x7f\\xc3\\xa9 "
                           "12 B 0.0 ms\n");
    watch_free(watch);
}
END_TEST

START_TEST(long_parts_are_cut_and_the_line_is_whole)
{
    struct watch *watch = watch_new_terminal(true);
    struct observed_response response = plain;
    char *part = malloc(LONG_LEN);
    const char *line;

    set_zone();
    memset(part, 1, LONG_LEN);
    response.method = response.target = (struct bytes){part, LONG_LEN};
    response.status = 503;
    response.why = "a reason";
    line = line_of(watch, &response);
    ck_assert_uint_eq(strlen(line), strlen(CLOCK " \x1b[31m503\x1b[0m  "
                                                 " 12 B 0.0 ms  a reason\n") +
                                        2 * 4096);
    ck_assert_str_eq(line + strlen(line) - 23, " 12 B 0.0 ms  a reason\n");
    free(part);
    watch_free(watch);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("terminal_log");

    suite_add_tests(
        suite, each_response_has_its_line, clock_is_that_of_each_request,
        status_is_in_the_colour_of_its_class, what_was_no_request_has_a_line,
        what_a_client_sent_is_escaped,
        long_parts_are_cut_and_the_line_is_whole);
    return suite_run(suite);
}
