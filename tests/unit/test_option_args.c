#include "server/option_args.h"

#include "given.h"
#include "suite.h"

/* Words that are no options, and a part of the one mistake. */
struct slip {
    const char *line, *part;
};

static const struct slip slips[] = {
    {"--wrokers=3", "--wrokers: no such option; did you mean "
                    "--workers 3?"},
    {"--bananas", "--bananas: no such option; --help"},
    {"--bananas|--idle-timeout=x", "--bananas"},
    {"--quiet|-zq", "-z: no such option; --help"},
    {"-q\x1b", "-\\x1b: no such option"},
    {"-p|8000", "-p: no such option; did you mean --listen 8000? --help"},
    {"-p8000", "-p: no such option; did you mean --listen 8000? --help"},
    {"-qp8000", "-p: no such option; did you mean --listen 8000? --help"},
    {"-p", "-p: no such option; did you mean --listen ADDR?"},
    {"-p|www|8000", "-p: no such option; did you mean --listen ADDR?"},
    {"--port|8000", "--port: no such option; did you mean --listen 8000?"},
    {"--port=8000", "--port: no such option; did you mean --listen 8000?"},
    {"--port=|8000", "--port: no such option; did you mean --listen ADDR?"},
    {"--port", "--port: no such option; did you mean --listen ADDR?"},
    {"--a=1", "--a: no such option; did you mean --access-log"},
    {"--=1", "--: no such option; --help"},
    {"-w", "--workers: the value is missing; write --workers N"},
    {"--listen", "--listen: the value is missing; write --listen ADDR"},
    {"--help=1", "--help: takes no value"},
};

START_TEST(unknown_option_is_the_only_mistake)
{
    struct options options;
    size_t i;

    for (i = 0; i < sizeof(slips) / sizeof(slips[0]); i++) {
        ck_assert_int_eq(given_read(&options, (struct given){"nonsense", NULL,
                                                             slips[i].line}),
                         OPTIONS_EXIT_USAGE);
        given_mistake(&options, 0, slips[i].part);
        given_mistake(&options, 1, NULL);
        options_fini(&options);
    }
}
END_TEST

START_TEST(two_folders_are_one_too_many)
{
    struct options options;

    ck_assert_int_eq(
        given_read(&options, (struct given){NULL, NULL, "www|--|.|conf"}),
        OPTIONS_EXIT_USAGE);
    given_mistake(&options, 0,
                  "FOLDER: cannot serve both 'www' and '.'; name one");
    given_mistake(&options, 1, "FOLDER: cannot serve both 'www' and 'conf'");
    given_mistake(&options, 2, NULL);
    options_fini(&options);
}
END_TEST

/* A value separate from an option that requires "=", and a port
 * without an option, look like folders. */
static const struct slip operands[] = {
    {"8000", "FOLDER: cannot use '8000': No such file or directory; did you "
             "mean --listen 8000?"},
    {"--|8000", "did you mean --listen 8000?"},
    {"--trace|xml", "FOLDER: cannot use 'xml': No such file or directory; did "
                    "you mean --trace=FORM? FORM is off, text or json"},
    {"--trace|json", "did you mean --trace=json?"},
    {"-q|--wire|public", "did you mean --wire=public?"},
    {"--trace|-q|json", "'json': No such file or directory; name a folder"},
    {"--trace|json|www", "FOLDER: cannot serve both 'json' and 'www'; did you "
                         "mean --trace=json?"},
    {"www|8000", "FOLDER: cannot serve both 'www' and '8000'; did you mean "
                 "--listen 8000?"},
    {"www|--|8000", "did you mean --listen 8000?"},
};

START_TEST(operand_that_is_no_folder_may_be_a_value)
{
    struct options options;
    size_t i;

    for (i = 0; i < sizeof(operands) / sizeof(operands[0]); i++) {
        ck_assert_int_ne(
            given_read(&options, (struct given){.line = operands[i].line}), 0);
        given_mistake(&options, 0, operands[i].part);
        given_mistake(&options, 1, NULL);
        options_fini(&options);
    }
}
END_TEST

