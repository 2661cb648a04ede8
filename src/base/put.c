#include "base/put.h"

static bool is_plain(char c, char quote)
{
    return c >= ' ' && c < 0x7f && c != '\\' && c != quote;
}

/* Copies the first bytes of `text` that stand for themselves, `max` at most.
 * Returns how many. They are few, and so copied one by one. */
static size_t copy_plain(char *to, struct bytes text, size_t max, char quote)
{
    size_t most = text.len < max ? text.len : max, len = 0;

    for (; len < most && is_plain(text.at[len], quote); len++)
        to[len] = text.at[len];
    return len;
}

static inline char *put_all(char *to, size_t max, struct bytes *text,
                            char quote)
{
    const char *end = to + max;

    for (;;) {
        size_t len = copy_plain(to, *text, (size_t)(end - to), quote);

        to += len;
        text->at += len;
        text->len -= len;
        if (text->len == 0 || end - to < 4)
            return to;
        to = put_hex(put_text(to, "\\x"), (unsigned char)*text->at);
        text->at++;
        text->len--;
    }
}

char *put_printable(char *to, size_t max, struct bytes *text)
{
    return put_all(to, max, text, '\\'); /* no quote: '\' is escaped anyway */
}

char *put_escaped(char *to, size_t max, struct bytes *text)
{
    return put_all(to, max, text, '"');
}
