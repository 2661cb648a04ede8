/* response_reader.h -- a small reader of responses, independent of the server
 *
 * It is strict (RFC 9112, 4 and 6.3), and refuses what a client could misread.
 * Does not use Check, since the fuzzers use it too. */
#ifndef UNIT_RESPONSE_READER_H
#define UNIT_RESPONSE_READER_H

#include <strings.h>

#include "base/bytes.h"

struct response {
    unsigned status;
    struct bytes head; /* with its empty line */
    struct bytes body;
    bool closes; /* "Connection: close" */
};

static inline bool response_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The value of the only line of this name; .at is NULL where there is none.
 * False: there are several. */
static inline bool response_field(const struct response *response,
                                  const char *name, struct bytes *value)
{
    const char *at = response->head.at, *end = at + response->head.len;
    size_t len = strlen(name);

    *value = (struct bytes){NULL, 0};
    while ((at = memchr(at, '\n', (size_t)(end - at))) != NULL &&
           (size_t)(end - ++at) > len) {
        const char *line_end = memchr(at, '\r', (size_t)(end - at));

        if (strncasecmp(at, name, len) != 0 || at[len] != ':')
            continue;
        if (value->at != NULL)
            return false;
        *value = bytes_trim(
            (struct bytes){at + len + 1, (size_t)(line_end - at) - len - 1});
    }
    return true;
}

/* Whether each line is printable and ends in CRLF, and the first is a status
 * line. */
static inline bool response_head_is_good(struct bytes head)
{
    if (head.len < 15 || memcmp(head.at, "HTTP/1.1 ", 9) != 0 ||
        head.at[12] != ' ')
        return false;
    for (int i = 9; i < 12; i++)
        if (!response_is_digit(head.at[i]))
            return false;
    for (size_t i = 0; i < head.len; i++) {
        unsigned char c = (unsigned char)head.at[i];

        if (c == '\r'   ? head.at[i + 1] != '\n'
            : c == '\n' ? head.at[i - 1] != '\r'
                        : c < ' ' || c > '~')
            return false;
    }
    return true;
}

/* Cuts the next response off `rest`; `to_head`: it responds to HEAD. False: it
 * is not a response. */
static inline bool response_cut(struct bytes *rest, bool to_head,
                                struct response *response)
{
    const char *end =
        rest->len == 0 ? NULL : memmem(rest->at, rest->len, "\r\n\r\n", 4);
    struct bytes length, date, connection;
    uint64_t len = 0;
    bool has_body;

    if (end == NULL)
        return false;
    response->head = (struct bytes){rest->at, (size_t)(end - rest->at) + 4};
    if (!response_head_is_good(response->head))
        return false;
    response->status = (unsigned)(rest->at[9] - '0') * 100 +
                       (unsigned)(rest->at[10] - '0') * 10 +
                       (unsigned)(rest->at[11] - '0');
    if (!response_field(response, "Content-Length", &length) ||
        !response_field(response, "Date", &date) ||
        !response_field(response, "Connection", &connection))
        return false;

    has_body = response->status >= 200 && response->status != 204;
    if (has_body && response->status != 304 && length.at == NULL)
        return false;
    if (!has_body && length.at != NULL)
        return false;
    if (response->status >= 200 && date.len != 29)
        return false;
    if (length.at != NULL && !bytes_to_u64(length, &len))
        return false;
    if (!has_body || to_head || response->status == 304)
        len = 0;
    if (rest->len - response->head.len < len)
        return false;
    response->closes = bytes_equal_nocase(connection, BYTES("close"));
    response->body = (struct bytes){rest->at + response->head.len, (size_t)len};
    rest->at += response->head.len + len;
    rest->len -= response->head.len + len;
    return true;
}

/* Makes all dates the same, so that responses of two seconds compare. */
static inline void responses_blank_dates(char *at, size_t len)
{
    static const char name[] = "\r\nDate: ";
    char *date;

    while (len > 0 &&
           (date = memmem(at, len, name, sizeof(name) - 1)) != NULL) {
        date += sizeof(name) - 1;
        len -= (size_t)(date - at);
        memset(date, '*', len < 29 ? len : 29);
        at = date;
    }
}

/* Removes all "100 Continue". Whether it is sent depends on whether content
 * has come by then (RFC 9110, 10.1.1). Returns the new length. */
static inline size_t responses_drop_continues(char *at, size_t len)
{
    static const char text[] = "HTTP/1.1 100 Continue\r\n\r\n";
    const size_t text_len = sizeof(text) - 1;
    char *found, *from = at;

    while ((found = memmem(from, len - (size_t)(from - at), text, text_len)) !=
           NULL) {
        memmove(found, found + text_len, len - (size_t)(found - at) - text_len);
        len -= text_len;
        from = found;
    }
    return len;
}

#endif
