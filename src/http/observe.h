/* observe.h -- what is reported of requests and responses to whoever watches
 *
 * Facts only, to the worker's observer (a log's line a response) and to the
 * stream's ledger (each message's place). Both may be NULL, and then nothing
 * here is to be called. On the worker's thread; blocks on nobody. */
#ifndef HTTP_OBSERVE_H
#define HTTP_OBSERVE_H

#include "base/ledger.h"
#include "base/observer.h"
#include "http/request.h"
#include "http/response.h"

/* The request ends with the first `used` bytes of what is offered. */
void observe_request(struct ledger *ledger, const struct request *request,
                     uint64_t used);

/* What came cannot be read as a request, or not in time: `head` is what there
 * is of its head, and nothing behind the first `used` bytes offered is read. */
void observe_refusal(struct ledger *ledger, struct bytes head,
                     enum status status, uint64_t used);

/* The response was written into a queue behind `ahead` bytes. */
void observe_response(struct ledger *ledger, const struct plan *plan,
                      const struct written *written, uint64_t ahead);

/* 100 (Continue), which is no last word, is about to be put behind `ahead`
 * bytes.
 */
void observe_continue(struct ledger *ledger, struct bytes head, uint64_t ahead);

/* Fills in a line for a log, but for its body_len, with views into the request.
 * `request` NULL: what came was none. */
void observe_log_line(struct observed_response *response,
                      const struct observer *observer,
                      const struct sockaddr *peer, time_t when,
                      const struct request *request, const struct plan *plan);

enum { OBSERVE_TIMING_MAX = 128 };

/* Renders the Server-Timing field (W3C Server Timing) for the request that came
 * last: its connection, its number there, and in how many recvs it came.
 * Returns its length. */
size_t observe_timing(const struct ledger *ledger, unsigned recvs,
                      char out[OBSERVE_TIMING_MAX]);

#endif
