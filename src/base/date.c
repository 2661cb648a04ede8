#include "base/date.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>

static const char weekdays[7][4] = {"Sun", "Mon", "Tue", "Wed",
                                    "Thu", "Fri", "Sat"};
static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

enum { DAY_S = 86400 };

static const int64_t first_second = -62135596800; /* 0001-01-01 00:00:00 */
static const int64_t last_second = 253402300799;  /* 9999-12-31 23:59:59 */

struct moment {
    int year, month, day; /* month 0 to 11, day 1 to 31 */
    int hour, minute, second;
};

/* Days since 0001-01-01 of a day in the proleptic Gregorian calendar. Years
 * begin in March here, so that the leap day is the last of its year. */
static int64_t days_since_year_1(int year, int month, int day)
{
    int64_t y = month < 2 ? year - 1 : year;
    int64_t m = (month + 10) % 12;
    int64_t day_of_year = (153 * m + 2) / 5 + day - 1;

    assert(month >= 0 && month < 12);
    return 365 * y + y / 4 - y / 100 + y / 400 + day_of_year - 306;
}

static int days_in_month(int year, int month)
{
    int next_year = month == 11 ? year + 1 : year;

    return (int)(days_since_year_1(next_year, (month + 1) % 12, 1) -
                 days_since_year_1(year, month, 1));
}

static int64_t seconds_of(const struct moment *m)
{
    return first_second + days_since_year_1(m->year, m->month, m->day) * DAY_S +
           m->hour * 3600 + m->minute * 60 + m->second;
}

static int64_t clamp(int64_t value, int64_t min, int64_t max)
{
    if (value < min)
        return min;
    return value > max ? max : value;
}

static struct moment moment_of(time_t when)
{
    int64_t since = clamp(when, first_second, last_second) - first_second;
    int64_t days = since / DAY_S;
    int of_day = (int)(since % DAY_S);
    int year = (int)(days / 366) + 1; /* this or before; step up */
    int month = 11;

    while (days_since_year_1(year + 1, 0, 1) <= days)
        year++;
    while (days_since_year_1(year, month, 1) > days)
        month--;
    assert(year <= 9999);
    return (struct moment){
        .year = year,
        .month = month,
        .day = (int)(days - days_since_year_1(year, month, 1)) + 1,
        .hour = of_day / 3600,
        .minute = of_day / 60 % 60,
        .second = of_day % 60,
    };
}

void date_format(time_t when, char out[DATE_LEN])
{
    struct moment m = moment_of(when);
    int64_t days = days_since_year_1(m.year, m.month, m.day);
    char text[128];
    int len =
        snprintf(text, sizeof(text), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                 weekdays[(days + 1) % 7], /* day 0 was a Monday */
                 m.day, months[m.month], m.year, m.hour, m.minute, m.second);

    assert(len == DATE_LEN);
    (void)len;
    memcpy(out, text, DATE_LEN);
}

/* Puts two digits. */
static char *put_two(char *to, int value)
{
    assert(value >= 0 && value < 100);
    *to++ = (char)('0' + value / 10);
    *to++ = (char)('0' + value % 10);
    return to;
}

/* A folder's listing has one for each line, so it is written by hand. */
void date_format_utc(time_t when, char out[DATE_UTC_LEN])
{
    struct moment m = moment_of(when);
    char *to = put_two(put_two(out, m.year / 100), m.year % 100);

    *to++ = '-';
    to = put_two(to, m.month + 1);
    *to++ = '-';
    to = put_two(to, m.day);
    *to++ = 'T';
    to = put_two(to, m.hour);
    *to++ = ':';
    to = put_two(to, m.minute);
    *to++ = ':';
    to = put_two(to, m.second);
    *to++ = 'Z';
    assert(to == out + DATE_UTC_LEN);
}

/* Each take_* reads the front of `rest` and steps over it. False: something
 * else is there, and `rest` may stand anywhere. */
static bool take_text(struct bytes *rest, const char *text)
{
    size_t len = strlen(text);

    if (rest->len < len || memcmp(rest->at, text, len) != 0)
        return false;
    rest->at += len;
    rest->len -= len;
    return true;
}

