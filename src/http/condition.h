/* condition.h -- conditional requests (RFC 9110, 13)
 *
 * Pure: decides by a request's fields and a representation's validators. */
#ifndef HTTP_CONDITION_H
#define HTTP_CONDITION_H

#include <time.h>

#include "base/bytes.h"
#include "http/request.h"

/* They distinguish versions of a representation (RFC 9110, 8.8). */
struct validators {
    struct bytes etag; /* opaque-tag with its quotes, without W/ */
    bool etag_is_strong;
    time_t modified;
};

enum condition_result {
    CONDITION_GO,           /* respond as if there were no condition */
    CONDITION_NOT_MODIFIED, /* 304 */
    CONDITION_FAILED,       /* 412 */
};

/* Whether the request has any condition of steps 1 to 4. */
bool condition_is_asked(const struct request *request);

/* Steps 1 to 4 of RFC 9110, 13.2.2, for a GET or HEAD of something that exists.
 * `now` determines the century of years of two digits. */
enum condition_result condition_judge(const struct request *request,
                                      const struct validators *current,
                                      time_t now);

/* Step 5: whether the Range field applies. It does where there is no If-Range,
 * or where that matches by strong comparison (RFC 9110, 13.1.5). */
bool condition_allows_range(const struct request *request,
                            const struct validators *current, time_t now);

#endif
