#include "server/healthcheck.h"

#include <linux/sockios.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "suite.h"
#include "tcp/address.h"

enum { REQUEST_LEN = 256 };

/* A server that sends one response, piece by piece, to one client. */
struct server {
    int fd;
    const char *const *pieces; /* NULL: it accepts, and sends nothing */
    char request[REQUEST_LEN];
    pthread_t thread;
};

/* Waits until the peer of a Unix socket has received all that was sent, so that
 * what is sent next comes in a piece of its own. (On TCP, SIOCOUTQ reaches
 * 0 when the bytes have arrived, which is sooner.) */
static void wait_taken(int fd)
{
    int left = 1;

    while (ioctl(fd, SIOCOUTQ, &left) == 0 && left > 0)
        sched_yield();
}

static void *serve(void *arg)
{
    struct server *server = arg;
    const char *const *piece = server->pieces;
    int fd = accept(server->fd, NULL, NULL);
    size_t len = 0;
    ssize_t n;

    while (len < REQUEST_LEN - 1 &&
           strstr(server->request, "\r\n\r\n") == NULL &&
           (n = recv(fd, server->request + len, REQUEST_LEN - 1 - len, 0)) > 0)
        len += (size_t)n;
    for (; piece != NULL && *piece != NULL; piece++) {
        send(fd, *piece, strlen(*piece), MSG_NOSIGNAL);
        if (piece[1] != NULL)
            wait_taken(fd);
    }
    if (piece == NULL) /* until the client closes */
        while (recv(fd, server->request, REQUEST_LEN, 0) > 0)
            continue;
    close(fd);
    return NULL;
}

static void server_open(struct server *server, const char *at,
                        const char *const *pieces)
{
    struct address address[ADDRESS_PARSE_MAX];

    *server = (struct server){.pieces = pieces};
    ck_assert_int_ge(address_parse(bytes_of(at), address), 1);
    server->fd = socket(address->any.sa_family, SOCK_STREAM, 0);
    ck_assert_int_ne(server->fd, -1);
    ck_assert_int_eq(bind(server->fd, &address->any, address->len), 0);
    ck_assert_int_eq(listen(server->fd, 1), 0);
    ck_assert_int_eq(pthread_create(&server->thread, NULL, serve, server), 0);
}

static unsigned server_port(const struct server *server)
{
    struct address address = {.len = sizeof(address.in6)};

    ck_assert_int_eq(getsockname(server->fd, &address.any, &address.len), 0);
    return address_port(&address);
}

static void server_close(struct server *server)
{
    pthread_join(server->thread, NULL);
    close(server->fd);
}

/* Runs the check against `at`. `output`: what it wrote to standard error. */
static int check(const char *at, char *output, size_t size)
{
    const struct options options = {.listen = {at}, .listen_count = 1};
    int fd = memfd_create("stderr", MFD_CLOEXEC), saved = dup(STDERR_FILENO);
    int status;
    ssize_t len;

    ck_assert_int_ne(fd, -1);
    ck_assert_int_ne(saved, -1);
    dup2(fd, STDERR_FILENO);
    status = healthcheck_run(&options);
    dup2(saved, STDERR_FILENO);
    len = pread(fd, output, size - 1, 0);
    output[len > 0 ? len : 0] = '\0';
    close(saved);
    close(fd);
    return status;
}

struct response {
    const char *pieces[2]; /* one piece, and NULL */
    int status;
    const char *message; /* a part of it; "": none */
};

static const struct response responses[] = {
    {{"HTTP/1.1 200 OK\r\n\r\n"}, 0, ""},
    {{"HTTP/1.1 404 Not Found\r\n\r\n"}, 0, ""},
    {{"HTTP/1.1 499 \r\n\r\n"}, 0, ""},
    {{"HTTP/1.0 200 OK\r\n\r\n"}, 0, ""},
    {{"HTTP/1.1 304 Not Modified\r\n\r\n"}, 0, ""},
    {{"HTTP/1.1 500 Internal Server Error\r\n\r\n"}, 1, "status 500"},
    {{"HTTP/1.1 503 Service Unavailable\r\n\r\n"}, 1, "status 503"},
    {{"HTTP/1.1 099 \r\n\r\n"}, 1, "status 99"},
    {{"HTTP/1.1 2x0 \r\n\r\n"}, 1, "'HTTP/1.1 2x0' is not an HTTP/1 response"},
    {{"HTTP/1.1-200 OK\r\n"}, 1, "'HTTP/1.1-200' is not an"},
    {{"SSH-2.0-OpenSSH\r\n"}, 1, "'SSH-2.0-Open' is not an HTTP/1 response"},
    {{"HTTP/1.1 20"}, 1, "'HTTP/1.1 20' is not an"},
    {{NULL}, 1, "closed without a response"},
};

