/* fuzz_syn.c -- the headers of a SYN */
#include "tcp/syn.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes bytes = fuzz_copy((struct bytes){(const char *)data, size});
    struct ledger_syn syn;

    if (syn_read(bytes, &syn)) {
        require(size >= 40, "an IP header and one of TCP have 40 bytes");
        require(syn.window_scale >= -1 && syn.window_scale <= UINT8_MAX,
                "a window scale is a byte");
    }
    fuzz_free(bytes);
    return 0;
}
