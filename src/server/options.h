/* options.h -- what the user asked for, from whichever place it was said
 *
 * Every option is written once, as a row of the table in option_table.c (name,
 * letter, type with its bounds, default, help). From that table come the
 * command line, the environment (SOQUETE_IDLE_TIMEOUT for --idle-timeout), the
 * configuration file, --help, --print-config and the checks. The command line
 * beats the environment, that beats the file, that beats the default. A list
 * (--listen) said in one place replaces what a weaker place said.
 *
 *     soquete -w 4        SOQUETE_WORKERS=4        workers = 4   ; in the file
 *
 * Times are a number with ms, s, m or h (none: seconds), sizes a number with k,
 * m or g of 1024 (none: bytes). A mistake is a mistake also where a stronger
 * place overrides it. An empty variable counts as not set, and a variable whose
 * name is no option's is let be: Kubernetes sets SOQUETE_PORT and the like for
 * a service of that name. Relative paths start at the working directory,
 * wherever they were said.
 *
 * Read at start, by the main thread, before others exist; constant after. May
 * be read again into another struct. Nothing here exits, and only
 * options_report writes; options_print.h does the rest. */
#ifndef SERVER_OPTIONS_H
#define SERVER_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { OPTIONS_LISTEN_MAX = 16, OPTIONS_FIELDS_MAX = 16 };

enum access_log_format {
    ACCESS_LOG_AUTO, /* common; off beside a trace, and where all is quiet */
    ACCESS_LOG_OFF,
    ACCESS_LOG_COMMON,
    ACCESS_LOG_COMBINED
};

enum trace_wish { TRACE_WISH_OFF, TRACE_WISH_TEXT, TRACE_WISH_JSON };

/* Where the live page is. */
enum wire_wish {
    WIRE_OFF,
    WIRE_LOCAL,  /* on loopback, at a port beside the first listener's */
    WIRE_PUBLIC, /* on all listeners, for everybody */
    WIRE_AT,     /* at options_wire_address() */
};

/* What the program is to do. Said twice, the last one holds; after --help and
 * --version nothing more is read or checked. */
enum options_action {
    ACTION_SERVE,
    ACTION_HELP,         /* -h, --help */
    ACTION_VERSION,      /* -V, --version */
    ACTION_PRINT_CONFIG, /* --print-config: each value and where it came from */
    ACTION_TEST_CONFIG,  /* -t, --test-config: all mistakes, or "ok" */
    ACTION_HEALTHCHECK,  /* --healthcheck: ask a running server, as a client */
    ACTION_WHY,          /* --why: explain the response to one request */
};

/* Exit statuses; 0 is EXIT_SUCCESS. */
enum {
    OPTIONS_EXIT_FAILURE = 1, /* well said, but a file or folder is not there */
    OPTIONS_EXIT_USAGE = 2    /* ill said, in whichever place */
};

struct options {
    enum options_action action;
    const char *program;     /* as it was called: argv[0] */
    const char *config_file; /* NULL: none */

    const char *folder;                     /* "." unless given */
    const char *listen[OPTIONS_LISTEN_MAX]; /* as written; address_parse takes
                                               each of them */
    size_t listen_count;                    /* at least 1: the default */
    unsigned workers;                       /* 0: auto */
    unsigned max_connections;               /* 0: auto, see shares.h */
    size_t cache_bytes;     /* that file caches may hold, all together */
    const char *mime_types; /* file; NULL: the compiled-in table */
    enum access_log_format access_log;
    const char *access_log_file; /* "-": standard output; never NULL */
    enum trace_wish trace;
    const char *trace_file; /* "-": standard error; never NULL */
    enum wire_wish wire;
    bool server_timing;
    bool quiet;

    /* Deadlines, in milliseconds, 1 or more; see tcp/deadline.h for what each
     * bounds. */
    int64_t first_byte_timeout_ms;
    int64_t request_timeout_ms; /* a request, first byte to last */
    int64_t idle_timeout_ms;    /* between two requests */
    int64_t send_timeout_ms;    /* without progress */
    int64_t linger_timeout_ms;
    int64_t drain_timeout_ms; /* answers under way after SIGTERM */

    /* Limits on what a peer may send; the answer is in parentheses. */
    size_t head_max_bytes;   /* (431) */
    size_t target_max_bytes; /* (414) */
    unsigned fields_max;     /* (431) */
    size_t body_max_bytes;   /* (413): read and dropped */

    /* ACTION_WHY alone: */
    const char *why;                        /* the request; see why.h */
    const char *fields[OPTIONS_FIELDS_MAX]; /* its lines, "Name: value" */
    size_t field_count;
    bool json; /* for programs */

    struct option_source *source; /* ours: origins, strings, mistakes */
};

/* Reads all places into `options`, and checks that the folder and the file of
 * types are there where they will be used (ACTION_SERVE, ACTION_TEST_CONFIG).
 * argv and envp end in NULL, as main has them; what is needed is copied.
 * Returns 0, or the exit status, and then options_mistake tells what is wrong;
 * options_fini undoes both. An unknown option on the command line ends the
 * reading, all other mistakes are gathered. */
int options_read(struct options *options, int argc, char *const argv[],
                 char *const envp[]);
void options_fini(struct options *options);

/* The address that --wire names, as written. WIRE_AT only. */
const char *options_wire_address(const struct options *options);

/* The i-th mistake, one line that says where, what and how to mend it; NULL
 * after the last. Lives until options_fini. */
const char *options_mistake(const struct options *options, size_t i);

/* Prints all mistakes on standard error, through log_error. */
void options_report(const struct options *options);

#endif
