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

char *text_put_retransmitted(char *to, bool colour, uint32_t count)
{
    bool is_bright = colour && count > 0;

    to = put_text(to, is_bright ? "\33[1;31m" : "");
    to = put_text(to, "retransmitted ");
    to = put_number(to, count);
    return put_text(to, is_bright ? "\33[0m" : "");
}
