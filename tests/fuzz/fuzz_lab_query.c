/* fuzz_lab_query.c -- the query of a request to the lab */
#include "site/lab_query.h"

#include "base/units.h"
#include "fuzz.h"

/* What was read is in its bounds, and within the others. */
static void require_bounds(const struct lab_query *query)
{
    const struct shape_wish *shape = &query->shape;
    uint64_t write_len = shape_wish_write_len(shape);

    require(query->size >= 1 && query->size <= LAB_SIZE_MAX, "size");
    require(query->read_max <= LAB_READ_MAX, "read");
    require(shape->len <= query->size, "it ends within its content");
    require(shape->len == query->size || shape->end != SHAPE_GOES_ON,
            "all of it is sent, unless it ends");
    require(shape->pace == 0 ||
                (shape->pace >= LAB_PACE_MIN && shape->pace <= LAB_PACE_MAX),
            "pace");
    require(shape->delay_us <= LAB_DELAY_MAX_MS * 1000u, "delay");
    require(shape->pace == 0 || shape->delay_us == 0, "pace or delay");
    require(shape->write_max <= LAB_SEGMENT_MAX, "segment");
    require((shape->write_max > 0) == shape->ends_records, "a record each");
    require(write_len >= 1 &&
                (write_len == UINT64_MAX || write_len <= LAB_SEGMENT_MAX),
            "a write has a byte, and is a segment");
    require(shape->pace == 0 || shape->len / shape->pace <= 600,
            "it lasts 10 minutes at most");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes text = fuzz_copy((struct bytes){(const char *)data, size});
    char *wrong = malloc(LAB_WRONG_MAX);
    struct lab_query query;
    size_t len = 0;

    require(wrong != NULL, "there is memory");
    if (lab_query_read(text, &query, wrong, &len)) {
        require_bounds(&query);
    } else {
        require(len > 0 && len <= LAB_WRONG_MAX, "it says what is wrong");
        for (size_t i = 0; i < len; i++)
            require(wrong[i] == '\n' || (wrong[i] >= ' ' && wrong[i] < 0x7f),
                    "nothing but printable ASCII");
    }
    free(wrong);
    fuzz_free(text);
    return 0;
}
