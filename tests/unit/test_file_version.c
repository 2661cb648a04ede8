#include "files/file_version.h"

#include <string.h>

#include "suite.h"

static const struct timespec now = {1000, 500000000};

static const struct file_version old = {
    .device = 1,
    .inode = 0x2a,
    .size = 0x1000,
    .mtime_s = 500,
    .ctime_s = 500,
    .mtime_ns = 1,
    .ctime_ns = 1,
};

struct settled_case {
    const char *name;
    struct timespec mtime, ctime;
    bool is_settled;
    int64_t seen_ms;
};

static const struct settled_case cases[] = {
    {"long_ago", {500, 1}, {500, 1}, true, 0},
    {"just_now", {1000, 500000000}, {1000, 500000000}, false, 0},
    {"a_little_before", {1000, 480000001}, {1000, 480000001}, false, 0},
    {"long_enough_before", {1000, 480000000}, {1000, 480000000}, true, 0},
    {"second_before_but_near", {999, 990000000}, {999, 990000000}, true, 0},
    {"mtime_set_back_hides_nothing", {5, 1}, {1000, 499000000}, false, 0},
    {"mtime_in_the_future_is_a_whim", {9999, 1}, {500, 1}, true, 0},
    {"ctime_just_ahead", {500, 1}, {1000, 500000001}, false, 0},
    {"ctime_far_ahead", {500, 1}, {999999999, 1}, false, 0},
    {"ahead_and_seen_shortly", {500, 1}, {999999999, 1}, false, 49},
    {"ahead_and_seen_long_enough", {500, 1}, {999999999, 1}, true, 50},
    {"ahead_in_whole_seconds", {2000, 0}, {2000, 0}, false, 100000},
    {"just_now_settles_by_its_age_alone",
     {500, 1},
     {1000, 490000000},
     false,
     100000},
    {"whole_seconds_near", {999, 0}, {999, 0}, false, 0},
    {"whole_seconds_long_enough", {998, 0}, {998, 0}, true, 0},
    {"only_mtime_is_whole", {999, 0}, {999, 1}, true, 0},
    {"before_1970", {-5, 1}, {-5, 1}, true, 0},
    {"least_time", {INT64_MIN, 0}, {INT64_MIN, 0}, true, 0},
    {"most_time", {INT64_MAX, 0}, {INT64_MAX, 0}, false, 0},
};

START_TEST(settled_or_not)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct stat status = {.st_mtim = cases[i].mtime,
                                    .st_ctim = cases[i].ctime};
        const struct file_version version = file_version_of(&status);

        ck_assert_msg(
            file_version_is_settled(&version, now, cases[i].seen_ms) ==
                cases[i].is_settled,
            "%s", cases[i].name);
    }
}
END_TEST

START_TEST(each_member_tells_versions_apart)
{
    struct file_version other[7];

    for (size_t i = 0; i < 7; i++)
        other[i] = old;
    ck_assert(file_version_equal(&old, &other[0]));
    other[0].device++;
    other[1].inode++;
    other[2].size++;
    other[3].mtime_s++;
    other[4].mtime_ns++;
    other[5].ctime_s++;
    other[6].ctime_ns++;
    for (size_t i = 0; i < 7; i++)
        ck_assert_msg(!file_version_equal(&old, &other[i]), "member %zu", i);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("file_version");

    suite_add_tests(suite, settled_or_not, each_member_tells_versions_apart);
    return suite_run(suite);
}
