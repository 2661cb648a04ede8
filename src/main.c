/* main.c -- arguments in, exit status out */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "server/healthcheck.h"
#include "server/options.h"
#include "server/options_print.h"
#include "server/server.h"
#include "server/setup.h"
#include "server/watching.h"
#include "server/why.h"

#ifndef SOQUETE_VERSION
#define SOQUETE_VERSION "0.1.0"
#endif

/* Returns the exit status after `what` was printed, with this result. */
static int after_printing(const char *what, int error)
{
    if (error == 0)
        return EXIT_SUCCESS;
    log_error("cannot print %s: %s", what, strerror(-error));
    return EXIT_FAILURE;
}

/* Threads that have not ended use what we would free: exit with them. */
static int serve(const struct options *options)
{
    bool is_stuck;
    int status = server_run(options, &is_stuck);

    if (is_stuck)
        _exit(status);
    return status;
}

/* Reading the options has found no mistake. */
static int test(const struct options *options)
{
    if (watching_test(options) != 0 || setup_test(options) != 0)
        return EXIT_FAILURE;
    return after_printing("the result of the test",
                          options_print_tested(options, stdout));
}

static int act(const struct options *options)
{
    switch (options->action) {
    case ACTION_SERVE:
        return serve(options);
    case ACTION_HELP:
        return after_printing("the help", options_print_help(stdout));
    case ACTION_VERSION:
        return after_printing("the version",
                              options_print_version(SOQUETE_VERSION, stdout));
    case ACTION_PRINT_CONFIG:
        return after_printing("the configuration",
                              options_print_config(options, stdout));
    case ACTION_TEST_CONFIG:
        return test(options);
    case ACTION_HEALTHCHECK:
        return healthcheck_run(options);
    case ACTION_WHY:
        return why_run(options, stdout);
    }
    return EXIT_FAILURE;
}

/* Opens /dev/null as 0, 1 and 2 where they are closed: else the next socket
 * would get that number, and messages would be written to it. */
static void fill_standard_descriptors(void)
{
    int fd;

    do
        fd = open("/dev/null", O_RDWR);
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd > STDERR_FILENO)
        close(fd);
}

int main(int argc, char *argv[], char *envp[])
{
    struct options options;
    int status;

    fill_standard_descriptors();
    status = options_read(&options, argc, argv, envp);
    if (status == 0)
        status = act(&options);
    else
        options_report(&options);
    options_fini(&options);
    return status;
}
