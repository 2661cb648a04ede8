/* event_json.h -- one event as a JSON object of conf/trace.schema.json
 *
 * Each byte from a peer becomes one character (U+0000 to U+00FF); long parts
 * are cut to the bounds below. The result contains no newline and no NUL. Pure;
 * any thread. */
#ifndef WIRE_EVENT_JSON_H
#define WIRE_EVENT_JSON_H

#include <stddef.h>
#include <stdint.h>

#include "base/json.h"
#include "base/ledger.h"

enum {
    /* Bytes of each part before escaping; more is cut. */
    EVENT_JSON_HEAD_MAX = 4096,
    EVENT_JSON_TARGET_MAX = 1024,
    EVENT_JSON_METHOD_MAX = 64,
    EVENT_JSON_NAME_MAX = 256, /* an address, a type, a reason */

    EVENT_JSON_PLAIN_MAX = 1024, /* member names, numbers and the like */

    /* The longest event is a request. */
    EVENT_JSON_MAX =
        EVENT_JSON_PLAIN_MAX +
        JSON_ESCAPE_MAX * (EVENT_JSON_HEAD_MAX + EVENT_JSON_TARGET_MAX +
                           EVENT_JSON_METHOD_MAX),
    EVENT_JSON_WIRE_MAX = 256, /* of the two events below */
};

/* Each returns how many bytes it wrote. */
size_t event_json_write(const struct ledger_event *event,
                        char out[EVENT_JSON_MAX]);

/* Tells a viewer that its own connection is `conn`. */
size_t event_json_viewer(int64_t time_us, uint64_t conn,
                         char out[EVENT_JSON_WIRE_MAX]);

/* In place of `count` events that were lost. */
size_t event_json_lost(int64_t time_us, uint64_t count,
                       char out[EVENT_JSON_WIRE_MAX]);

#endif
