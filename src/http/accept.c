#include "http/accept.h"

#include <string.h>

#include "http/quality.h"

/* How closely a range fits what there is: 0, not at all. */
typedef unsigned fitting(struct bytes range, struct bytes what);

enum { FIT_ANY = 1, FIT_PART, FIT_ITSELF };

static unsigned type_fit(struct bytes range, struct bytes type)
{
    const char *slash = memchr(type.at, '/', type.len);
    size_t len = slash != NULL ? (size_t)(slash + 1 - type.at) : type.len;

    if (bytes_equal_nocase(range, type))
        return FIT_ITSELF;
    if (range.len == len + 1 && range.at[len] == '*' &&
        bytes_equal_nocase((struct bytes){range.at, len},
                           (struct bytes){type.at, len}))
        return FIT_PART;
    return bytes_equal(range, BYTES("*/*")) ? FIT_ANY : 0;
}

static unsigned language_fit(struct bytes range, struct bytes language)
{
    const char *hyphen =
        range.len > 0 ? memchr(range.at, '-', range.len) : NULL;

    if (bytes_equal(range, BYTES("*")))
        return FIT_ANY;
    if (hyphen != NULL)
        range.len = (size_t)(hyphen - range.at);
    return bytes_equal_nocase(range, language) ? FIT_PART : 0;
}

/* The weight of `what` in all fields with this name: the highest that one of
 * the ranges gives which fit it most closely. Sets *fit to how closely. */
static unsigned find_weight(const struct request *request, struct bytes name,
                            struct bytes what, fitting *fit_of, unsigned *fit)
{
    unsigned highest = 0;
    bool is_there = false;
    struct bytes value;
    size_t next = 0;

    *fit = 0;
    while (request_find_next(request, name, &next, &value)) {
        is_there = true;
        while (value.len > 0) {
            struct bytes range;
            int quality = quality_read(quality_cut(&value, ','), &range);
            unsigned its = fit_of(range, what);
            unsigned weight = quality > 0 ? (unsigned)quality : 0;

            if (its > *fit || (its == *fit && weight > highest))
                highest = its > 0 ? weight : 0;
            if (its > *fit)
                *fit = its;
        }
    }
    return is_there ? highest : QUALITY_MAX;
}

bool accept_names(const struct request *request, struct bytes type)
{
    unsigned fit;
    unsigned weight =
        find_weight(request, BYTES("accept"), type, type_fit, &fit);

    return fit == FIT_ITSELF && weight > 0;
}

bool accept_prefers(const struct request *request, struct bytes type,
                    struct bytes other)
{
    const struct bytes name = BYTES("accept");
    unsigned fit, other_fit;
    unsigned weight = find_weight(request, name, type, type_fit, &fit);
    unsigned other_weight =
        find_weight(request, name, other, type_fit, &other_fit);

    return weight > other_weight ||
           (weight == other_weight && weight > 0 && fit > other_fit);
}

bool accept_prefers_language(const struct request *request,
                             struct bytes language, struct bytes other)
{
    const struct bytes name = BYTES("accept-language");
    unsigned fit;

    return find_weight(request, name, language, language_fit, &fit) >
           find_weight(request, name, other, language_fit, &fit);
}
