#include "tcp/shape.h"

#include "suite.h"

enum { HEAD = 200, NOW_US = 1000000 };

static struct shape *shape_of(struct shape_base base)
{
    struct shape *shape = shape_new(&base);

    ck_assert_ptr_nonnull(shape);
    return shape;
}

/* The bytes that one write has, and the pause after it. */
static const struct write_case {
    const char *name;
    uint64_t base_pace;
    struct shape_wish wish;
    uint64_t len;
    int64_t pause_us;
} writes[] = {
    {"nothing asked for", 0, {.len = 9000}, HEAD + 9000, 0},
    {"segments", 0, {.len = 9000, .write_max = 536}, 536, 0},
    {"delay", 0, {.len = 9000, .delay_us = 5000}, SHAPE_WRITE_MAX, 5000},
    {"delay of segments",
     0,
     {.len = 9000, .delay_us = 5000, .write_max = 10},
     10,
     5000},
    {"fast pace has whole segments",
     0,
     {.len = 9000, .pace = 1448000},
     SHAPE_WRITE_MAX,
     1000},
    {"slow pace has small writes", 0, {.len = 9000, .pace = 2000}, 100, 50000},
    {"slowest pace has bytes", 0, {.len = 9000, .pace = 1}, 1, 1000000},
    {"pause is rounded up", 0, {.len = 9000, .pace = 3000}, 150, 50000},
    {"pace of segments",
     0,
     {.len = 9000, .pace = 1000, .write_max = 536},
     536,
     536000},
    {"wish is stronger than the base",
     100,
     {.len = 9000, .pace = 2000},
     100,
     50000},
    {"base holds where nothing else is asked for",
     2000,
     {.len = 9000},
     100,
     50000},
};

START_TEST(writes_and_pauses)
{
    for (size_t i = 0; i < sizeof(writes) / sizeof(writes[0]); i++) {
        const struct write_case *c = &writes[i];
        struct shape *shape =
            shape_of((struct shape_base){.pace = c->base_pace});
        uint64_t len;

        shape_begin(shape, &c->wish, 0, HEAD);
        len = shape_write_max(shape);
        ck_assert_msg(len == c->len, "%s: %llu", c->name,
                      (unsigned long long)len);
        shape_wrote(shape, len, NOW_US);
        ck_assert_msg(shape->due_us ==
                          (c->pause_us == 0 ? 0 : NOW_US + c->pause_us),
                      "%s: %lld", c->name, (long long)shape->due_us);
        shape_free(shape);
    }
}
END_TEST

START_TEST(wish_holds_for_its_response_alone)
{
    const struct shape_wish wish = {
        .len = 1000, .write_max = 536, .ends_records = true};
    struct shape *shape = shape_of((struct shape_base){.first_recv_max = 256});
    static const struct {
        uint64_t max;
        bool ends_record;
    } steps[] = {{300, false}, {536, true}, {536, true}, {128, true}};

    shape_begin(shape, &wish, 300, HEAD);
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        ck_assert_uint_eq(shape_write_max(shape), steps[i].max);
        ck_assert(shape_ends_record(shape) == steps[i].ends_record);
        shape_wrote(shape, steps[i].max, NOW_US);
    }
    ck_assert_uint_eq(shape_write_max(shape), UINT64_MAX);
    ck_assert(!shape_ends_record(shape) && !shape_is_over(shape));
    shape_wrote(shape, 100000, NOW_US);
    shape_begin(shape, &(struct shape_wish){.len = 5}, 0, HEAD);
    ck_assert_uint_eq(shape_write_max(shape), HEAD + 5);
    shape_free(shape);
}
END_TEST

START_TEST(end_comes_behind_its_bytes)
{
    for (int end = SHAPE_ENDS; end <= SHAPE_RESETS; end++) {
        const struct shape_wish wish = {.len = 10, .end = (enum shape_end)end};
        struct shape *shape = shape_of((struct shape_base){.pace = 0});

        shape_begin(shape, &wish, 7, HEAD);
        ck_assert(!shape_is_over(shape));
        shape_wrote(shape, 7, NOW_US);
        ck_assert_uint_eq(shape_write_max(shape), HEAD + 10);
        shape_wrote(shape, HEAD + 9, NOW_US);
        ck_assert(!shape_is_over(shape));
        shape_wrote(shape, 1, NOW_US);
        ck_assert(shape_is_over(shape));
        shape_free(shape);
    }
}
END_TEST

