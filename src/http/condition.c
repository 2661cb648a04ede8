#include "http/condition.h"

#include <assert.h>

#include "base/date.h"

/* One entity-tag (RFC 9110, 8.8.3). */
struct etag {
    struct bytes opaque; /* with its quotes */
    bool is_weak;
};

/* Cuts an entity-tag off the front of `text`. False: there is none. */
static bool cut_etag(struct bytes *text, struct etag *etag)
{
    size_t start = 0, i;

    etag->is_weak = text->len >= 2 && text->at[0] == 'W' && text->at[1] == '/';
    if (etag->is_weak)
        start = 2;
    if (text->len < start + 2 || text->at[start] != '"')
        return false;
    for (i = start + 1; i < text->len && text->at[i] != '"'; i++) {
        unsigned char c = (unsigned char)text->at[i];

        if (c < 0x21 || c == 0x7f)
            return false;
    }
    if (i == text->len)
        return false;
    etag->opaque = (struct bytes){text->at + start, i + 1 - start};
    assert(etag->opaque.len >= 2); /* two quotes */
    text->at += i + 1;
    text->len -= i + 1;
    return true;
}

enum comparison { COMPARE_STRONG, COMPARE_WEAK }; /* RFC 9110, 8.8.3.2 */

static bool etag_matches(const struct etag *etag,
                         const struct validators *current,
                         enum comparison comparison)
{
    if (comparison == COMPARE_STRONG &&
        (etag->is_weak || !current->etag_is_strong))
        return false;
    return bytes_equal(etag->opaque, current->etag);
}

/* Whether one line of If-Match or If-None-Match names the current version. The
 * rest of the line is ignored from the first syntax error on. */
static bool list_matches(struct bytes list, const struct validators *current,
                         enum comparison comparison)
{
    struct etag etag;

    list = bytes_trim(list);
    if (bytes_equal(list, BYTES("*")))
        return true;
    while (list.len > 0) {
        if (list.at[0] == ',') {
            list = bytes_trim((struct bytes){list.at + 1, list.len - 1});
            continue;
        }
        if (!cut_etag(&list, &etag))
            return false;
        if (etag_matches(&etag, current, comparison))
            return true;
        list = bytes_trim(list);
        if (list.len > 0 && list.at[0] != ',')
            return false;
    }
    return false;
}

static bool field_matches(const struct request *request, enum field_id id,
                          const struct validators *current,
                          enum comparison comparison)
{
    struct bytes list;
    unsigned next = 0;

    while (request_next(request, id, &next, &list))
        if (list_matches(list, current, comparison))
            return true;
    return false;
}

/* The date in field `id`. False: the field is absent, repeated or not a date,
 * and is ignored (RFC 9110, 13.1.3 and 13.1.4). */
static bool field_date(const struct request *request, enum field_id id,
                       time_t now, time_t *date)
{
    struct bytes text;

    return request_only(request, id, &text) && date_parse(text, now, date);
}

bool condition_is_asked(const struct request *request)
{
    enum {
        ASKED = 1 << FIELD_IF_MATCH | 1 << FIELD_IF_UNMODIFIED_SINCE |
                1 << FIELD_IF_NONE_MATCH | 1 << FIELD_IF_MODIFIED_SINCE
    };

    return (request->seen & ASKED) != 0;
}

enum condition_result condition_judge(const struct request *request,
                                      const struct validators *current,
                                      time_t now)
{
    time_t date;

    assert(current->etag.len >= 2 && current->etag.at[0] == '"');
    /* 1 and 2. If there is an If-Match, the date is ignored. */
    if (request_has(request, FIELD_IF_MATCH)) {
        if (!field_matches(request, FIELD_IF_MATCH, current, COMPARE_STRONG))
            return CONDITION_FAILED;
    } else if (field_date(request, FIELD_IF_UNMODIFIED_SINCE, now, &date)) {
        if (current->modified > date)
            return CONDITION_FAILED;
    }

    /* 3 and 4. If there is an If-None-Match, the date is ignored. */
    if (request_has(request, FIELD_IF_NONE_MATCH)) {
        if (field_matches(request, FIELD_IF_NONE_MATCH, current, COMPARE_WEAK))
            return CONDITION_NOT_MODIFIED;
    } else if (field_date(request, FIELD_IF_MODIFIED_SINCE, now, &date)) {
        if (current->modified <= date)
            return CONDITION_NOT_MODIFIED;
    }
    return CONDITION_GO;
}

bool condition_allows_range(const struct request *request,
                            const struct validators *current, time_t now)
{
    struct bytes text;
    struct etag etag;
    time_t date;

    if (!request_has(request, FIELD_IF_RANGE))
        return true;
    if (!request_only(request, FIELD_IF_RANGE, &text))
        return false;
    if (cut_etag(&text, &etag))
        return text.len == 0 && etag_matches(&etag, current, COMPARE_STRONG);
    /* A date is a strong validator only if no second version can have the
     * same: a second must have passed since (RFC 9110, 8.8.2.2). */
    return date_parse(text, now, &date) && date == current->modified &&
           current->modified < now - 1;
}
