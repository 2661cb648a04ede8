#include "server/listeners.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/errors.h"
#include "base/log.h"
#include "base/units.h"
#include "server/option_command.h"
#include "server/option_source.h"
#include "site/lab_query.h"
#include "site/role.h"

enum { PORT_MAX = 65535 };

static const char unix_scheme[] = "unix:";

static bool is_path(const char *text)
{
    return strncmp(text, unix_scheme, sizeof(unix_scheme) - 1) == 0;
}

static bool is_default(const struct options *options)
{
    const struct option_row *row = option_by_name("listen");

    return option_source_entry(options->source, row)->origin.place ==
           PLACE_DEFAULT;
}

/* Opens the addresses of one --listen, with `port` unless that is 0. All or
 * none, except that a loopback address which the machine does not have is left
 * out: in a container without IPv6, IPv4 alone is served. */
static int open_text(struct listeners *listeners, const char *text,
                     unsigned port)
{
    struct address addresses[ADDRESS_PARSE_MAX];
    int count = address_parse(bytes_of(text), addresses);
    size_t first = listeners->count;
    int error = count < 0 ? count : 0;

    assert(first + ADDRESS_PARSE_MAX <= LISTENERS_MAX);
    for (int i = 0; i < count; i++) {
        struct listener *listener = &listeners->each[listeners->count];

        if (port != 0)
            address_set_port(&addresses[i], port);
        error = listener_open(listener, &addresses[i]);
        if (error == 0) {
            listeners->count++;
            /* "0" is any free port, but the same one at both addresses. */
            port = address_port(&listener->address);
        } else if (!error_is_no_address(error)) {
            break;
        }
    }
    if (error_is_no_address(error) && listeners->count > first)
        error = 0;
    while (error != 0 && listeners->count > first)
        listener_close(&listeners->each[--listeners->count]);
    assert((error == 0) == (listeners->count > first));
    return error;
}

/* The user named no port, so another one will do if the default is in use. */
static int open_default(struct listeners *listeners, const char *text)
{
    struct address addresses[ADDRESS_PARSE_MAX];
    unsigned port;
    int error = -EINVAL;

    if (address_parse(bytes_of(text), addresses) < 1)
        return error;
    port = address_port(&addresses[0]);
    for (unsigned i = 0; i < LISTENERS_PORTS_TRIED; i++) {
        error = open_text(listeners, text, port + i);
        if (error == 0 && i > 0)
            log_info("port %u is in use; using port %u", port, port + i);
        if (error != -EADDRINUSE)
            return error;
    }
    return error;
}

static unsigned port_of(const char *text)
{
    struct address addresses[ADDRESS_PARSE_MAX];
    int count = address_parse(bytes_of(text), addresses);

    return count > 0 ? address_port(&addresses[0]) : 0;
}

static bool is_listed(const struct options *options, unsigned port)
{
    for (size_t i = 0; i < options->listen_count; i++)
        if (port_of(options->listen[i]) == port)
            return true;
    return false;
}

/* The next port that is free at the address of `text` now; 0 if none of those
 * tried is. */
static unsigned next_free_port(struct listeners *listeners,
                               const struct options *options, const char *text)
{
    unsigned first = port_of(text) + 1;
    size_t count = listeners->count;

    for (unsigned port = first;
         port < first + LISTENERS_PORTS_TRIED && port <= PORT_MAX; port++) {
        if (is_listed(options, port) || open_text(listeners, text, port) != 0)
            continue;
        while (listeners->count > count)
            listener_close(&listeners->each[--listeners->count]);
        return port;
    }
    return 0;
}

/* Writes the command line with the next free port in listen[i]; "" if there is
 * none. */
static const char *format_retry(struct listeners *listeners,
                                const struct options *options, size_t i,
                                char out[OPTION_COMMAND_LEN])
{
    const char *text = options->listen[i], *colon = strrchr(text, ':');
    unsigned port = next_free_port(listeners, options, text);
    char other[ADDRESS_TEXT_MAX];

    assert(!is_path(text));
    out[0] = '\0';
    if (port == 0)
        return out;
    snprintf(other, sizeof(other), "%.*s%u",
             colon != NULL ? (int)(colon + 1 - text) : 0, text, port);
    return option_command_format(options, i, other, out);
}

