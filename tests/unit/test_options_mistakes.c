#include "given.h"
#include "server/option_source.h"
#include "suite.h"

#define TEXT_12 "aaaaaaaaaaaa"
#define TEXT_108 \
    TEXT_12 TEXT_12 TEXT_12 TEXT_12 TEXT_12 TEXT_12 TEXT_12 TEXT_12 TEXT_12

/* Wrong options, the exit status, and a part of the one mistake. */
struct slip {
    struct given given;
    int status;
    const char *part;
};

static const struct slip slips[] = {
    {{NULL, NULL, "-w|x\x1b"},
     2,
     "--workers: cannot use 'x\\x1b'; write a "
     "number from 1 to 256, or auto"},
    {{NULL, NULL, "-w|0"}, 2, "--workers: cannot use '0'"},
    {{NULL, NULL, "-w|257"}, 2, "--workers: cannot use '257'"},
    {{NULL, NULL, "--idle-timeout=0"},
     2,
     "'0'; write a time from 1ms to 24h, "
     "such as 60s"},
    {{NULL, NULL, "--idle-timeout=25h"}, 2, "cannot use '25h'"},
    {{NULL, NULL, "--head-max=33k"}, 2, "write a size from 256 to 32k"},
    {{NULL, NULL, "--fields-max=0"},
     2,
     "write a number from 1 to 256, such as"},
    {{NULL, NULL, "--access-log=apache"},
     2,
     "write auto, off, common, combined or terminal"},
    {{NULL, NULL, "--trace=8080"}, 2, "write off, text or json"},
    {{NULL, NULL, "--wire=example.org:80"},
     2,
     "write off, local, public, PORT, IP:PORT, [IP]:PORT or unix:PATH"},
    {{NULL, NULL, "--mss=87"}, 2, "write a number from 88 to 32767, or auto"},
    {{NULL, NULL, "--mss=32768"},
     2,
     "write a number from 88 to 32767, or auto"},
    {{NULL, NULL, "--pace=99"}, 2, "write a size from 100 to 1g, or auto"},
    {{NULL, NULL, "--pace=40k|-l|192.0.2.1:1"},
     2,
     "loopback addresses only, and '192.0.2.1:1' is none"},
    {{"mss = 536\nlisten = [::]:1", NULL, NULL}, 2, ":1: mss: it slows"},
    {{NULL, NULL, "--quiet=maybe"}, 2, "write yes or no"},
    {{NULL, NULL, "-l|1.2.3.4"},
     2,
     "--listen: cannot use '1.2.3.4'; write PORT"},
    {{NULL, NULL, "-l|unix:" TEXT_108},
     2,
     "the path of a Unix socket has at most 107 bytes; write a shorter"},
    {{NULL, NULL, "--wire=unix:" TEXT_108}, 2, "--wire: cannot use 'unix:aaaa"},
    {{NULL, NULL, "--wire=unix:" TEXT_108},
     2,
     "has at most 107 bytes; write a shorter"},
    {{NULL, NULL, "-w|unix:" TEXT_108}, 2, "write a number from 1 to 256"},
    {{NULL, NULL, "-l|1,,2"}, 2, "--listen: cannot use ''"},
    {{NULL, NULL, "-l|1,"}, 2, "--listen: cannot use ''"},
    {{NULL, "SOQUETE_WORKERS=x", NULL}, 2, "SOQUETE_WORKERS: cannot use 'x'"},
    {{NULL, "SOQUETE_WORKERS=x", "-w2"}, 2, "SOQUETE_WORKERS: cannot use 'x'"},
    {{NULL, "SOQUETE_FOLDER=a\tb", "."}, 2, "'a\\x09b'; write a path"},
    {{"\n workers = x", NULL, NULL}, 2, ":2: workers: cannot use 'x'"},
    {{"workers = 1\nworkers = 2", NULL, NULL},
     2,
     ":2: workers: already set on line 1"},
    {{"folder =", NULL, NULL}, 2, ":1: folder: cannot use ''"},
    {{"worker = 1", NULL, NULL},
     2,
     ":1: worker: no such option; did you mean "
     "workers?"},
    {{"port = 80", NULL, NULL},
     2,
     ":1: port: no such option; did you mean "
     "listen?"},
    {{NULL, "SOQUETE_FOLDER=8000", NULL},
     1,
     "SOQUETE_FOLDER: cannot use '8000': No such file or directory; name a "},
    {{"config = a", NULL, NULL},
     2,
     ":1: config: can only be set on the command line or "
     "in the environment"},
    {{"help = 1", NULL, NULL},
     2,
     ":1: help: can only be set on the command line"},
    {{"[site]", NULL, NULL}, 2, ":1: no such section"},
    {{NULL, NULL, "no/such/folder"},
     1,
     "FOLDER: cannot use 'no/such/folder': No "
     "such file"},
    {{NULL, "SOQUETE_FOLDER=/dev/null", NULL},
     1,
     "SOQUETE_FOLDER: cannot use "
     "'/dev/null': Not a directory"},
    {{"mime-types = none", NULL, NULL},
     1,
     ":1: mime-types: cannot use 'none': No"},
    {{"mime-types = .", NULL, NULL},
     1,
     ":1: mime-types: cannot use '.': Is a "},
    {{"mime-types = /dev/zero", NULL, NULL},
     1,
     ":1: mime-types: cannot use '/dev/zero': Not a regular file; name a text"},
    {{NULL, NULL, "-c|no/such/file"},
     1,
     "--config: cannot use 'no/such/file': No such file or directory; name a "
     "configuration file of at most 64 KiB"},
    {{NULL, "SOQUETE_CONFIG=no/such/file", NULL},
     1,
     "SOQUETE_CONFIG: cannot use 'no/such/file': No such file"},
    {{NULL, NULL, "-c|/dev/zero"},
     1,
     "'/dev/zero': File too large; name a configuration file of at most 64"},
    {{NULL, NULL, "-c|."}, 1, "'.': Is a directory"},
};

