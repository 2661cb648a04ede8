#include "server/options_print.h"

#include <errno.h>
#include <stdlib.h>

#include "base/bytes.h"
#include "given.h"
#include "server/option_table.h"
#include "suite.h"

/* The shipped file; tests run in the Makefile's folder. */
static const char shipped[] = "conf/soquete.conf";

/* The output of options_print_config; the caller frees it. */
static char *configuration(struct given given)
{
    struct options options;
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);

    ck_assert_ptr_nonnull(out);
    ck_assert_int_eq(given_read(&options, given), 0);
    ck_assert_int_eq(options_print_config(&options, out), 0);
    fclose(out);
    options_fini(&options);
    return text;
}

static void assert_line(const char *text, const char *line)
{
    const char *at = strstr(text, line);

    ck_assert_msg(at != NULL && (at == text || at[-1] == '\n'),
                  "no line '%s' in:\n%s", line, text);
}

START_TEST(each_value_and_where_it_came_from)
{
    char *text = configuration(
        (struct given){"\nworkers = 2\nlisten = 1,2", "SOQUETE_IDLE_TIMEOUT=5m",
                       "--print-config|--access-log=off|-q|www"});

    assert_line(text, "; configuration file: /proc/self/fd/");
    assert_line(text, "folder = www                        ; command line\n");
    assert_line(text, "listen = 1                          ; /proc/self/fd/");
    assert_line(text, "listen = 2                          ; /proc/self/fd/");
    assert_line(text, "workers = 2                         ; /proc/self/fd/");
    assert_line(text, "mime-types =                        ; default\n");
    assert_line(text, "access-log = off                    ; command line\n");
    assert_line(text, "quiet = yes                         ; command line\n");
    assert_line(text, "idle-timeout = 5m                   ; environment "
                      "SOQUETE_IDLE_TIMEOUT\n");
    assert_line(text, "send-timeout = 30s                  ; default\n");
    ck_assert_ptr_nonnull(strstr(text, ":2\n"));
    ck_assert_ptr_nonnull(strstr(text, ":3\n"));
    free(text);
}
END_TEST

/* Removes the comments, which differ: they state the origins. */
static void strip_comments(char *text)
{
    char *to = text;
    bool in_comment = false;

    for (; *text != '\0'; text++) {
        if (*text == ';')
            in_comment = true;
        else if (*text == '\n')
            in_comment = false;
        if (!in_comment)
            *to++ = *text;
    }
    *to = '\0';
}

static const struct given trips[] = {
    {NULL, NULL, "--print-config"},
    {"listen = unix:run/s.sock, [::]:80\nmime-types = x y", "SOQUETE_QUIET=1",
     "--print-config|--head-max=512|--idle-timeout=250ms|-w|auto|my site"},
    /* Longer than the column at which origins begin. */
    {NULL, NULL,
     "--print-config|"
     "long/long/long/long/long/long/long/long/long/long/long/long/long/long/"
     "long/long/long/long/long/long/long/long/long/long/long/long/long/long/"
     "long/long/long/long/long/long/long/end"},
};

START_TEST(what_is_printed_is_read_again)
{
    size_t i;
    char *first, *second;

    for (i = 0; i < sizeof(trips) / sizeof(trips[0]); i++) {
        first = configuration(trips[i]);
        second = configuration((struct given){first, NULL, "--print-config"});
        ck_assert_ptr_nonnull(strstr(second, ":5\n"));
        /* The second begins with a line that names its file. */
        strip_comments(first);
        strip_comments(second);
        ck_assert_str_eq(first + strspn(first, "\n"),
                         second + strspn(second, "\n"));
        free(first);
        free(second);
    }
}
END_TEST

static const char *const unsayable[] = {
    "--access-log-file= a", "--access-log-file=a ", "--access-log-file=;a",
    "--access-log-file=a ;b"};

