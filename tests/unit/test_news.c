/* Streams that wait for news, on a server whose deadlines never expire: only
 * the waker makes it look. */
#include "base/waker.h"

#include "base/clock.h"
#include "echo_server.h"
#include "suite.h"

enum { NEWS_MS = 50, CLOCK_STEP_MS = 10 };

static int waiting_client(const struct echo_server *s)
{
    int fd = client_new(s, LISTENER_IPV4, 0);

    client_exchange(fd, "news\n");
    return fd;
}

static void check_news(int fd)
{
    client_expect(fd, "tock\n");
}

START_TEST(each_stream_of_the_worker_is_looked_at_when_it_is_woken)
{
    struct echo_server s;
    int fds[3];

    server_init(&s, 1);
    server_start(&s);
    for (int i = 0; i < 3; i++)
        fds[i] = waiting_client(&s);
    for (int round = 0; round < 3; round++) {
        waker_wake(s.echo.waker);
        for (int i = 0; i < 3; i++)
            check_news(fds[i]);
    }
    for (int i = 0; i < 3; i++)
        close(fds[i]);
    server_fini(&s);
}
END_TEST

/* What happens all the time is reported now and then. */
START_TEST(wakings_that_follow_at_once_are_joined)
{
    struct echo_server s;
    int64_t from_ms;
    int fd;

    server_init(&s, 1);
    server_start(&s);
    fd = waiting_client(&s);
    waker_wake(s.echo.waker);
    check_news(fd);
    from_ms = clock_now_ms();
    for (int round = 0; round < 4; round++) {
        for (int i = 0; i < 1000; i++)
            waker_wake(s.echo.waker);
        check_news(fd);
    }
    ck_assert_int_ge(clock_now_ms() - from_ms, 4 * NEWS_MS - CLOCK_STEP_MS);
    close(fd);
    server_fini(&s);
}
END_TEST

START_TEST(worker_without_such_streams_may_be_woken)
{
    struct echo_server s;
    int fd;

    server_init(&s, 1);
    server_start(&s);
    waker_wake(s.echo.waker);
    fd = client_new(&s, LISTENER_IPV4, 0);
    client_exchange(fd, "line\n");
    waker_wake(s.echo.waker);
    client_exchange(fd, "line\n");
    close(fd);
    server_fini(&s);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("news");

    suite_add_tests(suite,
                    each_stream_of_the_worker_is_looked_at_when_it_is_woken,
                    wakings_that_follow_at_once_are_joined,
                    worker_without_such_streams_may_be_woken);
    return suite_run(suite);
}
