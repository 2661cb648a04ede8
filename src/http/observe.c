#include "http/observe.h"

#include "base/put.h"

void observe_request(struct ledger *ledger, const struct request *request,
                     uint64_t used)
{
    const struct ledger_request told = {
        .head = {request->head, request->head_len},
        .version = request_version(request),
        .method = request_part(request, request->method_name),
        .target = request_part(request, request->target),
    };

    ledger_request(ledger, used, &told);
}

void observe_refusal(struct ledger *ledger, struct bytes head,
                     enum status status, uint64_t used)
{
    const struct ledger_request told = {.head = head, .refused = status};

    ledger_request(ledger, used, &told);
    ledger_ends(ledger, LEDGER_BY_REFUSAL);
}

static struct bytes type_of(const struct plan *plan)
{
    return plan->parts.count > 1 ? BYTES(HEAD_MULTIPART) : plan->type;
}

void observe_response(struct ledger *ledger, const struct plan *plan,
                      const struct written *written, uint64_t ahead)
{
    const struct ledger_response told = {
        .head = written->head,
        .status = plan->status,
        .why = plan->why,
        .type = type_of(plan),
        .is_endless = plan_is_endless(plan),
    };

    ledger_response(ledger, ahead, written->content_len, &told);
}

void observe_continue(struct ledger *ledger, struct bytes head, uint64_t ahead)
{
    const struct ledger_response told = {.head = head,
                                         .status = STATUS_CONTINUE};

    ledger_response(ledger, ahead, 0, &told);
}

/* Apart from what is done for each line. */
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

size_t observe_timing(const struct ledger *ledger, unsigned recvs,
                      char out[OBSERVE_TIMING_MAX])
{
    char *to = out;

    to = put_text(to, "Server-Timing: conn;desc=\"");
    to = put_number(to, ledger->id);
    to = put_text(to, "\", req;desc=\"");
    to = put_number(to, ledger->requests);
    to = put_text(to, " of this connection\", recv;desc=\"");
    to = put_number(to, recvs);
    to = put_text(to, "\"\r\n");
    return (size_t)(to - out);
}
