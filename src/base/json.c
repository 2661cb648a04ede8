#include "base/json.h"

#include "base/put.h"

/* How each byte is written in a JSON string (RFC 8259, 7): as it is ('-'), as a
 * backslash and this letter, or ('u') as "\u00" and its number. */
static const char escape_of[] = "uuuuuuuuutnuuruu"
                                "uuuuuuuuuuuuuuuu"
                                "--\"-------------" /* from the space on */
                                "----------------"
                                "----------------"
                                "------------\\---"
                                "----------------"
                                "---------------u"
                                "uuuuuuuuuuuuuuuu" /* not ASCII */
                                "uuuuuuuuuuuuuuuu"
                                "uuuuuuuuuuuuuuuu"
                                "uuuuuuuuuuuuuuuu"
                                "uuuuuuuuuuuuuuuu"
                                "uuuuuuuuuuuuuuuu"
                                "uuuuuuuuuuuuuuuu"
                                "uuuuuuuuuuuuuuuu";

static char *put_escape(char *to, unsigned char byte)
{
    to = put_char(to, '\\');
    to = put_char(to, escape_of[byte]);
    if (escape_of[byte] != 'u')
        return to;
    return put_hex(put_text(to, "00"), byte);
}

/* Most bytes stand for themselves: runs of them are copied at once. */
char *json_put_string(char *to, struct bytes text, size_t max)
{
    const char *at = text.at;
    const char *end = at + (text.len < max ? text.len : max);

    to = put_char(to, '"');
    while (at < end) {
        const char *from = at;

        while (at < end && escape_of[(unsigned char)*at] == '-')
            at++;
        to = put_bytes(to, (struct bytes){from, (size_t)(at - from)});
        if (at < end)
            to = put_escape(to, (unsigned char)*at++);
    }
    return put_char(to, '"');
}
