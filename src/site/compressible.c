#include "site/compressible.h"

#include <stddef.h>

#include "files/squeezer.h"

static bool ends_with(struct bytes text, struct bytes end)
{
    return text.len >= end.len &&
           bytes_equal_nocase(
               (struct bytes){text.at + text.len - end.len, end.len}, end);
}

/* Without parameters. */
static struct bytes essence_of(struct bytes type)
{
    size_t len = 0;

    while (len < type.len && type.at[len] != ';' && type.at[len] != ' ')
        len++;
    return (struct bytes){type.at, len};
}

bool compressible_is(struct bytes type, uint64_t size)
{
    static const char *const types[] = {
        "application/javascript",
        "application/json",
        "application/manifest+json",
        "application/wasm",
        "application/xml",
        "application/x-javascript",
        "application/vnd.ms-fontobject",
        "font/otf",
        "font/ttf",
        "image/bmp",
        "image/svg+xml",
        "image/x-icon",
        "image/vnd.microsoft.icon",
    };
    const struct bytes essence = essence_of(type), text = BYTES("text/");

    if (size < SQUEEZER_LEAST || size > SQUEEZER_MOST)
        return false;
    if (essence.len > text.len &&
        bytes_equal_nocase((struct bytes){essence.at, text.len}, text))
        return true;
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (bytes_equal_nocase(essence, bytes_of(types[i])))
            return true;
    return ends_with(essence, BYTES("+json")) ||
           ends_with(essence, BYTES("+xml"));
}
