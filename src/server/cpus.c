#include "server/cpus.h"

#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

enum { TEXT_MAX = 4096 };

unsigned cpus_of_quota(struct bytes cpu_max)
{
    const char *space;
    uint64_t quota, period, cpus;

    while (cpu_max.len > 0 && cpu_max.at[cpu_max.len - 1] == '\n')
        cpu_max.len--;
    space = cpu_max.len > 0 ? memchr(cpu_max.at, ' ', cpu_max.len) : NULL;
    if (space == NULL)
        return 0;
    struct bytes left = {cpu_max.at, (size_t)(space - cpu_max.at)};
    struct bytes right = {space + 1, cpu_max.len - left.len - 1};

    if (!bytes_to_u64(left, &quota) || !bytes_to_u64(right, &period) ||
        period == 0) /* "max": no limit */
        return 0;
    cpus = quota / period + (quota % period != 0);
    return cpus > UINT_MAX ? UINT_MAX : (unsigned)(cpus > 0 ? cpus : 1);
}

/* Reads a small file whole; a view into `text`. Empty where it cannot. */
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

/* The path of our cgroup, "/a/b": the line "0::/a/b" of /proc/self/cgroup. */
static struct bytes find_cgroup(struct bytes lines)
{
    while (lines.len > 0) {
        const char *end = memchr(lines.at, '\n', lines.len);
        size_t len = end != NULL ? (size_t)(end - lines.at) : lines.len;

        if (len > 3 && memcmp(lines.at, "0::", 3) == 0)
            return (struct bytes){lines.at + 3, len - 3};
        len += end != NULL;
        lines.at += len;
        lines.len -= len;
    }
    return (struct bytes){"", 0};
}

/* The least quota of our cgroup and those above it; 0: none. */
static unsigned cgroup_quota(void)
{
    char own[TEXT_MAX], text[TEXT_MAX], path[TEXT_MAX + 64];
    struct bytes group = find_cgroup(read_file("/proc/self/cgroup", own));
    unsigned least = 0;

    for (;;) {
        unsigned cpus;

        while (group.len > 0 && group.at[group.len - 1] == '/')
            group.len--;
        snprintf(path, sizeof(path), "/sys/fs/cgroup%.*s/cpu.max",
                 (int)group.len, group.at);
        cpus = cpus_of_quota(read_file(path, text));
        if (cpus > 0 && (least == 0 || cpus < least))
            least = cpus;
        if (group.len == 0)
            return least;
        while (group.len > 0 && group.at[group.len - 1] != '/')
            group.len--;
    }
}

unsigned cpus_usable(void)
{
    cpu_set_t set;
    unsigned cpus = 1, quota = cgroup_quota();

    if (sched_getaffinity(0, sizeof(set), &set) == 0)
        cpus = (unsigned)CPU_COUNT(&set);
    return quota > 0 && quota < cpus ? quota : cpus;
}
