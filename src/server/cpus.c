#include "server/cpus.h"

#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

enum { TEXT_MAX = 4096, PATH_LEN = TEXT_MAX + 512 };

/* Removes from `text`, and returns, what precedes `end`, or all of it. */
static struct bytes cut(struct bytes *text, char end)
{
    const char *found = text->len > 0 ? memchr(text->at, end, text->len) : NULL;
    size_t len = found != NULL ? (size_t)(found - text->at) : text->len;
    struct bytes front = {text->at, len};

    len += found != NULL;
    *text = (struct bytes){text->at + len, text->len - len};
    return front;
}

static struct bytes without_newlines(struct bytes text)
{
    while (text.len > 0 && text.at[text.len - 1] == '\n')
        text.len--;
    return text;
}

/* "max" (version 2) and "-1" (version 1) are not numbers: there is no limit. */
static unsigned granted(struct bytes quota_us, struct bytes period_us)
{
    uint64_t quota, period, cpus;

    if (!bytes_to_u64(quota_us, &quota) || !bytes_to_u64(period_us, &period) ||
        period == 0)
        return 0;
    cpus = quota / period + (quota % period != 0);
    return cpus > UINT_MAX ? UINT_MAX : (unsigned)(cpus > 0 ? cpus : 1);
}

unsigned cpus_of_max(struct bytes cpu_max)
{
    struct bytes period = without_newlines(cpu_max);
    struct bytes quota = cut(&period, ' ');

    return granted(quota, period);
}

unsigned cpus_of_cfs(struct bytes quota_us, struct bytes period_us)
{
    return granted(without_newlines(quota_us), without_newlines(period_us));
}

/* Reads a small file; returns a view into `text`, empty on any error. */
static struct bytes read_file(const char *path, char text[TEXT_MAX])
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t len;

    if (fd == -1)
        return (struct bytes){text, 0};
    len = read(fd, text, TEXT_MAX);
    close(fd);
    return (struct bytes){text, len > 0 ? (size_t)len : 0};
}

static struct bytes read_group(const char *root, const char *mount,
                               struct bytes group, const char *name,
                               char text[TEXT_MAX])
{
    char path[PATH_LEN];

    snprintf(path, sizeof(path), "%s/sys/fs/cgroup%s%.*s/%s", root, mount,
             (int)group.len, group.at, name);
    return read_file(path, text);
}

static unsigned max_of_group(const char *root, struct bytes group)
{
    char text[TEXT_MAX];

    return cpus_of_max(read_group(root, "", group, "cpu.max", text));
}

static unsigned cfs_of_group(const char *root, struct bytes group)
{
    char quota[TEXT_MAX], period[TEXT_MAX];

    return cpus_of_cfs(
        read_group(root, "/cpu", group, "cpu.cfs_quota_us", quota),
        read_group(root, "/cpu", group, "cpu.cfs_period_us", period));
}

/* The lesser of two quotas, where 0 means none. */
static unsigned lesser(unsigned one, unsigned other)
{
    if (one == 0 || other == 0)
        return one + other;
    return one < other ? one : other;
}

/* The least quota of the group "/a/b" and its ancestors. In a container only
 * the root may be visible: that is the container's own group. */
static unsigned least_upwards(const char *root, struct bytes group,
                              unsigned (*of_group)(const char *, struct bytes))
{
    unsigned least = 0;

    for (;;) {
        while (group.len > 0 && group.at[group.len - 1] == '/')
            group.len--;
        least = lesser(least, of_group(root, group));
        if (group.len == 0)
            return least;
        while (group.len > 0 && group.at[group.len - 1] != '/')
            group.len--;
    }
}

static bool has_cpu(struct bytes controllers)
{
    while (controllers.len > 0)
        if (bytes_equal(bytes_cut_member(&controllers), BYTES("cpu")))
            return true;
    return false;
}

unsigned cpus_quota(const char *root)
{
    char text[TEXT_MAX], path[PATH_LEN];
    unsigned least = 0;
    struct bytes lines;

    snprintf(path, sizeof(path), "%s/proc/self/cgroup", root);
    lines = read_file(path, text);
    while (lines.len > 0) {
        struct bytes group = cut(&lines, '\n'); /* "4:cpu,cpuacct:/a/b" */
        struct bytes hierarchy = cut(&group, ':');
        struct bytes controllers = cut(&group, ':');

        if (has_cpu(controllers))
            least = lesser(least, least_upwards(root, group, cfs_of_group));
        else if (bytes_equal(hierarchy, BYTES("0")))
            least = lesser(least, least_upwards(root, group, max_of_group));
    }
    return least;
}

unsigned cpus_usable(void)
{
    cpu_set_t set;
    unsigned cpus = 1;

    if (sched_getaffinity(0, sizeof(set), &set) == 0)
        cpus = (unsigned)CPU_COUNT(&set);
    return lesser(cpus, cpus_quota(""));
}