static const char *path_in_use(const char *path)
{
    struct stat status;

    if (lstat(path, &status) == 0 && S_ISDIR(status.st_mode))
        return "is a folder; name a path in it";
    if (lstat(path, &status) == 0 && !S_ISSOCK(status.st_mode))
        return "is a file, not a socket; remove it, or choose another path "
               "with --listen";
    return "is in use; stop the server that listens there, or choose another "
           "path with --listen";
}

/* Logs why listen[i] cannot be opened, and how to fix it. */
static void explain(struct listeners *listeners, const struct options *options,
                    size_t i, int error)
{
    char quoted[OPTION_QUOTE_LEN], command[OPTION_COMMAND_LEN];
    const char *text = options->listen[i];
    unsigned port = port_of(text);

    log_quote(quoted, sizeof(quoted), bytes_of(text));
    if (error == -EACCES && !is_path(text))
        log_error(
            "cannot listen: %s: Permission denied; choose a port of 1024 or "
            "higher, or grant CAP_NET_BIND_SERVICE",
            quoted);
    else if (error == -EADDRNOTAVAIL)
        log_error("cannot listen: %s is not an address of this machine; `ip "
                  "address` lists those that are",
                  quoted);
    else if (error != -EADDRINUSE)
        log_error("cannot listen: %s: %s; choose another address with --listen",
                  quoted, strerror(-error));
    else if (is_path(text))
        log_error("cannot listen: %s %s", quoted,
                  path_in_use(text + sizeof(unix_scheme) - 1));
    else if (is_default(options))
        log_error("cannot listen: ports %u to %u are in use; choose another "
                  "with --listen",
                  port, port + LISTENERS_PORTS_TRIED - 1);
    else if (format_retry(listeners, options, i, command)[0] != '\0')
        log_error("cannot listen: %s is in use; try: %s", quoted, command);
    else
        log_error("cannot listen: %s is in use; choose another with --listen",
                  quoted);
}

/* Opens all of --listen. */
static int open_listed(struct listeners *listeners,
                       const struct options *options)
{
    for (size_t i = 0; i < options->listen_count; i++) {
        const char *text = options->listen[i];
        int error = is_default(options) ? open_default(listeners, text)
                                        : open_text(listeners, text, 0);

        if (error_is_no_address(error) && text[0] == '[') {
            /* A container image names both families, wherever it runs. */
            log_info("skipping %s: this machine has no such address", text);
        } else if (error != 0) {
            explain(listeners, options, i, error);
            return error;
        }
    }
    if (listeners->count > 0)
        return 0;
    log_error("cannot listen: this machine has none of the addresses; choose "
              "another with --listen");
    return -EADDRNOTAVAIL;
}

/* The port of the first TCP listener, or else the default port. */
static unsigned first_port(const struct listeners *listeners)
{
    for (size_t i = 0; i < listeners->count; i++)
        if (address_port(&listeners->each[i].address) != 0)
            return address_port(&listeners->each[i].address);
    return port_of(option_by_name("listen")->fallback);
}

/* Whether the kernel chose the port of the first TCP listener. */
static bool takes_any_port(const struct options *options)
{
    for (size_t i = 0; i < options->listen_count; i++)
        if (!is_path(options->listen[i]))
            return port_of(options->listen[i]) == 0;
    return false;
}

static bool has_ipv6(const struct listeners *listeners)
{
    for (size_t i = 0; i < listeners->count; i++)
        if (listeners->each[i].address.any.sa_family == AF_INET6)
            return true;
    return false;
}

/* Opens the live page's listener beside the others, or logs that it cannot. */
static void open_beside(struct listeners *listeners,
                        const struct options *options)
{
    unsigned first = first_port(listeners);
    const char *text = has_ipv6(listeners) ? "localhost:0" : "127.0.0.1:0";

    /* Ports near one that the kernel chose may be in use by connections. */
    if (takes_any_port(options) && open_text(listeners, text, 0) == 0)
        return;
    for (unsigned i = 1; i <= LISTENERS_PORTS_TRIED && first + i <= PORT_MAX;
         i++)
        if (open_text(listeners, text, first + i) == 0)
            return;
    log_error("--wire: none of the %d ports above %u is free, so there is no "
              "live page; choose an address with --wire=ADDRESS",
              LISTENERS_PORTS_TRIED, first);
}

