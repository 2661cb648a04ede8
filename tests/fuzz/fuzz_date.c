/* fuzz_date.c -- eight bytes of a moment, which is also now; then a date */
#include "base/date.h"

#include "fuzz.h"

static const int64_t first_second = -62135596800; /* 0001-01-01 00:00:00 */
static const int64_t last_second = 253402300799;  /* 9999-12-31 23:59:59 */

/* What is written is read as the same moment. */
static void require_round_trip(time_t when, time_t now)
{
    char text[DATE_LEN];
    time_t again = 0;

    date_format(when, text);
    require(date_parse((struct bytes){text, DATE_LEN}, now, &again),
            "what is written can be read");
    if (when >= first_second && when <= last_second)
        require(again == when, "it is the same moment");
    else
        require(again == (when < 0 ? first_second : last_second),
                "what no year can hold is the nearest end");
}

static void require_date(struct bytes text, time_t now)
{
    char again[DATE_LEN];
    time_t when;
    bool is_imf, is_leap_second;

    if (!date_parse(text, now, &when))
        return;
    /* A leap second is one past the last that there is. */
    require(when >= first_second && when <= last_second + 1, "years 1 to 9999");
    require_round_trip(when, now);
    is_imf = text.len == DATE_LEN && text.at[3] == ',' && text.at[7] == ' ';
    is_leap_second = is_imf && memcmp(text.at + 23, "60", 2) == 0;
    if (!is_imf || is_leap_second)
        return;
    date_format(when, again);
    require(memcmp(text.at + 3, again + 3, DATE_LEN - 3) == 0,
            "an IMF-fixdate is written as it was read, but for the weekday");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct choices choices = {data, size};
    /* Shifted, so that moments within the calendar are not rare. */
    int64_t moment = (int64_t)choose_u64(&choices);
    time_t now = (time_t)(moment >> (choose_byte(&choices) & 63));
    struct bytes text =
        fuzz_copy((struct bytes){(const char *)choices.at, choices.len});

    require_round_trip(now, now);
    require_date(text, now);
    fuzz_free(text);
    return 0;
}
