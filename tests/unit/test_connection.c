#include "tcp/connection.h"

#include "bench.h"
#include "suite.h"

START_TEST(reset_ends_every_state)
{
    for (size_t i = 0; i < REACHES; i++) {
        struct bench bench;

        bench_reach(&bench, &reaches[i], pair_init_tcp);
        pair_reset(&bench.pair);
        happen(&bench, READABLE | EPOLLRDHUP | EPOLLHUP | EPOLLERR);
        ck_assert_msg(is_closed(&bench), "state %d", reaches[i].state);
        bench_fini(&bench);
    }
}
END_TEST

START_TEST(last_byte_of_the_peer_ends_all_but_sending)
{
    for (size_t i = 0; i < REACHES; i++) {
        struct bench bench;

        bench_reach(&bench, &reaches[i], pair_init);
        shutdown(bench.pair.theirs, SHUT_WR);
        happen(&bench, READABLE | EPOLLRDHUP);
        ck_assert_msg(is_closed(&bench) == reaches[i].ends_with_peer,
                      "state %d", reaches[i].state);
        bench_fini(&bench);
    }
}
END_TEST

START_TEST(sending_goes_on_after_the_last_byte_of_the_peer)
{
    size_t received = 0;
    struct bench bench;

    bench_reach(&bench, &reaches[3], pair_init);
    shutdown(bench.pair.theirs, SHUT_WR);
    happen(&bench, READABLE | EPOLLRDHUP);
    while (!is_closed(&bench)) {
        size_t len = read_all(&bench);

        ck_assert_uint_gt(len, 0);
        received += len;
        happen(&bench, EPOLLOUT | EPOLLRDHUP);
    }
    received += read_all(&bench);
    ck_assert_uint_eq(received, (size_t)200 * 50 * TIMES);
    bench_fini(&bench);
}
END_TEST

START_TEST(nothing_after_the_end_is_offered)
{
    struct bench bench;

    bench_init(&bench, pair_init, 1);
    send_text(&bench, "a\nend\nb\n");
    ck_assert_int_eq(bench.c->state, CONN_LINGER);
    ck_assert_uint_eq(bench.echo.offered, 2);
    ck_assert_ptr_null(bench.c->pending.memory);
    check_received(&bench, "a\nend\n");
    ck_assert_int_eq(read(bench.pair.theirs, &(char){0}, 1),
                     0); /* our last byte */
    bench_fini(&bench);
}
END_TEST

/* The kernel reports both at once, and neither again. */
START_TEST(last_byte_that_comes_with_a_message_ends_it_after_the_response)
{
    static const char *const lines[] = {"a\n", "a\nb\n", "end\n"};

    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        struct bench bench;

        bench_init(&bench, pair_init, 1);
        ck_assert_int_gt(write(bench.pair.theirs, lines[i], strlen(lines[i])),
                         0);
        shutdown(bench.pair.theirs, SHUT_WR);
        happen(&bench, READABLE | EPOLLRDHUP);
        ck_assert(is_closed(&bench));
        check_received(&bench, lines[i]);
        bench_fini(&bench);
    }
}
END_TEST

START_TEST(unused_bytes_stay_pending_and_no_others)
{
    static const struct {
        const char *input;
        uint32_t pending_len;
        const char *received;
    } steps[] = {
        {"ab", 2, ""},
        {"c", 3, ""},
        {"\nde", 2, "abc\n"},
        {"\n", 0, "de\n"},
        {"f\ng\nhij", 3, "f\ng\n"},
        {"\n", 0, "hij\n"},
        {"#\n#", 1, ""},
        {"\n", 0, ""},
    };
    struct bench bench;

    bench_init(&bench, pair_init, 1);
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        send_text(&bench, steps[i].input);
        ck_assert_uint_eq(bench.c->pending.len, steps[i].pending_len);
        ck_assert((bench.c->pending.memory == NULL) ==
                  (steps[i].pending_len == 0));
        ck_assert_ptr_null(bench.c->unsent);
        check_received(&bench, steps[i].received);
    }
    bench_fini(&bench);
}
END_TEST

