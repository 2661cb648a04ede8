#include "wire/event_columns.h"

#include <assert.h>

#include "base/put.h"

/* The least widths of columns; a space follows each. */
enum { TIME_WIDTH = 11, CONN_WIDTH = 3, EVENT_WIDTH = 8, RANGE_WIDTH = 18 };

enum { SECONDS_FILL = 1000 }; /* smaller numbers of seconds are padded */

static const char plain[] = "\33[0m";

static char *pad(char *to, const char *from, int width)
{
    while (to - from < width)
        to = put_char(to, ' ');
    return put_char(to, ' ');
}

/* "   0.000137": seconds, right-aligned. A clock that was set back shows 0. */
static char *put_time(char *to, int64_t us)
{
    uint64_t since = us > 0 ? (uint64_t)us : 0;
    uint64_t seconds = since / 1000000;

    for (uint64_t s = seconds > 0 ? seconds : 1; s < SECONDS_FILL; s *= 10)
        to = put_char(to, ' ');
    to = put_number(to, seconds);
    to = put_char(to, '.');
    for (uint64_t unit = 100000; unit > 0; unit /= 10)
        to = put_char(to, (char)('0' + since / unit % 10));
    return put_char(to, ' ');
}

static char *put_conn(char *to, const struct event_style *style, uint64_t id)
{
    static const char *const colours[] = {"\33[32m", "\33[33m", "\33[94m",
                                          "\33[92m", "\33[95m", "\33[93m"};
    char *from;

    if (style->colour)
        to = put_text(to, colours[id % (sizeof(colours) / sizeof(*colours))]);
    from = to;
    to = put_char(to, 'c');
    to = put_number(to, id);
    to = pad(to, from, CONN_WIDTH);
    return style->colour ? put_text(to, plain) : to;
}

static char *put_layer(char *to, const struct event_style *style, bool is_http)
{
    if (style->colour)
        to = put_text(to, is_http ? "\33[35m" : "\33[36m");
    to = put_text(to, is_http ? "http" : "tcp ");
    return put_text(to, style->colour ? "\33[0m " : " ");
}

char *column_put_event(char *to, const char *name)
{
    return pad(put_text(to, name), to, EVENT_WIDTH);
}

char *column_put_range(char *to, const char *direction,
                       const struct ledger_event *event)
{
    char *from = to;

    assert(event->from <= event->to);
    to = put_text(to, direction);
    to = put_char(to, '[');
    to = put_number(to, event->from);
    to = put_char(to, ',');
    to = put_number(to, event->to);
    to = put_char(to, ')');
    return pad(to, from, RANGE_WIDTH);
}

char *column_put_place(char *to, const char *direction,
                       const struct ledger_event *event)
{
    char *from = to;

    to = put_text(to, direction);
    return pad(put_number(to, event->to), from, RANGE_WIDTH);
}

char *column_begin(char *to, const struct event_style *style,
                   const struct ledger_event *event, bool is_http)
{
    to = put_time(to, event->time_us - style->start_us);
    to = put_conn(to, style, event->ledger->id);
    return put_layer(to, style, is_http);
}

char *column_go_on(char *to, const struct event_style *style,
                   const struct ledger_event *event)
{
    to = pad(to, to, TIME_WIDTH);
    to = put_conn(to, style, event->ledger->id);
    to = put_layer(to, style, false);
    return column_put_event(to, "");
}
