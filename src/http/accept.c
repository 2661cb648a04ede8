#include "http/accept.h"

/* Cuts what precedes the next `separator` outside of quotes off the front of
 * `text`, and the separator with it (RFC 9110, 5.6.4 and 5.6.6). */
static struct bytes cut_until(struct bytes *text, char separator)
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

/* Whether a qvalue (RFC 9110, 12.4.2) is valid and above 0: "0.001" to "1". */
static bool is_above_zero(struct bytes weight)
{
    bool is_above = false;

    if (weight.len == 0 || weight.len > sizeof("0.000") - 1 ||
        (weight.at[0] != '0' && weight.at[0] != '1') ||
        (weight.len > 1 && weight.at[1] != '.'))
        return false;
    for (size_t i = 2; i < weight.len; i++) {
        if (weight.at[i] < '0' || weight.at[i] > '9')
            return false;
        is_above = is_above || weight.at[i] != '0';
    }
    return weight.at[0] == '1' ? !is_above : is_above;
}

static bool is_weight(struct bytes parameter)
{
    return parameter.len >= 2 && bytes_lower(parameter.at[0]) == 'q' &&
           parameter.at[1] == '=';
}

/* Whether one element of the list, "text/html;q=0.8", names the type. */
static bool element_names(struct bytes element, struct bytes type)
{
    if (!bytes_equal_nocase(cut_until(&element, ';'), type))
        return false;
    while (element.len > 0) {
        struct bytes parameter = cut_until(&element, ';');

        if (is_weight(parameter))
            return is_above_zero(
                (struct bytes){parameter.at + 2, parameter.len - 2});
    }
    return true;
}

bool accept_names(const struct request *request, struct bytes type)
{
    size_t next = 0;
    struct bytes value;

    while (request_find_next(request, BYTES("accept"), &next, &value))
        while (value.len > 0)
            if (element_names(cut_until(&value, ','), type))
                return true;
    return false;
}
