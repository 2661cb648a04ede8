#include "server/listeners.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/errors.h"
#include "base/log.h"
#include "server/option_command.h"
#include "server/option_source.h"
#include "site/role.h"

enum { PORT_MAX = 65535 };

static const char unix_scheme[] = "unix:";

static bool is_default(const struct options *options)
{
    const struct option_row *row = option_by_name("listen");

    return option_source_said(options->source, row)->origin.place ==
           PLACE_DEFAULT;
}

/* Opens what one --listen says, with `port` where that is not 0. All or none;
 * but of two loopback addresses, one may be absent: a container without IPv6 is
 * served by IPv4 alone. */
static int open_text(struct listeners *listeners, const char *text,
                     unsigned port)
{
    struct address addresses[ADDRESS_PARSE_MAX];
    int count = address_parse(bytes_of(text), addresses);
    size_t first = listeners->count;
    int error = count < 0 ? count : 0;

    for (int i = 0; i < count; i++) {
        struct listener *listener = &listeners->each[listeners->count];

        if (port != 0)
            address_set_port(&addresses[i], port);
        error = listener_open(listener, &addresses[i]);
        if (error == 0) {
            listeners->count++;
            /* "0" stands for any port, but for the same one at both. */
            port = address_port(&listener->address);
        } else if (!error_is_no_address(error)) {
            break;
        }
    }
    if (error_is_no_address(error) && listeners->count > first)
        error = 0;
    while (error != 0 && listeners->count > first)
        listener_close(&listeners->each[--listeners->count]);
    return error;
}

/* The default port was not asked for by name: another one will do. */
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

/* The next port at which `text` could be listened at now. 0: none is near. */
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

/* Writes the command that would listen at the next free port in place of
 * listen[i]; "" where there is none. */
static const char *format_retry(struct listeners *listeners,
                                const struct options *options, size_t i,
                                char out[OPTION_COMMAND_LEN])
{
    const char *text = options->listen[i], *colon = strrchr(text, ':');
    unsigned port = next_free_port(listeners, options, text);
    char other[ADDRESS_TEXT_MAX];

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

/* Prints why listen[i] cannot be listened at, and how to mend it. */
static void explain(struct listeners *listeners, const struct options *options,
                    size_t i, int error)
{
    char quoted[OPTION_QUOTE_LEN], command[OPTION_COMMAND_LEN];
    const char *text = options->listen[i];
    bool is_path = strncmp(text, unix_scheme, sizeof(unix_scheme) - 1) == 0;
    unsigned port = port_of(text);

    log_quote(quoted, sizeof(quoted), bytes_of(text));
    if (error == -EACCES && !is_path)
        log_error(
            "cannot listen: %s: Permission denied; choose a port from 1024 "
            "on, or grant CAP_NET_BIND_SERVICE",
            quoted);
    else if (error == -EADDRNOTAVAIL)
        log_error("cannot listen: %s is not an address of this machine",
                  quoted);
    else if (error != -EADDRINUSE)
        log_error("cannot listen: %s: %s", quoted, strerror(-error));
    else if (is_path)
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

/* The live page is for this machine, unless it is for everybody. */
static enum role role_of(const struct listener *listener,
                         const struct options *options)
{
    if (options->wire == WIRE_PUBLIC)
        return ROLE_LIVE_PUBLIC;
    return options->wire == WIRE_LOCAL &&
                   address_is_loopback(&listener->address)
               ? ROLE_LIVE
               : ROLE_SITE;
}

int listeners_open(struct listeners *listeners, const struct options *options)
{
    listeners->count = 0;
    for (size_t i = 0; i < options->listen_count; i++) {
        const char *text = options->listen[i];
        int error = is_default(options) ? open_default(listeners, text)
                                        : open_text(listeners, text, 0);

        if (error_is_no_address(error) && text[0] == '[') {
            /* An image names IPv6 beside IPv4, wherever it will run. */
            log_info("skipping %s: this machine has no such address", text);
        } else if (error != 0) {
            explain(listeners, options, i, error);
            listeners_close(listeners);
            return error;
        }
    }
    if (listeners->count == 0) {
        log_error("cannot listen: no address is left; name one with --listen");
        return -EADDRNOTAVAIL;
    }
    for (size_t i = 0; i < listeners->count; i++)
        listeners->each[i].role = role_of(&listeners->each[i], options);
    return 0;
}

void listeners_close(struct listeners *listeners)
{
    while (listeners->count > 0)
        listener_close(&listeners->each[--listeners->count]);
}
