#include "tcp/deadline.h"

#include "suite.h"

enum { COUNT = 4 };

static const int64_t lengths[DEADLINE_KINDS] = {
    [DEADLINE_FIRST_BYTE] = 100, [DEADLINE_MESSAGE] = 200,
    [DEADLINE_IDLE] = 300,       [DEADLINE_SEND] = 400,
    [DEADLINE_LINGER] = 500,
};

static void all_init(struct deadlines *deadlines, struct deadline all[COUNT])
{
    deadlines_init(deadlines, lengths);
    for (int i = 0; i < COUNT; i++)
        list_init(&all[i].node);
}

static void check_expired(struct deadlines *deadlines, int kind, int64_t now_ms,
                          const struct deadline *first)
{
    ck_assert_ptr_eq(
        deadlines_expired(deadlines, (enum deadline_kind)kind, now_ms), first);
}

START_TEST(each_kind_has_its_length)
{
    struct deadlines deadlines;
    struct deadline all[COUNT];

    for (int kind = 0; kind < DEADLINE_PAUSE; kind++) {
        all_init(&deadlines, all);
        deadline_arm(&deadlines, (enum deadline_kind)kind, &all[0], 1000);
        ck_assert_int_eq(deadlines_next_ms(&deadlines), 1000 + lengths[kind]);
        check_expired(&deadlines, kind, 1000 + lengths[kind] - 1, NULL);
        for (int other = 0; other < DEADLINE_KINDS; other++)
            check_expired(&deadlines, other, 1000 + lengths[kind],
                          other == kind ? &all[0] : NULL);
    }
}
END_TEST

START_TEST(none_is_armed_at_first)
{
    struct deadlines deadlines;
    struct deadline all[COUNT];

    all_init(&deadlines, all);
    ck_assert_int_eq(deadlines_next_ms(&deadlines), INT64_MAX);
    for (int kind = 0; kind < DEADLINE_KINDS; kind++)
        check_expired(&deadlines, kind, INT64_MAX, NULL);
}
END_TEST

START_TEST(they_expire_in_the_order_of_arming)
{
    struct deadlines deadlines;
    struct deadline all[COUNT];

    all_init(&deadlines, all);
    for (int i = COUNT - 1; i >= 0; i--)
        deadline_arm(&deadlines, DEADLINE_IDLE, &all[i], 1000 - i);
    for (int i = COUNT - 1; i >= 0; i--) {
        check_expired(&deadlines, DEADLINE_IDLE, 1300 - i - 1, NULL);
        check_expired(&deadlines, DEADLINE_IDLE, 1300 - i, &all[i]);
        list_unlink(&all[i].node);
    }
    ck_assert_int_eq(deadlines_next_ms(&deadlines), INT64_MAX);
}
END_TEST

START_TEST(expired_one_stays_until_unlinked)
{
    struct deadlines deadlines;
    struct deadline all[COUNT];

    all_init(&deadlines, all);
    deadline_arm(&deadlines, DEADLINE_SEND, &all[0], 0);
    deadline_arm(&deadlines, DEADLINE_SEND, &all[1], 0);
    check_expired(&deadlines, DEADLINE_SEND, 400, &all[0]);
    check_expired(&deadlines, DEADLINE_SEND, 400, &all[0]);
    list_unlink(&all[0].node);
    check_expired(&deadlines, DEADLINE_SEND, 400, &all[1]);
}
END_TEST

START_TEST(armed_anew_it_goes_behind_the_others)
{
    struct deadlines deadlines;
    struct deadline all[COUNT];

    all_init(&deadlines, all);
    for (int i = 0; i < 3; i++)
        deadline_arm(&deadlines, DEADLINE_MESSAGE, &all[i], i);
    deadline_arm(&deadlines, DEADLINE_MESSAGE, &all[0], 50);
    check_expired(&deadlines, DEADLINE_MESSAGE, 200, NULL);
    check_expired(&deadlines, DEADLINE_MESSAGE, 201, &all[1]);
    list_unlink(&all[1].node);
    list_unlink(&all[2].node);
    check_expired(&deadlines, DEADLINE_MESSAGE, 249, NULL);
    check_expired(&deadlines, DEADLINE_MESSAGE, 250, &all[0]);
}
END_TEST

