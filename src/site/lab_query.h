/* lab_query.h -- what a query asks of the lab: "?size=1m&segment=536"
 *
 *     size=1m       bytes of content
 *     segment=536   bytes of each write; TCP joins none with another
 *     pace=40k      bytes a second
 *     delay=200ms   between two writes
 *     fin=5000      end the stream after so many bytes of content
 *     reset=5000    reset the connection there
 *     read=16       bytes of each recv for the rest of the request
 *
 * Sizes and times are written as the options have them (base/units.h): 40k is
 * 40,960 bytes, and a time without a unit is in seconds. Each parameter at most
 * once, in any order; pace or delay; fin or reset, which are at most size. By
 * its pace or delay a response lasts at most LAB_LASTS_MAX_MS. Pure. */
#ifndef SITE_LAB_QUERY_H
#define SITE_LAB_QUERY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "tcp/shape.h"

enum {
    LAB_SIZE = 1024, /* unless it is asked for */
    LAB_SIZE_MAX = 64 * 1024 * 1024,
    LAB_SEGMENT_MAX = SHAPE_WRITE_MAX, /* more would be cut on an Ethernet, so
                                          that a write is not a segment */
    LAB_PACE_MIN = 100, /* less, and the head alone takes seconds */
    LAB_PACE_MAX = 16 * 1024 * 1024,
    LAB_DELAY_MAX_MS = 10000,
    LAB_READ_MAX = 256,        /* the first recv of a request takes as many */
    LAB_LASTS_MAX_MS = 600000, /* of a response, by its pace or its delays */

    LAB_WRONG_MAX = 2048, /* bytes of a text that says what is wrong */
};

struct lab_query {
    uint64_t size;
    uint32_t read_max;       /* 0: as many as come */
    struct shape_wish shape; /* of the response */
};

/* Reads a query, which may begin with '?' and may be empty. False: *query is
 * not set, and wrong[0..*wrong_len) says why, and what may be asked: lines of
 * printable ASCII. */
bool lab_query_read(struct bytes text, struct lab_query *query,
                    char wrong[LAB_WRONG_MAX], size_t *wrong_len);

#endif
