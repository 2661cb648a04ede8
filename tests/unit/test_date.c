#include "base/date.h"

#include <stdio.h>

#include "suite.h"

enum {
    DAY = 86400,
    THEN = 784111777 /* the moment of RFC 9110's examples */
};

static const int64_t first_second = -62135596800; /* 0001-01-01 00:00:00 */
static const int64_t last_second = 253402300799;  /* 9999-12-31 23:59:59 */

static const struct {
    int64_t when;
    const char *text;
} moments[] = {
    {0, "Thu, 01 Jan 1970 00:00:00 GMT"},
    {-1, "Wed, 31 Dec 1969 23:59:59 GMT"},
    {DAY - 1, "Thu, 01 Jan 1970 23:59:59 GMT"},
    {-DAY, "Wed, 31 Dec 1969 00:00:00 GMT"},
    {-DAY - 1, "Tue, 30 Dec 1969 23:59:59 GMT"},
    {THEN, "Sun, 06 Nov 1994 08:49:37 GMT"},
    {951782399, "Mon, 28 Feb 2000 23:59:59 GMT"}, /* 2000 is a leap year */
    {951782400, "Tue, 29 Feb 2000 00:00:00 GMT"},
    {951868800, "Wed, 01 Mar 2000 00:00:00 GMT"},
    {-2203891201, "Wed, 28 Feb 1900 23:59:59 GMT"}, /* 1900 is none */
    {-2203891200, "Thu, 01 Mar 1900 00:00:00 GMT"},
    {1709164800, "Thu, 29 Feb 2024 00:00:00 GMT"},
    {4107542400, "Mon, 01 Mar 2100 00:00:00 GMT"},
    {13574563200, "Tue, 29 Feb 2400 00:00:00 GMT"},
    {2147483647, "Tue, 19 Jan 2038 03:14:07 GMT"},
    {2147483648, "Tue, 19 Jan 2038 03:14:08 GMT"},
    {-2147483649, "Fri, 13 Dec 1901 20:45:51 GMT"},
    {first_second, "Mon, 01 Jan 0001 00:00:00 GMT"},
    {last_second, "Fri, 31 Dec 9999 23:59:59 GMT"},
};

START_TEST(moment_is_written_and_read)
{
    for (size_t i = 0; i < sizeof(moments) / sizeof(moments[0]); i++) {
        char out[DATE_LEN];
        time_t when = 0;

        date_format(moments[i].when, out);
        ck_assert_msg(memcmp(out, moments[i].text, DATE_LEN) == 0,
                      "\"%.29s\" for \"%s\"", out, moments[i].text);
        ck_assert(date_parse((struct bytes){out, DATE_LEN}, 0, &when));
        ck_assert_int_eq(when, moments[i].when);
    }
}
END_TEST

START_TEST(moment_is_written_for_programs)
{
    static const struct {
        int64_t when;
        const char *text;
    } utc[] = {
        {0, "1970-01-01T00:00:00Z"},
        {-1, "1969-12-31T23:59:59Z"},
        {THEN, "1994-11-06T08:49:37Z"},
        {951782400, "2000-02-29T00:00:00Z"},
        {2147483648, "2038-01-19T03:14:08Z"},
        {first_second - 1, "0001-01-01T00:00:00Z"},
        {last_second + 1, "9999-12-31T23:59:59Z"},
    };

    for (size_t i = 0; i < sizeof(utc) / sizeof(utc[0]); i++) {
        char out[DATE_UTC_LEN + 1] = "";

        date_format_utc(utc[i].when, out);
        ck_assert_str_eq(out, utc[i].text);
    }
}
END_TEST

START_TEST(moment_out_of_four_digits_is_the_nearest_end)
{
    static const struct {
        int64_t when;
        const char *text;
    } outside[] = {
        {first_second - 1, "Mon, 01 Jan 0001 00:00:00 GMT"},
        {INT64_MIN, "Mon, 01 Jan 0001 00:00:00 GMT"},
        {last_second + 1, "Fri, 31 Dec 9999 23:59:59 GMT"},
        {INT64_MAX, "Fri, 31 Dec 9999 23:59:59 GMT"},
    };

    for (size_t i = 0; i < sizeof(outside) / sizeof(outside[0]); i++) {
        char out[DATE_LEN];

        date_format(outside[i].when, out);
        ck_assert_int_eq(memcmp(out, outside[i].text, DATE_LEN), 0);
    }
}
END_TEST

START_TEST(nothing_is_written_past_the_end)
{
    char out[DATE_LEN + 1];

    out[DATE_LEN] = '#';
    date_format(THEN, out);
    ck_assert_int_eq(out[DATE_LEN], '#');
}
END_TEST

/* Whether `when` is written and read as the C library knows the calendar. What
 * differs is printed. (Each assertion of Check writes to a file, and there are
 * hundreds of thousands here.) */
