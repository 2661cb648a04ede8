#include "server/option_table.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "http/request.h"
#include "tcp/listener.h"
#include "tcp/protocol.h"

enum {
    DAY_MS = 86400000,
    KIB = 1024,
    MIB = KIB * KIB,
    GIB = KIB * MIB,
    HEAD_MAX = 32 * KIB,
    PACE_MIN = 100, /* less, and the head alone takes seconds */
};

_Static_assert(
    HEAD_MAX < (int)TURN_IN_MAX && HEAD_MAX <= UINT16_MAX,
    "the longest head fits into a turn, and its offsets into 16 bits");

/* The third column: what a value is, and where in struct options it goes. */
#define BRACED(...) \
    {               \
        __VA_ARGS__ \
    }
#define AT(kind, member) \
    .type = (kind), .offset = offsetof(struct options, member)
#define ACTION(which)                                \
    BRACED(.type = OPTION_ACTION, .action = (which), \
           .weakest = PLACE_COMMAND_LINE)
#define QUESTION(member, which)                        \
    BRACED(AT(OPTION_TEXT, member), .action = (which), \
           .weakest = PLACE_COMMAND_LINE)
#define FIELDS(member) \
    BRACED(AT(OPTION_FIELDS, member), .weakest = PLACE_COMMAND_LINE)
#define SWITCH(member)                             \
    BRACED(AT(OPTION_FLAG, member), .bare = "yes", \
           .weakest = PLACE_COMMAND_LINE)
#define FLAG(member) BRACED(AT(OPTION_FLAG, member), .bare = "yes")
#define TEXT(member) BRACED(AT(OPTION_TEXT, member))
#define URL_PATH(member) BRACED(AT(OPTION_URL_PATH, member))
#define OPERAND(member) BRACED(AT(OPTION_TEXT, member), .is_operand = true)
#define CONFIG_FILE(member) \
    BRACED(AT(OPTION_TEXT, member), .weakest = PLACE_ENVIRONMENT)
#define HEADERS(member) BRACED(AT(OPTION_HEADERS, member))
#define LIST(member) BRACED(AT(OPTION_LIST, member))
#define CHOICE(member, alone, ...)                     \
    BRACED(AT(OPTION_CHOICE, member), .bare = (alone), \
           .choices = (const char *const[])BRACED(__VA_ARGS__, NULL))
#define CHOICE_OR_ADDRESS(member, alone, ...)                         \
    BRACED(AT(OPTION_CHOICE, member), .bare = (alone),                \
           .choices = (const char *const[])BRACED(__VA_ARGS__, NULL), \
           .takes_address = true)
#define BOUNDED(least, most) .min = (least), .max = (most)
#define COUNT(member, most) BRACED(AT(OPTION_COUNT, member), BOUNDED(1, most))
#define COUNT_OR_AUTO(member, most) \
    BRACED(AT(OPTION_COUNT, member), BOUNDED(1, most), .has_auto = true)
#define COUNT_FROM_OR_AUTO(member, least, most) \
    BRACED(AT(OPTION_COUNT, member), BOUNDED(least, most), .has_auto = true)
#define RATE_OR_AUTO(member, least, most)                                    \
    BRACED(AT(OPTION_SIZE, member), BOUNDED(least, most), .unit = UNIT_SIZE, \
           .has_auto = true)
#define SIZE(member, least, most) \
    BRACED(AT(OPTION_SIZE, member), BOUNDED(least, most), .unit = UNIT_SIZE)
#define DURATION(member) \
    BRACED(AT(OPTION_DURATION, member), BOUNDED(1, DAY_MS), .unit = UNIT_TIME)

/* --help prints each row, so keep the texts short. The words of a choice are in
 * the order of its enum. */
