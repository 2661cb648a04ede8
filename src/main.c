/* main.c -- arguments in, exit status out */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "server/healthcheck.h"
#include "server/options.h"
#include "server/options_print.h"
#include "server/server.h"
#include "server/why.h"

#ifndef SOQUETE_VERSION
#define SOQUETE_VERSION "0.1.0"
#endif

static int print_version(void)
{
    return puts("soquete " SOQUETE_VERSION) == EOF || fflush(stdout) == EOF;
}

/* Threads that do not end use what we would free: they end with us. */
static int serve(const struct options *options)
{
    bool is_stuck;
    int status = server_run(options, &is_stuck);

    if (is_stuck)
        _exit(status);
    return status;
}

static int act(const struct options *options)
{
    switch (options->action) {
    case ACTION_SERVE:
        return serve(options);
    case ACTION_HELP:
        return options_print_help(stdout) != 0;
    case ACTION_VERSION:
        return print_version();
    case ACTION_PRINT_CONFIG:
        return options_print_config(options, stdout) != 0;
    case ACTION_TEST_CONFIG:
        return options_print_tested(options, stdout) != 0;
    case ACTION_HEALTHCHECK:
        return healthcheck_run(options);
    case ACTION_WHY:
        return why_run(options, stdout);
    }
    return EXIT_FAILURE;
}

/* Where 0, 1 or 2 are closed, the next socket would get that number, and
 * messages would go into it. */
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
        options_tell(&options);
    options_fini(&options);
    return status;
}
