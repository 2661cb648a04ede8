#include "wire/reload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>

#include "base/clock.h"
#include "base/waker.h"
#include "suite.h"

/* The clock stands still until it is set: base/clock.c is not linked. */
static int64_t now_us = 1700000000000000;

int64_t clock_now_ms(void)
{
    return now_us / 1000;
}

int64_t clock_wall_us(void)
{
    return now_us;
}

static struct waker waker = {.fd = -1};
static struct reload *reload;
static char page[BODY_SOURCE_READ_MAX + 1];

static struct body_source *view(void)
{
    struct body_opener *opener = reload_opener(reload);

    return opener->open(opener, NULL, &waker);
}

static const char *read_page(struct body_source *source)
{
    size_t len;

    source->read(source, page, BODY_SOURCE_READ_MAX, &len);

    page[len] = '\0';
    return page;
}

/* The greeting, up to `next` and what follows it. */
static void check_greeting(struct body_source *source, const char *end)
{
    const char *next = strstr(read_page(source), "\"next\":");

    ck_assert_ptr_nonnull(next);
    ck_assert_str_eq(next + strlen("\"next\":"), end);
}

static void begin(void)
{
    reload = reload_new(1);
    ck_assert_ptr_nonnull(reload);
    waker.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

START_TEST(changes_follow_the_greeting)
{
    struct body_source *source;

    begin();
    source = view();
    ck_assert_ptr_nonnull(strstr(read_page(source), "data: {\"server\":\""));
    ck_assert_str_eq(read_page(source), "");
    ck_assert(!waker_is_due(&waker));
    reload_send(reload, BYTES("[\"/a.css\"]"));
    ck_assert(waker_is_due(&waker));
    ck_assert_str_eq(read_page(source),
                     "data: {\"number\":0,\"paths\":[\"/a.css\"]}\n\n");
    reload_send(reload, (struct bytes){"", 0});
    reload_send(reload, BYTES("[\"/b\"]"));
    ck_assert_str_eq(read_page(source),
                     "data: {\"number\":1,\"paths\":null}\n\n"
                     "data: {\"number\":2,\"paths\":[\"/b\"]}\n\n");
    source->close(source);
    reload_free(reload);
}
END_TEST

/* A page that was loaded just before a change has not opened its stream yet. */
START_TEST(changes_of_the_last_seconds_are_sent_again)
{
    struct body_source *source;

    begin();
    reload_send(reload, BYTES("[\"/old\"]"));
    now_us += RELOAD_REPLAY_MS * 1000 - 1;
    reload_send(reload, BYTES("[\"/new\"]"));
    source = view();
    check_greeting(source, "0,\"now\":2}\n\n"
                           "data: {\"number\":0,\"paths\":[\"/old\"]}\n\n"
                           "data: {\"number\":1,\"paths\":[\"/new\"]}\n\n");
    source->close(source);
    now_us += 2;
    source = view();
    check_greeting(
        source,
        "1,\"now\":2}\n\ndata: {\"number\":1,\"paths\":[\"/new\"]}\n\n");
    source->close(source);
    now_us += RELOAD_REPLAY_MS * 1000;
    source = view();
    check_greeting(source, "2,\"now\":2}\n\n");
    reload_send(reload, BYTES("[\"/x\"]"));
    ck_assert_str_eq(read_page(source),
                     "data: {\"number\":2,\"paths\":[\"/x\"]}\n\n");
    source->close(source);
    reload_free(reload);
}
END_TEST

START_TEST(each_start_has_another_name)
{
    char first[100];

    begin();
    for (int i = 0; i < 2; i++) {
        struct body_source *source = view();

        if (i == 0)
            snprintf(first, sizeof(first), "%.99s", read_page(source));
        else
            ck_assert_str_ne(read_page(source), first);
        source->close(source);
        reload_free(reload);
        now_us++;
        reload = reload_new(1);
    }
    reload_free(reload);
}
END_TEST

START_TEST(silence_is_broken_by_a_comment)
{
    struct body_source *source;

    begin();
    source = view();
    read_page(source);
    now_us += RELOAD_COMMENT_MS * 1000 - 1000;
    ck_assert_str_eq(read_page(source), "");
    now_us += 1000;
    ck_assert_str_eq(read_page(source), ":\n\n");
    ck_assert_str_eq(read_page(source), "");
    source->close(source);
    reload_free(reload);
}
END_TEST

START_TEST(paths_that_are_too_long_are_none)
{
    static char paths[RELOAD_PATHS_MAX + 1];
    struct body_source *source;

    begin();
    source = view();
    read_page(source);
    memset(paths, 'a', sizeof(paths));
    reload_send(reload, (struct bytes){paths, RELOAD_PATHS_MAX});
    ck_assert_uint_gt(strlen(read_page(source)), RELOAD_PATHS_MAX);
    reload_send(reload, (struct bytes){paths, RELOAD_PATHS_MAX + 1});
    ck_assert_str_eq(read_page(source),
                     "data: {\"number\":1,\"paths\":null}\n\n");
    source->close(source);
    reload_free(reload);
}
END_TEST

/* The script sees by the numbers what a slow viewer has missed. */
START_TEST(slow_viewer_misses_the_oldest)
{
    enum { MANY = 10 };
    static char paths[RELOAD_PATHS_MAX];
    struct body_source *source;

    begin();
    source = view();
    read_page(source);
    memset(paths, 'a', sizeof(paths));
    for (int i = 0; i < MANY; i++)
        reload_send(reload, (struct bytes){paths, sizeof(paths)});
    ck_assert_ptr_null(strstr(read_page(source), "\"number\":0,"));
    while (strstr(page, "\"number\":9,") == NULL)
        ck_assert_str_ne(read_page(source), "");
    ck_assert_str_eq(read_page(source), "");
    source->close(source);
    reload_free(reload);
}
END_TEST

START_TEST(viewers_are_bounded)
{
    struct body_source *sources[RELOAD_VIEWERS_MAX];

    begin();
    for (int i = 0; i < RELOAD_VIEWERS_MAX; i++) {
        sources[i] = view();
        ck_assert_ptr_nonnull(sources[i]);
    }
    ck_assert_ptr_null(view());
    sources[0]->close(sources[0]);
    sources[0] = view();
    ck_assert_ptr_nonnull(sources[0]);
    for (int i = 0; i < RELOAD_VIEWERS_MAX; i++)
        sources[i]->close(sources[i]);
    reload_free(reload);
    reload_free(NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reload");

    suite_add_tests(suite, changes_follow_the_greeting,
                    changes_of_the_last_seconds_are_sent_again,
                    each_start_has_another_name, silence_is_broken_by_a_comment,
                    paths_that_are_too_long_are_none,
                    slow_viewer_misses_the_oldest, viewers_are_bounded);
    return suite_run(suite);
}
