#include "server/options.h"

#include <inttypes.h>

#include "given.h"
#include "server/option_table.h"
#include "suite.h"

enum { VALUE_LEN = 256 };

static void value_of_list(const struct options *options, char out[VALUE_LEN])
{
    size_t i, len = 0;

    out[0] = '\0';
    for (i = 0; i < options->listen_count; i++)
        len += (size_t)snprintf(out + len, VALUE_LEN - len, "%s%s",
                                i == 0 ? "" : " ", options->listen[i]);
}

/* The value of an option as text, whatever its type. */
static const char *value_of(const struct options *options,
                            const struct option_row *row, char out[VALUE_LEN])
{
    const void *at = (const char *)options + row->offset;
    const char *text;

    switch (row->type) {
    case OPTION_ACTION:
    case OPTION_FIELDS:
    case OPTION_HEADERS:
        ck_abort();
    case OPTION_FLAG:
        snprintf(out, VALUE_LEN, "%d", *(const bool *)at);
        break;
    case OPTION_TEXT:
    case OPTION_URL_PATH:
        text = *(const char *const *)at;
        snprintf(out, VALUE_LEN, "%s", text ? text : "(none)");
        break;
    case OPTION_LIST:
        value_of_list(options, out);
        break;
    case OPTION_CHOICE:
    case OPTION_COUNT:
        snprintf(out, VALUE_LEN, "%u", *(const unsigned *)at);
        break;
    case OPTION_SIZE:
        snprintf(out, VALUE_LEN, "%zu", *(const size_t *)at);
        break;
    case OPTION_DURATION:
        snprintf(out, VALUE_LEN, "%" PRId64, *(const int64_t *)at);
        break;
    }
    return out;
}

static void assert_value(struct given given, const char *name,
                         const char *value)
{
    const struct option_row *row = option_by_name(name);
    char out[VALUE_LEN];
    struct options options;

    given_read(&options, given);
    given_mistake(&options, 0, NULL);
    ck_assert_str_eq(value_of(&options, row, out), value);
    options_fini(&options);
}

/* One option of each type, set in each place, and its value if that place
 * is the strongest that sets it. */
struct places {
    const char *name;
    struct given given;
    const char *by_default, *by_file, *by_environment, *by_line;
};

static const struct places places[] = {
    {"folder", {"folder = a", "SOQUETE_FOLDER=b", "c"}, ".", "a", "b", "c"},
    {"listen",
     {"listen = 1, [::]:2\nlisten=3", "SOQUETE_LISTEN=4,5", "-l|6|--listen=7"},
     "8080",
     "1 [::]:2 3",
     "4 5",
     "6 7"},
    {"workers",
     {"workers = 1", "SOQUETE_WORKERS=2", "-w3"},
     "0",
     "1",
     "2",
     "3"},
    {"workers",
     {"workers = 256", "SOQUETE_WORKERS=auto", "--workers|3"},
     "0",
     "256",
     "0",
     "3"},
    {"mime-types",
     {"mime-types = a", "SOQUETE_MIME_TYPES=b", "--mime-types="},
     "(none)",
     "a",
     "b",
     "(none)"},
    {"access-log",
     {"access-log = off", "SOQUETE_ACCESS_LOG=combined", "--access-log=common"},
     "0",
     "1",
     "3",
     "2"},
    {"trace",
     {"trace = json", "SOQUETE_TRACE=off", "--trace"},
     "0",
     "2",
     "0",
     "1"},
    {"wire",
     {"wire = local", "SOQUETE_WIRE=public", "--wire"},
     "0",
     "1",
     "2",
     "1"},
    {"wire",
     {"wire = 127.0.0.1:81", "SOQUETE_WIRE=unix:a", "--wire=82"},
     "0",
     "3",
     "3",
     "3"},
    {"wire",
     {"wire = off", "SOQUETE_WIRE=", "--wire=public"},
     "0",
     "0",
     "0",
     "2"},
    {"quiet", {"quiet = yes", "SOQUETE_QUIET=off", "-q"}, "0", "1", "0", "1"},
    {"quiet",
     {"quiet = true", "SOQUETE_QUIET=1", "--quiet=no"},
     "0",
     "1",
     "1",
     "0"},
    {"head-max",
     {"head-max = 300", "SOQUETE_HEAD_MAX=1k", "--head-max=2K"},
     "16384",
     "300",
     "1024",
     "2048"},
    {"idle-timeout",
     {"idle-timeout = 250ms", "SOQUETE_IDLE_TIMEOUT=5m", "--idle-timeout=7"},
     "60000",
     "250",
     "300000",
     "7000"},
};

START_TEST(stronger_place_beats_weaker)
{
    const struct places *row = &places[_i];
    struct given given = {NULL, NULL, "--print-config"};
    char line[GIVEN_TEXT_MAX];

    snprintf(line, sizeof(line), "--print-config|%s", row->given.line);
    assert_value(given, row->name, row->by_default);
    given.file = row->given.file;
    assert_value(given, row->name, row->by_file);
    given.environment = row->given.environment;
    assert_value(given, row->name, row->by_environment);
    given.line = line;
    assert_value(given, row->name, row->by_line);
    given.environment = NULL;
    assert_value(given, row->name, row->by_line);
}
END_TEST

START_TEST(empty_and_foreign_variables_are_ignored)
{
    assert_value((struct given){NULL, "SOQUETE_WORKERS=", NULL}, "workers",
                 "0");
    assert_value(
        (struct given){NULL, "SOQUETE_PORT=tcp://1.2.3.4:80|SOQUETE", NULL},
        "workers", "0");
    assert_value(
        (struct given){NULL, "XSOQUETE_WORKERS=3|SOQUETE_WORKERSX=3", NULL},
        "workers", "0");
}
END_TEST

START_TEST(command_line_names_another_file)
{
    char path[GIVEN_FILE_LEN], line[GIVEN_TEXT_MAX];

    snprintf(line, sizeof(line), "-c|%s", given_file("workers = 7", path));
    assert_value((struct given){"nonsense", NULL, line}, "workers", "7");
}
END_TEST

START_TEST(strings_outlive_what_they_were_read_from)
{
    char word[] = "--access-log-file=log";
    char *argv[] = {(char[]){"soquete"}, word, NULL}, *envp[] = {NULL};
    struct options options;

    ck_assert_int_eq(options_read(&options, 2, argv, envp), 0);
    memset(word, 'x', sizeof(word) - 1);
    ck_assert_str_eq(options.access_log_file, "log");
    options_fini(&options);
    options_fini(&options);
}
END_TEST

static TCase *looped_cases(void)
{
    TCase *tcase = tcase_create("tables");

    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, stronger_place_beats_weaker, 0,
                        sizeof(places) / sizeof(places[0]));
    return tcase;
}

int main(void)
{
    Suite *suite = suite_create("options");

    suite_add_tcase(suite, looped_cases());
    suite_add_tests(suite, empty_and_foreign_variables_are_ignored,
                    command_line_names_another_file,
                    strings_outlive_what_they_were_read_from);
    return suite_run(suite);
}
