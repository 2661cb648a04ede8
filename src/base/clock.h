/* clock.h -- what time it is, for deadlines and for dates
 *
 * The clocks are the kernel's coarse ones, but for those in microseconds: read
 * without a system call, behind by one tick at most (1 to 10 ms). Any thread.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

/* Milliseconds since some fixed moment; never goes back. For deadlines. */
int64_t clock_now_ms(void);

/* Microseconds since some fixed moment; never goes back. To the microsecond,
 * for turns, which are shorter than a tick. */
int64_t clock_now_us(void);

/* Seconds since 1970 (UTC). For dates in messages and logs. */
time_t clock_wall_s(void);

/* The same with nanoseconds, to hold a file's mtime against. */
struct timespec clock_wall(void);

/* Microseconds since 1970 (UTC), to the microsecond: the one clock here that is
 * not coarse, and costs a little more. For who watches. */
int64_t clock_wall_us(void);

#endif
