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

static void report(struct ledger *ledger, struct ledger_event *event)
{
    if (ledger->observer == NULL)
        return;
    event->ledger = ledger;
    if (event->time_us == 0)
        event->time_us = clock_wall_us();
    if (ledger->last_us != 0 && event->time_us > ledger->last_us)
        event->since_us = event->time_us - ledger->last_us;
    ledger->observer->event(ledger->observer, event);
    if (event->time_us > ledger->last_us)
        ledger->last_us = event->time_us;
}

void ledger_open(struct ledger *ledger, struct observer *observer,
                 const char *local, const char *peer,
                 const struct ledger_syn *syn, const struct ledger_info *info)
{
    struct ledger_event event = {
        .kind = LEDGER_OPEN,
        .time_us = ledger->opened_us,
        .info = info,
        .open = {.local = local, .peer = peer, .syn = syn}};

    assert(ledger->observer == NULL && ledger->recvs == 0);
    ledger->observer = observer;
    report(ledger, &event);
}

void ledger_count_recv(struct ledger *ledger, uint64_t len,
                       const struct ledger_arrival *arrival)
{
    struct ledger_event event = {.kind = LEDGER_RECV,
                                 .recv = {.arrival = arrival}};

    ledger->recv_from = event.from = ledger->received;
    ledger->received = event.to = event.from + len;
    ledger->recvs++;
    ledger->message_recvs++;
    ledger->pipeline = 0;
    if (arrival != NULL) {
        event.recv.segments = arrival->segments - ledger->segments;
        ledger->segments = arrival->segments;
    }
    report(ledger, &event);
}

void ledger_send(struct ledger *ledger, enum ledger_call call, uint64_t len,
                 const struct ledger_info *info)
{
    struct ledger_event event = {.kind = LEDGER_SEND,
                                 .time_us = ledger->write_us,
                                 .info = info,
                                 .call = call};

    event.from = ledger->sent;
    ledger->sent = event.to = event.from + len;
    ledger->sends++;
    report(ledger, &event);
    ledger->is_blocked = false;
}

/* The end of the bytes up to `last`, of which the lower 32 bits are known, and
 * which the kernel has accepted. */
static uint64_t end_of(const struct ledger *ledger, uint32_t last)
{
    uint32_t behind = (uint32_t)ledger->sent - last - 1;

    return behind < ledger->sent ? ledger->sent - behind : 0;
}

void ledger_left(struct ledger *ledger, uint32_t last, int64_t time_us)
{
    uint64_t to = end_of(ledger, last);
    struct ledger_event event = {.kind = LEDGER_LEFT,
                                 .time_us = time_us,
                                 .from = ledger->left,
                                 .to = to,
                                 .is_again = to <= ledger->left};

    if (event.is_again)
        event.from = to;
    else
        ledger->left = to;
    report(ledger, &event);
}

void ledger_acked(struct ledger *ledger, uint32_t last, int64_t time_us,
                  const struct ledger_info *info)
{
    struct ledger_event event = {.kind = LEDGER_ACKED,
                                 .time_us = time_us,
                                 .from = ledger->acked,
                                 .to = end_of(ledger, last),
                                 .info = info};

    if (event.to <= ledger->acked)
        return;
    ledger->acked = event.to;
    report(ledger, &event);
}

/* An event at a position in a stream, without a range of its own. */
static struct ledger_event event_at(enum ledger_event_kind kind, uint64_t at)
{
    return (struct ledger_event){.kind = kind, .from = at, .to = at};
}

void ledger_blocked(struct ledger *ledger, enum ledger_call call,
                    const struct ledger_held *held,
                    const struct ledger_info *info)
{
    struct ledger_event event = event_at(LEDGER_BLOCKED, ledger->sent);

    assert(!ledger->is_shut);
    event.time_us = ledger->write_us;
    event.info = info;
    event.call = call;
    event.held = held;
    report(ledger, &event);
    ledger->is_blocked = true;
    ledger->blocked_window = info != NULL ? info->peer_window : UINT32_MAX;
}

void ledger_report_eof(struct ledger *ledger)
{
    struct ledger_event event = event_at(LEDGER_EOF, ledger->received);

    report(ledger, &event);
}

void ledger_report_shutdown(struct ledger *ledger)
{
    struct ledger_event event = event_at(LEDGER_SHUTDOWN, ledger->sent);

    assert(!ledger->is_shut);
    ledger->is_shut = true;
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

/* How many of the accepted bytes lie before the last `held` of the stream,
 * whose end is a FIN where we have ended it. */
static uint64_t before_last(const struct ledger *ledger, uint64_t held)
{
    uint64_t end = ledger->sent + (ledger->is_shut ? 1 : 0);
    uint64_t before = end > held ? end - held : 0;

    return before < ledger->sent ? before : ledger->sent;
}

static struct ledger_account account_of(const struct ledger *ledger,
                                        const struct ledger_held *held)
{
    struct ledger_account account = {
        .acked = before_last(ledger, held->queued),
        .sent = before_last(ledger, held->unsent),
        .unread = held->unread,
    };

    /* More may have become of them since the queues were read. */
    if (account.acked < ledger->acked)
        account.acked = ledger->acked;
    if (account.sent < account.acked)
        account.sent = account.acked;
    account.in_flight = account.sent - account.acked;
    account.unsent = ledger->sent - account.sent;
    return account;
}

void ledger_close(struct ledger *ledger, enum ledger_why rest,
                  const struct ledger_held *held,
                  const struct ledger_info *info)
{
    struct ledger_event event = {.kind = LEDGER_CLOSE, .info = info};
    struct ledger_account account;
    bool is_after_end = ledger->drops_rest || ledger->carries_endless;

    assert(ledger->message_to <= ledger->received);
    ledger_skip(ledger, ledger->received - ledger->message_to,
                is_after_end ? LEDGER_AFTER_END : rest);
    if (held != NULL) {
        account = account_of(ledger, held);
        event.account = &account;
    }
    report(ledger, &event);
}
