/* fuzz_listing.c -- the name of a file */
#include "fuzz.h"

#include "../unit/listing_checks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes name = fuzz_copy((struct bytes){(const char *)data, size});
    char *out = malloc(6 * size + 1);

    require(out != NULL, "there is memory");
    if (size > 0 && memchr(name.at, '\0', size) == NULL)
        check_name(name, out);
    free(out);
    fuzz_free(name);
    return 0;
}
