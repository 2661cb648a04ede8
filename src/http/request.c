#include "http/request.h"

#include <assert.h>

static enum field_id only_if(bool is_named, enum field_id id)
{
    return is_named ? id : FIELD_OTHER;
}

enum field_id field_recognize(struct bytes name)
{
    switch (name.len) {
    case 4:
        return only_if(bytes_is_word(name, BYTES("host")), FIELD_HOST);
    case 5:
        return only_if(bytes_is_word(name, BYTES("range")), FIELD_RANGE);
    case 6:
        return only_if(bytes_is_word(name, BYTES("expect")), FIELD_EXPECT);
    case 8:
        if (bytes_is_word(name, BYTES("if-match")))
            return FIELD_IF_MATCH;
        return only_if(bytes_is_word(name, BYTES("if-range")), FIELD_IF_RANGE);
    case 10:
        return only_if(bytes_is_word(name, BYTES("connection")),
                       FIELD_CONNECTION);
    case 13:
        return only_if(bytes_is_word(name, BYTES("if-none-match")),
                       FIELD_IF_NONE_MATCH);
    case 14:
        return only_if(bytes_is_word(name, BYTES("content-length")),
                       FIELD_CONTENT_LENGTH);
    case 17:
        if (bytes_is_word(name, BYTES("if-modified-since")))
            return FIELD_IF_MODIFIED_SINCE;
        return only_if(bytes_is_word(name, BYTES("transfer-encoding")),
                       FIELD_TRANSFER_ENCODING);
    case 19:
        return only_if(bytes_is_word(name, BYTES("if-unmodified-since")),
                       FIELD_IF_UNMODIFIED_SINCE);
    default:
        return FIELD_OTHER;
    }
}

bool request_find_next(const struct request *request, struct bytes name,
                       size_t *next, struct bytes *value)
{
    const char *end = request->head + request->head_len;
    const char *line = request->head + *next;

    assert(*next < request->head_len && end[-1] == '\n' && end[-2] == '\r');
    if (*next == 0) { /* after the request line */
        line = memchr(line, '\n', request->head_len);
        assert(line != NULL);
        line++;
    }
    for (; line[0] != '\r'; line++) { /* to the empty line */
        const char *colon = memchr(line, ':', (size_t)(end - line));
        const char *line_end = memchr(line, '\n', (size_t)(end - line));

        if (bytes_equal_nocase((struct bytes){line, (size_t)(colon - line)},
                               name)) {
            *value = bytes_trim(
                (struct bytes){colon + 1, (size_t)(line_end - 1 - colon - 1)});
            *next = (size_t)(line_end + 1 - request->head);
            return true;
        }
        line = line_end;
    }
    return false;
}

bool request_find(const struct request *request, struct bytes name,
                  struct bytes *value)
{
    size_t next = 0;

    return request_find_next(request, name, &next, value);
}

bool request_next(const struct request *request, enum field_id id,
                  unsigned *next, struct bytes *value)
{
    while (*next < request->field_count) {
        const struct field *field = &request->fields[(*next)++];

        if (field->id == id) {
            *value = request_part(request, field->value);
            return true;
        }
    }
    return false;
}

bool request_only(const struct request *request, enum field_id id,
                  struct bytes *value)
{
    unsigned next = 0;

    return request_has(request, id) && (request->twice >> id & 1) == 0 &&
           request_next(request, id, &next, value);
}

void request_add(struct request *request, enum field_id id, struct part value)
{
    assert(request->field_count < REQUEST_FIELDS_MAX);
    request->twice |= request->seen & UINT32_C(1) << id;
    request->seen |= UINT32_C(1) << id;
    request->fields[request->field_count++] = (struct field){id, value};
}

/* Transfer-Encoding (RFC 9112, 6.1, 6.3 and 7): only chunked is supported. If
 * the last coding is not chunked, the body has no end: 400, whatever the coding
 * is. Another coding before it is 501. Returns STATUS_NONE or the refusal. */
static enum status judge_codings(const struct request *r)
{
    unsigned next = 0, chunked_count = 0, count = 0;
    bool chunked_is_last = false;
    struct bytes list;

    while (request_next(r, FIELD_TRANSFER_ENCODING, &next, &list)) {
        while (list.len > 0) {
            struct bytes coding = bytes_cut_member(&list);

            if (coding.len == 0)
                continue;
            chunked_is_last = bytes_is_word(coding, BYTES("chunked"));
            chunked_count += chunked_is_last;
            count++;
        }
    }
    if (chunked_count != 1 || !chunked_is_last)
        return STATUS_BAD_REQUEST;
    return count > 1 ? STATUS_NOT_IMPLEMENTED : STATUS_NONE;
}

bool request_judge_persistence(const struct request *r)
{
    bool keeps = r->is_1_1;
    unsigned next = 0;
    struct bytes list;

    if (!request_has(r, FIELD_CONNECTION))
        return keeps;
    while (request_next(r, FIELD_CONNECTION, &next, &list)) {
        if (bytes_is_word(list, BYTES("keep-alive"))) { /* the usual value */
            keeps = true;
            continue;
        }
        while (list.len > 0) {
            struct bytes option = bytes_cut_member(&list);

            if (bytes_is_word(option, BYTES("close")))
                return false;
            keeps = keeps || bytes_is_word(option, BYTES("keep-alive"));
        }
    }
    return keeps;
}

enum status request_judge_framing(struct request *r, size_t body_max)
{
    struct bytes value;

    r->content_length = 0;
    r->is_chunked = request_has(r, FIELD_TRANSFER_ENCODING);
    if (r->is_chunked) {
        if (!r->is_1_1 || request_has(r, FIELD_CONTENT_LENGTH))
            return STATUS_BAD_REQUEST;
        return judge_codings(r);
    }
    if (!request_has(r, FIELD_CONTENT_LENGTH))
        return STATUS_NONE;
    if (!request_only(r, FIELD_CONTENT_LENGTH, &value) ||
        !bytes_to_u64(value, &r->content_length))
        return STATUS_BAD_REQUEST;
    return r->content_length > body_max ? STATUS_CONTENT_TOO_LARGE
                                        : STATUS_NONE;
}

enum status request_judge_expectation(struct request *r)
{
    bool waits = false;
    unsigned next = 0;
    struct bytes list;

    r->expects_continue = false;
    if (!request_has(r, FIELD_EXPECT))
        return STATUS_NONE;
    while (request_next(r, FIELD_EXPECT, &next, &list)) {
        while (list.len > 0) {
            struct bytes expectation = bytes_cut_member(&list);

            if (expectation.len == 0)
                continue;
            if (!bytes_is_word(expectation, BYTES("100-continue")))
                return STATUS_EXPECTATION_FAILED;
            waits = true;
        }
    }
    r->expects_continue = waits && r->is_1_1 && request_has_body(r);
    return STATUS_NONE;
}
