#include "server/option_command.h"

#include "given.h"
#include "suite.h"

/* What is given, and the command line with 127.0.0.1:81 in place of the
 * first address. */
static const struct {
    struct given given;
    const char *command;
} commands[] = {
    {{.line = "-l|8080"}, "soquete -l 127.0.0.1:81"},
    {{.line = "--listen=8080|-l[::1]:80|www"},
     "soquete -l 127.0.0.1:81 -l '[::1]:80' www"},
    {{.line = "www|-ql|80,unix:a b"},
     "soquete -l 127.0.0.1:81 -l 'unix:a b' -q www"},
    {{.line = "-l|80|--quiet=no|--trace|--wire=public|--workers=3"},
     "soquete -l 127.0.0.1:81 -w 3 --trace --wire=public --quiet=no"},
    {{.line = "-l|80|--trace=text|--idle-timeout=5s|--mime-types="},
     "soquete -l 127.0.0.1:81 --mime-types '' --trace --idle-timeout 5s"},
    /* Only options of the command line, except for the addresses. */
    {{.environment = "SOQUETE_LISTEN=80,90|SOQUETE_WORKERS=2"},
     "soquete -l 127.0.0.1:81 -l 90"},
    {{.line = "-l|80|--|-it's a $HOME"},
     "soquete -l 127.0.0.1:81 -- '-it'\\''s a $HOME'"},
    {{.line = "-l|80|~/site"}, "soquete -l 127.0.0.1:81 '~/site'"},
    {{.line = "-l|80|a/b.c_d-e+f%20,@=:"},
     "soquete -l 127.0.0.1:81 a/b.c_d-e+f%20,@=:"},
};

START_TEST(command_is_the_same_at_another_address)
{
    char out[OPTION_COMMAND_LEN];

    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        struct options options;

        given_read(&options, commands[i].given);
        ck_assert_str_eq(
            option_command_format(&options, 0, "127.0.0.1:81", out),
            commands[i].command);
        options_fini(&options);
    }
}
END_TEST

START_TEST(any_of_the_addresses_is_changed)
{
    char out[OPTION_COMMAND_LEN];
    struct options options;

    given_read(&options, (struct given){.line = "-l|1|-l|2|-l|3"});
    ck_assert_str_eq(option_command_format(&options, 1, "9", out),
                     "soquete -l 1 -l 9 -l 3");
    ck_assert_str_eq(option_command_format(&options, 2, "9", out),
                     "soquete -l 1 -l 2 -l 9");
    options_fini(&options);
}
END_TEST

/* Half a command is worse than none. Each length around the bound. */
START_TEST(command_that_does_not_fit_is_left_out)
{
    static const char start[] = "soquete -l 9 ";
    size_t most = OPTION_COMMAND_LEN - 1 - (sizeof(start) - 1);
    char line[512], out[OPTION_COMMAND_LEN];

    for (size_t len = most - 3; len <= most + 3; len++) {
        struct options options;
        size_t at = (size_t)snprintf(line, sizeof(line), "-l|8|");

        memset(line + at, 'a', len);
        line[at + len] = '\0';
        given_read(&options, (struct given){.line = line});
        option_command_format(&options, 0, "9", out);
        ck_assert_uint_eq(strlen(out),
                          len <= most ? sizeof(start) - 1 + len : 0);
        options_fini(&options);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("option_command");

    suite_add_tests(suite, command_is_the_same_at_another_address,
                    any_of_the_addresses_is_changed,
                    command_that_does_not_fit_is_left_out);
    return suite_run(suite);
}
