#include "server/options_print.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "files/squeeze.h"
#include "server/config_file.h"
#include "server/option_source.h"

enum {
    HELP_COLUMN = 33, /* where the help of an option begins, from 0 */
    HELP_WIDTH = 80,
    ORIGIN_COLUMN = 36,
    LINE_LEN = 512
};

static const char help_head[] = "Usage: soquete [OPTION]... [FOLDER]\n"
                                "Serve a folder of files over HTTP/1.1.\n";

static const char help_tail[] =
    "\n"
    "Each option can also be set in the environment "
    "(SOQUETE_IDLE_TIMEOUT=60s)\n"
    "or in a configuration file (idle-timeout = 60s). The command line "
    "overrides\n"
    "the environment, which overrides the file, which overrides the default "
    "(in\n"
    "parentheses). A value in brackets needs the =, as in --trace=json.\n"
    "\n"
    "Examples:\n"
    "  soquete www                            at http://localhost:8080/\n"
    "  soquete -l 0.0.0.0:8080 www            open to other machines\n"
    "  soquete -t -c conf/soquete.conf        check a configuration file\n";

static const struct {
    const char *first, *title;
} titles[] = {
    {"folder", "What to serve, and where"},
    {"access-log", "What to log and show"},
    {"first-byte-timeout", "How long to wait (250ms, 10s, 5m, 1h)"},
    {"max-connections",
     "Limits (512, 16k, 1m), and the status of the response beyond them"},
    {"config", "Configuration and other actions"},
};

/* Writes what is buffered. Returns 0 or a negative errno, that of an earlier
 * write where one failed: the caller sets errno to 0 before the first. */
static int flush(FILE *out)
{
    if (fflush(out) == EOF || ferror(out))
        return errno == 0 ? -EIO : -errno;
    return 0;
}

/* Writes `text` from `column` on, in lines that begin at HELP_COLUMN. */
static void print_wrapped(FILE *out, int column, const char *text)
{
    int len, space;

    for (; *text != '\0'; text += strspn(text, " ")) {
        len = (int)strcspn(text, " ");
        if (column > HELP_COLUMN && column + 1 + len > HELP_WIDTH) {
            fputc('\n', out);
            column = 0;
        }
        space = column > HELP_COLUMN ? 1 : HELP_COLUMN - column;
        column += fprintf(out, "%*s%.*s", space, "", len, text);
        text += len;
    }
    fputc('\n', out);
}

/* Writes the title of the group if the option is the first of one. */
static void print_title(FILE *out, const struct option_row *row)
{
    for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
        if (strcmp(titles[i].first, row->name) == 0)
            fprintf(out, "\n%s:\n", titles[i].title);
}

static void print_option(FILE *out, const struct option_row *row)
{
    char text[LINE_LEN];
    int column;

    if (row->is_operand)
        column = fprintf(out, "  %s", row->argument);
    else if (row->letter != 0)
        column = fprintf(out, "  -%c, --%s", row->letter, row->name);
    else
        column = fprintf(out, "      --%s", row->name);
    if (!row->is_operand && row->argument != NULL)
        column +=
            fprintf(out, row->bare != NULL ? "[=%s]" : " %s", row->argument);
    if (row->argument != NULL && row->fallback[0] != '\0')
        snprintf(text, sizeof(text), "%s (%s)", row->help, row->fallback);
    else
        snprintf(text, sizeof(text), "%s", row->help);
    print_wrapped(out, column, text);
}

int options_print_help(FILE *out)
{
    const struct option_row *row;

    errno = 0;
    fputs(help_head, out);
    for (row = option_rows(); row->name != NULL; row++) {
        print_title(out, row);
        print_option(out, row);
    }
    fputs(help_tail, out);
    return flush(out);
}

/* Writes a line of the configuration, with its origin as a comment. */
static void print_pair(FILE *out, const char *name, const char *text,
                       const char *origin)
{
    int width = ORIGIN_COLUMN - (int)strlen(name) - (int)strlen(" =  ");

    assert(width > 0 && strchr(text, '\n') == NULL);
    if (config_file_can_hold(text))
        fprintf(out, "%s = %-*s ; %s\n", name, width, text, origin);
    else
        fprintf(out, "; %s; a file cannot hold it:\n; %s = %s\n", origin, name,
                text);
}

/* Where a value comes from: "default", "soquete.conf:12", "environment
 * SOQUETE_WORKERS" or "command line". */
static const char *origin_of(const struct options *options,
                             const struct option_row *row)
{
    struct option_origin origin =
        option_source_entry(options->source, row)->origin;

    switch (origin.place) {
    case PLACE_DEFAULT:
        return "default";
    case PLACE_FILE:
        return option_where(options, NULL, origin);
    case PLACE_ENVIRONMENT:
        return option_source_format(options->source, "environment %s",
                                    option_where(options, row, origin));
    case PLACE_COMMAND_LINE:
        return "command line";
    }
    return "";
}

static void print_value(FILE *out, const struct options *options,
                        const struct option_row *row)
{
    const char *origin = origin_of(options, row);

    const char *const *texts = &option_source_entry(options->source, row)->text;
    size_t count = 1;

    if (row->type == OPTION_LIST) {
        texts = options->listen;
        count = options->listen_count;
    } else if (row->type == OPTION_HEADERS && options->header_count > 0) {
        texts = options->headers;
        count = options->header_count;
    }
    for (size_t i = 0; i < count; i++)
        print_pair(out, row->name, texts[i], origin);
}

int options_print_config(const struct options *options, FILE *out)
{
    const struct option_row *row = option_by_name("config");

    errno = 0;
    if (options->config_file != NULL)
        fprintf(out, "; configuration file: %s (%s)\n", options->config_file,
                origin_of(options, row));
    for (row = option_rows(); row->name != NULL; row++)
        if (row->weakest <= PLACE_FILE)
            print_value(out, options, row);
    return flush(out);
}

int options_print_tested(const struct options *options, FILE *out)
{
    errno = 0;
    fprintf(out, "%s: ok\n",
            options->config_file == NULL ? "options" : options->config_file);
    return flush(out);
}

int options_print_version(const char *version, FILE *out)
{
    char libraries[SQUEEZE_LIBRARIES_MAX];

    errno = 0;
    squeeze_libraries(libraries);
    fprintf(out, "soquete %s%s\n", version, libraries);
    return flush(out);
}
