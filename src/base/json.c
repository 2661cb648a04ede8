#include "base/json.h"

#include "base/put.h"

/* What each byte becomes in a string of JSON (RFC 8259, 7): itself ('-'), this
 * letter behind a backslash, or its number behind "\u". */
static const char escape_of[] = "uuuuuuuuutnuuruu"
                                "uuuuuuuuuuuuuuuu"
                                "--\"-------------" /* from the space on */
                                "----------------"
                                "----------------"
                                "------------\\---"
                                "----------------"
                                "---------------u"
                                "uuuuuuuuuuuuuuuu" /* no ASCII */
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

/* Runs of bytes that stand for themselves are most of what there is, and are
 * copied as they are. */
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
