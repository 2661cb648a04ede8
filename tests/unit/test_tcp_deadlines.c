/* The deadlines of a running server. tests/unit/test_connection.c has each rule
 * with a clock of its own; here the clock is the kernel's, and a test can
 * assert only that nothing ends too early. */
#include "tcp/deadline.h"

#include "base/clock.h"
#include "echo_server.h"
#include "suite.h"

enum {
    SHORT_MS = 60,
    TICK_MS = 10 /* by which the coarse clock may be behind */
};

static void start_with(struct echo_server *s, enum deadline_kind kind)
{
    server_init(s, 2);
    s->config.deadline_ms[kind] = SHORT_MS;
    server_start(s);
}

static void check_not_before(int64_t from_ms)
{
    ck_assert_int_ge(clock_now_ms() - from_ms, SHORT_MS - TICK_MS);
}

START_TEST(connection_without_a_byte_is_closed)
{
    struct echo_server s;
    int64_t from_ms;
    int fd;

    start_with(&s, DEADLINE_FIRST_BYTE);
    from_ms = clock_now_ms();
    fd = client_new(&s, LISTENER_IPV4, 0);
    client_expect_end(fd);
    check_not_before(from_ms);
    close(fd);
    server_fini(&s);
}
END_TEST

START_TEST(first_byte_ends_the_wait_for_it)
{
    struct echo_server s;
    int silent, speaks;

    start_with(&s, DEADLINE_FIRST_BYTE);
    speaks = client_new(&s, LISTENER_LOCAL, 0);
    client_send(speaks, "a");
    silent = client_new(&s, LISTENER_LOCAL, 0);
    client_expect_end(silent);
    client_send(speaks, "\n");
    client_expect(speaks, "a\n");
    close(silent);
    close(speaks);
    server_fini(&s);
}
END_TEST

START_TEST(idle_connection_is_closed)
{
    struct echo_server s;
    int64_t from_ms;
    int fd;

    start_with(&s, DEADLINE_IDLE);
    fd = client_new(&s, LISTENER_IPV4, 0);
    from_ms = clock_now_ms();
    client_exchange(fd, "a\n");
    client_expect_end(fd);
    check_not_before(from_ms);
    close(fd);
    server_fini(&s);
}
END_TEST

/* A byte now and then does not extend it: the whole message has one deadline.
 * The client sends one in each millisecond in which nothing comes. */
START_TEST(message_that_dribbles_is_late)
{
    struct echo_server s;
    struct pollfd response = {.events = POLLIN};
    int64_t from_ms;
    unsigned sent_count = 0;

    start_with(&s, DEADLINE_MESSAGE);
    response.fd = client_new(&s, LISTENER_IPV4, 0);
    from_ms = clock_now_ms();
    while (poll(&response, 1, 1) == 0) {
        client_send(response.fd, "a");
        ck_assert_uint_lt(++sent_count, PAIR_WAIT_MS);
    }
    check_not_before(from_ms);
    client_expect(response.fd, "late\n");
    client_expect_end(response.fd);
    close(response.fd);
    server_fini(&s);
}
END_TEST

START_TEST(message_that_stops_is_late)
{
    struct echo_server s;
    int fd;

    start_with(&s, DEADLINE_MESSAGE);
    fd = client_new(&s, LISTENER_LOCAL, 0);
    client_send(fd, "a\nb");
    client_expect(fd, "a\nlate\n");
    client_expect_end(fd);
    close(fd);
    server_fini(&s);
}
END_TEST

START_TEST(client_that_reads_nothing_is_reset)
{
    struct echo_server s;
    struct pollfd fault = {.events = 0};
    socklen_t len = sizeof(int);
    int64_t from_ms;
    int error = 0;
    char *lines;
    size_t lines_len;

    server_init(&s, 2);
    s.echo.times = 60; /* of some 250 kB: more than the kernel holds for us */
    s.config.deadline_ms[DEADLINE_SEND] = SHORT_MS;
    server_start(&s);
    lines = numbered_lines(500, &lines_len);
    fault.fd = client_new(&s, LISTENER_IPV4, 4096);
    from_ms = clock_now_ms();
    while (lines_len > 0 && poll(&fault, 1, 0) == 0) {
        ssize_t sent = send(fault.fd, lines, 1000, MSG_NOSIGNAL);

        if (sent == -1)
            break;
        lines_len -= lines_len < 1000 ? lines_len : 1000;
    }
    ck_assert_int_eq(poll(&fault, 1, PAIR_WAIT_MS), 1);
    ck_assert(fault.revents & POLLERR);
    check_not_before(from_ms);
    getsockopt(fault.fd, SOL_SOCKET, SO_ERROR, &error, &len);
    ck_assert_int_eq(error, ECONNRESET);
    echo_await(&s.echo, &s.echo.closed, 1);
    free(lines);
    close(fault.fd);
    server_fini(&s);
}
END_TEST

START_TEST(lingering_ends_though_the_client_does_not)
{
    struct echo_server s;
    int64_t from_ms;
    int fd;

    start_with(&s, DEADLINE_LINGER);
    fd = client_new(&s, LISTENER_IPV4, 0);
    from_ms = clock_now_ms();
    client_exchange(fd, "end\n");
    client_expect_end(fd);
    echo_await(&s.echo, &s.echo.closed, 1);
    check_not_before(from_ms);
    close(fd);
    server_fini(&s);
}
END_TEST

/* All kinds at once, at one worker: each connection ends, and none is left. */
START_TEST(every_connection_ends_by_its_deadline)
{
    enum { EACH = 50 };
    static const char *const words[] = {"", "a", "a\n", "end\n"};
    struct echo_server s;
    int fds[EACH * 4];

    server_init(&s, 1);
    for (int kind = 0; kind < DEADLINE_KINDS; kind++)
        s.config.deadline_ms[kind] = SHORT_MS + kind;
    server_start(&s);
    for (int i = 0; i < EACH * 4; i++) {
        fds[i] = client_new(&s, i % (int)s.config.listener_count, 0);
        send(fds[i], words[i % 4], strlen(words[i % 4]), MSG_NOSIGNAL);
    }
    echo_await(&s.echo, &s.echo.closed, EACH * 4);
    for (int i = 0; i < EACH * 4; i++)
        close(fds[i]);
    server_fini(&s);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tcp_deadlines");

    suite_add_tests(suite, connection_without_a_byte_is_closed,
                    first_byte_ends_the_wait_for_it, idle_connection_is_closed,
                    message_that_dribbles_is_late, message_that_stops_is_late,
                    client_that_reads_nothing_is_reset,
                    lingering_ends_though_the_client_does_not,
                    every_connection_ends_by_its_deadline);
    return suite_run(suite);
}
