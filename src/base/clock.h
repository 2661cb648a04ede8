/* clock.h -- the time, for deadlines and for dates
 *
 * Those in microseconds are precise. The others are the kernel's coarse clocks,
 * which are cheaper and at most one tick behind (1 to 10 ms). Reading either
 * makes no system call. Any thread. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

/* Milliseconds since a fixed point in time. For deadlines. Before Linux 6.15 it
 * may step back by a fraction of a tick when the clock's rate is adjusted. */
int64_t clock_now_ms(void);

/* The same in microseconds, for turns, which are shorter than a tick. */
int64_t clock_now_us(void);

/* Seconds since 1970 (UTC). For dates in messages and logs. */
time_t clock_wall_s(void);

/* The same with nanoseconds, to compare with a file's mtime. */
struct timespec clock_wall(void);

/* Microseconds since 1970 (UTC). For the events that observers get. */
int64_t clock_wall_us(void);

#endif
