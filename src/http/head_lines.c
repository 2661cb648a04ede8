#include "http/head_lines.h"

#include <assert.h>

#include "base/find.h"

enum { REST_LEN = sizeof(" HTTP/1.1\r\n") - 1 }; /* after the target */

/* The request line is METHOD SP target SP HTTP-version CRLF, and not one byte
 * more or less. */
static enum status read_request_line(struct request *r, const char *head,
                                     size_t len)
{
    const char *rest = head + r->target.to;
    const char *space =
        len < FIND_STEP ? NULL : find_byte(head, head + len, ' ');

    if (space == NULL || space + 1 != head + r->target.from ||
        len - r->target.to < REST_LEN)
        return STATUS_BAD_REQUEST;
    r->method_name = (struct part){0, (uint16_t)(r->target.from - 1)};
    r->is_1_1 = rest[8] != '0';
    return memcmp(rest, " HTTP/1.1\r\n", REST_LEN) == 0
               ? STATUS_NONE
               : head_lines_judge_version(rest, REST_LEN);
}

static bool is_empty_line(const char *at, const char *end)
{
    return end - at >= 2 && at[0] == '\r' && at[1] == '\n';
}

/* Adds the field with the value between `from` and `to`, without the white
 * space around it. */
static void keep_field(struct request *r, enum field_id id, const char *from,
                       const char *to)
{
    while (from < to && bytes_is_space(*from))
        from++;
    while (to > from && bytes_is_space(to[-1]))
        to--;
    request_add(
        r, id,
        (struct part){(uint16_t)(from - r->head), (uint16_t)(to - r->head)});
}

/* A field line is name ":" OWS value OWS CRLF; its name ends at `colon`, if
 * that is one. Returns where the next line begins. NULL: not a field line.
 * llhttp has checked that the name is a token and the value has no controls. */
static const char *read_field_line(struct request *r, const char *name,
                                   const char *colon, const char *end)
{
    const char *line_end;
    enum field_id id;

    if (*colon != ':' || colon == name)
        return NULL;
    line_end = find_byte(colon, end, '\n');
    if (line_end == NULL || line_end[-1] != '\r')
        return NULL;
    id = field_recognize((struct bytes){name, (size_t)(colon - name)});
    if (id != FIELD_OTHER)
        keep_field(r, id, colon + 1, line_end - 1);
    return line_end + 1;
}

enum status head_lines_read(struct request *r, const char *head, size_t len,
                            unsigned fields_max)
{
    const char *end = head + len;
    const char *at = head + r->target.to + REST_LEN;
    enum status status = read_request_line(r, head, len);

    r->head = head;
    r->seen = 0;
    r->twice = 0;
    r->field_count = 0;
    if (status != STATUS_NONE)
        return status;
    for (unsigned lines = 0;; lines++) {
        const char *name_end = find_byte_or_space(at, end, ':');

        if (name_end == at && is_empty_line(at, end))
            break;
        if (lines == fields_max)
            return STATUS_HEAD_TOO_LARGE;
        if (name_end != NULL)
            at = read_field_line(r, at, name_end, end);
        if (name_end == NULL || at == NULL)
            return STATUS_BAD_REQUEST;
    }
    r->head_len = (size_t)(at - head) + 2;
    return STATUS_NONE;
}

bool head_is_token_char(char c)
{
    bool is_letter = bytes_lower(c) >= 'a' && bytes_lower(c) <= 'z';
    bool is_digit = c >= '0' && c <= '9';

    return is_letter || is_digit ||
           (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

enum status head_lines_judge_method(const char *head, size_t len)
{
    size_t at = 0;

    while (at < len && at < HEAD_METHOD_MAX && head_is_token_char(head[at]))
        at++;
    if (at == HEAD_METHOD_MAX)
        return STATUS_NOT_IMPLEMENTED;
    return at == len || (at > 0 && head[at] == ' ') ? STATUS_NONE
                                                    : STATUS_BAD_REQUEST;
}

enum status head_lines_judge_version(const char *at, size_t len)
{
    static const char form[] = " HTTP/d.d\r\n";

    for (size_t i = 0; i < REST_LEN; i++) {
        if (i == len)
            return STATUS_NONE;
        if (form[i] == 'd' ? at[i] < '0' || at[i] > '9' : at[i] != form[i])
            return STATUS_BAD_REQUEST;
    }
    return at[6] == '1' ? STATUS_NONE : STATUS_VERSION_NOT_SUPPORTED;
}

enum status head_lines_judge_start(const char *head, size_t len,
                                   struct part target)
{
    if (target.from < 2 || head[target.from - 1] != ' ' ||
        head[target.from - 2] == ' ')
        return STATUS_BAD_REQUEST;
    return head_lines_judge_version(head + target.to, len - target.to);
}

static bool is_visible(char c)
{
    return c > 0x20 && c < 0x7f;
}

enum status head_lines_judge_unknown(const char *head, size_t len)
{
    const char *space = memchr(head, ' ', len);
    size_t from, at;
    enum status status;

    assert(len > 0 && head[len - 1] == '\n');
    if (space == NULL)
        return STATUS_BAD_REQUEST;
    from = at = (size_t)(space - head) + 1;
    while (is_visible(head[at])) /* stops at the LF */
        at++;
    if (at == from)
        return STATUS_BAD_REQUEST;
    status = head_lines_judge_version(head + at, len - at);
    return status != STATUS_NONE ? status : STATUS_NOT_IMPLEMENTED;
}
