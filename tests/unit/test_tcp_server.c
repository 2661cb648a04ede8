#include "tcp/tcp_server.h"

#include "base/clock.h"
#include "echo_server.h"
#include "suite.h"

enum { MIB = 1024 * 1024 };

START_TEST(bytes_in_many_cuts_come_back_in_order)
{
    struct echo_server s;
    size_t len;
    char *lines = numbered_lines(40, &len), *received = malloc(len);

    server_init(&s, 2);
    server_start(&s);
    for (size_t listener = 0; listener < s.config.listener_count; listener++)
        for (size_t cut = 1; cut < 3000; cut = cut * 2 + 1) {
            int fd = client_new(&s, (int)listener, 0);
            size_t came = 0;

            for (size_t at = 0; at < len; at += cut)
                client_send_bytes(fd, lines + at,
                                  len - at < cut ? len - at : cut);
            while (came < len) {
                ssize_t got;

                await(fd, POLLIN);
                got = recv(fd, received + came, len - came, 0);
                ck_assert_int_gt(got, 0);
                came += (size_t)got;
            }
            ck_assert_int_eq(memcmp(received, lines, len), 0);
            close(fd);
        }
    free(received);
    free(lines);
    server_fini(&s);
}
END_TEST

/* What a client that reads late has still to send and to receive. */
struct talk {
    int fd;
    const char *out;
    size_t out_len;
    size_t in_len, in_max; /* in_max: what is to come */
    char *in;
    bool reads; /* since nothing more of `out` could be sent */
};

static void talk_turn(struct talk *talk)
{
    ssize_t sent = -1, got;

    if (talk->out_len > 0)
        sent = send(talk->fd, talk->out, talk->out_len, MSG_NOSIGNAL);
    if (sent > 0) {
        talk->out += sent;
        talk->out_len -= (size_t)sent;
        return;
    }
    ck_assert(talk->out_len == 0 || errno == EAGAIN);
    talk->reads = true;
    got =
        recv(talk->fd, talk->in + talk->in_len, talk->in_max - talk->in_len, 0);
    ck_assert_msg(got > 0 || (got == -1 && errno == EAGAIN), "%zd: %s", got,
                  strerror(errno));
    if (got > 0)
        talk->in_len += (size_t)got;
    else
        await(talk->fd, talk->out_len > 0 ? POLLIN | POLLOUT : POLLIN);
}

/* 8 MiB go up and twice as much comes down, to a client that begins to read
 * when none of its bytes are taken any more: all buffers between the two are
 * full.
 */
START_TEST(large_echo_waits_for_a_late_reader)
{
    struct echo_server s;
    size_t len;
    char *lines = numbered_lines(17000, &len);

    ck_assert_uint_ge(len, 8 * MIB);
    server_init(&s, 1);
    s.echo.times = 2;
    server_start(&s);
    for (size_t listener = 0; listener < s.config.listener_count; listener++) {
        struct talk talk = {.fd = client_new(&s, (int)listener, 0),
                            .out = lines,
                            .out_len = len,
                            .in_max = 2 * len};
        char line[1024];
        size_t at = 0;

        talk.in = malloc(talk.in_max);
        while (talk.in_len < talk.in_max)
            talk_turn(&talk);
        for (unsigned n = 0; at < talk.in_max; n++) {
            size_t line_len = numbered_line(line, n / 2);

            ck_assert_int_eq(memcmp(talk.in + at, line, line_len), 0);
            at += line_len;
        }
        client_exchange(talk.fd, "\n");
        free(talk.in);
        close(talk.fd);
    }
    free(lines);
    server_fini(&s);
}
END_TEST

START_TEST(half_closed_stream_gets_the_rest)
{
    struct echo_server s;
    size_t len;
    char *lines = numbered_lines(100, &len);

    server_init(&s, 2);
    s.echo.times = 50; /* some 2.5 MB come of it */
    server_start(&s);
    for (size_t listener = 0; listener < s.config.listener_count; listener++) {
        int fd = client_new(&s, (int)listener, 0);

        client_send_bytes(fd, lines, len);
        ck_assert_int_eq(shutdown(fd, SHUT_WR), 0);
        ck_assert_uint_eq(read_to_end(fd), 50 * len);
        close(fd);
    }
    echo_await(&s.echo, &s.echo.closed, (unsigned)s.config.listener_count);
    free(lines);
    server_fini(&s);
}
END_TEST

/* If the server closed at once, the kernel would respond to further bytes with
 * a reset, which destroys what the client has not read yet. */
START_TEST(end_lingers_while_the_client_still_sends)
{
    enum { ANSWER = 4 * 1000 };
    static char more[4 * MIB];
    struct echo_server s;

    server_init(&s, 1);
    s.echo.times = 1000;
    server_start(&s);
    for (size_t listener = 0; listener < s.config.listener_count; listener++) {
        int fd = client_new(&s, (int)listener, 0);

        client_send(fd, "end\n");
        client_send_bytes(fd, more, sizeof(more));
        ck_assert_uint_eq(read_to_end(fd), ANSWER);
        client_send_bytes(fd, more, 1);
        ck_assert_uint_eq(s.echo.closed,
                          listener); /* it waits for our last byte */
        close(fd);
        echo_await(&s.echo, &s.echo.closed, (unsigned)listener + 1);
    }
    server_fini(&s);
}
END_TEST

START_TEST(end_that_was_read_closes_both_ways)
{
    struct echo_server s;
    int fd;

    server_init(&s, 1);
    server_start(&s);
    fd = client_new(&s, LISTENER_IPV4, 0);
    client_exchange(fd, "end\n");
    client_expect_end(fd);
    shutdown(fd, SHUT_WR);
    echo_await(&s.echo, &s.echo.closed, 1);
    close(fd);
    server_fini(&s);
}
END_TEST