/* Sends `len` bytes, the last of which is `last`, in pieces. */
static void send_long(struct bench *bench, size_t len, char last)
{
    char piece[1024];

    memset(piece, 'a', sizeof(piece));
    for (size_t left = len; left > 0 && !is_closed(bench);) {
        size_t now = left < sizeof(piece) ? left : sizeof(piece);

        if (now == left)
            piece[now - 1] = last;
        send_bytes(bench, piece, now);
        left -= now;
    }
}

START_TEST(session_that_uses_nothing_of_a_full_buffer_is_ended)
{
    static const struct {
        size_t len;
        char last;
        bool ends;
    } lines[] = {
        {TURN_IN_MAX, '\n', false},
        {TURN_IN_MAX - 1, 'a', false},
        {TURN_IN_MAX, 'a', true},
    };

    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        struct bench bench;

        bench_init(&bench, pair_init, 1);
        send_long(&bench, lines[i].len, lines[i].last);
        ck_assert(is_closed(&bench) == lines[i].ends);
        if (lines[i].last == '\n')
            ck_assert_uint_eq(read_all(&bench), lines[i].len);
        bench_fini(&bench);
    }
}
END_TEST

/* What is more than a turn's queue goes in several of them. */
START_TEST(protocol_that_wants_room_is_asked_until_all_is_responded)
{
    static const size_t total = (size_t)200 * 50 * TIMES;
    struct bench bench;
    size_t received = 0;

    bench_reach(&bench, &reaches[3], pair_init);
    while (received < total) {
        size_t len = read_all(&bench);

        ck_assert_uint_gt(len, 0);
        received += len;
        happen(&bench, EPOLLOUT);
    }
    ck_assert_uint_eq(received, total);
    ck_assert_int_eq(bench.c->state, CONN_IDLE);
    ck_assert_ptr_null(bench.c->pending.memory);
    ck_assert_ptr_null(bench.c->unsent);
    bench_fini(&bench);
}
END_TEST

/* The kernel's, in place of the C library's: the n-th call from now finds no
 * room, as if the peer had read a little later. 0: none. */
static unsigned refused_send;

ssize_t send(int fd, const void *at, size_t len, int flags)
{
    if (refused_send > 0 && --refused_send == 0) {
        errno = EAGAIN;
        return -1;
    }
    return sendto(fd, at, len, flags, NULL, 0);
}

/* The peer may read between two calls: there may be room directly after there
 * was none. */
START_TEST(room_that_comes_at_any_moment_is_used)
{
    enum { LINES = 8, LINE = 1000, MANY = 20 };
    static char lines[LINES * LINE];

    memset(lines, 'a', sizeof(lines));
    for (size_t i = LINE - 1; i < sizeof(lines); i += LINE)
        lines[i] = '\n';
    for (unsigned nth = 1; nth < 8; nth++) {
        struct bench bench;
        size_t received = 0, len;

        bench_init(&bench, pair_init, MANY);
        refused_send = nth;
        send_bytes(&bench, lines, sizeof(lines));
        while ((len = read_all(&bench)) > 0 || bench.c->state == CONN_SEND) {
            received += len;
            happen(&bench, EPOLLOUT);
        }
        ck_assert_msg(received == sizeof(lines) * MANY,
                      "%zu bytes after refusal %u", received, nth);
        ck_assert_int_eq(bench.c->state, CONN_IDLE);
        refused_send = 0;
        bench_fini(&bench);
    }
}
END_TEST

START_TEST(bytes_that_came_while_sending_are_read_afterwards)
{
    struct bench bench;
    size_t received = 0;

    bench_reach(&bench, &reaches[3], pair_init);
    ck_assert_int_eq(write(bench.pair.theirs, "end\n", 4), 4);
    happen(&bench, READABLE); /* the kernel reports it once */
    ck_assert_int_eq(bench.c->state, CONN_SEND);
    while (bench.c->state == CONN_SEND) {
        received += read_all(&bench);
        happen(&bench, EPOLLOUT);
    }
    received += read_all(&bench);
    while (bench.c->state == CONN_SEND)
        happen(&bench, EPOLLOUT);
    received += read_all(&bench);
    ck_assert_int_eq(bench.c->state, CONN_LINGER);
    ck_assert_uint_eq(received, (size_t)(200 * 50 + 4) * TIMES);
    bench_fini(&bench);
}
END_TEST