/* Opens the live page's listener at the address that --wire names. */
static int open_named(struct listeners *listeners, const char *text)
{
    char quoted[OPTION_QUOTE_LEN];
    int error = open_text(listeners, text, 0);

    if (error != 0)
        log_error("cannot listen for the live page: %s: %s; choose another "
                  "address with --wire=ADDRESS",
                  log_quote(quoted, sizeof(quoted), bytes_of(text)),
                  strerror(-error));
    return error;
}

static int open_live(struct listeners *listeners, const struct options *options)
{
    switch (options->wire) {
    case WIRE_OFF:
    case WIRE_PUBLIC:
        return 0;
    case WIRE_LOCAL:
        open_beside(listeners, options);
        return 0;
    case WIRE_AT:
        return open_named(listeners, options_wire_address(options));
    }
    return 0;
}

static void give_roles(struct listeners *listeners, size_t from, enum role role)
{
    for (size_t i = from; i < listeners->count; i++)
        listeners->each[i].role = (uint8_t)role;
}

/* The lab asks the streams of its listener for shapes (site/lab.h); --pace and
 * --mss hold for all. */
static void give_shapes(struct listeners *listeners, size_t live_from,
                        const struct options *options)
{
    for (size_t i = 0; i < listeners->count; i++) {
        const struct shape_base shape = {.pace = options->pace,
                                         .first_recv_max =
                                             i >= live_from ? LAB_READ_MAX : 0};

        listener_set_shape(&listeners->each[i], &shape);
        if (options->mss > 0)
            listener_set_mss(&listeners->each[i], options->mss);
    }
}

static void warn_of_slowness(const struct options *options)
{
    char pace[UNITS_TEXT_MAX];

    if (options->pace > 0)
        log_error("--pace: each connection gets %s bytes a second, to watch it "
                  "by; leave it out to serve a site",
                  units_format(options->pace, UNIT_SIZE, pace));
    if (options->mss > 0)
        log_error(
            "--mss: a segment has at most %u bytes, to watch it by; leave "
            "it out to serve a site",
            options->mss);
}

int listeners_open(struct listeners *listeners, const struct options *options)
{
    size_t listed;
    int error;

    listeners->count = 0;
    error = open_listed(listeners, options);
    listed = listeners->count;
    if (error == 0)
        error = open_live(listeners, options);
    if (error != 0) {
        listeners_close(listeners);
        return error;
    }
    assert(listed > 0);
    assert(listeners->count <= listeners_most(options));
    give_roles(listeners, 0,
               options->wire == WIRE_PUBLIC ? ROLE_LIVE_PUBLIC : ROLE_SITE);
    give_roles(listeners, listed, ROLE_LIVE);
    give_shapes(listeners, listed, options);
    warn_of_slowness(options);
    return 0;
}

static bool is_local(const char *text)
{
    struct address addresses[ADDRESS_PARSE_MAX];
    int count = address_parse(bytes_of(text), addresses);

    for (int i = 0; i < count; i++)
        if (!address_is_loopback(&addresses[i]))
            return false;
    return count > 0;
}

const char *listeners_find_public(const struct options *options)
{
    for (size_t i = 0; i < options->listen_count; i++)
        if (!is_local(options->listen[i]))
            return options->listen[i];
    return options->wire != WIRE_AT || is_local(options_wire_address(options))
               ? NULL
               : options_wire_address(options);
}

size_t listeners_most(const struct options *options)
{
    bool has_more = options->wire == WIRE_LOCAL || options->wire == WIRE_AT;

    return (options->listen_count + has_more) * ADDRESS_PARSE_MAX;
}

unsigned listeners_live_port(const struct listeners *listeners)
{
    for (size_t i = 0; i < listeners->count; i++)
        if (listeners->each[i].role == ROLE_LIVE)
            return address_port(&listeners->each[i].address);
    return 0;
}

void listeners_keep_syns(const struct listeners *listeners)
{
    for (size_t i = 0; i < listeners->count; i++)
        listener_keep_syns(&listeners->each[i]);
}

void listeners_close(struct listeners *listeners)
{
    while (listeners->count > 0)
        listener_close(&listeners->each[--listeners->count]);
}
