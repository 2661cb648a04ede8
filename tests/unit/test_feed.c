#include "base/feed.h"

#include <pthread.h>
#include <stdio.h>

#include "suite.h"

enum { LINE_MAX_LEN = 5000 };

/* "00000012 xxx...", `len` bytes with its newline, of 10 to LINE_MAX_LEN. */
static bool put_numbered(struct feed *feed, unsigned number, size_t len)
{
    char *to = feed_begin(feed);

    if (to == NULL)
        return false;
    snprintf(to, 10, "%08u ", number % 100000000);
    memset(to + 9, 'x', len - 10);
    feed_end(feed, to + len - 1);
    return true;
}

/* Takes one line, which must have the number and the length. Check's asserts
 * each cost a system call, so there is none where all is well. */
static void take_numbered(struct feed *feed, unsigned number, size_t len)
{
    struct bytes piece = feed_peek(feed);
    char want[10];

    snprintf(want, sizeof(want), "%08u ", number % 100000000);
    if (piece.len < len || memcmp(piece.at, want, 9) != 0 ||
        piece.at[len - 1] != '\n')
        ck_abort_msg("line %u is not what comes next", number);
    feed_take(feed, len);
}

/* Puts in and publishes a line for which there must be room. */
static void put_and_publish(struct feed *feed, unsigned number, size_t len)
{
    if (!put_numbered(feed, number, len) || !feed_publish(feed))
        ck_abort_msg("no room for line %u", number);
}

START_TEST(lines_show_when_they_are_published)
{
    struct feed *feed = feed_new(LINE_MAX_LEN);

    ck_assert(!feed_publish(feed));
    ck_assert(put_numbered(feed, 1, 20));
    ck_assert(put_numbered(feed, 2, 30));
    ck_assert_uint_eq(feed_peek(feed).len, 0);
    ck_assert_uint_eq(feed_unpublished(feed), 50);
    ck_assert(feed_publish(feed));
    ck_assert(!feed_publish(feed));
    ck_assert_uint_eq(feed_pending(feed), 50);
    ck_assert_uint_eq(feed_count_lines(feed), 2);
    ck_assert_uint_eq(feed_peek(feed).len, 50);
    take_numbered(feed, 1, 20);
    ck_assert_uint_eq(feed_count_lines(feed), 1);
    take_numbered(feed, 2, 30);
    ck_assert_uint_eq(feed_peek(feed).len, 0);
    ck_assert_uint_eq(feed_lost(feed), 0);
    feed_free(feed);
}
END_TEST

/* Lines of all lengths meet the lap's end in all ways, with a reader that is
 * close behind or far; sanitizers watch what lies behind it. */
START_TEST(laps_keep_lines_whole_and_in_order)
{
    static const size_t lens[] = {10, 11, 100, 4096, LINE_MAX_LEN};
    static const unsigned behinds[] = {0, 1, 7, 150};

    for (size_t l = 0; l < sizeof(lens) / sizeof(lens[0]); l++) {
        unsigned lines = 3 * FEED_LAP / (unsigned)lens[l];

        for (size_t b = 0; b < sizeof(behinds) / sizeof(behinds[0]); b++) {
            struct feed *feed = feed_new(LINE_MAX_LEN);
            unsigned taken = 0;

            for (unsigned n = 0; n < lines; n++) {
                put_and_publish(feed, n, lens[l]);
                if (n >= behinds[b])
                    take_numbered(feed, taken++, lens[l]);
            }
            while (taken < lines)
                take_numbered(feed, taken++, lens[l]);
            ck_assert_uint_eq(feed_peek(feed).len, 0);
            ck_assert_uint_eq(feed_lost(feed), 0);
            feed_free(feed);
        }
    }
}
END_TEST

START_TEST(newest_lines_are_lost_without_a_reader)
{
    struct feed *feed = feed_new(LINE_MAX_LEN);
    unsigned kept = 0, lost = 0;

    for (int round = 0; round < 3; round++) {
        while (put_numbered(feed, kept, 100))
            kept++;
        lost++;
        feed_publish(feed);
        ck_assert_uint_eq(feed_lost(feed), lost);
        for (unsigned n = 0; n < 1000; n++) /* room for some more */
            take_numbered(feed, (unsigned)round * 1000 + n, 100);
    }
    ck_assert_uint_gt(kept, FEED_LAP / 100);
    ck_assert_uint_eq(feed_count_lines(feed), kept - 3000);
    for (unsigned n = 3000; n < kept; n++)
        take_numbered(feed, n, 100);
    ck_assert_uint_eq(feed_pending(feed), 0);
    feed_free(feed);
}
END_TEST

/* The memory that a reader close behind lets the writer touch. */
START_TEST(read_feed_begins_anew)
{
    struct feed *feed = feed_new(LINE_MAX_LEN);
    const char *last = feed->bytes;

    for (unsigned n = 0; n < 10000; n++) {
        put_and_publish(feed, n, 100);
        if (feed_peek(feed).at > last)
            last = feed_peek(feed).at;
        take_numbered(feed, n, 100);
    }
    ck_assert_int_lt(last - feed->bytes, LINE_MAX_LEN);
    put_and_publish(feed, 1, 100);
    ck_assert_uint_eq(feed_pending(feed), 100); /* not what was left out */
    feed_free(feed);
}
END_TEST

/* A reader that has read all, and then stands still, leaves the whole feed:
 * wherever in its lap it stands. */
START_TEST(read_feed_has_room_for_a_lap)
{
    for (unsigned before = 0; before < 250; before += 7) {
        struct feed *feed = feed_new(LINE_MAX_LEN);
        unsigned n = 0;

        for (; n < before; n++)
            put_and_publish(feed, n, 4096);
        for (unsigned taken = 0; taken < before; taken++)
            take_numbered(feed, taken, 4096);
        for (; n < before + FEED_LAP / 4096; n++)
            put_and_publish(feed, n, 4096);
        for (unsigned taken = before; taken < n; taken++)
            take_numbered(feed, taken, 4096);
        feed_free(feed);
    }
}
END_TEST

enum { RACE_LINES = 200000 };

static void *write_all(void *arg)
{
    struct feed *feed = arg;

    for (unsigned n = 0; n < RACE_LINES;) {
        n += put_numbered(feed, n, 10 + n % 100);
        feed_publish(feed);
    }
    return NULL;
}

START_TEST(two_threads_see_the_same)
{
    struct feed *feed = feed_new(LINE_MAX_LEN);
    pthread_t writer;

    ck_assert_int_eq(pthread_create(&writer, NULL, write_all, feed), 0);
    for (unsigned n = 0; n < RACE_LINES;) {
        if (feed_peek(feed).len == 0)
            continue;
        take_numbered(feed, n, 10 + n % 100);
        n++;
    }
    pthread_join(writer, NULL);
    feed_free(feed);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("feed");

    suite_add_tests(suite, lines_show_when_they_are_published,
                    laps_keep_lines_whole_and_in_order,
                    newest_lines_are_lost_without_a_reader,
                    read_feed_begins_anew, read_feed_has_room_for_a_lap,
                    two_threads_see_the_same);
    return suite_run(suite);
}