START_TEST(mistake_says_where_what_and_how_to_mend_it)
{
    const struct slip *slip = &slips[_i];
    struct options options;
    int status = given_read(&options, slip->given);

    given_mistake(&options, 0, slip->part);
    given_mistake(&options, 1, NULL);
    ck_assert_int_eq(status, slip->status);
    options_fini(&options);
}
END_TEST

START_TEST(longest_socket_path_is_taken)
{
    char line[] = "-l|unix:" TEXT_108;
    struct options options;

    line[sizeof(line) - 2] = '\0'; /* 107 */
    ck_assert_int_eq(given_read(&options, (struct given){NULL, NULL, line}), 0);
    options_fini(&options);
}
END_TEST

START_TEST(all_mistakes_of_all_places_are_reported)
{
    struct options options;
    int status = given_read(
        &options,
        (struct given){"workers = x\n\nquiet = maybe\nidle = 3\nnonsense\n"
                       "listen = 8080, x, 9090, y\nhead-max = 1k\n",
                       "SOQUETE_BODY_MAX=2t", "-t|--send-timeout=x|nowhere"});

    ck_assert_int_eq(status, OPTIONS_EXIT_USAGE);
    given_mistake(&options, 0, ":1: workers: cannot use 'x'");
    given_mistake(&options, 1, ":3: quiet: cannot use 'maybe'");
    given_mistake(&options, 2, ":4: idle: no such option");
    given_mistake(&options, 3, ":5: not an option");
    given_mistake(&options, 4, ":6: listen: cannot use 'x'");
    given_mistake(&options, 5, ":6: listen: cannot use 'y'");
    given_mistake(&options, 6, "SOQUETE_BODY_MAX: cannot use '2t'");
    given_mistake(&options, 7, "--send-timeout: cannot use 'x'");
    given_mistake(&options, 8, "FOLDER: cannot use 'nowhere'");
    given_mistake(&options, 9, NULL);
    options_fini(&options);
}
END_TEST

