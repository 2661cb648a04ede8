/* fuzz_condition.c -- a byte for a strong tag, one for the time now; then
 * lines: the tag, and fields, each with a byte that selects its name */
#include "http/condition.h"

#include "../unit/made_request.h"
#include "fuzz.h"

enum { MODIFIED = 784111777 };

static const enum field_id ids[] = {
    FIELD_IF_MATCH,          FIELD_IF_NONE_MATCH,
    FIELD_IF_MODIFIED_SINCE, FIELD_IF_UNMODIFIED_SINCE,
    FIELD_IF_RANGE,          FIELD_RANGE,
};

/* Whether any line of `id` has these bytes in it. */
static bool mentions(const struct request *request, enum field_id id,
                     struct bytes what)
{
    struct bytes value;
    unsigned next = 0;

    while (request_next(request, id, &next, &value))
        if (value.len >= what.len &&
            memmem(value.at, value.len, what.at, what.len) != NULL)
            return true;
    return false;
}

static void require_decision(const struct request *r,
                             const struct validators *current, time_t now)
{
    bool names_tag_or_any = mentions(r, FIELD_IF_NONE_MATCH, current->etag) ||
                            mentions(r, FIELD_IF_NONE_MATCH, BYTES("*"));

    switch (condition_judge(r, current, now)) {
    case CONDITION_GO:
        break;
    case CONDITION_NOT_MODIFIED:
        require(request_has(r, FIELD_IF_NONE_MATCH)
                    ? names_tag_or_any
                    : request_has(r, FIELD_IF_MODIFIED_SINCE),
                "304 needs a tag that matches, or a date");
        require(!request_has(r, FIELD_IF_MATCH) ||
                    mentions(r, FIELD_IF_MATCH, BYTES("*")) ||
                    (current->etag_is_strong &&
                     mentions(r, FIELD_IF_MATCH, current->etag)),
                "If-Match comes first");
        break;
    case CONDITION_FAILED:
        require(request_has(r, FIELD_IF_MATCH) ||
                    request_has(r, FIELD_IF_UNMODIFIED_SINCE),
                "412 needs a precondition");
        break;
    }
    if (request_has(r, FIELD_IF_RANGE) &&
        condition_allows_range(r, current, now))
        require((current->etag_is_strong &&
                 mentions(r, FIELD_IF_RANGE, current->etag)) ||
                    current->modified < now - 1,
                "a range needs a strong validator");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct choices choices = {data, size};
    bool is_strong = (choose_byte(&choices) & 1) != 0;
    time_t now = MODIFIED + (int8_t)choose_byte(&choices);
    struct bytes tag = choose_line(&choices);
    static struct made_request made;
    char etag[64];
    struct validators current = {
        .etag = {etag, 0}, .etag_is_strong = is_strong, .modified = MODIFIED};

    /* A tag as the server makes them: quotes around what has none. */
    etag[current.etag.len++] = '"';
    for (size_t i = 0; i < tag.len && current.etag.len < 60; i++)
        if (tag.at[i] > ' ' && tag.at[i] < 0x7f && tag.at[i] != '"')
            etag[current.etag.len++] = tag.at[i];
    etag[current.etag.len++] = '"';

    made_init(&made);
    while (choices.len > 0) {
        size_t which = choose_byte(&choices) % (sizeof(ids) / sizeof(ids[0]));

        if (!made_add(&made, ids[which], choose_line(&choices)))
            break;
    }
    require_decision(&made.request, &current, now);
    return 0;
}
