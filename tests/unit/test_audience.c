#include "wire/audience.h"

#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "suite.h"

enum { WORKERS = 3 };

static struct waker wakers[WORKERS];

static void open_wakers(void)
{
    for (int i = 0; i < WORKERS; i++) {
        wakers[i].fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        ck_assert_int_ne(wakers[i].fd, -1);
    }
}

/* Whether the worker was woken; it then reads. */
static bool takes_call(int worker)
{
    uint64_t count;
    bool is_due = waker_is_due(&wakers[worker]);

    ck_assert_int_eq(read(wakers[worker].fd, &count, sizeof(count)) ==
                         sizeof(count),
                     is_due);
    waker_reset(&wakers[worker]);
    return is_due;
}

START_TEST(workers_that_have_viewers_are_woken)
{
    struct audience *audience = audience_new(WORKERS);
    struct audience_row *first, *again, *other;

    open_wakers();
    audience_wake(audience);
    first = audience_join(audience, &wakers[2]);
    again = audience_join(audience, &wakers[2]);
    other = audience_join(audience, &wakers[0]);
    ck_assert_ptr_eq(first, again);
    ck_assert_ptr_ne(first, other);
    audience_wake(audience);
    audience_wake(audience);
    ck_assert(takes_call(0) && !takes_call(1) && takes_call(2));
    audience_leave(first);
    audience_leave(other);
    audience_wake(audience);
    ck_assert(!takes_call(0) && !takes_call(1) && takes_call(2));
    audience_leave(again);
    audience_wake(audience);
    ck_assert(!takes_call(2));
    audience_free(audience);
    audience_free(NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("audience");

    suite_add_tests(suite, workers_that_have_viewers_are_woken);
    return suite_run(suite);
}