START_TEST(status_below_500_is_healthy)
{
    struct server server;
    char at[64], output[256];
    size_t i;

    for (i = 0; i < sizeof(responses) / sizeof(responses[0]); i++) {
        server_open(&server, "127.0.0.1:0", responses[i].pieces);
        snprintf(at, sizeof(at), "127.0.0.1:%u", server_port(&server));
        ck_assert_int_eq(check(at, output, sizeof(output)),
                         responses[i].status);
        if (responses[i].message[0] == '\0')
            ck_assert_str_eq(output, "");
        ck_assert_msg(strstr(output, responses[i].message) != NULL,
                      "output: %s", output);
        server_close(&server);
        ck_assert_str_eq(server.request, "GET / HTTP/1.1\r\nHost: localhost\r\n"
                                         "Connection: close\r\n\r\n");
    }
}
END_TEST

static const char *const good[] = {"HTTP/1.1 200 OK\r\n\r\n", NULL};

START_TEST(wildcard_address_is_asked_through_loopback)
{
    static const char *const hosts[][3] = {
        {"127.0.0.1:0", "0.0.0.0:", "healthcheck: 127.0.0.1:"},
        {"127.0.0.1:0", "", "healthcheck: 127.0.0.1:"},
        {"[::1]:0", "[::]:", "healthcheck: [::1]:"}};
    struct server server;
    char at[64], output[256];
    size_t i;

    for (i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
        server_open(&server, hosts[i][0], good);
        snprintf(at, sizeof(at), "%s%u", hosts[i][1], server_port(&server));
        ck_assert_int_eq(check(at, output, sizeof(output)), 0);
        server_close(&server);
        ck_assert_int_eq(check(at, output, sizeof(output)), 1);
        ck_assert_ptr_nonnull(strstr(output, hosts[i][2]));
    }
}
END_TEST

START_TEST(unix_socket_is_asked_and_responses_in_pieces)
{
    static const char *const pieces[] = {"HTTP", "/1.1 2", "00 OK\r\n", NULL};
    struct server server;
    char folder[] = "/tmp/healthcheck-XXXXXX", at[64], output[256];

    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(at, sizeof(at), "unix:%s/s", folder);
    server_open(&server, at, pieces);
    ck_assert_int_eq(check(at, output, sizeof(output)), 0);
    server_close(&server);
    unlink(at + strlen("unix:"));
    ck_assert_int_eq(check(at, output, sizeof(output)), 1);
    ck_assert_ptr_nonnull(strstr(output, "No such file or directory"));
    rmdir(folder);
}
END_TEST

/* The system chose a port when the server started: only its banner has it. */
START_TEST(port_0_is_no_port_to_ask)
{
    static const char *const texts[] = {"0", "0.0.0.0:0", "[::1]:0"};
    char output[256], want[256];

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        ck_assert_int_eq(check(texts[i], output, sizeof(output)), 1);
        snprintf(want, sizeof(want),
                 "soquete: healthcheck: %s: port 0 stands for any free port; "
                 "name the one that the server printed, as in --healthcheck "
                 "-l 8080\n",
                 texts[i]);
        ck_assert_str_eq(output, want);
    }
}
END_TEST

START_TEST(no_listener_is_a_failure)
{
    struct server server;
    char at[64], output[256];

    server_open(&server, "127.0.0.1:0", good);
    snprintf(at, sizeof(at), "127.0.0.1:%u", server_port(&server));
    ck_assert_int_eq(check(at, output, sizeof(output)), 0);
    server_close(&server);
    ck_assert_int_eq(check(at, output, sizeof(output)), 1);
    ck_assert_ptr_nonnull(strstr(output, "Connection refused"));
}
END_TEST

START_TEST(silent_server_is_a_failure)
{
    struct server server;
    char at[64], output[256];
    int64_t begin_ms, took_ms;

    server_open(&server, "127.0.0.1:0", NULL);
    snprintf(at, sizeof(at), "127.0.0.1:%u", server_port(&server));
    begin_ms = clock_now_ms();
    ck_assert_int_eq(check(at, output, sizeof(output)), 1);
    took_ms = clock_now_ms() - begin_ms;
    ck_assert_int_ge(took_ms, HEALTHCHECK_MS - 20);
    ck_assert_int_lt(took_ms, 4 * HEALTHCHECK_MS); /* a shared machine */
    ck_assert_ptr_nonnull(strstr(output, "no response within 3000 ms"));
    server_close(&server);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("healthcheck");

    suite_add_tests(suite, status_below_500_is_healthy,
                    wildcard_address_is_asked_through_loopback,
                    unix_socket_is_asked_and_responses_in_pieces,
                    port_0_is_no_port_to_ask, no_listener_is_a_failure,
                    silent_server_is_a_failure);
    return suite_run(suite);
}
