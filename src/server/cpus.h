/* cpus.h -- how many CPUs this process may use
 *
 * The CPUs of its affinity mask, or fewer where a cgroup grants it a quota of
 * time: a container with half a CPU has no use for sixteen workers. Both
 * versions of cgroups are read, since a machine may have either, or both at
 * once. Main thread; reads /proc and /sys once. */
#ifndef SERVER_CPUS_H
#define SERVER_CPUS_H

#include "base/bytes.h"

/* At least 1. */
unsigned cpus_usable(void);

/* The least quota of our cgroups and those above them, in CPUs, rounded up; 0
 * where there is none. `root` stands before /proc and /sys: "" but for tests.
 */
unsigned cpus_quota(const char *root);

/* The CPUs that the text of a cgroup's cpu.max grants (version 2), or the texts
 * of its cpu.cfs_quota_us and cpu.cfs_period_us (version 1), rounded up; 0
 * where they set no limit or cannot be read. Pure. */
unsigned cpus_of_max(struct bytes cpu_max);
unsigned cpus_of_cfs(struct bytes quota_us, struct bytes period_us);

#endif
