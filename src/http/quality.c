#include "http/quality.h"

struct bytes quality_cut(struct bytes *text, char separator)
{
    struct bytes part = {text->at, 0};
    bool is_quoted = false;

    for (; part.len < text->len; part.len++) {
        char c = text->at[part.len];

        if (c == separator && !is_quoted)
            break;
        if (c == '"')
            is_quoted = !is_quoted;
        if (c == '\\' && is_quoted && part.len + 1 < text->len)
            part.len++;
    }
    text->at += part.len;
    text->len -= part.len;
    if (text->len > 0) {
        text->at++;
        text->len--;
    }
    return bytes_trim(part);
}

/* A qvalue (RFC 9110, 12.4.2), "0" to "1" with at most three digits behind the
 * point, in thousandths; or QUALITY_BAD. */
static int read_weight(struct bytes weight)
{
    static const int worth[] = {1000, 0, 100, 10, 1};
    int sum = 0;

    if (weight.len == 0 || weight.len > sizeof("0.000") - 1 ||
        weight.at[0] > '1' || (weight.len > 1 && weight.at[1] != '.'))
        return QUALITY_BAD;
    for (size_t i = 0; i < weight.len; i++) {
        if (i == 1)
            continue;
        if (weight.at[i] < '0' || weight.at[i] > '9')
            return QUALITY_BAD;
        sum += (weight.at[i] - '0') * worth[i];
    }
    return sum <= QUALITY_MAX ? sum : QUALITY_BAD;
}

int quality_read(struct bytes element, struct bytes *name)
{
    *name = quality_cut(&element, ';');
    while (element.len > 0) {
        struct bytes parameter = quality_cut(&element, ';');

        if (parameter.len >= 2 && bytes_lower(parameter.at[0]) == 'q' &&
            parameter.at[1] == '=')
            return read_weight(
                (struct bytes){parameter.at + 2, parameter.len - 2});
    }
    return QUALITY_MAX;
}
