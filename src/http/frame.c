#include "http/frame.h"

/* The end of the white space (RFC 9110, 5.6.3: OWS) at `from`. */
static size_t skip_ows(const char *head, size_t from)
{
    while (head[from] == ' ' || head[from] == '\t')
        from++;
    return from;
}

unsigned frame_request_line(const char *head, size_t len, struct part target,
                            size_t *next)
{
    static const size_t rest_len = sizeof(" HTTP/1.1\r\n") - 1;
    const char *rest = head + target.to;
    const char *space = memchr(head, ' ', target.from);

    if (space == NULL || space + 1 != head + target.from ||
        len - target.to < rest_len || memcmp(rest, " HTTP/", 6) != 0 ||
        rest[7] != '.' || rest[9] != '\r' || rest[10] != '\n')
        return 400;
    if (rest[6] != '1' || (rest[8] != '0' && rest[8] != '1'))
        return 505;
    *next = target.to + rest_len;
    return 0;
}

unsigned frame_field_line(const char *head, struct part name,
                          struct part *value, size_t *next)
{
    size_t at = name.to;

    if (name.from == name.to || head[at] != ':')
        return 400;
    at = skip_ows(head, at + 1);
    if (value->from == value->to)
        *value = (struct part){(uint16_t)at, (uint16_t)at};
    else if (value->from != at)
        return 400;
    at = skip_ows(head, value->to);
    if (head[at] != '\r' || head[at + 1] != '\n')
        return 400;
    *next = at + 2;
    return 0;
}

/* RFC 9110, 5.6.2: tchar */
static bool is_token_char(char c)
{
    bool is_letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
    bool is_digit = c >= '0' && c <= '9';

    return is_letter || is_digit ||
           (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

unsigned frame_judge_method(const char *head, size_t len)
{
    size_t at = 0;

    while (at < len && at < FRAME_METHOD_MAX && is_token_char(head[at]))
        at++;
    if (at == FRAME_METHOD_MAX)
        return 501;
    if (at == len)
        return 0;
    return at > 0 && head[at] == ' ' ? 501 : 400;
}

unsigned frame_judge_version(const char *at, size_t len)
{
    static const char form[] = " HTTP/d.d\r\n";

    for (size_t i = 0; i < sizeof(form) - 1; i++) {
        if (i == len)
            return 0;
        if (form[i] == 'd' ? at[i] < '0' || at[i] > '9' : at[i] != form[i])
            return 400;
    }
    return 505;
}
