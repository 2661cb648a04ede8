#include "http/frame.h"

enum { REST_LEN = sizeof(" HTTP/1.1\r\n") - 1 }; /* behind the target */

/* The request line is METHOD SP target SP HTTP-version CRLF, and not one byte
 * more or less. */
static unsigned read_request_line(struct request *r, const char *head,
                                  size_t len)
{
    const char *rest = head + r->target.to;
    const char *space = memchr(head, ' ', r->target.from);

    if (space == NULL || space + 1 != head + r->target.from ||
        len - r->target.to < REST_LEN || memcmp(rest, " HTTP/", 6) != 0 ||
        rest[7] != '.' || rest[9] != '\r' || rest[10] != '\n')
        return 400;
    if (rest[6] != '1' || (rest[8] != '0' && rest[8] != '1'))
        return 505;
    r->method_name = (struct part){0, (uint16_t)(r->target.from - 1)};
    r->is_1_1 = rest[8] == '1';
    return 0;
}

/* A field line is name ":" OWS value OWS CRLF. Moves *at behind it. False: it
 * is not. That a name is a token, and a value without controls, llhttp has
 * seen. */
static bool read_field_line(struct request *r, const char **at, const char *end)
{
    const char *name = *at;
    const char *line_end = memchr(name, '\n', (size_t)(end - name));
    const char *colon, *from, *to;
    enum field_id id;

    if (line_end == NULL || line_end[-1] != '\r' || bytes_is_space(name[0]))
        return false;
    to = line_end - 1;
    colon = memchr(name, ':', (size_t)(to - name));
    if (colon == NULL || colon == name || bytes_is_space(colon[-1]))
        return false;
    *at = line_end + 1;

    id = field_recognize((struct bytes){name, (size_t)(colon - name)});
    if (id == FIELD_OTHER)
        return true;
    for (from = colon + 1; from < to && bytes_is_space(*from);)
        from++;
    while (to > from && bytes_is_space(to[-1]))
        to--;
    request_add(
        r, id,
        (struct part){(uint16_t)(from - r->head), (uint16_t)(to - r->head)});
    return true;
}

unsigned frame_read(struct request *r, const char *head, size_t len,
                    unsigned fields_max)
{
    const char *end = head + len;
    const char *at = head + r->target.to + REST_LEN;
    unsigned status = read_request_line(r, head, len);

    r->head = head;
    r->seen = 0;
    r->field_count = 0;
    for (unsigned lines = 0; status == 0; lines++) {
        if (end - at >= 2 && at[0] == '\r' && at[1] == '\n') {
            r->head_len = (size_t)(at - head) + 2;
            return 0;
        }
        if (lines == fields_max)
            status = 431;
        else if (!read_field_line(r, &at, end))
            status = 400;
    }
    return status;
}

bool frame_is_token_char(char c)
{
    bool is_letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
    bool is_digit = c >= '0' && c <= '9';

    return is_letter || is_digit ||
           (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

unsigned frame_judge_method(const char *head, size_t len)
{
    size_t at = 0;

    while (at < len && at < FRAME_METHOD_MAX && frame_is_token_char(head[at]))
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
    /* One of ours: then it is the method that may not stand before it. */
    return at[6] == '1' && (at[8] == '0' || at[8] == '1') ? 400 : 505;
}