/* What the kernel has accepted is what the peer has read and what waits for
 * it. */
START_TEST(protocol_is_called_with_what_the_kernel_accepts)
{
    static const size_t total = (size_t)200 * 50 * TIMES;
    struct bench bench;
    size_t received = 0;

    bench_reach(&bench, &reaches[3], pair_init);
    while (received < total) {
        ck_assert_uint_gt(bench.echo.sent, received);
        received += read_all(&bench);
        ck_assert_uint_eq(bench.echo.sent, received);
        happen(&bench, EPOLLOUT);
    }
    ck_assert_uint_eq(bench.echo.sent, total);
    bench_fini(&bench);
}
END_TEST

START_TEST(every_byte_that_is_sent_is_reported)
{
    static const struct {
        size_t reach; /* of reaches */
        unsigned sent;
    } states[] = {{1, 2}, {2, 0}, {4, 4}, {5, 5}};

    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
        struct bench bench;

        bench_reach(&bench, &reaches[states[i].reach], pair_init);
        ck_assert_uint_eq(bench.echo.sent, states[i].sent);
        if (bench.c->state == CONN_NEWS || bench.c->state == CONN_MESSAGE) {
            bench.env.now_ms = INT64_MAX / 2; /* "tock", or "late" */
            connection_expired(&bench.env, bench.c);
            ck_assert_uint_eq(bench.echo.sent, states[i].sent + 5);
        }
        bench_fini(&bench);
    }
}
END_TEST

/* A flood is taken in turns, between which others have theirs. */
START_TEST(one_turn_is_bounded)
{
    static char lines[32768];
    struct bench bench;
    unsigned turns = 0;

    memset(lines, '#', sizeof(lines));
    lines[sizeof(lines) - 1] = '\n';
    bench_init(&bench, pair_init, 1);
    setsockopt(bench.pair.theirs, SOL_SOCKET, SO_SNDBUF, &(int){1 << 20},
               sizeof(int));
    for (int i = 0; i < 64; i++) {
        bool flooded = false;
        ssize_t len;

        while ((len = write(bench.pair.theirs, lines, sizeof(lines))) ==
               sizeof(lines))
            flooded = true;
        ck_assert(flooded || len == -1);
        connection_event(&bench.env, bench.c, READABLE);
        turns += !list_is_empty(&bench.env.ready);
        ck_assert_uint_le(bench.echo.offered, 8 * ((unsigned)i + 1));
        if (!list_is_empty(&bench.env.ready) && i % 2 == 0)
            ck_assert_ptr_eq(bench.env.ready.next, &bench.c->ready);
    }
    ck_assert_uint_gt(turns, 0);
    /* Closed in the midst of it, it leaves the list: bench_fini looks. */
    bench_fini(&bench);
}
END_TEST

START_TEST(discarded_connection_was_never_opened)
{
    struct stream stream = {.peer.any.sa_family = AF_UNIX};
    struct pair pair;

    pair_init(&pair);
    connection_discard(connection_new(&echo_protocol, pair.ours, &stream));
    ck_assert_int_eq(read(pair.theirs, &(char){0}, 1), 0);
    close(pair.theirs);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("connection");

    suite_add_tests(
        suite, reset_ends_every_state,
        last_byte_of_the_peer_ends_all_but_sending,
        sending_goes_on_after_the_last_byte_of_the_peer,
        nothing_after_the_end_is_offered,
        last_byte_that_comes_with_a_message_ends_it_after_the_response,
        unused_bytes_stay_pending_and_no_others,
        session_that_uses_nothing_of_a_full_buffer_is_ended,
        protocol_that_wants_room_is_asked_until_all_is_responded,
        room_that_comes_at_any_moment_is_used,
        bytes_that_came_while_sending_are_read_afterwards,
        protocol_is_called_with_what_the_kernel_accepts,
        every_byte_that_is_sent_is_reported, one_turn_is_bounded,
        discarded_connection_was_never_opened);
    return suite_run(suite);
}
