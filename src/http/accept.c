#include "http/accept.h"

#include "http/quality.h"

/* Whether one element of the list, "text/html;q=0.8", names the type. */
static bool element_names(struct bytes element, struct bytes type)
{
    struct bytes name;
    int quality = quality_read(element, &name);

    return quality > 0 && bytes_equal_nocase(name, type);
}

bool accept_names(const struct request *request, struct bytes type)
{
    size_t next = 0;
    struct bytes value;

    while (request_find_next(request, BYTES("accept"), &next, &value))
        while (value.len > 0)
            if (element_names(quality_cut(&value, ','), type))
                return true;
    return false;
}
