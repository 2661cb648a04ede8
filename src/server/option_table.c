#include "server/option_table.h"

#include <stdio.h>
#include <string.h>

#include "http/request.h"
#include "tcp/protocol.h"

#define AT(member) .offset = offsetof(struct options, member)

enum {
    DAY_MS = 86400000,
    KIB = 1024,
    HEAD_MAX = 32 * KIB,
};

static const char *const access_log_choices[] = {
    [ACCESS_LOG_AUTO] = "auto",       [ACCESS_LOG_OFF] = "off",
    [ACCESS_LOG_COMMON] = "common",   [ACCESS_LOG_COMBINED] = "combined",
    [ACCESS_LOG_COMBINED + 1] = NULL,
};
static const char *const trace_choices[] = {
    [TRACE_WISH_OFF] = "off",
    [TRACE_WISH_TEXT] = "text",
    [TRACE_WISH_JSON] = "json",
    [TRACE_WISH_JSON + 1] = NULL,
};
static const char *const wire_choices[] = {
    [WIRE_OFF] = "off",
    [WIRE_LOCAL] = "local",
    [WIRE_PUBLIC] = "public",
    [WIRE_PUBLIC + 1] = NULL,
};

static const char *const group_titles[GROUP_COUNT] = {
    [GROUP_SITE] = "What to serve, and where",
    [GROUP_LOG] = "What to log and show",
    [GROUP_DEADLINES] = "How long to wait (250ms, 10s, 5m, 1h)",
    [GROUP_LIMITS] = "Limits (512, 16k, 1m), and the status beyond them",
    [GROUP_CONFIG] = "Configuration and other actions",
};

_Static_assert(HEAD_MAX < (int)TURN_IN_MAX && HEAD_MAX <= UINT16_MAX,
               "the longest head is seen whole, and its offsets fit");

