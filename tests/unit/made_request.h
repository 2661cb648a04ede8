/* made_request.h -- a request made by hand, for what reads its fields
 *
 * No parser takes part, and no Check: the fuzzers use it too. */
#ifndef UNIT_MADE_REQUEST_H
#define UNIT_MADE_REQUEST_H

#include "http/request.h"

enum { MADE_HEAD_MAX = 8192 };

struct made_request {
    struct request request;
    size_t len;
    char head[MADE_HEAD_MAX];
};

static inline void made_init(struct made_request *made)
{
    made->request = (struct request){
        .head = made->head,
        .method = METHOD_GET,
        .is_1_1 = true,
    };
    made->len = 0;
}

/* Adds a field line. False: there is no room. */
static inline bool made_add(struct made_request *made, enum field_id id,
                            struct bytes value)
{
    struct part part = {(uint16_t)made->len, (uint16_t)(made->len + value.len)};

    if (value.len > sizeof(made->head) - made->len ||
        made->request.field_count == REQUEST_FIELDS_MAX)
        return false;
    if (value.len > 0)
        memcpy(made->head + made->len, value.at, value.len);
    made->len += value.len;
    request_add(&made->request, id, part);
    return true;
}

#endif