static const struct option_row rows[] = {
    {"folder", 0, OPERAND(folder), "FOLDER", ".", "the folder to serve"},
    {"listen", 'l', LIST(listen), "ADDR", "8080",
     "listen on ADDR: PORT (this machine only), IP:PORT, [IP]:PORT or "
     "unix:PATH; may be repeated"},
    {"spa", 0, FLAG(spa), NULL, "no",
     "send /index.html where a browser goes to a page that is no file"},
    {"clean-urls", 0, FLAG(clean_urls), NULL, "no",
     "serve about.html at /about, and redirect /about.html there"},
    {"live", 0, FLAG(live), NULL, "no",
     "reload pages in the browsers of this machine when a file changes"},
    {"base", 0, URL_PATH(base), "PATH", "/",
     "serve the folder under PATH, such as /repo/, as GitHub Pages does"},
    {"listing", 0, CHOICE(listing, NULL, "auto", "on", "off"), "WHEN", "auto",
     "list folders without an index.html: on, off, or auto, which is on where "
     "only this machine can connect"},
    {"compress", 0, CHOICE(compress, NULL, "auto", "off"), "WHEN", "auto",
     "send text files compressed once a copy is made: auto or off"},
    {"header", 0, HEADERS(headers), "RULE", "",
     "set a response field: '/assets/* Cache-Control: max-age=86400', or "
     "remove it: '/* ! Name'; may be repeated"},
    {"cors", 0, FLAG(cors), NULL, "no",
     "let pages of other origins read the files"},
    {"isolate", 0, FLAG(isolate), NULL, "no",
     "isolate pages from other origins (crossOriginIsolated)"},
    {"workers", 'w', COUNT_OR_AUTO(workers, 256), "N", "auto",
     "worker threads; auto is one per CPU"},
    {"mime-types", 0, TEXT(mime_types), "FILE", "",
     "add the media types in FILE, which is in the format of /etc/mime.types"},

    {"access-log", 0,
     CHOICE(access_log, NULL, "auto", "off", "common", "combined", "terminal"),
     "FORMAT", "auto",
     "log each response: common, combined, terminal or off; auto is terminal "
     "at a terminal, else common, or off with --trace or --quiet"},
    {"access-log-file", 0, TEXT(access_log_file), "FILE", "-",
     "write it to FILE; - is standard output"},
    {"trace", 0, CHOICE(trace, "text", "off", "text", "json"), "FORM", "off",
     "trace each connection, byte by byte: text, json or off"},
    {"trace-file", 0, TEXT(trace_file), "FILE", "-",
     "write it to FILE; - is standard error"},
    {"wire", 0, CHOICE_OR_ADDRESS(wire, "local", "off", "local", "public"),
     "WHERE", "off",
     "show the trace live, in a browser, at /-/wire/: local (on a loopback "
     "port of its own), an address as for --listen, public (on every listener) "
     "or off"},
    {"server-timing", 0, FLAG(server_timing), NULL, "no",
     "show the connection of each response in a browser's developer tools"},
    {"mss", 0, COUNT_FROM_OR_AUTO(mss, LISTENER_MSS_MIN, LISTENER_MSS_MAX), "N",
     "auto",
     "bytes of a segment, to watch TCP with small ones; auto is as the network "
     "allows. On loopback listeners only"},
    {"pace", 0, RATE_OR_AUTO(pace, PACE_MIN, GIB), "RATE", "auto",
     "bytes a second of each connection, to watch TCP at work; auto is as fast "
     "as it can. On loopback listeners only"},
    {"quiet", 'q', FLAG(quiet), NULL, "no", "print errors only"},

    {"first-byte-timeout", 0, DURATION(first_byte_timeout_ms), "TIME", "60s",
     "for the first byte on a new connection"},
    {"request-timeout", 0, DURATION(request_timeout_ms), "TIME", "10s",
     "for a request, first byte to last"},
    {"idle-timeout", 0, DURATION(idle_timeout_ms), "TIME", "60s",
     "for the next request on a connection"},
    {"send-timeout", 0, DURATION(send_timeout_ms), "TIME", "30s",
     "for a client to read more of a response"},
    {"linger-timeout", 0, DURATION(linger_timeout_ms), "TIME", "2s",
     "for the client to close after the server"},
    {"drain-timeout", 0, DURATION(drain_timeout_ms), "TIME", "10s",
     "for responses under way after SIGTERM"},

    {"max-connections", 0, COUNT_OR_AUTO(max_connections, MIB), "N", "auto",
     "open connections; auto is half of ulimit -n, at most 16384"},
    {"cache-size", 0,
     SIZE(cache_bytes, MIB, SIZE_MAX > UINT32_MAX ? (uint64_t)KIB * GIB : GIB),
     "SIZE", "64m", "memory for small files, in total"},
    {"head-max", 0, SIZE(head_max_bytes, 256, HEAD_MAX), "SIZE", "16k",
     "a request's head; larger: 431"},
    {"target-max", 0, SIZE(target_max_bytes, 16, HEAD_MAX), "SIZE", "8k",
     "a request's target; longer: 414"},
    {"fields-max", 0, COUNT(fields_max, REQUEST_FIELDS_MAX), "N", "100",
     "a request's header fields; more: 431"},
    {"body-max", 0, SIZE(body_max_bytes, 0, GIB), "SIZE", "64k",
     "a request's content; larger: 413"},

    {"config", 'c', CONFIG_FILE(config_file), "FILE", "",
     "read options from FILE, as in workers = 4"},
    {"test-config", 't', ACTION(ACTION_TEST_CONFIG), NULL, NULL,
     "check the options: report every mistake, or print ok"},
    {"print-config", 0, ACTION(ACTION_PRINT_CONFIG), NULL, NULL,
     "print the value and source of each option"},
    {"healthcheck", 0, ACTION(ACTION_HEALTHCHECK), NULL, NULL,
     "check that a server responds at the first --listen address; without one, "
     "at the default port, whichever program has it"},
    {"why", 0, QUESTION(why, ACTION_WHY), "REQUEST", "",
     "explain the response to a request, rule by rule: /a.js, or 'HEAD /a.js'; "
     "with --wire, that of the live page's listener"},
    {"field", 'H', FIELDS(fields), "LINE", "",
     "add a header field to that request: 'Accept: text/html'; may be "
     "repeated"},
    {"json", 0, SWITCH(json), NULL, "no", "print the explanation as JSON"},
    {"version", 'V', ACTION(ACTION_VERSION), NULL, NULL, "print the version"},
    {"help", 'h', ACTION(ACTION_HELP), NULL, NULL, "print this help"},
    {.name = NULL},
};

_Static_assert(sizeof(rows) / sizeof(rows[0]) <= OPTION_ROWS_MAX,
               "arrays of OPTION_ROWS_MAX have an entry for each row");

const struct option_row *option_rows(void)
{
    return rows;
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
    int len = snprintf(out, OPTION_ENV_MAX, "SOQUETE_%s", row->name);

    assert(len < OPTION_ENV_MAX);
    for (char *at = out; *at != '\0'; at++)
        *at = *at == '-' ? '_' : (char)toupper((unsigned char)*at);
    return out;
}

bool option_is_early(const struct option_row *row)
{
    return row->weakest > PLACE_FILE;
}
