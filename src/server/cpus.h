/* cpus.h -- how many CPUs this process may use
 *
 * The CPUs of its affinity mask, or fewer if a cgroup limits its CPU time: a
 * container with half a CPU has no use for sixteen workers. A machine may use
 * either version of cgroups or both, so both are read. Main thread; reads /proc
 * and /sys once. */
#ifndef SERVER_CPUS_H
#define SERVER_CPUS_H

#include "base/bytes.h"

/* At least 1. */
unsigned cpus_usable(void);

/* The smallest quota of our cgroups and their ancestors, in CPUs, rounded up; 0
 * if there is none. `root` is put before /proc and /sys: "" except in tests. */
unsigned cpus_quota(const char *root);

/* The CPUs that a cgroup's cpu.max allows (version 2), or its cpu.cfs_quota_us
 * and cpu.cfs_period_us (version 1), rounded up; 0 if these texts set no limit
 * or cannot be parsed. Pure. */
unsigned cpus_of_max(struct bytes cpu_max);
unsigned cpus_of_cfs(struct bytes quota_us, struct bytes period_us);

#endif
