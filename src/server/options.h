/* options.h -- the options of the program, from all their sources
 *
 * Every option is written once, as a row of the table in option_table.c (name,
 * letter, type with its bounds, default, help). From that table come the
 * command line, the environment (SOQUETE_IDLE_TIMEOUT for --idle-timeout), the
 * configuration file, --help, --print-config and the checks. The command line
 * overrides the environment, which overrides the file, which overrides the
 * default. A list (--listen) from one place replaces that of a weaker one.
 *
 *     soquete -w 4        SOQUETE_WORKERS=4        workers = 4   ; in the file
 *
 * Times are a number with ms, s, m or h (none: seconds), sizes a number with k,
 * m or g of 1024 (none: bytes). A mistake is reported even if a stronger place
 * overrides the value. An empty variable counts as not set, and a variable that
 * names no option is ignored: Kubernetes sets SOQUETE_PORT and the like for a
 * service named soquete. Relative paths start at the working directory, also
 * those in the file.
 *
 * Read by the main thread before it starts others; constant after that. May be
 * read again into another struct. Nothing here exits, and only options_report
 * writes; options_print.h prints the rest. */
#ifndef SERVER_OPTIONS_H
#define SERVER_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    OPTIONS_LISTEN_MAX = 16,
    OPTIONS_HEADERS_MAX = 64,
    OPTIONS_FIELDS_MAX = 16
};

enum compress_wish { COMPRESS_AUTO, COMPRESS_OFF };

enum access_log_format {
    ACCESS_LOG_AUTO, /* terminal or common, by where it goes; off with --trace
                        or --quiet */
    ACCESS_LOG_OFF,
    ACCESS_LOG_COMMON,
    ACCESS_LOG_COMBINED,
    ACCESS_LOG_TERMINAL,
};

/* Whether folders without an index.html are listed. */
enum listing_choice {
    LISTING_AUTO, /* while every listener is a loopback address */
    LISTING_ON,
    LISTING_OFF
};

enum trace_wish { TRACE_WISH_OFF, TRACE_WISH_TEXT, TRACE_WISH_JSON };

/* Where the live page is. */
enum wire_wish {
    WIRE_OFF,
    WIRE_LOCAL,  /* on loopback, at a port above the first listener's */
    WIRE_PUBLIC, /* on all listeners, for every client */
    WIRE_AT,     /* at options_wire_address() */
};

/* What the program does. The last of several counts, but after --help and
 * --version nothing more is read or checked. */
enum options_action {
    ACTION_SERVE,
    ACTION_HELP,         /* -h, --help */
    ACTION_VERSION,      /* -V, --version */
    ACTION_PRINT_CONFIG, /* --print-config: each value and where it came from */
    ACTION_TEST_CONFIG,  /* -t, --test-config: all mistakes, or "ok" */
    ACTION_HEALTHCHECK,  /* --healthcheck: check that a server responds */
    ACTION_WHY,          /* --why: explain the response to one request */
};

/* Exit statuses; 0 is EXIT_SUCCESS. */
enum {
    OPTIONS_EXIT_FAILURE = 1, /* a file or folder cannot be used; no memory */
    OPTIONS_EXIT_USAGE = 2    /* an option is wrong, in any place */
};

struct options {
    enum options_action action;
    const char *program;     /* argv[0] */
    const char *config_file; /* NULL: none */

    const char *folder;                     /* "." unless given */
    const char *listen[OPTIONS_LISTEN_MAX]; /* as written; address_parse accepts
                                               each */
    size_t listen_count;                    /* at least 1: the default */
    unsigned workers;                       /* 0: auto */
    unsigned max_connections;               /* 0: auto, see shares.h */
    size_t cache_bytes;                     /* of all file caches together */
    const char *mime_types; /* file; NULL: the compiled-in table */
    const char *base;       /* base_path_parse accepts it; "/": none */
    bool clean_urls;
    bool spa;
    enum listing_choice listing;
    enum compress_wish compress;
    const char *headers[OPTIONS_HEADERS_MAX]; /* header_rules_add_line accepts
                                                 each */
    size_t header_count;
    bool cors;
    bool isolate;
    bool live;
    enum access_log_format access_log;
    const char *access_log_file; /* "-": standard output; never NULL */
    enum trace_wish trace;
    const char *trace_file; /* "-": standard error; never NULL */
    enum wire_wish wire;
    bool server_timing;
    unsigned mss; /* bytes of a segment; 0: as the network allows */
    size_t pace;  /* bytes a second of each connection; 0: no bound */
    bool quiet;

    /* Deadlines in milliseconds, at least 1; tcp/deadline.h says what each
     * bounds. */
    int64_t first_byte_timeout_ms;
    int64_t request_timeout_ms; /* from a request's first byte to its last */
    int64_t idle_timeout_ms;    /* between two requests */
    int64_t send_timeout_ms;    /* while the client reads nothing */
    int64_t linger_timeout_ms;
    int64_t drain_timeout_ms; /* for unfinished responses after SIGTERM */

    /* Limits on a request, and the status of the response beyond them. */
    size_t head_max_bytes;   /* (431) */
    size_t target_max_bytes; /* (414) */
    unsigned fields_max;     /* (431) */
    size_t body_max_bytes;   /* (413): content is read and discarded */

    /* ACTION_WHY alone: */
    const char *why;                        /* the request; see why.h */
    const char *fields[OPTIONS_FIELDS_MAX]; /* its fields, "Name: value" */
    size_t field_count;
    bool json; /* print JSON */

    struct option_source *source; /* ours: origins, strings, mistakes */
};

/* Reads all places into `options`, and checks that the folder and the file of
 * media types exist if the action uses them (ACTION_SERVE, ACTION_TEST_CONFIG,
 * ACTION_WHY). argv and envp end in NULL, as in main; they are not used after
 * the call. Returns 0, or an exit status, and then options_mistake returns what
 * is wrong. Call options_fini in either case. An unknown option on the command
 * line ends the reading; other mistakes are collected. */
int options_read(struct options *options, int argc, char *const argv[],
                 char *const envp[]);
void options_fini(struct options *options);

/* The address that --wire names, as written. WIRE_AT only. */
const char *options_wire_address(const struct options *options);

/* The i-th mistake, as one line: where it is, what it is and how to fix it;
 * NULL after the last. Valid until options_fini. */
const char *options_mistake(const struct options *options, size_t i);

/* Logs all mistakes with log_error. */
void options_report(const struct options *options);

#endif
