#include "wire/text_parts.h"

#include "base/put.h"

char *text_put_count(char *to, uint64_t count, const char *thing)
{
    to = put_number(to, count);
    to = put_char(to, ' ');
    to = put_text(to, thing);
    return count == 1 ? to : put_char(to, 's');
}

char *text_put_size(char *to, uint64_t len)
{
    return put_text(put_number(to, len), " B");
}

char *text_put_duration(char *to, uint64_t us)
{
    uint64_t tenths = us < 1000000 ? us / 100 : us / 100000;

    if (us < 1000)
        return put_text(put_number(to, us), " us");
    to = put_number(to, tenths / 10);
    to = put_char(to, '.');
    to = put_number(to, tenths % 10);
    return put_text(to, us < 1000000 ? " ms" : " s");
}

char *text_put_cut(char *to, struct bytes text, size_t max)
{
    to = put_escaped(to, max, &text);
    return text.len > 0 ? put_text(to, "...") : to;
}

char *text_put_bright(char *to, bool colour, const char *text)
{
    if (!colour)
        return put_text(to, text);
    to = put_text(put_text(to, "\33[1;31m"), text);
    return put_text(to, "\33[0m");
}

char *text_put_retransmitted(char *to, bool colour, uint32_t count)
{
    char text[40];

    *put_number(put_text(text, "retransmitted "), count) = '\0';
    return text_put_bright(to, colour && count > 0, text);
}