START_TEST(what_a_file_cannot_contain_is_a_comment)
{
    char line[GIVEN_TEXT_MAX], *first, *second;
    size_t i;

    for (i = 0; i < sizeof(unsayable) / sizeof(unsayable[0]); i++) {
        snprintf(line, sizeof(line), "--print-config|%s", unsayable[i]);
        first = configuration((struct given){NULL, NULL, line});
        assert_line(first, "; command line; a file cannot hold it:\n"
                           "; access-log-file = ");
        second = configuration((struct given){first, NULL, "--print-config"});
        assert_line(second, "access-log-file = -                 ; default\n");
        free(first);
        free(second);
    }
}
END_TEST

/* The shipped file has each option with its default, once, and no other. */
START_TEST(shipped_file_is_the_table)
{
    const struct option_row *row;
    struct options options;
    char line[GIVEN_TEXT_MAX], *text = NULL;
    size_t size = 0;
    FILE *file = fopen(shipped, "r");

    ck_assert_msg(file != NULL, "%s is not there", shipped);
    ck_assert_int_ne(getdelim(&text, &size, '\0', file), -1);
    fclose(file);
    for (row = option_rows(); row->name != NULL; row++) {
        if (row->weakest > PLACE_FILE)
            continue;
        snprintf(line, sizeof(line), "\n%s =%s%s\n", row->name,
                 row->fallback[0] == '\0' ? "" : " ", row->fallback);
        ck_assert_msg(strstr(text, line) != NULL, "no line%s", line);
    }
    ck_assert_int_eq(given_read(&options, (struct given){text, NULL, "-t"}), 0);
    options_fini(&options);
    free(text);
}
END_TEST

START_TEST(shipped_file_gives_the_defaults)
{
    char *first = configuration((struct given){NULL, NULL, "--print-config"});
    char *second = configuration(
        (struct given){NULL, NULL, "--print-config|-c|conf/soquete.conf"});

    strip_comments(first);
    strip_comments(second);
    ck_assert_str_eq(first, second + strspn(second, "\n"));
    free(first);
    free(second);
}
END_TEST

START_TEST(help_has_each_option_in_80_columns)
{
    const struct option_row *row;
    char *text = NULL, *line, *rest, word[64];
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);

    ck_assert_ptr_nonnull(out);
    ck_assert_int_eq(options_print_help(out), 0);
    fclose(out);
    for (row = option_rows(); row->name != NULL; row++) {
        snprintf(word, sizeof(word), "%s%s", row->is_operand ? "\n  " : "--",
                 row->is_operand ? row->argument : row->name);
        ck_assert_msg(strstr(text, word) != NULL, "no %s in the help", word);
    }
    ck_assert_ptr_nonnull(strstr(text,
                                 "--idle-timeout TIME        for the next "
                                 "request on a connection (60s)\n"));
    for (rest = text; (line = strsep(&rest, "\n")) != NULL;)
        ck_assert_msg(strlen(line) <= 80 && strchr(line, '\t') == NULL,
                      "too wide: %s", line);
    free(text);
}
END_TEST

START_TEST(tested_configuration_is_named)
{
    struct options options;
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);

    ck_assert_ptr_nonnull(out);
    ck_assert_int_eq(
        given_read(&options,
                   (struct given){NULL, NULL, "-tc|conf/soquete.conf"}),
        0);
    ck_assert_int_eq(options_print_tested(&options, out), 0);
    fclose(out);
    ck_assert_str_eq(text, "conf/soquete.conf: ok\n");
    options_fini(&options);
    free(text);
}
END_TEST

START_TEST(full_disk_is_an_error)
{
    static char small[64]; /* full before the last line */

    for (int i = 0; i < 2; i++) {
        FILE *full = fopen("/dev/full", "w");

        ck_assert_ptr_nonnull(full);
        if (i == 1)
            ck_assert_int_eq(setvbuf(full, small, _IOFBF, sizeof(small)), 0);
        ck_assert_int_eq(options_print_help(full), -ENOSPC);
        fclose(full);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("options_print");

    suite_add_tests(
        suite, each_value_and_where_it_came_from, what_is_printed_is_read_again,
        what_a_file_cannot_contain_is_a_comment, shipped_file_is_the_table,
        shipped_file_gives_the_defaults, help_has_each_option_in_80_columns,
        tested_configuration_is_named, full_disk_is_an_error);
    return suite_run(suite);
}
