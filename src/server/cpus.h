/* cpus.h -- how many CPUs this process may use
 *
 * The CPUs of its affinity mask, or fewer where a cgroup (v2) grants it a quota
 * of time: a container with half a CPU has no use for sixteen workers. Main
 * thread; reads /proc and /sys once. */
#ifndef SERVER_CPUS_H
#define SERVER_CPUS_H

#include "base/bytes.h"

/* At least 1. */
unsigned cpus_usable(void);

/* The CPUs that the text of a cgroup's cpu.max grants, rounded up; 0 where it
 * sets no limit or cannot be read. Pure. */
unsigned cpus_of_quota(struct bytes cpu_max);

#endif