static bool agrees_with_library(int64_t when)
{
    time_t moment = when, parsed = 0;
    char ours[DATE_LEN], theirs[64], day[16], time_of_day[16];
    struct tm tm;

    date_format(moment, ours);
    if (gmtime_r(&moment, &tm) == NULL)
        return false;
    strftime(day, sizeof(day), "%a, %d %b", &tm);
    strftime(time_of_day, sizeof(time_of_day), "%H:%M:%S", &tm);
    snprintf(theirs, sizeof(theirs), "%s %04d %s GMT", day, tm.tm_year + 1900,
             time_of_day);
    if (memcmp(ours, theirs, DATE_LEN) == 0 &&
        date_parse((struct bytes){ours, DATE_LEN}, 0, &parsed) &&
        parsed == moment && timegm(&tm) == moment)
        return true;
    printf("%lld: \"%.29s\", read as %lld, not \"%s\"\n", (long long)when, ours,
           (long long)parsed, theirs);
    return false;
}

/* A step that is prime to the day's length meets each hour, minute and second.
 */
START_TEST(agrees_with_the_library_from_end_to_end)
{
    for (int64_t when = first_second; when <= last_second; when += 1299709)
        if (!agrees_with_library(when))
            ck_abort_msg("%lld", (long long)when);
}
END_TEST

START_TEST(agrees_with_the_library_at_each_midnight_of_four_centuries)
{
    static const int64_t from = -11676096000; /* 1600-01-01 */

    for (int64_t day = 0; day < 146097; day++) {
        if (!agrees_with_library(from + day * DAY - 1) ||
            !agrees_with_library(from + day * DAY))
            ck_abort_msg("day %lld", (long long)day);
    }
}
END_TEST

static const struct {
    const char *text;
    int64_t when;
} dates[] = {
    {"Sun, 06 Nov 1994 08:49:37 GMT", THEN},
    {"Sunday, 06-Nov-94 08:49:37 GMT", THEN},
    {"Sun Nov  6 08:49:37 1994", THEN},
    {"Sun Nov 06 08:49:37 1994", THEN},
    {"Sun Nov 16 08:49:37 1994", THEN + 10 * DAY},
    {"Thursday, 10-Nov-94 08:49:37 GMT", THEN + 4 * DAY},
    {"Monday, 07-Nov-94 08:49:37 GMT", THEN + DAY},
    {"Tuesday, 08-Nov-94 08:49:37 GMT", THEN + 2 * DAY},
    {"Wednesday, 09-Nov-94 08:49:37 GMT", THEN + 3 * DAY},
    {"Friday, 11-Nov-94 08:49:37 GMT", THEN + 5 * DAY},
    {"Saturday, 12-Nov-94 08:49:37 GMT", THEN + 6 * DAY},
    /* A weekday says nothing that the date does not. */
    {"Mon, 06 Nov 1994 08:49:37 GMT", THEN},
    {"Sat, 31 Dec 2016 23:59:60 GMT", 1483228800}, /* a leap second */
    {"Thu, 29 Feb 2024 00:00:00 GMT", 1709164800},
    {"Tue, 29 Feb 2000 00:00:00 GMT", 951782400},
};

START_TEST(all_three_formats_are_read)
{
    for (size_t i = 0; i < sizeof(dates) / sizeof(dates[0]); i++) {
        time_t when = 0;

        ck_assert_msg(date_parse(bytes_of(dates[i].text), THEN, &when),
                      "\"%s\" was refused", dates[i].text);
        ck_assert_msg(when == dates[i].when, "\"%s\" is %lld", dates[i].text,
                      (long long)when);
    }
}
END_TEST

