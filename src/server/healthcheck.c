#include "server/healthcheck.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/log.h"
#include "tcp/address.h"

enum {
    STATUS_LINE_LEN = 12, /* "HTTP/1.1 200": more of the answer is not read */
    QUOTE_LEN = 64
};

static const char request[] = "GET / HTTP/1.1\r\n"
                              "Host: localhost\r\n"
                              "Connection: close\r\n"
                              "\r\n";

struct probe {
    int fd;
    int64_t deadline_ms; /* of clock_now_ms */
};

/* Waits until the socket is ready. Returns 0, -ETIMEDOUT or another errno. */
static int probe_wait(const struct probe *probe, short events)
{
    struct pollfd ready = {.fd = probe->fd, .events = events};
    int64_t left_ms;
    int count;

    do {
        left_ms = probe->deadline_ms - clock_now_ms();
        if (left_ms <= 0)
            return -ETIMEDOUT;
        count = poll(&ready, 1, (int)left_ms);
        if (count == -1 && errno != EINTR)
            return -errno;
    } while (count <= 0);
    return 0;
}

static int probe_connect(const struct probe *probe,
                         const struct address *address)
{
    int error;
    socklen_t len = sizeof(error);

    if (connect(probe->fd, &address->any, address->len) == 0)
        return 0;
    if (errno != EINPROGRESS)
        return -errno;
    error = probe_wait(probe, POLLOUT);
    if (error != 0)
        return error;
    if (getsockopt(probe->fd, SOL_SOCKET, SO_ERROR, &error, &len) == -1)
        return -errno;
    return -error;
}

static int probe_send(const struct probe *probe)
{
    size_t sent = 0;
    ssize_t len;
    int error;

    while (sent < sizeof(request) - 1) {
        error = probe_wait(probe, POLLOUT);
        if (error != 0)
            return error;
        len = send(probe->fd, request + sent, sizeof(request) - 1 - sent,
                   MSG_NOSIGNAL);
        if (len == -1 && errno != EAGAIN && errno != EINTR)
            return -errno;
        if (len > 0)
            sent += (size_t)len;
    }
    return 0;
}

/* Receives the beginning of the answer. Returns its length, which is short
 * where the server says no more. */
static int probe_receive(const struct probe *probe, char out[STATUS_LINE_LEN])
{
    size_t have = 0;
    ssize_t len;
    int error;

    while (have < STATUS_LINE_LEN) {
        error = probe_wait(probe, POLLIN);
        if (error != 0)
            return error;
        len = recv(probe->fd, out + have, STATUS_LINE_LEN - have, 0);
        if (len == -1 && errno != EAGAIN && errno != EINTR)
            return -errno;
        if (len == 0)
            break;
        if (len > 0)
            have += (size_t)len;
    }
    return (int)have;
}

/* The status of "HTTP/1.x NNN", or 0 where it is no such thing. */
static unsigned status_of(struct bytes line)
{
    const struct bytes version = BYTES("HTTP/1.");
    uint64_t status;

    if (line.len != STATUS_LINE_LEN ||
        memcmp(line.at, version.at, version.len) != 0 || line.at[8] != ' ' ||
        !bytes_to_u64((struct bytes){line.at + 9, 3}, &status))
        return 0;
    return (unsigned)status;
}

/* Asks one address. Returns the status, or a negative errno. -EPROTO: what came
 * is no answer of HTTP/1, and stands in `answer`. */
static int ask(const struct address *address, struct bytes *answer,
               char out[STATUS_LINE_LEN])
{
    struct probe probe = {.deadline_ms = clock_now_ms() + HEALTHCHECK_MS};
    int result;

    probe.fd = socket(address->any.sa_family,
                      SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (probe.fd == -1)
        return -errno;
    result = probe_connect(&probe, address);
    if (result == 0)
        result = probe_send(&probe);
    if (result == 0)
        result = probe_receive(&probe, out);
    close(probe.fd);
    if (result < 0)
        return result;
    *answer = (struct bytes){out, (size_t)result};
    result = (int)status_of(*answer);
    return result == 0 ? -EPROTO : result;
}

/* Nobody connects to "all addresses"; the machine's own is one of them. */
static void wildcard_to_loopback(struct address *address)
{
    if (address->any.sa_family == AF_INET &&
        address->in4.sin_addr.s_addr == htonl(INADDR_ANY))
        address->in4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (address->any.sa_family == AF_INET6 &&
        IN6_IS_ADDR_UNSPECIFIED(&address->in6.sin6_addr))
        address->in6.sin6_addr = in6addr_loopback;
}

static int tell(const struct address *address, int result, struct bytes answer)
{
    char text[ADDRESS_TEXT_MAX], quoted[QUOTE_LEN];

    address_format(address, text);
    if (result >= 100 && result <= 499)
        return 0;
    if (result == -EPROTO && answer.len == 0)
        log_error("healthcheck: %s: closed without a response", text);
    else if (result == -EPROTO)
        log_error("healthcheck: %s: '%s' is not an HTTP/1 response", text,
                  log_quote(quoted, sizeof(quoted), answer));
    else if (result == -ETIMEDOUT)
        log_error("healthcheck: %s: no response within %d ms", text,
                  HEALTHCHECK_MS);
    else if (result < 0)
        log_error("healthcheck: %s: %s", text, strerror(-result));
    else
        log_error("healthcheck: %s: responded with status %d", text, result);
    return 1;
}

/* This machine, or its container, has no address of that family, so the server
 * did without it, too. */
static bool is_absent(int error)
{
    return error == -EAFNOSUPPORT || error == -EADDRNOTAVAIL ||
           error == -ENETUNREACH;
}

int healthcheck_run(const struct options *options)
{
    struct address addresses[ADDRESS_PARSE_MAX];
    char out[STATUS_LINE_LEN] = {0};
    struct bytes answer = {out, 0};
    int count = address_parse(bytes_of(options->listen[0]), addresses);
    int i = 0, result;

    if (count <= 0) {
        log_error("healthcheck: no address to connect to; name one with "
                  "--listen");
        return 1;
    }
    for (;; i++) {
        wildcard_to_loopback(&addresses[i]);
        result = ask(&addresses[i], &answer, out);
        if (!is_absent(result) || i + 1 == count)
            return tell(&addresses[i], result, answer);
    }
}
