#include "server/healthcheck.h"

#include <assert.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/errors.h"
#include "base/log.h"
#include "tcp/address.h"

enum { STATUS_LINE_LEN = 12 }; /* "HTTP/1.1 200": the rest is not read */

static const char request[] = "GET / HTTP/1.1\r\n"
                              "Host: localhost\r\n"
                              "Connection: close\r\n"
                              "\r\n";

/* A client cannot connect to "all addresses"; loopback is one of them. */
static void wildcard_to_loopback(struct address *address)
{
    if (address->any.sa_family == AF_INET &&
        address->in4.sin_addr.s_addr == htonl(INADDR_ANY))
        address->in4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (address->any.sa_family == AF_INET6 &&
        IN6_IS_ADDR_UNSPECIFIED(&address->in6.sin6_addr))
        address->in6.sin6_addr = in6addr_loopback;
}

/* Sets a timeout of a blocking socket: `which` is SO_SNDTIMEO, for connect and
 * send, or SO_RCVTIMEO. */
static void set_timeout(int fd, int which, int64_t timeout_ms)
{
    struct timeval timeout = {.tv_sec = timeout_ms / 1000,
                              .tv_usec = timeout_ms % 1000 * 1000};

    setsockopt(fd, SOL_SOCKET, which, &timeout, sizeof(timeout));
}

/* Sends the request and receives the first bytes of the response. Returns how
 * many, or a negative errno; -EAGAIN or -EINPROGRESS after a timeout. */
static int ask(const struct address *address, char out[STATUS_LINE_LEN])
{
    int64_t deadline_ms = clock_now_ms() + HEALTHCHECK_MS, left_ms;
    int fd = socket(address->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int result;

    if (fd == -1)
        return -errno;
    set_timeout(fd, SO_SNDTIMEO, HEALTHCHECK_MS);
    result = connect(fd, &address->any, address->len);
    if (result == 0)
        result = (int)send(fd, request, sizeof(request) - 1, MSG_NOSIGNAL);
    if (result != -1) {
        left_ms = deadline_ms - clock_now_ms();
        set_timeout(fd, SO_RCVTIMEO, left_ms > 0 ? left_ms : 1);
        result = (int)recv(fd, out, STATUS_LINE_LEN, MSG_WAITALL);
    }
    if (result == -1)
        result = -errno;
    close(fd);
    return result;
}

/* Reads "HTTP/1.x NNN". Returns false for anything else. */
static bool read_status(const char *line, uint64_t *status)
{
    return strncmp(line, "HTTP/1.", 7) == 0 && line[8] == ' ' &&
           bytes_to_u64((struct bytes){line + 9, 3}, status);
}

/* Logs what is wrong with what ask() returned, if anything. Returns the exit
 * status. */
static int judge(const struct address *address, const char *line, int len)
{
    char text[ADDRESS_TEXT_MAX], quoted[4 * STATUS_LINE_LEN + 1];
    uint64_t status;

    address_format(address, text);
    if (len == -EAGAIN || len == -EINPROGRESS)
        log_error("healthcheck: %s: no response within %d ms", text,
                  HEALTHCHECK_MS);
    else if (len < 0)
        log_error("healthcheck: %s: %s", text, strerror(-len));
    else if (len == 0)
        log_error("healthcheck: %s: closed without a response", text);
    else if (!read_status(line, &status))
        log_error("healthcheck: %s: '%s' is not an HTTP/1 response", text,
                  log_quote(quoted, sizeof(quoted), bytes_of(line)));
    else if (status < 100 || status > 499)
        log_error("healthcheck: %s: responded with status %u", text,
                  (unsigned)status);
    else
        return 0;
    return 1;
}

/* Whether the system chooses the port: the options do not have it. */
static bool is_any_port(const struct address *address)
{
    return address->any.sa_family != AF_UNIX && address_port(address) == 0;
}

int healthcheck_run(const struct options *options)
{
    const char *text = options->listen[0];
    struct address addresses[ADDRESS_PARSE_MAX];
    int count = address_parse(bytes_of(text), addresses);
    char line[STATUS_LINE_LEN + 1] = "";
    int i, len;

    assert(count > 0);
    if (is_any_port(&addresses[0])) {
        log_error("healthcheck: %s: port 0 stands for any free port; name the "
                  "one that the server printed, as in --healthcheck -l 8080",
                  text);
        return 1;
    }
    for (i = 0;; i++) {
        wildcard_to_loopback(&addresses[i]);
        len = ask(&addresses[i], line);
        if (!error_is_no_address(len) || i + 1 == count)
            return judge(&addresses[i], line, len);
    }
}