/* It asked for pauses between its writes, not for one after the last. */
START_TEST(no_pause_follows_the_last_write)
{
    const struct shape_wish wish = {.len = 5, .delay_us = 5000};
    struct shape *shape = shape_of((struct shape_base){.first_recv_max = 1});

    shape_begin(shape, &wish, 0, HEAD);
    shape_wrote(shape, HEAD, NOW_US);
    ck_assert_int_eq(shape->due_us, NOW_US + 5000);
    shape_wrote(shape, 5, NOW_US + 5000);
    ck_assert_int_eq(shape->due_us, 0);
    shape_free(shape);
}
END_TEST

/* 100 writes of 100 bytes at 2,000 a second take 5 s from the first on,
 * although each is 1 ms late. */
START_TEST(pace_holds_on_average)
{
    struct shape *shape = shape_of((struct shape_base){.pace = 2000});
    int64_t now_us = NOW_US;

    for (int i = 0; i < 100; i++) {
        shape_wrote(shape, 100, now_us);
        now_us = shape->due_us + 1000;
    }
    ck_assert_int_eq(shape->due_us, NOW_US + 5000000);
    shape_free(shape);
}
END_TEST

/* After a peer that read nothing for 10 s, no burst makes up for all of them.
 */
START_TEST(long_stall_is_not_made_up)
{
    struct shape *shape = shape_of((struct shape_base){.pace = 2000});
    const int64_t later_us = NOW_US + 10000000;
    int count = 0;

    shape_wrote(shape, 100, NOW_US);
    while (shape->due_us <= later_us) {
        shape_wrote(shape, 100, later_us);
        count++;
    }
    ck_assert_int_eq(count, 2);
    shape_free(shape);
}
END_TEST

START_TEST(hurried_it_has_no_pauses)
{
    const struct shape_wish wish = {
        .len = 9000, .write_max = 536, .delay_us = 1000, .end = SHAPE_ENDS};
    struct shape *shape = shape_of((struct shape_base){.pace = 2000});

    shape_begin(shape, &wish, 0, HEAD);
    shape_wrote(shape, 536, NOW_US);
    shape_hurry(shape);
    ck_assert_int_eq(shape->due_us, 0);
    ck_assert_uint_eq(shape_pace(shape), 0);
    ck_assert_uint_eq(shape_write_max(shape), 536);
    shape_wrote(shape, 536, NOW_US);
    ck_assert_int_eq(shape->due_us, 0);
    shape_free(shape);
}
END_TEST

static const struct recv_case {
    uint32_t first_recv_max, recv_max;
    bool is_first;
    size_t begun_len, room, max;
} recvs[] = {
    {0, 0, true, 0, 65536, 65536},      /* as usual */
    {256, 0, true, 0, 65536, 256},      /* a message's first bytes */
    {256, 0, false, 100, 65536, 156},   /* up to the same place */
    {256, 0, false, 256, 65280, 65280}, /* then as many as come */
    {256, 0, false, 0, 65536, 65536},   /* content, whose head was used */
    {256, 16, false, 256, 65280, 16},   /* as the protocol asks */
    {256, 16, false, 100, 65436, 16},   /* also below the first bytes */
    {256, 16, false, 65530, 6, 6},      {256, 0, true, 0, 100, 100},
};

START_TEST(recvs_are_bounded)
{
    for (size_t i = 0; i < sizeof(recvs) / sizeof(recvs[0]); i++) {
        const struct recv_case *c = &recvs[i];
        const struct shape shape = {.base.first_recv_max = c->first_recv_max,
                                    .recv_max = c->recv_max};
        size_t max = shape_recv_max(&shape, c->is_first, c->begun_len, c->room);

        ck_assert_msg(max == c->max, "case %zu: %zu", i, max);
    }
}
END_TEST

START_TEST(most_listeners_need_none)
{
    ck_assert(!shape_is_needed(&(struct shape_base){.pace = 0}));
    ck_assert(shape_is_needed(&(struct shape_base){.pace = 1}));
    ck_assert(shape_is_needed(&(struct shape_base){.first_recv_max = 1}));
    shape_free(NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("shape");

    suite_add_tests(suite, writes_and_pauses, wish_holds_for_its_response_alone,
                    end_comes_behind_its_bytes, no_pause_follows_the_last_write,
                    pace_holds_on_average, long_stall_is_not_made_up,
                    hurried_it_has_no_pauses, recvs_are_bounded,
                    most_listeners_need_none);
    return suite_run(suite);
}
