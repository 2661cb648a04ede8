#include "site/query.h"

char query_cut(struct bytes *text)
{
    char c = text->at[0];
    size_t len = 1;

    assert(text->len > 0);
    if (c == '+') {
        c = ' ';
    } else if (c == '%' && text->len >= 3 &&
               bytes_hex_digit(text->at[1]) != BYTES_NO_DIGIT &&
               bytes_hex_digit(text->at[2]) != BYTES_NO_DIGIT) {
        c = (char)(bytes_hex_digit(text->at[1]) << 4 |
                   bytes_hex_digit(text->at[2]));
        len = 3;
    }
    *text = (struct bytes){text->at + len, text->len - len};
    return c;
}

bool query_equal(struct bytes a, struct bytes b)
{
    while (a.len > 0 && b.len > 0)
        if (query_cut(&a) != query_cut(&b))
            return false;
    return a.len == 0 && b.len == 0;
}

bool query_find(struct bytes query, struct bytes name, struct bytes *value)
{
    if (query.len > 0 && query.at[0] == '?')
        query = (struct bytes){query.at + 1, query.len - 1};
    while (query.len > 0) {
        const char *end = memchr(query.at, '&', query.len);
        size_t len = end != NULL ? (size_t)(end - query.at) : query.len;
        const char *equals = memchr(query.at, '=', len);
        size_t name_len = equals != NULL ? (size_t)(equals - query.at) : len;

        if (query_equal((struct bytes){query.at, name_len}, name)) {
            size_t skip = name_len + (equals != NULL);

            *value = (struct bytes){query.at + skip, len - skip};
            return true;
        }
        len += end != NULL ? 1 : 0;
        query = (struct bytes){query.at + len, query.len - len};
    }
    return false;
}