/* A row is what a reader of --help sees, so its help text is kept short. */
static const struct option_row rows[] = {
    {.name = "folder",
     .is_operand = true,
     .type = OPTION_TEXT,
     .group = GROUP_SITE,
     AT(folder),
     .argument = "FOLDER",
     .fallback = ".",
     .help = "the folder to serve"},
    {.name = "listen",
     .letter = 'l',
     .type = OPTION_LIST,
     .group = GROUP_SITE,
     AT(listen),
     .argument = "ADDR",
     .fallback = "8080",
     .help = "8080 (this machine only), 0.0.0.0:8080, [::]:8080 or unix:PATH; "
             "may be repeated"},
    {.name = "workers",
     .letter = 'w',
     .type = OPTION_COUNT,
     .group = GROUP_SITE,
     AT(workers),
     .min = 1,
     .max = 256,
     .zero_word = "auto",
     .argument = "N",
     .fallback = "auto",
     .help = "worker threads; auto is one per CPU"},
    {.name = "mime-types",
     .type = OPTION_TEXT,
     .group = GROUP_SITE,
     AT(mime_types),
     .argument = "FILE",
     .fallback = "",
     .help = "media types, in the format of /etc/mime.types; added to the "
             "built-in ones"},
    {.name = "access-log",
     .type = OPTION_CHOICE,
     .group = GROUP_LOG,
     AT(access_log),
     .choices = access_log_choices,
     .argument = "FORMAT",
     .fallback = "auto",
     .help = "a line for each response: common, combined or off; auto is "
             "common, or off with --trace or --quiet"},
    {.name = "access-log-file",
     .type = OPTION_TEXT,
     .group = GROUP_LOG,
     AT(access_log_file),
     .argument = "FILE",
     .fallback = "-",
     .help = "where to write it; - is standard output"},
    {.name = "trace",
     .type = OPTION_CHOICE,
     .group = GROUP_LOG,
     AT(trace),
     .choices = trace_choices,
     .bare = "text",
     .argument = "FORM",
     .fallback = "off",
     .help = "what each connection carries, byte by byte: text, json or off"},
    {.name = "trace-file",
     .type = OPTION_TEXT,
     .group = GROUP_LOG,
     AT(trace_file),
     .argument = "FILE",
     .fallback = "-",
     .help = "where to write it; - is standard error"},
    {.name = "wire",
     .type = OPTION_CHOICE,
     .group = GROUP_LOG,
     AT(wire),
     .choices = wire_choices,
     .bare = "local",
     .argument = "FOR",
     .fallback = "off",
     .help = "the same, live, at /-/wire/: local (on loopback listeners), "
             "public or off"},
    {.name = "server-timing",
     .type = OPTION_FLAG,
     .group = GROUP_LOG,
     .bare = "yes",
     AT(server_timing),
     .fallback = "no",
     .help = "name the connection in each response, for a browser's developer "
             "tools"},
    {.name = "quiet",
     .letter = 'q',
     .type = OPTION_FLAG,
     .group = GROUP_LOG,
     .bare = "yes",
     AT(quiet),
     .fallback = "no",
     .help = "print errors only"},
    {.name = "first-byte-timeout",
     .type = OPTION_DURATION,
     .group = GROUP_DEADLINES,
     AT(first_byte_timeout_ms),
     .min = 1,
     .max = DAY_MS,
     .argument = "TIME",
     .fallback = "60s",
     .help = "for the first byte on a new connection"},
    {.name = "request-timeout",
     .type = OPTION_DURATION,
     .group = GROUP_DEADLINES,
     AT(request_timeout_ms),
     .min = 1,
     .max = DAY_MS,
     .argument = "TIME",
     .fallback = "10s",
     .help = "for a request, first byte to last"},
    {.name = "idle-timeout",
     .type = OPTION_DURATION,
     .group = GROUP_DEADLINES,
     AT(idle_timeout_ms),
     .min = 1,
     .max = DAY_MS,
     .argument = "TIME",
     .fallback = "60s",
     .help = "for the next request on a connection"},
    {.name = "send-timeout",
     .type = OPTION_DURATION,
     .group = GROUP_DEADLINES,
     AT(send_timeout_ms),
     .min = 1,
     .max = DAY_MS,
     .argument = "TIME",
     .fallback = "30s",
     .help = "for a client that reads nothing"},
    {.name = "linger-timeout",
     .type = OPTION_DURATION,
     .group = GROUP_DEADLINES,
     AT(linger_timeout_ms),
     .min = 1,
     .max = DAY_MS,
     .argument = "TIME",
     .fallback = "2s",
     .help = "for the peer to close after us"},
    {.name = "drain-timeout",
     .type = OPTION_DURATION,
     .group = GROUP_DEADLINES,
     AT(drain_timeout_ms),
     .min = 1,
     .max = DAY_MS,
     .argument = "TIME",
     .fallback = "10s",
     .help = "for responses under way after SIGTERM"},
    {.name = "max-connections",
     .type = OPTION_COUNT,
     .group = GROUP_LIMITS,
     AT(max_connections),
     .min = 1,
     .max = KIB * KIB,
     .zero_word = "auto",
     .argument = "N",
     .fallback = "auto",
     .help = "connections at a time; auto is half of ulimit -n, 16384 at most"},
    {.name = "cache-size",
     .type = OPTION_SIZE,
     .group = GROUP_LIMITS,
     AT(cache_bytes),
     .min = KIB * KIB,
     .max = (uint64_t)KIB * KIB * KIB * (SIZE_MAX > UINT32_MAX ? KIB : 1),
     .argument = "SIZE",
     .fallback = "64m",
     .help = "memory for small files, all workers together"},
    {.name = "head-max",
     .type = OPTION_SIZE,
     .group = GROUP_LIMITS,
     AT(head_max_bytes),
     .min = 256,
     .max = HEAD_MAX,
     .argument = "SIZE",
     .fallback = "16k",
     .help = "a request's head; larger: 431"},
    {.name = "target-max",
     .type = OPTION_SIZE,
     .group = GROUP_LIMITS,
     AT(target_max_bytes),
     .min = 16,
     .max = HEAD_MAX,
     .argument = "SIZE",
     .fallback = "8k",
     .help = "a request's target; longer: 414"},
    {.name = "fields-max",
     .type = OPTION_COUNT,
     .group = GROUP_LIMITS,
     AT(fields_max),
     .min = 1,
     .max = REQUEST_FIELDS_MAX,
     .argument = "N",
     .fallback = "100",
     .help = "a request's header fields; more: 431"},
    {.name = "body-max",
     .type = OPTION_SIZE,
     .group = GROUP_LIMITS,
     AT(body_max_bytes),
     .min = 0,
     .max = (uint64_t)KIB * KIB * KIB,
     .argument = "SIZE",
     .fallback = "64k",
     .help = "a request's content; larger: 413"},
    {.name = "config",
     .letter = 'c',
     .type = OPTION_TEXT,
     .group = GROUP_CONFIG,
     .weakest = PLACE_ENVIRONMENT,
     AT(config_file),
     .argument = "FILE",
     .fallback = "",
     .help = "read options from FILE, as in workers = 4"},
    {.name = "test-config",
     .letter = 't',
     .type = OPTION_ACTION,
     .group = GROUP_CONFIG,
     .weakest = PLACE_COMMAND_LINE,
     .action = ACTION_TEST_CONFIG,
     .help = "check the options: report every mistake, or print ok"},
    {.name = "print-config",
     .type = OPTION_ACTION,
     .group = GROUP_CONFIG,
     .weakest = PLACE_COMMAND_LINE,
     .action = ACTION_PRINT_CONFIG,
     .help = "print each value and its source"},
    {.name = "healthcheck",
     .type = OPTION_ACTION,
     .group = GROUP_CONFIG,
     .weakest = PLACE_COMMAND_LINE,
     .action = ACTION_HEALTHCHECK,
     .help = "check that a server with these options responds"},
    {.name = "version",
     .letter = 'V',
     .type = OPTION_ACTION,
     .group = GROUP_CONFIG,
     .weakest = PLACE_COMMAND_LINE,
     .action = ACTION_VERSION,
     .help = "print the version"},
    {.name = "help",
     .letter = 'h',
     .type = OPTION_ACTION,
     .group = GROUP_CONFIG,
     .weakest = PLACE_COMMAND_LINE,
     .action = ACTION_HELP,
     .help = "print this help"},
    {.name = NULL},
};

_Static_assert(sizeof(rows) / sizeof(rows[0]) <= OPTION_ROWS_MAX,
               "who keeps an array beside the table has room for each row");

const struct option_row *option_rows(void)
{
    return rows;
}

const char *option_group_title(enum option_group group)
{
    return group_titles[group];
}

const struct option_row *option_by_name(const char *name)
{
    const struct option_row *row;

    for (row = rows; row->name != NULL; row++)
        if (strcmp(row->name, name) == 0)
            return row;
    return NULL;
}

const struct option_row *option_by_letter(char letter)
{
    const struct option_row *row;

    for (row = rows; row->name != NULL; row++)
        if (row->letter != 0 && row->letter == letter)
            return row;
    return NULL;
}

const char *option_env_name(const struct option_row *row,
                            char out[OPTION_ENV_MAX])
{
    char *at;

    snprintf(out, OPTION_ENV_MAX, "SOQUETE_%s", row->name);
    for (at = out; *at != '\0'; at++) {
        if (*at == '-')
            *at = '_';
        else if (*at >= 'a' && *at <= 'z')
            *at = (char)(*at - 'a' + 'A');
    }
    return out;
}

bool option_is_early(const struct option_row *row)
{
    return row->weakest > PLACE_FILE;
}
