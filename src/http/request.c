#include "http/request.h"

#include <assert.h>

struct known_field {
    enum field_id id;
    struct bytes name;
};

/* In order of length, as the enum is; first_of says where a length begins. */
static const struct known_field known_fields[FIELD_IDS] = {
    {FIELD_HOST, {"host", 4}},
    {FIELD_RANGE, {"range", 5}},
    {FIELD_EXPECT, {"expect", 6}},
    {FIELD_IF_MATCH, {"if-match", 8}},
    {FIELD_IF_RANGE, {"if-range", 8}},
    {FIELD_CONNECTION, {"connection", 10}},
    {FIELD_IF_NONE_MATCH, {"if-none-match", 13}},
    {FIELD_CONTENT_LENGTH, {"content-length", 14}},
    {FIELD_IF_MODIFIED_SINCE, {"if-modified-since", 17}},
    {FIELD_TRANSFER_ENCODING, {"transfer-encoding", 17}},
    {FIELD_IF_UNMODIFIED_SINCE, {"if-unmodified-since", 19}},
};

static const unsigned char first_of[] = {
    [4] = FIELD_HOST + 1,
    [5] = FIELD_RANGE + 1,
    [6] = FIELD_EXPECT + 1,
    [8] = FIELD_IF_MATCH + 1,
    [10] = FIELD_CONNECTION + 1,
    [13] = FIELD_IF_NONE_MATCH + 1,
    [14] = FIELD_CONTENT_LENGTH + 1,
    [17] = FIELD_IF_MODIFIED_SINCE + 1,
    [19] = FIELD_IF_UNMODIFIED_SINCE + 1,
};

/* Of a token and a name in small letters: no other character of a token becomes
 * a small letter or a hyphen by this bit. Eight at a time, while there are. */
static bool token_is(const char *token, struct bytes name)
{
    const uint64_t small = UINT64_C(0x2020202020202020);
    uint64_t a, b;
    size_t i;

    for (i = 0; i + sizeof(a) <= name.len; i += sizeof(a)) {
        memcpy(&a, token + i, sizeof(a));
        memcpy(&b, name.at + i, sizeof(b));
        if ((a | small) != b)
            return false;
    }
    for (; i < name.len; i++)
        if ((token[i] | 0x20) != name.at[i])
            return false;
    return true;
}

enum field_id field_recognize(struct bytes name)
{
    if (name.len >= sizeof(first_of) || first_of[name.len] == 0)
        return FIELD_OTHER;
    for (size_t id = first_of[name.len] - 1U;
         id < FIELD_IDS && known_fields[id].name.len == name.len; id++)
        if (token_is(name.at, known_fields[id].name))
            return known_fields[id].id;
    return FIELD_OTHER;
}

bool request_find(const struct request *request, struct bytes name,
                  struct bytes *value)
{
    const char *end = request->head + request->head_len;
    const char *line = memchr(request->head, '\n', request->head_len);

    for (line++; line[0] != '\r'; line++) { /* to the empty line */
        const char *colon = memchr(line, ':', (size_t)(end - line));
        const char *line_end = memchr(line, '\n', (size_t)(end - line));

        if (bytes_equal_nocase((struct bytes){line, (size_t)(colon - line)},
                               name)) {
            *value = bytes_trim(
                (struct bytes){colon + 1, (size_t)(line_end - 1 - colon - 1)});
            return true;
        }
        line = line_end;
    }
    return false;
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
    struct bytes second;
    unsigned next = 0;

    return request_has(request, id) &&
           request_next(request, id, &next, value) &&
           !request_next(request, id, &next, &second);
}

void request_add(struct request *request, enum field_id id, struct part value)
{
    assert(request->field_count < REQUEST_FIELDS_MAX);
    request->seen |= UINT32_C(1) << id;
    request->fields[request->field_count++] = (struct field){id, value};
}

/* Transfer-Encoding (RFC 9112, 6.1 and 7): chunked alone is what we read. What
 * does not end in chunked has no end at all. Returns 0 or the refusal. */
static unsigned judge_codings(const struct request *r)
{
    unsigned next = 0, chunked_count = 0, other_count = 0;
    bool chunked_is_last = false;
    struct bytes list;

    while (request_next(r, FIELD_TRANSFER_ENCODING, &next, &list)) {
        while (list.len > 0) {
            struct bytes coding = bytes_cut_member(&list);

            if (coding.len == 0)
                continue;
            chunked_is_last = bytes_equal_nocase(coding, BYTES("chunked"));
            chunked_count += chunked_is_last;
            other_count += !chunked_is_last;
        }
    }
    if (chunked_count > 1 || (chunked_count == 1 && !chunked_is_last) ||
        (chunked_count == 0 && other_count == 0))
        return 400;
    return other_count > 0 ? 501 : 0;
}

bool request_judge_persistence(const struct request *r)
{
    bool keeps = r->is_1_1;
    unsigned next = 0;
    struct bytes list;

    if (!request_has(r, FIELD_CONNECTION))
        return keeps;
    while (request_next(r, FIELD_CONNECTION, &next, &list)) {
        while (list.len > 0) {
            struct bytes option = bytes_cut_member(&list);

            if (bytes_equal_nocase(option, BYTES("close")))
                return false;
            keeps = keeps || bytes_equal_nocase(option, BYTES("keep-alive"));
        }
    }
    return keeps;
}

unsigned request_judge_framing(struct request *r, size_t body_max)
{
    struct bytes value;

    r->content_length = 0;
    r->is_chunked = request_has(r, FIELD_TRANSFER_ENCODING);
    if (r->is_chunked) {
        if (!r->is_1_1 || request_has(r, FIELD_CONTENT_LENGTH))
            return 400;
        return judge_codings(r);
    }
    if (!request_has(r, FIELD_CONTENT_LENGTH))
        return 0;
    if (!request_only(r, FIELD_CONTENT_LENGTH, &value) ||
        !bytes_to_u64(value, &r->content_length))
        return 400;
    return r->content_length > body_max ? 413 : 0;
}

unsigned request_judge_expectation(const struct request *r)
{
    bool waits = false;
    unsigned next = 0;
    struct bytes list;

    if (!request_has(r, FIELD_EXPECT))
        return 0;
    while (request_next(r, FIELD_EXPECT, &next, &list)) {
        while (list.len > 0) {
            struct bytes expectation = bytes_cut_member(&list);

            if (expectation.len == 0)
                continue;
            if (!bytes_equal_nocase(expectation, BYTES("100-continue")))
                return 417;
            waits = true;
        }
    }
    return waits && r->is_1_1 && request_has_body(r) ? 100 : 0;
}