START_TEST(protocol_knows_the_peer)
{
    struct echo_server s;
    struct sockaddr_in ours;
    socklen_t len = sizeof(ours);
    int fd;

    server_init(&s, 1);
    server_start(&s);
    fd = client_new(&s, LISTENER_IPV4, 0);
    client_exchange(fd, "a\n");
    getsockname(fd, (struct sockaddr *)&ours, &len);
    ck_assert_uint_eq(s.echo.last_port, ntohs(ours.sin_port));
    close(fd);
    server_fini(&s);
}
END_TEST

START_TEST(connections_are_spread_over_the_workers)
{
    enum { WORKERS = 4, EACH = 12 };
    struct echo_server s;
    int fds[WORKERS * EACH];

    server_init(&s, WORKERS);
    server_start(&s);
    for (int i = 0; i < WORKERS * EACH; i++)
        fds[i] = client_new(&s, i % (int)s.config.listener_count, 0);
    for (int i = 0; i < WORKERS * EACH; i++)
        client_exchange(fds[i], "a\n");
    for (int i = 0; i < WORKERS; i++)
        ck_assert_uint_eq(s.echo.open_at[i], EACH);
    /* Those that come after others have left fill the gaps. */
    for (int i = 0; i < WORKERS * EACH; i += 2)
        close(fds[i]);
    echo_await(&s.echo, &s.echo.closed, WORKERS * EACH / 2);
    for (int i = 1; i < WORKERS * EACH; i += 2)
        client_exchange(fds[i], "b\n");
    for (int i = 1; i < WORKERS * EACH; i += 2)
        close(fds[i]);
    server_fini(&s);
}
END_TEST

/* Many clients at once, each with a text of its own. */
START_TEST(many_streams_do_not_mix)
{
    enum { CLIENTS = 100, ROUNDS = 20 };
    struct echo_server s;
    int fds[CLIENTS];
    char line[64];

    server_init(&s, 3);
    server_start(&s);
    for (int i = 0; i < CLIENTS; i++)
        fds[i] = client_new(&s, i % (int)s.config.listener_count, 0);
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < CLIENTS; i++) {
            snprintf(line, sizeof(line), "client %d in round %d\n", i, round);
            client_send(fds[i], line);
        }
        for (int i = CLIENTS - 1; i >= 0; i--) {
            snprintf(line, sizeof(line), "client %d in round %d\n", i, round);
            client_expect(fds[i], line);
        }
    }
    for (int i = 0; i < CLIENTS; i++)
        close(fds[i]);
    echo_await(&s.echo, &s.echo.closed, CLIENTS);
    server_fini(&s);
}
END_TEST

/* The acceptor retries that one now and then, and serves the others. */
START_TEST(listener_that_fails_delays_no_other)
{
    enum { CLIENTS = 300, EACH_MS = 50 };
    struct echo_server s;
    int64_t began_ms;

    server_init(&s, 1);
    server_start(&s);
    ck_assert_int_eq(shutdown(s.listeners[LISTENER_IPV4].fd, SHUT_RDWR), 0);
    began_ms = clock_now_ms();
    for (int i = 0; i < CLIENTS; i++) {
        int fd = client_new(&s, LISTENER_LOCAL, 0);

        client_exchange(fd, "a\n");
        close(fd);
    }
    ck_assert_int_lt(clock_now_ms() - began_ms, CLIENTS * EACH_MS);
    server_fini(&s);
}
END_TEST

START_TEST(reset_harms_no_other)
{
    enum { ROUNDS = 30, WORDS = sizeof(last_words) / sizeof(last_words[0]) };
    struct echo_server s;
    char *lines;
    size_t len;
    int steady;

    server_init(&s, 2);
    s.echo.times = 60;
    lines = numbered_lines(200, &len);
    server_start(&s);
    steady = client_new(&s, LISTENER_LOCAL, 0);
    for (unsigned round = 0; round < ROUNDS; round++) {
        int reader = client_new(&s, LISTENER_IPV4, 4096);

        for (size_t i = 0; i < WORDS; i++) {
            int fd = client_new(&s, LISTENER_IPV4, 0);
            unsigned offered = s.echo.offered;

            client_send(fd, last_words[i]);
            /* In turn: before it was offered, after that, and at any time. */
            if (round % 3 == 0 && last_words[i][0] != '\0')
                echo_await(&s.echo, &s.echo.offered, offered + 1);
            if (round % 3 == 1 && strchr(last_words[i], '\n') != NULL)
                await(fd, POLLIN);
            client_reset(fd);
        }
        /* And one that is being sent more than it takes. */
        client_send_bytes(reader, lines, len);
        await(reader, POLLIN);
        client_reset(reader);
        client_send(steady, "#\n");
    }
    echo_await(&s.echo, &s.echo.opened, ROUNDS * (WORDS + 1) + 1);
    echo_await(&s.echo, &s.echo.closed, ROUNDS * (WORDS + 1));
    client_send(steady, "a\n");
    client_expect(steady, "a\na\n");
    close(steady);
    free(lines);
    server_fini(&s);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tcp_server");

    suite_add_tests(
        suite, bytes_in_many_cuts_come_back_in_order,
        large_echo_waits_for_a_late_reader, half_closed_stream_gets_the_rest,
        end_lingers_while_the_client_still_sends,
        end_that_was_read_closes_both_ways, protocol_knows_the_peer,
        connections_are_spread_over_the_workers, many_streams_do_not_mix,
        listener_that_fails_delays_no_other, reset_harms_no_other);
    return suite_run(suite);
}
