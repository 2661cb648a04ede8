/* observe.h -- what is reported of requests and responses to observers
 *
 * Facts only: the place of each message to the stream's ledger, and a line for
 * each response to the worker's observer. The ledger is NULL where neither an
 * observer nor Server-Timing needs it, and then the functions that take it do
 * nothing. On the worker's thread; never blocks. */
#ifndef HTTP_OBSERVE_H
#define HTTP_OBSERVE_H

#include "base/ledger.h"
#include "base/observer.h"
#include "http/request.h"
#include "http/response.h"

/* The request ends with the first `used` bytes of what is offered. */
void observe_request_in(struct ledger *ledger, const struct request *request,
                        uint64_t used);
static inline void observe_request(struct ledger *ledger,
                                   const struct request *request, uint64_t used)
{
    if (ledger != NULL)
        observe_request_in(ledger, request, used);
}

/* What came cannot be read as a request, or not in time: `head` is what there
 * is of its head, and nothing after the first `used` bytes offered is read. */
void observe_refusal_in(struct ledger *ledger, struct bytes head,
                        enum status status, uint64_t used);
static inline void observe_refusal(struct ledger *ledger, struct bytes head,
                                   enum status status, uint64_t used)
{
    if (ledger != NULL)
        observe_refusal_in(ledger, head, status, used);
}

/* The response was put into the queue, where it is the last. */
void observe_response_in(struct ledger *ledger, const struct plan *plan,
                         const struct written *written,
                         const struct outqueue *out);
static inline void observe_response(struct ledger *ledger,
                                    const struct plan *plan,
                                    const struct written *written,
                                    const struct outqueue *out)
{
    if (ledger != NULL)
        observe_response_in(ledger, plan, written, out);
}

/* The content of the last response, which a body source wrote, is complete:
 * `len` bytes with their framing, the last of which ends the queue. */
void observe_content_in(struct ledger *ledger, uint64_t len,
                        const struct outqueue *out);
static inline void observe_content(struct ledger *ledger, uint64_t len,
                                   const struct outqueue *out)
{
    if (ledger != NULL)
        observe_content_in(ledger, len, out);
}

/* A 100 (Continue) was put into the queue, where it is the last. */
void observe_continue_in(struct ledger *ledger, struct bytes head,
                         const struct outqueue *out);
static inline void observe_continue(struct ledger *ledger, struct bytes head,
                                    const struct outqueue *out)
{
    if (ledger != NULL)
        observe_continue_in(ledger, head, out);
}

enum { OBSERVE_TIMING_MAX = 128 };

/* Renders the Server-Timing field (W3C Server Timing) for the request that will
 * be observed next: its connection, its number there, and how many recvs
 * brought it. Returns its length; 0 without a ledger. */
size_t observe_timing_in(const struct ledger *ledger,
                         char out[OBSERVE_TIMING_MAX]);
static inline size_t observe_timing(const struct ledger *ledger,
                                    char out[OBSERVE_TIMING_MAX])
{
    return ledger != NULL ? observe_timing_in(ledger, out) : 0;
}

/* Fills in a log's line, all but its body_len and times in microseconds, with
 * views into the request. `request` NULL: what came was none. */
void observe_log_line(struct observed_response *response,
                      const struct observer *observer,
                      const struct sockaddr *peer, time_t when,
                      const struct request *request, const struct plan *plan);

#endif
