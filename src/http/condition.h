/* condition.h -- is the answer wanted? Conditional requests (RFC 9110, 13)
 *
 * Pure: a request's fields and a representation's validators in, a decision
 * out. */
#ifndef HTTP_CONDITION_H
#define HTTP_CONDITION_H

#include <time.h>

#include "base/bytes.h"
#include "http/request.h"

/* What tells one version of a representation from another (RFC 9110, 8.8). */
struct validators {
    struct bytes etag; /* opaque-tag with its quotes, without W/ */
    bool etag_is_strong;
    time_t modified;
};

enum condition_result {
    CONDITION_GO,           /* answer as if there were no condition */
    CONDITION_NOT_MODIFIED, /* 304 */
    CONDITION_FAILED,       /* 412 */
};

/* Whether one of the fields below stands in the request at all. */
bool condition_is_asked(const struct request *request);

/* Steps 1 to 4 of RFC 9110, 13.2.2, for a GET or HEAD of what exists. `now`
 * reads years of two digits. */
enum condition_result condition_judge(const struct request *request,
                                      const struct validators *current,
                                      time_t now);

/* Step 5: may the Range field be heeded? True where there is no If-Range, or
 * where it matches by the strong comparison (RFC 9110, 13.1.5). */
bool condition_allows_range(const struct request *request,
                            const struct validators *current, time_t now);

#endif
