#include "http/body.h"

#include <assert.h>

#include "base/bytes.h"
#include "http/head_lines.h"

enum { SIZE_DIGITS_MAX = 16 }; /* of 64 bits; leading zeros count too */

void body_init_length(struct body *body, uint64_t length)
{
    *body = (struct body){.state = length > 0 ? BODY_CONTENT : BODY_DONE,
                          .left = length};
}

void body_init_chunked(struct body *body)
{
    *body = (struct body){.state = CHUNK_SIZE_FIRST};
}

/* Appends a digit to a chunk's size. False: not a digit, or one too many. */
static bool add_digit(struct body *body, char c)
{
    unsigned digit = bytes_hex_digit(c);

    if (digit == BYTES_NO_DIGIT || ++body->digits > SIZE_DIGITS_MAX)
        return false;
    body->left = body->left << 4 | digit;
    return true;
}

/* Whether a quoted string or a field's value may contain it: no control but a
 * tab. */
static bool is_text(char c)
{
    unsigned char byte = (unsigned char)c;

    return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
}

/* The chunk's size has been read. Returns STATUS_NONE or 413. */
static enum status begin_chunk(struct body *body,
                               const struct body_limits *limits)
{
    assert(body->content_len <= limits->content_max);
    assert(body->digits > 0 && body->digits <= SIZE_DIGITS_MAX);
    if (body->left > limits->content_max - body->content_len)
        return STATUS_CONTENT_TOO_LARGE;
    body->content_len += (size_t)body->left;
    body->state = body->left > 0 ? CHUNK_DATA : TRAILER_FIRST;
    return STATUS_NONE;
}

/* `c` must be `wanted`; the next state is `next`. Returns STATUS_NONE or 400.
 */
static enum status expect(struct body *body, char c, char wanted,
                          enum body_state next)
{
    body->state = next;
    return c == wanted ? STATUS_NONE : STATUS_BAD_REQUEST;
}

/* After a size, or an extension with a value, an extension may begin. */
static enum status begin_extension(struct body *body, char c)
{
    if (bytes_is_space(c))
        return expect(body, c, c, CHUNK_SPACE);
    return expect(body, c, ';', EXT_NAME_FIRST);
}

static enum status expect_token(struct body *body, char c, enum body_state next)
{
    body->state = next;
    return head_is_token_char(c) ? STATUS_NONE : STATUS_BAD_REQUEST;
}

/* The byte after an extension's name. */
static enum status end_name(struct body *body, char c)
{
    if (bytes_is_space(c))
        return expect(body, c, c, EXT_NAME_SPACE);
    if (c == '=')
        return expect(body, c, '=', EXT_VALUE_FIRST);
    return expect(body, c, ';', EXT_NAME_FIRST);
}

/* chunk-ext = *( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] )
 * One byte of it, not a CR. Returns STATUS_NONE or 400. */
static enum status read_extension(struct body *body, char c)
{
    switch (body->state) {
    case EXT_NAME_FIRST:
        return bytes_is_space(c) ? STATUS_NONE
                                 : expect_token(body, c, EXT_NAME);
    case EXT_NAME:
        return head_is_token_char(c) ? STATUS_NONE : end_name(body, c);
    case EXT_NAME_SPACE:
        return end_name(body, c);
    case EXT_VALUE_FIRST:
        if (bytes_is_space(c))
            return STATUS_NONE;
        return c == '"' ? expect(body, c, '"', EXT_QUOTED)
                        : expect_token(body, c, EXT_TOKEN);
    case EXT_TOKEN:
        return head_is_token_char(c) ? STATUS_NONE : begin_extension(body, c);
    case EXT_QUOTED:
        if (c == '"')
            return expect(body, c, '"', EXT_QUOTED_END);
        return c == '\\' ? expect(body, c, '\\', EXT_QUOTED_PAIR) : STATUS_NONE;
    case EXT_QUOTED_PAIR:
        return expect(body, c, c, EXT_QUOTED);
    default:
        return begin_extension(body, c);
    }
}

/* Whether the line may end here. */
static bool size_is_whole(const struct body *body)
{
    return body->state == CHUNK_SIZE || body->state == EXT_NAME ||
           body->state == EXT_TOKEN || body->state == EXT_QUOTED_END;
}

