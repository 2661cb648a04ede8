/* log_pace.h -- a limit to how often a repeated fault is logged
 *
 * A lasting fault occurs with every request, and a line for each would bury all
 * others. A pace lets the first line through and holds back those that follow
 * within its interval; the next line that it lets through shows how many were
 * held back since:
 *
 *     struct log_pace pace = {.interval_ms = 1000};
 *
 *     log_error_paced(&pace, "cannot read %s", name);
 *     soquete: cannot read a.txt
 *     soquete: cannot read b.txt (318 more not printed)
 *
 * The caller owns the pace, one for each thread: there is no lock in it. */
#ifndef BASE_LOG_PACE_H
#define BASE_LOG_PACE_H

#include <stdbool.h>
#include <stdint.h>

struct log_pace {
    int64_t interval_ms; /* the least time between two lines; more than 0 */
    int64_t next_ms;     /* no line before this time (clock_now_ms) */
    uint64_t held_back;  /* lines since the last that was let through */
};

/* Whether a line may be printed at `now_ms`. If so, *held_back is how many were
 * held back before it; else this one is counted among them. Pure. */
bool log_pace_allows(struct log_pace *pace, int64_t now_ms,
                     uint64_t *held_back);

/* log_error, where the pace allows it. */
void log_error_paced(struct log_pace *pace, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