static bool take_digits(struct bytes *rest, int width, int *value)
{
    if (rest->len < (size_t)width)
        return false;
    *value = 0;
    for (int i = 0; i < width; i++) {
        int digit = rest->at[i] - '0';

        if (digit < 0 || digit > 9)
            return false;
        *value = *value * 10 + digit;
    }
    rest->at += width;
    rest->len -= (size_t)width;
    return true;
}

static bool take_month(struct bytes *rest, int *month)
{
    for (*month = 0; *month < 12; ++*month)
        if (take_text(rest, months[*month]))
            return true;
    return false;
}

static bool take_weekday(struct bytes *rest)
{
    for (int i = 0; i < 7; i++)
        if (take_text(rest, weekdays[i]))
            return true;
    return false;
}

static bool take_long_weekday(struct bytes *rest)
{
    static const char *const ends[7] = {"day",   "day", "sday", "nesday",
                                        "rsday", "day", "urday"};

    for (int i = 0; i < 7; i++)
        if (take_text(rest, weekdays[i]))
            return take_text(rest, ends[i]);
    return false;
}

static bool take_time(struct bytes *rest, struct moment *m)
{
    return take_digits(rest, 2, &m->hour) && take_text(rest, ":") &&
           take_digits(rest, 2, &m->minute) && take_text(rest, ":") &&
           take_digits(rest, 2, &m->second);
}

/* Sun, 06 Nov 1994 08:49:37 GMT */
static bool parse_imf(struct bytes text, struct moment *m)
{
    return take_weekday(&text) && take_text(&text, ", ") &&
           take_digits(&text, 2, &m->day) && take_text(&text, " ") &&
           take_month(&text, &m->month) && take_text(&text, " ") &&
           take_digits(&text, 4, &m->year) && take_text(&text, " ") &&
           take_time(&text, m) && take_text(&text, " GMT") && text.len == 0;
}

/* Gives a year of two digits its century: that of `now`, or the one before if
 * the date would lie more than 50 years ahead (RFC 9110, 5.6.7). */
static void set_century(struct moment *m, time_t now)
{
    struct moment limit = moment_of(now);

    m->year += limit.year - limit.year % 100;
    limit.year += 50;
    if (seconds_of(m) > seconds_of(&limit))
        m->year -= 100;
}

/* Sunday, 06-Nov-94 08:49:37 GMT */
static bool parse_rfc850(struct bytes text, time_t now, struct moment *m)
{
    if (!take_long_weekday(&text) || !take_text(&text, ", ") ||
        !take_digits(&text, 2, &m->day) || !take_text(&text, "-") ||
        !take_month(&text, &m->month) || !take_text(&text, "-") ||
        !take_digits(&text, 2, &m->year) || !take_text(&text, " ") ||
        !take_time(&text, m) || !take_text(&text, " GMT") || text.len != 0)
        return false;
    set_century(m, now);
    return true;
}

/* Sun Nov  6 08:49:37 1994 */
static bool parse_asctime(struct bytes text, struct moment *m)
{
    if (!take_weekday(&text) || !take_text(&text, " ") ||
        !take_month(&text, &m->month) || !take_text(&text, " "))
        return false;
    if (take_text(&text, " ") ? !take_digits(&text, 1, &m->day)
                              : !take_digits(&text, 2, &m->day))
        return false;
    return take_text(&text, " ") && take_time(&text, m) &&
           take_text(&text, " ") && take_digits(&text, 4, &m->year) &&
           text.len == 0;
}

bool date_parse(struct bytes text, time_t now, time_t *when)
{
    struct moment m;

    if (!parse_imf(text, &m) && !parse_rfc850(text, now, &m) &&
        !parse_asctime(text, &m))
        return false;
    if (m.year < 1 || m.day < 1 || m.day > days_in_month(m.year, m.month) ||
        m.hour > 23 || m.minute > 59 || m.second > 60)
        return false;
    *when = (time_t)seconds_of(&m);
    return true;
}
