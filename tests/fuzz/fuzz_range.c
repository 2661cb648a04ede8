/* fuzz_range.c -- eight bytes of size, then the value of a Range field */
#include "http/range.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct choices choices = {data, size};
    /* Shifted, so that small sizes are as likely as large ones. */
    uint64_t file_size = choose_u64(&choices) >> (choose_byte(&choices) & 63);
    struct bytes value =
        fuzz_copy((struct bytes){(const char *)choices.at, choices.len});
    struct range_set set;
    uint64_t left = file_size;

    switch (range_parse(value, file_size, &set)) {
    case RANGE_WHOLE:
        break;
    case RANGE_UNSATISFIABLE:
        require(value.len >= 8, "the least range is bytes=-0");
        break;
    case RANGE_PARTS:
        require(set.count > 0 && set.count <= RANGES_MAX, "1 to 16 parts");
        for (size_t i = 0; i < set.count; i++) {
            const struct range *part = &set.parts[i];

            require(part->from < part->to, "a part has bytes");
            require(part->to <= file_size, "a part lies in the file");
            require(part->to - part->from <= left,
                    "all parts together are no longer than the file");
            left -= part->to - part->from;
        }
        break;
    }
    fuzz_free(value);
    return 0;
}
