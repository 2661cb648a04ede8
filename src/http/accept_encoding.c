#include "http/accept_encoding.h"

#include <assert.h>

#include "http/quality.h"

const struct bytes accept_encoding_name = {"accept-encoding", 15};

static const char *const names[CODINGS] = {
    [CODING_BR] = "br",
    [CODING_ZSTD] = "zstd",
    [CODING_GZIP] = "gzip",
    [CODING_IDENTITY] = "identity",
};

/* What the fields list. QUALITY_BAD: not listed. */
struct listed {
    int of[CODINGS];
    int others; /* of "*" */
};

static bool is(struct bytes name, const char *other)
{
    return bytes_equal_nocase(name, bytes_of(other));
}

/* Where the weight of the coding belongs; NULL: it is none that we know. */
static int *place_of(struct listed *listed, struct bytes name)
{
    if (is(name, "*"))
        return &listed->others;
    if (is(name, "x-gzip")) /* RFC 9110, 8.4.1.3 */
        return &listed->of[CODING_GZIP];
    for (size_t i = 0; i < CODINGS; i++)
        if (is(name, names[i]))
            return &listed->of[i];
    return NULL;
}

static void note_element(struct listed *listed, struct bytes element)
{
    struct bytes name;
    int quality = quality_read(element, &name);
    int *place = place_of(listed, name);

    if (place != NULL && *place == QUALITY_BAD)
        *place = quality;
}

/* Plain bytes that are not listed are acceptable unless "*" is refused, but
 * less than all that is listed. */
static uint16_t weight_of_identity(const struct listed *listed)
{
    if (listed->of[CODING_IDENTITY] != QUALITY_BAD)
        return (uint16_t)listed->of[CODING_IDENTITY];
    return listed->others == 0 ? 0 : 1;
}

struct coding_weights accept_encoding_read(const struct request *request)
{
    struct listed listed = {
        {QUALITY_BAD, QUALITY_BAD, QUALITY_BAD, QUALITY_BAD}, QUALITY_BAD};
    struct coding_weights weights;
    struct bytes value;
    size_t next = 0;

    while (request_find_next(request, accept_encoding_name, &next, &value))
        while (value.len > 0)
            note_element(&listed, quality_cut(&value, ','));
    for (size_t i = 0; i < CODING_IDENTITY; i++) {
        int quality =
            listed.of[i] != QUALITY_BAD ? listed.of[i] : listed.others;

        weights.of[i] = (uint16_t)(quality > 0 ? quality : 0);
    }
    weights.of[CODING_IDENTITY] = weight_of_identity(&listed);
    return weights;
}

enum coding accept_encoding_choose(const struct coding_weights *weights,
                                   unsigned there)
{
    enum coding best = CODING_NONE;
    unsigned weight = 0;

    there |= 1U << CODING_IDENTITY;
    for (unsigned i = 0; i < CODINGS; i++)
        if ((there >> i & 1) != 0 && weights->of[i] > weight) {
            best = (enum coding)i;
            weight = weights->of[i];
        }
    return best;
}

const char *coding_name(enum coding coding)
{
    assert(coding < CODINGS);
    return names[coding];
}
