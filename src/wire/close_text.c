#include "wire/close_text.h"

#include "base/put.h"
#include "wire/event_columns.h"
#include "wire/text_parts.h"

static char *put_cause(char *to, enum ledger_cause cause)
{
    static const char *const causes[] = {
        [LEDGER_BY_FAILURE] = "by a failure of ours",
        [LEDGER_BY_PEER] = "by the peer",
        [LEDGER_BY_RESET] = "by a reset",
        [LEDGER_BY_RESPONSE] = "by us with the last response",
        [LEDGER_BY_REFUSAL] = "by us with a refusal",
        [LEDGER_BY_CUT] = "by us, as the request asked,",
        [LEDGER_BY_CUT_RESET] = "by us with a reset, as the request asked,",
        [LEDGER_BY_FIRST_BYTE_TIMEOUT] = "by us, as no byte came,",
        [LEDGER_BY_IDLE_TIMEOUT] = "by us, as no other request came,",
        [LEDGER_BY_NEWCOMER] = "by us, for a newer connection,",
        [LEDGER_BY_REQUEST_TIMEOUT] = "by us, as a request was not finished,",
        [LEDGER_BY_SEND_TIMEOUT] = "by us, as the peer took nothing,",
        [LEDGER_BY_LINGER_TIMEOUT] = "by us, as the peer did not end it,",
        [LEDGER_BY_DRAINING] = "by us, as the server ends,",
    };

    return put_text(to, causes[cause]);
}

/* Cells of a table: what follows begins in the next column. */
static char *put_cell(char *to, const char *from, ptrdiff_t width)
{
    while (to - from < width)
        to = put_char(to, ' ');
    return put_text(to, "  ");
}

enum { LEN_WIDTH = 12, SEGMENTS_WIDTH = 24, CALLS_WIDTH = 9 };

/* One direction: "in   108 B  6 segments, 2 with data  2 recvs  3 requests" */
struct direction {
    const char *name;
    uint64_t len;
    uint32_t segments, data_segments;
    uint64_t calls;
    const char *call;
    uint64_t messages;
    const char *message;
};

static char *put_direction(char *to, const struct direction *way,
                           bool has_segments)
{
    char *from;

    from = to = put_text(to, way->name);
    to = put_cell(text_put_size(to, way->len), from, LEN_WIDTH);
    from = to;
    if (has_segments) {
        to = text_put_count(to, way->segments, "segment");
        to = put_text(to, ", ");
        to = put_number(to, way->data_segments);
        to = put_text(to, " with data");
        to = put_cell(to, from, SEGMENTS_WIDTH);
    }
    from = to;
    to = put_cell(text_put_count(to, way->calls, way->call), from, CALLS_WIDTH);
    return text_put_count(to, way->messages, way->message);
}

/* What became of the bytes that the kernel accepted. */
static char *put_account(char *to, const struct ledger_account *account)
{
    to = text_put_size(put_text(to, "of them sent "), account->sent);
    to = text_put_size(put_text(to, ", acknowledged "), account->acked);
    to = text_put_size(put_text(to, ", in flight "), account->in_flight);
    return text_put_size(put_text(to, ", unsent "), account->unsent);
}

static char *begin_row(char *to, const struct ledger_event *event,
                       const struct event_style *style)
{
    return column_go_on(put_char(to, '\n'), style, event);
}

char *close_text_put(char *to, const struct ledger_event *event)
{
    const struct ledger *ledger = event->ledger;
    int64_t age_us = event->time_us - ledger->opened_us;

    to = put_cause(to, ledger->cause);
    to = put_text(to, " after ");
    to = text_put_duration(to, age_us > 0 ? (uint64_t)age_us : 0);
    if (ledger->received == 0)
        return put_text(to, "; it was never used");
    if (ledger->pipeline_max < 2)
        return to;
    to = put_text(to, "; pipeline ");
    to = put_number(to, ledger->pipeline_max);
    return put_text(to, " deep");
}

char *close_text_put_table(char *to, const struct ledger_event *event,
                           const struct event_style *style)
{
    static const struct ledger_info none = {0};
    const struct ledger *ledger = event->ledger;
    const struct ledger_info *info = event->info ? event->info : &none;
    const struct direction in = {"in   ",           ledger->received,
                                 info->segments_in, info->data_segments_in,
                                 ledger->recvs,     "recv",
                                 ledger->requests,  "request"};
    const struct direction out = {"out  ",
                                  ledger->sent,
                                  info->segments_out,
                                  info->data_segments_out,
                                  ledger->sends,
                                  "send",
                                  ledger->responses,
                                  "response"};

    to = put_direction(begin_row(to, event, style), &in, event->info != NULL);
    if (event->account != NULL && event->account->unread > 0)
        to = text_put_size(put_text(to, "  never read "),
                           event->account->unread);
    to = put_direction(begin_row(to, event, style), &out, event->info != NULL);
    if (event->account != NULL)
        to = put_account(begin_row(to, event, style), event->account);
    if (event->info == NULL)
        return to;
    to = put_text(begin_row(to, event, style), "rtt ");
    to = text_put_duration(to, info->rtt_us);
    to = put_text(to, ", ");
    return text_put_retransmitted(to, style->colour, info->retransmitted);
}