/* One byte of the line with a chunk's size. */
static enum status read_size(struct body *body,
                             const struct body_limits *limits, char c)
{
    if (body->state == CHUNK_SIZE_FIRST) {
        body->state = CHUNK_SIZE;
        body->left = 0;
        body->digits = 0;
        return add_digit(body, c) ? STATUS_NONE : STATUS_BAD_REQUEST;
    }
    if (body->state == CHUNK_SIZE_LF)
        return c == '\n' ? begin_chunk(body, limits) : STATUS_BAD_REQUEST;
    if (c == '\r' && size_is_whole(body))
        return expect(body, c, '\r', CHUNK_SIZE_LF);
    if (body->state == CHUNK_SIZE && add_digit(body, c))
        return STATUS_NONE;
    if (body->digits > SIZE_DIGITS_MAX)
        return STATUS_BAD_REQUEST;
    if (!is_text(c))
        return STATUS_BAD_REQUEST;
    if (++body->extension_len > limits->extra_max)
        return STATUS_CONTENT_TOO_LARGE;
    return read_extension(body, c);
}

/* One byte of a trailer section. */
static enum status read_trailer(struct body *body,
                                const struct body_limits *limits, char c)
{
    if (body->state == TRAILER_LAST_LF)
        return expect(body, c, '\n', BODY_DONE);
    if (body->state == TRAILER_LF)
        return expect(body, c, '\n', TRAILER_FIRST);
    if (c == '\r' && body->state == TRAILER_FIRST)
        return expect(body, c, '\r', TRAILER_LAST_LF);
    if (c == '\r' && body->state == TRAILER_VALUE)
        return expect(body, c, '\r', TRAILER_LF);
    if (++body->trailer_len > limits->extra_max)
        return STATUS_HEAD_TOO_LARGE;
    if (body->state == TRAILER_VALUE)
        return is_text(c) ? STATUS_NONE : STATUS_BAD_REQUEST;
    if (c == ':' && body->state == TRAILER_NAME)
        return expect(body, c, ':', TRAILER_VALUE);
    body->state = TRAILER_NAME;
    return head_is_token_char(c) ? STATUS_NONE : STATUS_BAD_REQUEST;
}

static enum status read_byte(struct body *body,
                             const struct body_limits *limits, char c)
{
    switch (body->state) {
    case CHUNK_SIZE_FIRST:
    case CHUNK_SIZE:
    case CHUNK_SPACE:
    case EXT_NAME_FIRST:
    case EXT_NAME:
    case EXT_NAME_SPACE:
    case EXT_VALUE_FIRST:
    case EXT_TOKEN:
    case EXT_QUOTED:
    case EXT_QUOTED_PAIR:
    case EXT_QUOTED_END:
    case CHUNK_SIZE_LF:
        return read_size(body, limits, c);
    case CHUNK_DATA_CR:
        return expect(body, c, '\r', CHUNK_DATA_LF);
    case CHUNK_DATA_LF:
        return expect(body, c, '\n', CHUNK_SIZE_FIRST);
    case TRAILER_FIRST:
    case TRAILER_NAME:
    case TRAILER_VALUE:
    case TRAILER_LF:
    case TRAILER_LAST_LF:
        return read_trailer(body, limits, c);
    case BODY_DONE:
    case BODY_CONTENT:
    case CHUNK_DATA:
        break; /* not read byte by byte */
    }
    return STATUS_BAD_REQUEST;
}

/* Drops content. Returns how many of the `len` bytes belong to it. */
static size_t drop_content(struct body *body, size_t len)
{
    size_t dropped = body->left < len ? (size_t)body->left : len;

    assert(body->left > 0); /* or the state would have changed */
    body->left -= dropped;
    if (body->left == 0)
        body->state = body->state == BODY_CONTENT ? BODY_DONE : CHUNK_DATA_CR;
    return dropped;
}

enum status body_read(struct body *body, const struct body_limits *limits,
                      const char *in, size_t len, size_t *used)
{
    enum status status = STATUS_NONE;
    size_t at = 0;

    while (at < len && status == STATUS_NONE && !body_is_done(body)) {
        if (body->state == BODY_CONTENT || body->state == CHUNK_DATA)
            at += drop_content(body, len - at);
        else
            status = read_byte(body, limits, in[at++]);
    }
    assert(at == len || status != STATUS_NONE || body_is_done(body));
    *used = at;
    return status;
}
