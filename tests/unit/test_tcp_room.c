/* Which connection makes room where connections_max is reached. */
#include "tcp/tcp_server.h"

#include "echo_server.h"
#include "suite.h"

/* Connections whose message is not complete are not idle. The third waits in
 * the kernel's backlog, and does not hold up the others. */
START_TEST(connection_too_many_is_served_when_another_closes)
{
    struct echo_server s;
    int fds[5];

    server_init(&s, 2);
    s.config.connections_max = 2;
    server_start(&s);
    for (int i = 0; i < 5; i++) {
        fds[i] = client_new(&s, LISTENER_IPV4, 0);
        client_send(fds[i], "a\nb");
    }
    for (int i = 0; i < 5; i++) {
        client_expect(fds[i], "a\n");
        for (int n = 0; i == 0 && n < 50; n++) {
            client_send(fds[0], "\nb"); /* while it stays, no third comes */
            client_expect(fds[0], "b\n");
        }
        ck_assert_uint_le(s.echo.opened, (unsigned)i + 2);
        close(fds[i]);
    }
    echo_await(&s.echo, &s.echo.closed, 5);
    ck_assert_uint_le(s.echo.most_open, 2);
    server_fini(&s);
}
END_TEST

/* An idle connection of any worker gives way to a new one. */
START_TEST(idle_longest_makes_room)
{
    struct echo_server s;
    int fds[4];

    server_init(&s, 2);
    s.config.connections_max = 3;
    server_start(&s);
    for (int i = 0; i < 3; i++) {
        fds[i] = client_new(&s, LISTENER_IPV4, 0);
        client_exchange(fds[i], "a\n");
        client_send(fds[i], i == 0 ? "b" : ""); /* busy */
        usleep(20000); /* the clock of deadlines is coarse */
    }
    fds[3] = client_new(&s, LISTENER_IPV4, 0);
    client_exchange(fds[3], "d\n");
    client_expect_end(fds[1]);
    client_exchange(fds[2], "c\n");
    client_send(fds[0], "\n");
    client_expect(fds[0], "b\n");
    ck_assert_uint_eq(s.echo.closed, 1);
    for (int i = 0; i < 4; i++)
        close(fds[i]);
    server_fini(&s);
}
END_TEST

/* Whether the server has closed a connection to its path, both ways. */
static bool is_closed(int fd)
{
    struct pollfd end = {.fd = fd};

    return poll(&end, 1, 0) == 1;
}

/* A lingering connection has had its response: it gives way before idle ones,
 * the one that has lingered longest first. */
START_TEST(lingering_makes_room_before_idle)
{
    struct echo_server s;
    int fds[5];

    server_init(&s, 2);
    s.config.connections_max = 3;
    server_start(&s);
    for (int i = 0; i < 3; i++) {
        fds[i] = client_new(&s, LISTENER_LOCAL, 0);
        client_exchange(fds[i], i == 0 ? "a\n" : "end\n");
        usleep(20000); /* the clock of deadlines is coarse */
    }
    for (int i = 3; i < 5; i++) {
        fds[i] = client_new(&s, LISTENER_LOCAL, 0);
        client_exchange(fds[i], "d\n");
        ck_assert_uint_eq(s.echo.closed, (unsigned)i - 2);
        ck_assert(is_closed(fds[i - 2]));
    }
    client_exchange(fds[0], "a\n");
    for (int i = 0; i < 5; i++)
        close(fds[i]);
    server_fini(&s);
}
END_TEST

/* connections_max is for all listeners together. */
START_TEST(room_is_shared_by_all_listeners)
{
    struct echo_server s;
    int fds[30];

    server_init(&s, 2);
    s.config.connections_max = 1;
    server_start(&s);
    for (int i = 0; i < 30; i++) {
        fds[i] = client_new(&s, i % (int)s.config.listener_count, 0);
        client_send(fds[i], "end\n");
        shutdown(fds[i], SHUT_WR);
    }
    for (int i = 0; i < 30; i++) {
        client_expect(fds[i], "end\n");
        client_expect_end(fds[i]);
        close(fds[i]);
    }
    echo_await(&s.echo, &s.echo.closed, 30);
    ck_assert_uint_eq(s.echo.most_open, 1);
    server_fini(&s);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tcp_room");

    suite_add_tests(suite, connection_too_many_is_served_when_another_closes,
                    idle_longest_makes_room, lingering_makes_room_before_idle,
                    room_is_shared_by_all_listeners);
    return suite_run(suite);
}
