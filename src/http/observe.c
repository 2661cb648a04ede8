#include "http/observe.h"

#include <assert.h>

#include "base/put.h"

void observe_request_in(struct ledger *ledger, const struct request *request,
                        uint64_t used)
{
    const struct ledger_request facts = {
        .head = {request->head, request->head_len},
        .version = request_version(request),
        .method = request_part(request, request->method_name),
        .target = request_part(request, request->target),
    };

    ledger_request(ledger, used, &facts);
}

void observe_refusal_in(struct ledger *ledger, struct bytes head,
                        enum status status, uint64_t used)
{
    const struct ledger_request facts = {.head = head, .refused = status};

    ledger_request(ledger, used, &facts);
    ledger_ends(ledger, LEDGER_BY_REFUSAL);
}

static struct bytes type_of(const struct plan *plan)
{
    return plan->parts.count > 1 ? BYTES(HEAD_MULTIPART) : plan->type;
}

/* How many bytes of the queue are ahead of its last `len`. */
static uint64_t ahead_of(const struct outqueue *out, uint64_t len)
{
    uint64_t queued = outqueue_len(out);

    assert(queued >= len);
    return queued - len;
}

void observe_response_in(struct ledger *ledger, const struct plan *plan,
                         const struct written *written,
                         const struct outqueue *out)
{
    const bool is_open_ended = plan_is_open_ended(plan);
    const struct ledger_response facts = {
        .head = written->head,
        .status = plan->status,
        .why = plan->why,
        .type = type_of(plan),
        .is_endless = is_open_ended,
        .has_end = is_open_ended && !plan->content.source->is_endless,
    };
    uint64_t queued = written->head.len;

    if (!plan_is_streamed(plan))
        queued += written->content_len;
    ledger_response(ledger, ahead_of(out, queued), written->content_len,
                    &facts);
}

void observe_content_in(struct ledger *ledger, uint64_t len,
                        const struct outqueue *out)
{
    ledger_content(ledger, outqueue_len(out), len);
}

void observe_continue_in(struct ledger *ledger, struct bytes head,
                         const struct outqueue *out)
{
    const struct ledger_response facts = {.head = head,
                                          .status = STATUS_CONTINUE};

    ledger_response(ledger, ahead_of(out, head.len), 0, &facts);
}

/* Apart, since not every log wants it. */
__attribute__((noinline)) static void
find_origin(struct observed_response *response, const struct request *request)
{
    request_find(request, BYTES("referer"), &response->referer);
    request_find(request, BYTES("user-agent"), &response->user_agent);
}

void observe_log_line(struct observed_response *response,
                      const struct observer *observer,
                      const struct sockaddr *peer, time_t when,
                      const struct request *request, const struct plan *plan)
{
    const struct bytes none = {NULL, 0};

    response->peer = peer;
    response->when = when;
    response->method =
        request == NULL ? none : request_part(request, request->method_name);
    response->target =
        request == NULL ? none : request_part(request, request->target);
    response->version = request == NULL ? none : request_version(request);
    response->referer = response->user_agent = none;
    response->status = plan->status;
    response->why = plan->why;
    if (request != NULL && observer->wants_origin)
        find_origin(response, request);
}

size_t observe_timing_in(const struct ledger *ledger,
                         char out[OBSERVE_TIMING_MAX])
{
    char *to = out;

    to = put_text(to, "Server-Timing: conn;desc=\"");
    to = put_number(to, ledger->id);
    to = put_text(to, "\", req;desc=\"");
    to = put_number(to, ledger->requests + 1);
    to = put_text(to, " of this connection\", recv;desc=\"");
    to = put_number(to, ledger->message_recvs);
    to = put_text(to, "\"\r\n");
    assert(to <= out + OBSERVE_TIMING_MAX);
    return (size_t)(to - out);
}
