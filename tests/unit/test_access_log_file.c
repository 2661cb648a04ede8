/* When the access log's lines go to its file. */
#include "wire/access_log.h"

#include <stdio.h>

#include "log_watch.h"
#include "suite.h"

START_TEST(lines_wait_until_the_worker_has_time)
{
    struct watch *watch = watch_new(false);

    watch->observer->waiting(watch->observer); /* nothing is to be written */
    for (int i = 0; i < 3; i++)
        watch->observer->responded(watch->observer, &plain);
    ck_assert_str_eq(sink_reader_look(watch->reader), "");
    watch->observer->waiting(watch->observer);
    ck_assert_str_eq(sink_reader_next(watch->reader),
                     PLAIN_LINE PLAIN_LINE PLAIN_LINE);
    watch_free(watch);
}
END_TEST

START_TEST(closing_writes_the_rest)
{
    struct watch *watch = watch_new(false);

    watch->observer->responded(watch->observer, &plain);
    watch->observer->close(watch->observer);
    watch->observer = NULL;
    ck_assert_str_eq(sink_reader_next(watch->reader), PLAIN_LINE);
    watch_free(watch);
}
END_TEST

/* A worker that never has time. */
START_TEST(many_lines_do_not_wait)
{
    struct watch *watch = watch_new(false);
    size_t lines = 0;

    for (int i = 0; i < 5000; i++)
        watch->observer->responded(watch->observer, &plain);
    for (bool is_all = false; lines < 5000;) {
        for (const char *at = sink_reader_next(watch->reader); *at != '\0';
             at++)
            lines += *at == '\n';
        if (lines >= 2000 && !is_all) /* the last ones do wait */
            watch->observer->waiting(watch->observer);
        is_all = lines >= 2000;
    }
    watch_free(watch);
}
END_TEST

/* Lines of all lengths meet the longest, wherever that stands; sanitizers watch
 * what follows it. */
START_TEST(longest_lines_fit)
{
    struct watch *watch = watch_new(true);
    struct observed_response small = plain, large = plain;
    char *part = calloc(1, LONG_LEN);
    unsigned lines = 0;

    large.peer = (const struct sockaddr *)&peer6;
    large.body_len = UINT64_MAX;
    large.status = 999;
    large.method = large.target = large.referer = large.user_agent =
        (struct bytes){part, LONG_LEN};
    small.target.at = part;
    for (unsigned n = 0; n < 300; n++) {
        small.target.len = n * 7 % 1024;
        watch->observer->responded(watch->observer, &small);
        watch->observer->responded(watch->observer, &large);
        watch->observer->waiting(watch->observer);
        while (lines < 2 * n + 2)
            for (const char *at = sink_reader_next(watch->reader); *at != '\0';
                 at++)
                lines += *at == '\n';
    }
    free(part);
    watch_free(watch);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("access_log_file");

    suite_add_tests(suite, lines_wait_until_the_worker_has_time,
                    closing_writes_the_rest, many_lines_do_not_wait,
                    longest_lines_fit);
    return suite_run(suite);
}
