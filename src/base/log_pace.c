#include "base/log_pace.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"

enum { TEXT_MAX = 400 }; /* bytes; with the count, fits a line of log.h */

bool log_pace_allows(struct log_pace *pace, int64_t now_ms, uint64_t *held_back)
{
    assert(pace->interval_ms > 0);
    if (now_ms < pace->next_ms) {
        pace->held_back++;
        return false;
    }
    *held_back = pace->held_back;
    pace->held_back = 0;
    pace->next_ms = now_ms + pace->interval_ms;
    return true;
}

void log_error_paced(struct log_pace *pace, const char *format, ...)
{
    char text[TEXT_MAX + 1];
    uint64_t held_back;
    va_list args;

    if (!log_pace_allows(pace, clock_now_ms(), &held_back))
        return;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    if (held_back == 0)
        log_error("%s", text);
    else
        log_error("%s (%" PRIu64 " more not printed)", text, held_back);
}
