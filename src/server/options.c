#include "server/options.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "server/config_file.h"
#include "server/listeners.h"
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

/* The value of a variable; NULL if it is not set or empty. */
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

/* Sets the option of a line of the file. */
static void set_pair(struct options *options, const char *key,
                     const char *value, struct option_origin origin)
{
    const struct option_row *row = option_by_name(key);
    const struct option_row *near = option_hint_row(key);
    const char *why = "no such option; soquete --help lists all";

    if (row != NULL && row->weakest <= PLACE_FILE) {
        option_set(options, row, value, origin);
        return;
    }
    if (row != NULL && row->weakest == PLACE_ENVIRONMENT)
        why = "can only be set on the command line or in the environment";
    else if (row != NULL)
        why = "can only be set on the command line";
    else if (near != NULL && near->weakest <= PLACE_FILE)
        why = option_source_format(
            options->source, "no such option; did you mean %s?", near->name);
    option_source_mistake(options->source, OPTIONS_EXIT_USAGE, "%s: %s: %s",
                          option_where(options, NULL, origin),
                          option_source_quote(options->source, key), why);
}

/* Adds the mistake that the path of an option cannot be used. */
static void cannot_use(struct options *options, const struct option_row *row,
                       const char *why, const char *remedy)
{
    const struct option_entry *entry =
        option_source_entry(options->source, row);

    option_source_mistake(
        options->source, OPTIONS_EXIT_FAILURE, "%s: cannot use '%s': %s; %s",
        option_where(options, row, entry->origin),
        option_source_quote(options->source, entry->text), why, remedy);
}

/* Not inlined, since the file's text is on its stack: pages that a start
 * without a file need not touch. */
__attribute__((noinline)) static void set_from_file(struct options *options)
{
    struct option_origin origin = {.place = PLACE_FILE};
    struct config_file file;
    int error;

    assert(options->config_file != NULL);
    error = config_file_open(&file, options->config_file);
    if (error != 0) {
        cannot_use(
            options, option_by_name("config"), strerror(-error),
            option_source_format(options->source,
                                 "name a configuration file of at most %d KiB",
                                 CONFIG_FILE_MAX / 1024));
        return;
    }
    while (config_file_next(&file)) {
        origin.line = file.line;
        if (file.mistake == NULL)
            set_pair(options, file.key, file.value, origin);
        else
            option_source_mistake(options->source, OPTIONS_EXIT_USAGE, "%s: %s",
                                  option_where(options, NULL, origin),
                                  file.mistake);
    }
}

/* `remedy` is what to do if the path does not exist. */
static void check_path(struct options *options, const struct option_row *row,
                       const char *path, bool is_folder, const char *remedy)
{
    struct stat status;

    if (stat(path, &status) == -1)
        cannot_use(options, row, strerror(errno), remedy);
    else if (is_folder && !S_ISDIR(status.st_mode))
        cannot_use(options, row, strerror(ENOTDIR),
                   "name the folder that contains it");
    else if (!is_folder && S_ISDIR(status.st_mode))
        cannot_use(options, row, strerror(EISDIR), "name a file in it");
    else if (!is_folder && !S_ISREG(status.st_mode))
        cannot_use(options, row, "Not a regular file", "name a text file");
    else if (access(path, is_folder ? R_OK | X_OK : R_OK) == -1)
        cannot_use(options, row, strerror(errno),
                   "make it readable for this user");
}

/* Checks paths early, so that a wrong one is reported together with all other
 * mistakes. The kernel checks again when they are opened. */
static void check_paths(struct options *options)
{
    const struct option_row *row = option_by_name("folder");
    const struct option_entry *entry =
        option_source_entry(options->source, row);
    const char *hint = "";

    /* An operand that is no folder may have been meant as a value. */
    if (entry->origin.place == PLACE_COMMAND_LINE)
        hint = option_hint_operand(options->source, entry->text, entry->before);
    check_path(options, row, options->folder, true,
               hint[0] != '\0' ? hint : "name a folder that exists");
    if (options->mime_types != NULL)
        check_path(options, option_by_name("mime-types"), options->mime_types,
                   false, "name a file that exists");
}

/* The live page's listener is one more beside those of --listen. */
static void check_wire(struct options *options)
{
    const struct option_row *row = option_by_name("wire");
    const char *text, *other;

    if (options->wire != WIRE_AT)
        return;
    text = options_wire_address(options);
    other = option_collision(options, text);
    if (other != NULL)
        option_source_mistake(
            options->source, OPTIONS_EXIT_USAGE,
            "%s: '%s' overlaps with '%s', which --listen has; write another",
            option_where(options, row,
                         option_source_entry(options->source, row)->origin),
            option_source_quote(options->source, text),
            option_source_quote(options->source, other));
}

/* What slows every connection down is for a server that nobody else uses. */
static void check_slow(struct options *options, const char *name, bool is_set)
{
    const struct option_row *row = option_by_name(name);
    const char *other = listeners_find_public(options);

    if (is_set && other != NULL)
        option_source_mistake(
            options->source, OPTIONS_EXIT_USAGE,
            "%s: it slows every connection down, so it is for loopback "
            "addresses only, and '%s' is none; leave out one of the two",
            option_where(options, row,
                         option_source_entry(options->source, row)->origin),
            option_source_quote(options->source, other));
}

static void read_places(struct options *options, int argc, char *const argv[],
                        char *const envp[])
{
    const char *program = argc > 0 ? argv[0] : "soquete";
    char *const *words = argc > 0 ? argv + 1 : argv;

    options->program = option_source_format(options->source, "%s", program);
    set_defaults(options);
    set_from_environment(options, envp, true);
    option_args_read(options, words, true);
    if (options->action == ACTION_HELP || options->action == ACTION_VERSION) {
        options->source->mistake_count = 0;
        options->source->status = 0;
        return;
    }
    if (options->source->status != 0)
        return;
    if (options->config_file != NULL)
        set_from_file(options);
    set_from_environment(options, envp, false);
    option_args_read(options, words, false);
    check_wire(options);
    check_slow(options, "mss", options->mss > 0);
    check_slow(options, "pace", options->pace > 0);
    if (options->action == ACTION_SERVE ||
        options->action == ACTION_TEST_CONFIG || options->action == ACTION_WHY)
        check_paths(options);
}

const char *options_wire_address(const struct options *options)
{
    assert(options->wire == WIRE_AT);
    return option_source_entry(options->source, option_by_name("wire"))->text;
}

int options_read(struct options *options, int argc, char *const argv[],
                 char *const envp[])
{
    memset(options, 0, sizeof(*options));
    options->source = option_source_new();
    if (options->source == NULL)
        return OPTIONS_EXIT_FAILURE;
    read_places(options, argc, argv, envp);
    assert((options->source->status == 0) ==
           (options->source->mistake_count == 0));
    return options->source->status;
}

void options_fini(struct options *options)
{
    option_source_free(options->source);
    options->source = NULL;
}

const char *options_mistake(const struct options *options, size_t i)
{
    const struct option_source *source = options->source;

    if (source == NULL)
        return i == 0 ? "out of memory" : NULL;
    return i < source->mistake_count ? source->mistakes[i] : NULL;
}

void options_report(const struct options *options)
{
    const char *text;
    size_t i;

    for (i = 0; (text = options_mistake(options, i)) != NULL; i++)
        log_error("%s", text);
}
