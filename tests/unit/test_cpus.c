#include "server/cpus.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

#include "suite.h"

static const struct {
    const char *cpu_max;
    unsigned cpus;
} quotas[] = {
    {"max 100000\n", 0},
    {"100000 100000\n", 1},
    {"100000 100000", 1},
    {"200000 100000\n", 2},
    {"50000 100000\n", 1}, /* half a CPU is one worker */
    {"1000 100000\n", 1},
    {"100001 100000\n", 2}, /* rounded up */
    {"150000 100000\n", 2},
    {"199999 100000\n", 2},
    {"1600000 50000\n", 32},
    {"0 100000\n", 1},
    {"18446744073709551615 1\n", UINT_MAX},
    {"4294967295 1\n", UINT_MAX},
    {"4294967296 1\n", UINT_MAX},
    {"18446744073709551615 18446744073709551615\n", 1},
    {"18446744073709551614 18446744073709551615\n", 1},
    {"1 0\n", 0}, /* never written by a kernel: no limit */
    {"", 0},
    {"\n", 0},
    {"\n\n", 0},
    {" ", 0},
    {" 100000\n", 0},
    {"100000\n", 0},
    {"100000 \n", 0},
    {"100000  100000\n", 0},
    {"100000\t100000\n", 0},
    {"-1 100000\n", 0},
    {"+1 100000\n", 0},
    {"1.5 1\n", 0},
    {"100000 max\n", 0},
    {"18446744073709551616 1\n", 0},
    {"100000 100000 100000\n", 0},
    {"100000 100000\r\n", 0},
    {"max\n", 0},
};

START_TEST(quota_grants_cpus)
{
    for (size_t i = 0; i < sizeof(quotas) / sizeof(quotas[0]); i++) {
        unsigned cpus = cpus_of_max(bytes_of(quotas[i].cpu_max));

        ck_assert_msg(cpus == quotas[i].cpus, "\"%s\" grants %u",
                      quotas[i].cpu_max, cpus);
    }
}
END_TEST

START_TEST(text_may_lie_inside_of_another)
{
    ck_assert_uint_eq(cpus_of_max((struct bytes){"20 100", 4}), 20);
    ck_assert_uint_eq(cpus_of_max((struct bytes){NULL, 0}), 0);
}
END_TEST

static const struct {
    const char *quota, *period;
    unsigned cpus;
} times[] = {
    {"-1\n", "100000\n", 0}, /* no limit */
    {"150000\n", "100000\n", 2}, {"50000\n", "100000\n", 1},
    {"400000", "100000", 4},     {"100000\n", "0\n", 0},
    {"100000\n", "", 0},         {"", "100000\n", 0},
};

START_TEST(quota_of_version_1_grants_cpus)
{
    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
        ck_assert_uint_eq(
            cpus_of_cfs(bytes_of(times[i].quota), bytes_of(times[i].period)),
            times[i].cpus);
}
END_TEST

/* Creates a file below the folder, and its parent folders. */
static void write_below(const char *folder, const char *name, const char *text)
{
    char path[512];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    for (char *slash = strchr(path + 1, '/'); slash != NULL;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        ck_assert(mkdir(path, 0755) == 0 || errno == EEXIST);
        *slash = '/';
    }
    file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(text, file), 0);
    ck_assert_int_eq(fclose(file), 0);
}

/* Files below a machine's root, as name and text, and the quota. */
static const struct {
    const char *files[8];
    unsigned cpus;
} machines[] = {
    {{NULL}, 0},
    {{"proc/self/cgroup", "0::/a/b\n", "sys/fs/cgroup/a/cpu.max",
      "200000 100000\n", "sys/fs/cgroup/a/b/cpu.max", "max 100000\n"},
     2},
    /* The least quota of all levels counts. */
    {{"proc/self/cgroup", "0::/a/b\n", "sys/fs/cgroup/a/cpu.max",
      "200000 100000\n", "sys/fs/cgroup/a/b/cpu.max", "300000 100000\n"},
     2},
    {{"proc/self/cgroup", "5:memory:/m\n4:cpu,cpuacct:/a\n",
      "sys/fs/cgroup/cpu/a/cpu.cfs_quota_us", "150000\n",
      "sys/fs/cgroup/cpu/a/cpu.cfs_period_us", "50000\n"},
     3},
    /* Inside a container: the path is the machine's, the mount its own. */
    {{"proc/self/cgroup", "4:cpuacct,cpu:/docker/x\n0::/docker/x\n",
      "sys/fs/cgroup/cpu/cpu.cfs_quota_us", "100000\n",
      "sys/fs/cgroup/cpu/cpu.cfs_period_us", "50000\n"},
     2},
    {{"proc/self/cgroup", "4:cpuacct,cpuset:/a\n",
      "sys/fs/cgroup/cpu/cpu.cfs_quota_us", "100000\n",
      "sys/fs/cgroup/cpu/cpu.cfs_period_us", "50000\n"},
     0},
    {{"proc/self/cgroup", "4:cpu:/\n", "sys/fs/cgroup/cpu/cpu.cfs_quota_us",
      "-1\n", "sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n"},
     0},
};

START_TEST(quota_is_found_in_either_version)
{
    for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++) {
        char root[] = "/tmp/cpus-XXXXXX", remove[64];
        const char *const *files = machines[i].files;

        ck_assert_ptr_nonnull(mkdtemp(root));
        for (; *files != NULL; files += 2)
            write_below(root, files[0], files[1]);
        ck_assert_msg(cpus_quota(root) == machines[i].cpus, "machine %zu: %u",
                      i, cpus_quota(root));
        snprintf(remove, sizeof(remove), "rm -r %s", root);
        ck_assert_int_eq(system(remove), 0);
    }
}
END_TEST

START_TEST(there_is_a_cpu_to_use)
{
    ck_assert_uint_ge(cpus_usable(), 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cpus");

    suite_add_tests(suite, quota_grants_cpus, text_may_lie_inside_of_another,
                    quota_of_version_1_grants_cpus,
                    quota_is_found_in_either_version, there_is_a_cpu_to_use);
    return suite_run(suite);
}