START_TEST(mistakes_without_end_are_bounded)
{
    char text[1000] = "";
    struct options options;
    size_t i;

    for (i = 0; i < 100; i++)
        memcpy(text + 9 * i, "nonsense\n", 10);
    given_read(&options, (struct given){text, NULL, NULL});
    given_mistake(&options, 62, ":63: not an option");
    given_mistake(&options, 63, "more mistakes follow");
    given_mistake(&options, 64, NULL);
    options_fini(&options);
}
END_TEST

START_TEST(addresses_past_the_last_place_are_refused)
{
    struct options options;

    given_read(&options,
               (struct given){NULL,
                              "SOQUETE_LISTEN=1,2,3,4,5,6,7,8,9,10,11,"
                              "12,13,14,15,16",
                              NULL});
    given_mistake(&options, 0, NULL);
    ck_assert_uint_eq(options.listen_count, OPTIONS_LISTEN_MAX);
    options_fini(&options);

    given_read(&options, (struct given){"listen = 1,2,3,4,5,6,7,8,9,10,11,12\n"
                                        "listen = 13,14,15,16,17",
                                        NULL, NULL});
    given_mistake(&options, 0,
                  ":2: listen: too many addresses; write at most 16");
    given_mistake(&options, 1, NULL);
    options_fini(&options);
}
END_TEST

/* Two addresses that overlap, and the mistake. */
static const struct slip collisions[] = {
    {{.line = "-l|8080|-l|8080"},
     2,
     "--listen: '8080' is listed twice; keep one of the two"},
    {{.line = "-l|8080|-l|[::1]:8080"},
     2,
     "--listen: '[::1]:8080' overlaps with '8080', which is also listed"},
    {{.environment = "SOQUETE_LISTEN=127.0.0.1:80,0.0.0.0:80"},
     2,
     "SOQUETE_LISTEN: '0.0.0.0:80' overlaps with '127.0.0.1:80'"},
    {{.file = "listen = 1\nlisten = unix:a\nlisten = 2, unix:a"},
     2,
     ":3: listen: 'unix:a' is listed twice"},
    {{.file = "listen = 8080",
      .environment = "SOQUETE_LISTEN=8080",
      .line = "-l|8080|-l|8081|-l|0|-l|0|-l|127.0.0.1:0"},
     0,
     NULL},
    {{.file = "wire = 0.0.0.0:8080", .line = "-l|127.0.0.1:8080"},
     2,
     ":1: wire: '0.0.0.0:8080' overlaps with '127.0.0.1:8080', which --listen "
     "has; write another"},
    {{.environment = "SOQUETE_WIRE=8080"}, 2, "SOQUETE_WIRE: '8080' overlaps"},
    {{.line = "-l|8080|--wire=8081"}, 0, NULL},
    {{.line = "--wire=8080|--wire"}, 0, NULL},
};

START_TEST(address_that_is_listed_twice_is_a_mistake)
{
    struct options options;
    size_t i;

    for (i = 0; i < sizeof(collisions) / sizeof(collisions[0]); i++) {
        ck_assert_int_eq(given_read(&options, collisions[i].given),
                         collisions[i].status);
        given_mistake(&options, 0, collisions[i].part);
        given_mistake(&options, 1, NULL);
        options_fini(&options);
    }
}
END_TEST

static TCase *looped_cases(void)
{
    TCase *tcase = tcase_create("tables");

    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, mistake_says_where_what_and_how_to_mend_it, 0,
                        sizeof(slips) / sizeof(slips[0]));
    return tcase;
}

int main(void)
{
    Suite *suite = suite_create("options_mistakes");

    suite_add_tcase(suite, looped_cases());
    suite_add_tests(suite, longest_socket_path_is_taken,
                    all_mistakes_of_all_places_are_reported,
                    mistakes_without_end_are_bounded,
                    addresses_past_the_last_place_are_refused,
                    address_that_is_listed_twice_is_a_mistake);
    return suite_run(suite);
}
