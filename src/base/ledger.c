#include "base/ledger.h"

#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/observer.h"

struct ledger *ledger_new(uint64_t id, unsigned worker)
{
    struct ledger *ledger = calloc(1, sizeof(*ledger));

    if (ledger == NULL)
        return NULL;
    ledger->id = id;
    ledger->worker = worker;
    ledger->opened_us = clock_wall_us();
    return ledger;
}

void ledger_free(struct ledger *ledger)
{
    free(ledger);
}

static void report(const struct ledger *ledger, struct ledger_event *event)
{
    if (ledger->observer == NULL)
        return;
    event->ledger = ledger;
    if (event->time_us == 0)
        event->time_us = clock_wall_us();
    ledger->observer->event(ledger->observer, event);
}

void ledger_open(struct ledger *ledger, struct observer *observer,
                 const char *local, const char *peer,
                 const struct ledger_info *info)
{
    struct ledger_event event = {.kind = LEDGER_OPEN,
                                 .time_us = ledger->opened_us,
                                 .info = info,
                                 .open = {.local = local, .peer = peer}};

    assert(ledger->observer == NULL && ledger->recvs == 0);
    ledger->observer = observer;
    report(ledger, &event);
}

void ledger_count_recv(struct ledger *ledger, uint64_t len)
{
    struct ledger_event event = {.kind = LEDGER_RECV};

    ledger->recv_from = event.from = ledger->received;
    ledger->received = event.to = event.from + len;
    ledger->recvs++;
    ledger->message_recvs++;
    report(ledger, &event);
}

void ledger_send(struct ledger *ledger, enum ledger_call call, uint64_t len,
                 const struct ledger_info *info)
{
    struct ledger_event event = {
        .kind = LEDGER_SEND, .info = info, .call = call};

    event.from = ledger->sent;
    ledger->sent = event.to = event.from + len;
    ledger->sends++;
    ledger->pipeline = 0;
    report(ledger, &event);
}

/* The message or the skipped bytes end at `to`. */
static void end_message(struct ledger *ledger, uint64_t to)
{
    assert(to >= ledger->message_to && to <= ledger->received);
    ledger->message_to = to;
    ledger->message_recvs = ledger->received > to ? 1 : 0;
}

void ledger_count_skip(struct ledger *ledger, uint64_t len, enum ledger_why why)
{
    struct ledger_event event = {.kind = LEDGER_SKIP,
                                 .from = ledger->message_to,
                                 .to = ledger->message_to + len,
                                 .why = why};

    if (len == 0)
        return;
    end_message(ledger, event.to);
    report(ledger, &event);
}

void ledger_request(struct ledger *ledger, uint64_t used,
                    const struct ledger_request *request)
{
    struct ledger_event event = {
        .kind = LEDGER_REQUEST,
        .from = ledger->message_to,
        .head_to = ledger->message_to + request->head.len,
        .to = ledger->offered_at + used,
        .request = request,
    };

    ledger->requests++;
    ledger->drops_rest = request->refused != 0;
    if (++ledger->pipeline > ledger->pipeline_max)
        ledger->pipeline_max = ledger->pipeline;
    report(ledger, &event);
    end_message(ledger, event.to);
}

void ledger_response(struct ledger *ledger, uint64_t ahead, uint64_t body_len,
                     const struct ledger_response *response)
{
    bool is_interim =
        response->status < 200; /* its request is still being read */
    struct ledger_event event = {
        .kind = LEDGER_RESPONSE,
        .from = ledger->sent + ahead,
        .request_number = ledger->requests + (is_interim ? 1 : 0),
        .response = response,
    };

    event.head_to = event.from + response->head.len;
    event.to = event.head_to + body_len;
    ledger->responses++;
    ledger->carries_endless = response->is_endless && !response->has_end;
    report(ledger, &event);
}

void ledger_content(struct ledger *ledger, uint64_t ahead, uint64_t len)
{
    struct ledger_event event = {
        .kind = LEDGER_CONTENT,
        .to = ledger->sent + ahead,
        .request_number = ledger->requests,
    };

    assert(len <= event.to && !ledger->carries_endless);
    event.from = event.to - len;
    report(ledger, &event);
}

void ledger_close(struct ledger *ledger, const struct ledger_info *info)
{
    struct ledger_event event = {.kind = LEDGER_CLOSE, .info = info};
    bool is_after_end = ledger->drops_rest || ledger->carries_endless;

    assert(ledger->message_to <= ledger->received);
    ledger_skip(ledger, ledger->received - ledger->message_to,
                is_after_end ? LEDGER_AFTER_END : LEDGER_UNFINISHED);
    report(ledger, &event);
}
