/* How a server ends: it could not start, is drained, is freed. */
#include "tcp/tcp_server.h"

#include "echo_server.h"
#include "suite.h"

/* Leaves a connection in each state, those that have not been seen by a worker
 * yet among them; server_fini looks for what remains. */
START_TEST(freeing_closes_what_is_open)
{
    enum { EACH = 20, WORDS = sizeof(last_words) / sizeof(last_words[0]) };
    enum { READERS = 3, CLIENTS = EACH * WORDS + READERS };
    int fds[CLIENTS], count = 0;
    struct echo_server s;
    char *lines;
    size_t len;

    server_init(&s, 3);
    s.echo.times = 60;
    lines = numbered_lines(200, &len); /* more than the kernel will hold */
    s.descriptors += CLIENTS;          /* those of the clients */
    server_start(&s);
    for (int n = 0; n < READERS; n++) {
        fds[count] = client_new(&s, LISTENER_IPV4, 4096);
        client_send_bytes(fds[count], lines, len);
        await(fds[count++], POLLIN);
    }
    for (size_t n = 0; n < (size_t)EACH * WORDS; n++) {
        fds[count] = client_new(&s, LISTENER_IPV4, 0);
        client_send(fds[count++], last_words[n % WORDS]);
    }
    free(lines);
    server_fini(&s);
    while (count > 0)
        close(fds[--count]);
}
END_TEST

START_TEST(freeing_at_once_leaks_nothing)
{
    for (int i = 0; i < 50; i++) {
        struct echo_server s;

        server_init(&s, 1 + (unsigned)i % 4);
        server_start(&s);
        server_fini(&s);
    }
}
END_TEST

START_TEST(server_that_cannot_start_leaks_nothing)
{
    for (unsigned good = 1; good < 4; good++) {
        struct echo_server s;

        server_init(&s, 4);
        s.echo.workers_max = good;
        ck_assert_int_eq(tcp_server_start(&s.tcp, &s.config), -ENOMEM);
        ck_assert_uint_eq(s.echo.workers, good);
        s.tcp = NULL;
        server_fini(&s);
    }
}
END_TEST

/* Waits until all workers have ended. */
static void await_drained(struct echo_server *s)
{
    while (!tcp_server_drained(s->tcp))
        await(tcp_server_done_fd(s->tcp), POLLIN);
}

START_TEST(draining_an_idle_server_ends_at_once)
{
    struct echo_server s;
    int idle, unused;

    server_init(&s, 2);
    server_start(&s);
    ck_assert(!tcp_server_drained(s.tcp));
    idle = client_new(&s, LISTENER_IPV4, 0);
    unused = client_new(&s, LISTENER_LOCAL, 0);
    client_exchange(idle, "a\n");
    echo_await(&s.echo, &s.echo.opened, 2);
    tcp_server_drain(s.tcp);
    client_expect_end(idle);
    client_expect_end(unused);
    await_drained(&s);
    ck_assert_uint_eq(s.echo.closed, 2);
    close(idle);
    close(unused);
    server_fini(&s);
}
END_TEST

START_TEST(draining_lets_what_is_under_way_finish)
{
    struct echo_server s;
    int message, reader, late, lingers;
    char *lines;
    size_t len;

    server_init(&s, 2);
    lines = numbered_lines(100, &len);
    s.echo.times = 50;
    server_start(&s);
    message = client_new(&s, LISTENER_IPV4, 0);
    reader = client_new(&s, LISTENER_IPV4, 0);
    lingers = client_new(&s, LISTENER_IPV4, 0);
    client_send(message, "a");
    client_send_bytes(reader, lines, len);
    client_send(lingers, "end\n");
    ck_assert_uint_eq(4 * 50, read_to_end(lingers));
    await(reader, POLLIN);
    echo_await(&s.echo, &s.echo.opened, 3);
    echo_await(&s.echo, &s.echo.offered, 3);
    tcp_server_drain(s.tcp);
    late = client_new(&s, LISTENER_IPV4, 0); /* it is accepted no more */
    ck_assert(!tcp_server_drained(s.tcp));
    client_send(message, "\n");
    ck_assert_uint_eq(read_to_end(message), 2 * 50);
    ck_assert_uint_eq(read_to_end(reader), 50 * len);
    close(message);
    close(reader);
    echo_await(&s.echo, &s.echo.closed, 2);
    ck_assert(!tcp_server_drained(s.tcp));
    close(lingers);
    await_drained(&s);
    ck_assert_uint_eq(s.echo.opened, 3);
    close(late);
    free(lines);
    server_fini(&s);
}
END_TEST

START_TEST(freeing_ends_a_drain_that_takes_too_long)
{
    struct echo_server s;
    int fd;

    server_init(&s, 2);
    server_start(&s);
    fd = client_new(&s, LISTENER_LOCAL, 0);
    client_send(fd, "a");
    echo_await(&s.echo, &s.echo.offered, 1);
    tcp_server_drain(s.tcp);
    ck_assert(!tcp_server_drained(s.tcp));
    tcp_server_free(s.tcp);
    s.tcp = NULL;
    client_expect_end(fd);
    close(fd);
    server_fini(&s);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tcp_end");

    suite_add_tests(suite, freeing_closes_what_is_open,
                    freeing_at_once_leaks_nothing,
                    server_that_cannot_start_leaks_nothing,
                    draining_an_idle_server_ends_at_once,
                    draining_lets_what_is_under_way_finish,
                    freeing_ends_a_drain_that_takes_too_long);
    return suite_run(suite);
}