START_TEST(armed_as_another_kind_it_leaves_the_first)
{
    struct deadlines deadlines;
    struct deadline all[COUNT];

    all_init(&deadlines, all);
    deadline_arm(&deadlines, DEADLINE_FIRST_BYTE, &all[0], 0);
    deadline_arm(&deadlines, DEADLINE_LINGER, &all[0], 10);
    check_expired(&deadlines, DEADLINE_FIRST_BYTE, INT64_MAX, NULL);
    check_expired(&deadlines, DEADLINE_LINGER, 509, NULL);
    check_expired(&deadlines, DEADLINE_LINGER, 510, &all[0]);
}
END_TEST

START_TEST(pauses_expire_by_their_own_times)
{
    static const int64_t times[COUNT] = {300, 100, 200, 100};
    static const int order[COUNT] = {1, 3, 2, 0};
    struct deadlines deadlines;
    struct deadline all[COUNT];

    all_init(&deadlines, all);
    for (int i = 0; i < COUNT; i++)
        deadline_arm_at(&deadlines, &all[i], times[i]);
    for (int i = 0; i < COUNT; i++) {
        int64_t at_ms = times[order[i]];

        ck_assert_int_eq(deadlines_next_ms(&deadlines), at_ms);
        check_expired(&deadlines, DEADLINE_PAUSE, at_ms - 1, NULL);
        check_expired(&deadlines, DEADLINE_PAUSE, at_ms, &all[order[i]]);
        list_unlink(&all[order[i]].node);
    }
}
END_TEST

START_TEST(pause_armed_anew_finds_its_place)
{
    struct deadlines deadlines;
    struct deadline all[COUNT];

    all_init(&deadlines, all);
    deadline_arm(&deadlines, DEADLINE_IDLE, &all[0], 0);
    deadline_arm_at(&deadlines, &all[0], 50);
    check_expired(&deadlines, DEADLINE_IDLE, INT64_MAX, NULL);
    deadline_arm_at(&deadlines, &all[1], 60);
    deadline_arm_at(&deadlines, &all[0], 70);
    check_expired(&deadlines, DEADLINE_PAUSE, 70, &all[1]);
    deadline_arm_at(&deadlines, &all[0], 10);
    check_expired(&deadlines, DEADLINE_PAUSE, 70, &all[0]);
}
END_TEST

START_TEST(next_is_the_first_of_all_kinds)
{
    struct deadlines deadlines;
    struct deadline all[COUNT];

    all_init(&deadlines, all);
    deadline_arm(&deadlines, DEADLINE_LINGER, &all[0], 0);
    ck_assert_int_eq(deadlines_next_ms(&deadlines), 500);
    deadline_arm(&deadlines, DEADLINE_FIRST_BYTE, &all[1], 10);
    ck_assert_int_eq(deadlines_next_ms(&deadlines), 110);
    deadline_arm(&deadlines, DEADLINE_SEND, &all[2], 20);
    ck_assert_int_eq(deadlines_next_ms(&deadlines), 110);
    list_unlink(&all[1].node);
    ck_assert_int_eq(deadlines_next_ms(&deadlines), 420);
    list_unlink(&all[2].node);
    ck_assert_int_eq(deadlines_next_ms(&deadlines), 500);
}
END_TEST

START_TEST(length_may_be_longer_than_an_int)
{
    static const int64_t long_ones[DEADLINE_KINDS] = {1, INT64_C(1) << 40, 1, 1,
                                                      1};
    struct deadlines deadlines;
    struct deadline one;

    deadlines_init(&deadlines, long_ones);
    list_init(&one.node);
    deadline_arm(&deadlines, DEADLINE_MESSAGE, &one, 7);
    ck_assert_int_eq(deadlines_next_ms(&deadlines), (INT64_C(1) << 40) + 7);
    check_expired(&deadlines, DEADLINE_MESSAGE, (INT64_C(1) << 40) + 6, NULL);
    check_expired(&deadlines, DEADLINE_MESSAGE, (INT64_C(1) << 40) + 7, &one);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("deadline");

    suite_add_tests(
        suite, each_kind_has_its_length, none_is_armed_at_first,
        they_expire_in_the_order_of_arming, expired_one_stays_until_unlinked,
        armed_anew_it_goes_behind_the_others,
        armed_as_another_kind_it_leaves_the_first,
        pauses_expire_by_their_own_times, pause_armed_anew_finds_its_place,
        next_is_the_first_of_all_kinds, length_may_be_longer_than_an_int);
    return suite_run(suite);
}
