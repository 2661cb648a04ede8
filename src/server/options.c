#include "server/options.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "server/config_file.h"
#include "server/option_args.h"
#include "server/option_hint.h"
#include "server/option_source.h"
#include "server/option_value.h"

static void set_defaults(struct options *options)
{
    const struct option_row *row;

    for (row = option_rows(); row->name != NULL; row++)
        if (row->fallback != NULL)
            option_set(options, row, row->fallback,
                       (struct option_origin){PLACE_DEFAULT, 0});
}

/* The value of a variable, or NULL where it is not set or empty. */
static const char *environment_get(char *const envp[], const char *name)
{
    size_t len = strlen(name);

    for (; *envp != NULL; envp++)
        if (strncmp(*envp, name, len) == 0 && (*envp)[len] == '=')
            return (*envp)[len + 1] == '\0' ? NULL : *envp + len + 1;
    return NULL;
}

static void set_from_environment(struct options *options, char *const envp[],
                                 bool early)
{
    const struct option_row *row;
    char name[OPTION_ENV_MAX];
    const char *value;

    for (row = option_rows(); row->name != NULL; row++) {
        if (row->weakest > PLACE_ENVIRONMENT || option_is_early(row) != early)
            continue;
        value = environment_get(envp, option_env_name(row, name));
        if (value != NULL)
            option_set(options, row, value,
                       (struct option_origin){PLACE_ENVIRONMENT, 0});
    }
}

static void file_mistake(struct options *options, unsigned line,
                         const char *what)
{
    char quoted[OPTION_QUOTE_LEN];

    log_quote(quoted, sizeof(quoted), bytes_of(options->config_file));
    option_source_mistake(options->source, OPTIONS_EXIT_USAGE, "%s:%u: %s",
                          quoted, line, what);
}

static void file_pair(struct options *options, unsigned line, const char *key,
                      const char *value)
{
    const struct option_row *row = option_by_name(key), *near;
    char quoted[OPTION_QUOTE_LEN], what[OPTION_WHERE_LEN];

    if (row != NULL && row->weakest <= PLACE_FILE) {
        option_set(options, row, value,
                   (struct option_origin){PLACE_FILE, line});
        return;
    }
    log_quote(quoted, sizeof(quoted), bytes_of(key));
    near = option_hint_row(key);
    if (row != NULL)
        snprintf(what, sizeof(what),
                 "%s: can only be set on the command line%s", quoted,
                 row->weakest == PLACE_ENVIRONMENT ? " or in the environment"
                                                   : "");
    else if (near != NULL && near->weakest <= PLACE_FILE)
        snprintf(what, sizeof(what), "%s: no such option; did you mean %s?",
                 quoted, near->name);
    else
        snprintf(what, sizeof(what),
                 "%s: no such option; soquete --help lists all", quoted);
    file_mistake(options, line, what);
}

static void set_from_file(struct options *options)
{
    struct config_file file;
    char quoted[OPTION_QUOTE_LEN];
    int error;

    if (options->config_file == NULL)
        return;
    error = config_file_open(&file, options->config_file);
    if (error != 0) {
        log_quote(quoted, sizeof(quoted), bytes_of(options->config_file));
        option_source_mistake(options->source, OPTIONS_EXIT_WORLD,
                              "%s: %s; with --config, name a file of options, "
                              "which has %d KiB at most",
                              quoted, strerror(-error), CONFIG_FILE_MAX / 1024);
        return;
    }
    while (config_file_next(&file)) {
        if (file.mistake != NULL)
            file_mistake(options, file.line, file.mistake);
        else
            file_pair(options, file.line, file.key, file.value);
    }
}

/* Tells that what an option names cannot be used. */
static void cannot_use(struct options *options, const char *name,
                       const char *why, const char *mend)
{
    const struct option_row *row = option_by_name(name);
    const struct option_said *said = option_source_said(options->source, row);
    char where[OPTION_WHERE_LEN], quoted[OPTION_QUOTE_LEN];

    option_source_mistake(
        options->source, OPTIONS_EXIT_WORLD, "%s: cannot use '%s': %s; %s",
        option_where(options, row, said->origin, where),
        log_quote(quoted, sizeof(quoted), bytes_of(said->text)), why, mend);
}

/* A word that is no folder may have been meant as an option's value. */
static void no_folder(struct options *options, int error)
{
    const struct option_said *said =
        option_source_said(options->source, option_by_name("folder"));
    char hint[OPTION_HINT_LEN] = "";

    if (said->origin.place == PLACE_COMMAND_LINE)
        option_hint_operand(said->text, said->behind, hint);
    cannot_use(options, "folder", strerror(error),
               hint[0] != '\0' ? hint : "name a folder that exists");
}

static void check_folder(struct options *options)
{
    struct stat status;

    if (stat(options->folder, &status) == -1)
        no_folder(options, errno);
    else if (!S_ISDIR(status.st_mode))
        cannot_use(options, "folder", strerror(ENOTDIR),
                   "name the folder that contains it");
    else if (access(options->folder, R_OK | X_OK) == -1)
        cannot_use(options, "folder", strerror(errno),
                   "make it readable for this user");
}

static void check_types(struct options *options)
{
    struct stat status;

    if (options->mime_types == NULL)
        return;
    if (stat(options->mime_types, &status) == -1)
        cannot_use(options, "mime-types", strerror(errno),
                   "name a file that exists");
    else if (S_ISDIR(status.st_mode))
        cannot_use(options, "mime-types", strerror(EISDIR),
                   "name a file in it");
    else if (!S_ISREG(status.st_mode))
        cannot_use(options, "mime-types", "Not a regular file",
                   "name a text file");
    else if (access(options->mime_types, R_OK) == -1)
        cannot_use(options, "mime-types", strerror(errno),
                   "make it readable for this user");
}

static void read_places(struct options *options, int argc, char *const argv[],
                        char *const envp[])
{
    const char *program = argc > 0 ? argv[0] : "soquete";

    options->program = option_source_keep(options->source, bytes_of(program));
    set_defaults(options);
    set_from_environment(options, envp, true);
    option_args_read(options, argc, argv, true);
    if (options->action == ACTION_HELP || options->action == ACTION_VERSION) {
        option_source_forgive(options->source);
        return;
    }
    if (option_source_status(options->source) != 0)
        return;
    set_from_file(options);
    set_from_environment(options, envp, false);
    option_args_read(options, argc, argv, false);
    if (options->action == ACTION_SERVE ||
        options->action == ACTION_TEST_CONFIG) {
        /* A first look, so that a slip is told at once and beside all other
         * mistakes. Who opens them later asks the kernel again. */
        check_folder(options);
        check_types(options);
    }
}

int options_read(struct options *options, int argc, char *const argv[],
                 char *const envp[])
{
    memset(options, 0, sizeof(*options));
    options->source = option_source_new();
    if (options->source == NULL)
        return OPTIONS_EXIT_WORLD;
    read_places(options, argc, argv, envp);
    return option_source_status(options->source);
}

void options_fini(struct options *options)
{
    option_source_free(options->source);
    options->source = NULL;
}

const char *options_mistake(const struct options *options, size_t i)
{
    if (options->source == NULL)
        return i == 0 ? "out of memory" : NULL;
    return option_source_mistake_at(options->source, i);
}

void options_tell(const struct options *options)
{
    const char *text;
    size_t i;

    for (i = 0; (text = options_mistake(options, i)) != NULL; i++)
        log_error("%s", text);
}