static const char *const no_dates[] = {
    "",
    " ",
    "Sun",
    "0",
    "784111777",
    "1994-11-06T08:49:37Z",
    /* no day of the calendar */
    "Sun, 00 Nov 1994 08:49:37 GMT",
    "Sun, 31 Nov 1994 08:49:37 GMT",
    "Sun, 32 Dec 1994 08:49:37 GMT",
    "Sun, 29 Feb 1994 08:49:37 GMT",
    "Sun, 29 Feb 1900 08:49:37 GMT",
    "Sun, 29 Feb 2100 08:49:37 GMT",
    "Sun, 30 Feb 2000 08:49:37 GMT",
    "Sunday, 29-Feb-94 08:49:37 GMT",
    "Sun Feb 29 08:49:37 1994",
    "Sun Nov  0 08:49:37 1994",
    "Sun, 01 Jan 0000 00:00:00 GMT",
    /* no time of day */
    "Sun, 06 Nov 1994 24:00:00 GMT",
    "Sun, 06 Nov 1994 08:60:37 GMT",
    "Sun, 06 Nov 1994 08:49:61 GMT",
    "Sun, 06 Nov 1994 -1:49:37 GMT",
    /* not to the letter */
    "Sun, 06 Nov 1994 08:49:37 GMT ",
    " Sun, 06 Nov 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 08:49:37 GMT; length=5",
    "Sun, 06 Nov 1994 08:49:37 UTC",
    "Sun, 06 Nov 1994 08:49:37 gmt",
    "Sun, 06 Nov 1994 08:49:37 +0000",
    "Sun, 06 Nov 1994 08:49:37",
    "Sun, 06 Nov 1994 08:49 GMT",
    "Sun, 06 Nov 1994  08:49:37 GMT",
    "Sun, 6 Nov 1994 08:49:37 GMT",
    "Sun,  6 Nov 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 8:49:37 GMT",
    "Sun, 06 Nov 94 08:49:37 GMT",
    "Sun, 06 Nov 19940 08:49:37 GMT",
    "Sun 06 Nov 1994 08:49:37 GMT",
    "Sun,06 Nov 1994 08:49:37 GMT",
    "sun, 06 Nov 1994 08:49:37 GMT",
    "Sun, 06 nov 1994 08:49:37 GMT",
    "SUN, 06 NOV 1994 08:49:37 GMT",
    "Sun, 06 Nob 1994 08:49:37 GMT",
    "Sunday, 06 Nov 1994 08:49:37 GMT",
    "Sun, 06-Nov-94 08:49:37 GMT",
    "Sunday, 06-Nov-1994 08:49:37 GMT",
    "Sunday, 6-Nov-94 08:49:37 GMT",
    "Sunday, 06-Nov-94 08:49:37 GMT ",
    "Sunday, 06-Nov-94 08:49:37",
    "Monsday, 07-Nov-94 08:49:37 GMT",
    "Sun Nov 6 08:49:37 1994",
    "Sun Nov  16 08:49:37 1994",
    "Sun Nov  6 08:49:37 94",
    "Sun Nov  6 08:49:37 1994 GMT",
    "Sun Nov  6 08:49:37 19945",
    "Sun, Nov  6 08:49:37 1994",
};

START_TEST(anything_else_is_no_date)
{
    for (size_t i = 0; i < sizeof(no_dates) / sizeof(no_dates[0]); i++) {
        time_t when = 77;

        ck_assert_msg(!date_parse(bytes_of(no_dates[i]), THEN, &when),
                      "\"%s\" was taken", no_dates[i]);
        ck_assert_int_eq(when, 77);
    }
}
END_TEST

/* Each cut of a date is none, and nothing is read behind the cut. */
START_TEST(beginning_of_a_date_is_none)
{
    for (size_t i = 0; i < sizeof(dates) / sizeof(dates[0]); i++)
        for (size_t len = 0; len < strlen(dates[i].text); len++) {
            char *cut = malloc(len + 1); /* its end is watched by sanitizers */
            time_t when;

            memcpy(cut + 1, dates[i].text, len);
            ck_assert(!date_parse((struct bytes){cut + 1, len}, THEN, &when));
            free(cut);
        }
}
END_TEST

START_TEST(zero_byte_is_no_end)
{
    time_t when;

    ck_assert(
        !date_parse(BYTES("Sun, 06 Nov 1994 08:49:37 GMT\0"), THEN, &when));
}
END_TEST

/* Asserts that "01-Jan-YY" read in the middle of `this_year` lies in `year`. */
static void check_century(int this_year, int year)
{
    struct tm middle = {.tm_year = this_year - 1900, .tm_mon = 6, .tm_mday = 1};
    struct tm read;
    char text[64];
    time_t when;

    snprintf(text, sizeof(text), "Sunday, 01-Jan-%02d 00:00:00 GMT",
             year % 100);
    ck_assert(date_parse(bytes_of(text), timegm(&middle), &when));
    gmtime_r(&when, &read);
    ck_assert_msg(read.tm_year + 1900 == year, "\"%s\" of %d is %d, not %d",
                  text, this_year, read.tm_year + 1900, year);
}

START_TEST(year_of_two_digits_is_at_most_50_years_ahead)
{
    static const struct {
        int this_year, year;
    } years[] = {
        {1994, 1994}, {1994, 1970}, {1994, 1999}, {2026, 2026}, {2026, 2000},
        {2026, 2027}, {2026, 2075}, {2026, 2076}, {2026, 1977}, {2026, 1999},
        {2000, 2050}, {2000, 1951}, {2049, 2099}, {2048, 1999}, {2050, 2099},
    };

    for (size_t i = 0; i < sizeof(years) / sizeof(years[0]); i++)
        check_century(years[i].this_year, years[i].year);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("date");

    suite_add_tests(suite, moment_is_written_and_read,
                    moment_is_written_for_programs,
                    moment_out_of_four_digits_is_the_nearest_end,
                    nothing_is_written_past_the_end,
                    agrees_with_the_library_from_end_to_end,
                    agrees_with_the_library_at_each_midnight_of_four_centuries,
                    all_three_formats_are_read, anything_else_is_no_date,
                    beginning_of_a_date_is_none, zero_byte_is_no_end,
                    year_of_two_digits_is_at_most_50_years_ahead);
    return suite_run(suite);
}