struct deed {
    struct given given;
    enum options_action action;
};

static const struct deed deeds[] = {
    {{NULL, NULL, NULL}, ACTION_SERVE},
    {{NULL, NULL, "-t"}, ACTION_TEST_CONFIG},
    {{NULL, NULL, "--print-config|nowhere"}, ACTION_PRINT_CONFIG},
    {{NULL, NULL, "--healthcheck|nowhere"}, ACTION_HEALTHCHECK},
    {{NULL, NULL, "-qt"}, ACTION_TEST_CONFIG},
    {{NULL, NULL, "-t|--print-config"}, ACTION_PRINT_CONFIG},
    {{NULL, NULL, "--vers"}, ACTION_VERSION},
    /* A user with wrong options asks for help. */
    {{"nonsense", "SOQUETE_WORKERS=x", "-w|x|--help|--bananas"}, ACTION_HELP},
    {{NULL, "SOQUETE_CONFIG=no/such/file", "-V|-w|x"}, ACTION_VERSION},
    {{NULL, "SOQUETE_CONFIG=a\tb", "-h"}, ACTION_HELP},
    {{NULL, NULL, "-h|-t"}, ACTION_HELP},
    /* A word after -- is no option. */
    {{NULL, NULL, "--|."}, ACTION_SERVE},
};

START_TEST(what_the_program_is_to_do)
{
    struct options options;
    size_t i;

    for (i = 0; i < sizeof(deeds) / sizeof(deeds[0]); i++) {
        ck_assert_int_eq(given_read(&options, deeds[i].given), 0);
        given_mistake(&options, 0, NULL);
        ck_assert_int_eq(options.action, deeds[i].action);
        options_fini(&options);
    }
}
END_TEST

static const char *const spellings[] = {
    "-w|3",        "-w3",         "-qw3",           "-qw|3",
    "--workers|3", "--workers=3", "--work|3",       "--work=3",
    ".|-w|3",      "-w3|--|.",    "--quiet=no|-w3", "--trace|-w3",
};

START_TEST(value_is_read_in_each_spelling)
{
    struct options options;

    for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++) {
        given_read(&options, (struct given){NULL, NULL, spellings[i]});
        given_mistake(&options, 0, NULL);
        ck_assert_uint_eq(options.workers, 3);
        ck_assert_str_eq(options.folder, ".");
        options_fini(&options);
    }
}
END_TEST

/* --access-log is also the beginning of --access-log-file. */
START_TEST(whole_name_is_no_beginning)
{
    struct options options;

    given_read(&options, (struct given){NULL, NULL, "--access-log|off"});
    given_mistake(&options, 0, NULL);
    ck_assert_int_eq(options.access_log, ACCESS_LOG_OFF);
    options_fini(&options);
}
END_TEST

START_TEST(last_of_two_counts)
{
    struct options options;

    given_read(&options, (struct given){NULL, NULL, "-w2|.|--workers=3"});
    given_mistake(&options, 0, NULL);
    ck_assert_uint_eq(options.workers, 3);
    options_fini(&options);
}
END_TEST

START_TEST(command_line_without_a_word)
{
    char *none[] = {NULL};
    struct options options;

    ck_assert_int_eq(options_read(&options, 0, none, none), 0);
    ck_assert_str_eq(options.folder, ".");
    options_fini(&options);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("option_args");

    suite_add_tests(
        suite, unknown_option_is_the_only_mistake, two_folders_are_one_too_many,
        operand_that_is_no_folder_may_be_a_value, what_the_program_is_to_do,
        value_is_read_in_each_spelling, whole_name_is_no_beginning,
        last_of_two_counts, command_line_without_a_word);
    return suite_run(suite);
}
