/* echo_server.h -- a tcp_server that speaks echo.h, and clients of it
 *
 * It listens at 127.0.0.1, at ::1 where there is IPv6, and at a path. Clients
 * wait for events, as long as it takes, and never for a time. */
#ifndef UNIT_ECHO_SERVER_H
#define UNIT_ECHO_SERVER_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#include "echo.h"
#include "pair.h"
#include "tcp/tcp_server.h"

enum {
    LISTENER_LOCAL,
    LISTENER_IPV4,
    LISTENER_IPV6,
    LISTENERS,
    NEVER_MS = 3600000
};

struct echo_server {
    struct echo echo;
    struct tcp_server_config config; /* may be changed before starting */
    struct listener listeners[LISTENERS];
    struct tcp_server *tcp;
    char folder[32];
    int descriptors; /* that were open before */
};

/* How many descriptors this process has open. */
static inline int open_descriptors(void)
{
    DIR *folder = opendir("/proc/self/fd");
    int count = 0;

    ck_assert_ptr_nonnull(folder);
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}

static inline int server_listen(struct echo_server *s, const char *text)
{
    struct listener *listener = &s->listeners[s->config.listener_count];
    struct address out[ADDRESS_PARSE_MAX];
    int error;

    ck_assert_int_eq(address_parse(bytes_of(text), out), 1);
    error = listener_open(listener, &out[0]);
    s->config.listener_count += error == 0;
    return error;
}

static inline void server_init(struct echo_server *s, unsigned workers)
{
    char text[64];

    memset(s, 0, sizeof(*s));
    s->descriptors = open_descriptors();
    echo_init(&s->echo, 1);
    strcpy(s->folder, "/tmp/echo-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(s->folder));
    snprintf(text, sizeof(text), "unix:%s/socket", s->folder);
    ck_assert_int_eq(server_listen(s, text), 0);
    ck_assert_int_eq(server_listen(s, "127.0.0.1:0"), 0);
    server_listen(s, "[::1]:0");
    s->config.listeners = s->listeners;
    s->config.protocol = &echo_protocol;
    s->config.protocol_arg = &s->echo;
    s->config.workers = workers;
    s->config.connections_max = 1000;
    for (int kind = 0; kind < DEADLINE_KINDS; kind++)
        s->config.deadline_ms[kind] = NEVER_MS;
}

static inline void server_start(struct echo_server *s)
{
    ck_assert_int_eq(tcp_server_start(&s->tcp, &s->config), 0);
}

/* Frees all, and asserts that nothing is left of it. */
static inline void server_fini(struct echo_server *s)
{
    if (s->tcp != NULL)
        tcp_server_free(s->tcp);
    ck_assert_uint_eq(s->echo.closed, s->echo.opened);
    ck_assert_uint_eq(s->echo.workers_closed, s->echo.workers);
    for (size_t i = 0; i < s->config.listener_count; i++)
        listener_close(&s->listeners[i]);
    rmdir(s->folder);
    echo_fini(&s->echo);
    ck_assert_int_eq(open_descriptors(), s->descriptors);
}

/* Returns a non-blocking socket. `window`: bytes of its receive buffer, 0: as
 * the kernel has it. */
static inline int client_new(const struct echo_server *s, int listener,
                             int window)
{
    const struct address *address = &s->listeners[listener].address;
    int fd = socket(address->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

    ck_assert_int_ne(fd, -1);
    if (window > 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &window, sizeof(window));
    ck_assert_int_eq(connect(fd, &address->any, address->len), 0);
    ck_assert_int_eq(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
    return fd;
}

static inline void client_send_bytes(int fd, const char *at, size_t len)
{
    while (len > 0) {
        ssize_t sent = send(fd, at, len, MSG_NOSIGNAL);

        if (sent == -1) {
            ck_assert_int_eq(errno, EAGAIN);
            await(fd, POLLOUT);
            continue;
        }
        at += sent;
        len -= (size_t)sent;
    }
}

static inline void client_send(int fd, const char *text)
{
    client_send_bytes(fd, text, strlen(text));
}

/* Asserts that these bytes come next. */
static inline void client_expect(int fd, const char *text)
{
    char received[256];
    size_t len = 0, whole = strlen(text);

    while (len < whole) {
        ssize_t got = recv(fd, received, whole - len, 0);

        if (got == -1) {
            ck_assert_int_eq(errno, EAGAIN);
            await(fd, POLLIN);
            continue;
        }
        ck_assert_int_gt(got, 0);
        ck_assert_int_eq(memcmp(received, text + len, (size_t)got), 0);
        len += (size_t)got;
    }
}

static inline void client_exchange(int fd, const char *line)
{
    client_send(fd, line);
    client_expect(fd, line);
}

/* Asserts that the server has ended the stream, without a reset. */
static inline void client_expect_end(int fd)
{
    char byte;
    ssize_t got;

    do {
        await(fd, POLLIN);
        got = recv(fd, &byte, 1, 0);
    } while (got == -1 && errno == EAGAIN);
    ck_assert_msg(got == 0, "%zd: %s", got, got == -1 ? strerror(errno) : "");
}

/* Reads to the end of the server's stream. Returns how much came. */
static inline size_t read_to_end(int fd)
{
    static char received[65536];
    size_t sum = 0;

    for (;;) {
        ssize_t got = recv(fd, received, sizeof(received), 0);

        if (got == 0)
            return sum;
        if (got == -1) {
            ck_assert_msg(errno == EAGAIN, "%s", strerror(errno));
            await(fd, POLLIN);
            continue;
        }
        sum += (size_t)got;
    }
}

/* What a client has sent before it resets the stream. */
static const char *const last_words[] = {"", "a", "a\n", "a\nb", "end\n"};

/* Closes with a reset. */
static inline void client_reset(int fd)
{
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};

    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    close(fd);
}

/* Line `n` of a text that can be checked, of 1 to 1000 bytes. Returns its
 * length. */
static inline size_t numbered_line(char out[1024], unsigned n)
{
    int digits = snprintf(out, 1024, "%u ", n);
    size_t len = (size_t)digits + n * 37 % 980;

    memset(out + digits, 'a' + (int)(n % 26), len - (size_t)digits);
    out[len] = '\n';
    return len + 1;
}

/* The first `count` numbered lines. Returns them, and *len. */
static inline char *numbered_lines(unsigned count, size_t *len)
{
    char *lines = malloc((size_t)count * 1024);

    ck_assert_ptr_nonnull(lines);
    *len = 0;
    for (unsigned n = 0; n < count; n++)
        *len += numbered_line(lines + *len, n);
    return lines;
}

#endif
