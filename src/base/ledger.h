/* ledger.h -- where the bytes of one connection stand in its two streams
 *
 * TCP carries a stream of bytes each way; recv and send move chunks of it, and
 * HTTP finds its messages in it. A ledger counts both from the stream's first
 * byte, so that the two can be laid side by side:
 *
 *     in    recv        0........25.................79
 *           requests    0............36.......72
 *     out   answers     0.......................612
 *           sends       0.......................612
 *
 * Whoever moves bytes or finds messages says so here; the ledger counts, and
 * tells its observer of each event. conf/trace.schema.json describes them as
 * they are printed.
 *
 * A connection has a ledger only where somebody wants one, and NULL else. It is
 * made by the acceptor's thread and from then on belongs to the connection's
 * worker. Pure but for the clock: no system call, no allocation after new. */
#ifndef BASE_LEDGER_H
#define BASE_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

struct observer;

/* What the kernel tells of a connection (tcp(7), TCP_INFO). */
struct ledger_info {
    uint32_t rtt_us, rttvar_us; /* smoothed round trip, and how it varies */
    uint32_t mss;               /* bytes that a segment of ours may carry */
    uint32_t cwnd;              /* segments that may be under way at once */
    uint32_t segments_in, segments_out;
    uint32_t data_segments_in, data_segments_out;
    uint64_t bytes_acked;   /* of ours, by the peer */
    uint64_t bytes_unacked; /* sent to the network and not acknowledged */
    uint32_t retransmitted; /* segments sent again */
    uint64_t delivery_rate; /* bytes a second */
};

enum ledger_call { LEDGER_CALL_SEND, LEDGER_CALL_SENDFILE };

enum ledger_why {
    LEDGER_EMPTY_LINE, /* before a request; passed over */
    LEDGER_UNFINISHED, /* the stream ended within a message */
    LEDGER_AFTER_END,  /* it came after the last answer; dropped */
};

enum ledger_cause {
    LEDGER_BY_FAILURE, /* no memory, or a file that became shorter */
    LEDGER_BY_PEER,
    LEDGER_BY_RESET,
    LEDGER_BY_RESPONSE, /* we ended it with an answer that said so */
    LEDGER_BY_REFUSAL,  /* with the answer to what was no request */
    LEDGER_BY_FIRST_BYTE_TIMEOUT,
    LEDGER_BY_IDLE_TIMEOUT,
    LEDGER_BY_REQUEST_TIMEOUT,
    LEDGER_BY_SEND_TIMEOUT,
    LEDGER_BY_LINGER_TIMEOUT,
    LEDGER_BY_NEWCOMER, /* it was idle, and a newer one needed its place */
    LEDGER_BY_DRAINING,
};

struct ledger {
    struct observer *observer; /* of its worker; NULL: positions alone */
    uint64_t id;               /* from 1, in the order of accepting */
    int64_t opened_us;         /* since 1970 */
    unsigned worker;           /* from 1 */

    /* Positions in the stream that comes in. */
    uint64_t received;   /* the end of the last recv ... */
    uint64_t recv_from;  /* ... and where it began */
    uint64_t offered_at; /* the first byte of what is being offered */
    uint64_t
        message_to; /* the end of the last message, or of what was skipped */

    uint64_t sent; /* position in the stream that goes out */

    uint64_t recvs, sends, requests, responses;
    unsigned message_recvs; /* that brought the message that is being read */
    unsigned pipeline;      /* whole requests since the last send */
    unsigned pipeline_max;
    enum ledger_cause cause; /* of its end; the first that is told holds */
    bool is_ending;          /* a cause was told */
    bool is_over;            /* what comes from now on is part of no message */
    bool carries_endless;    /* an answer whose content has no end yet */
};

enum ledger_event_kind {
    LEDGER_OPEN,
    LEDGER_RECV,
    LEDGER_REQUEST,
    LEDGER_SKIP,
    LEDGER_RESPONSE,
    LEDGER_SEND,
    LEDGER_CLOSE,
};

/* What LEDGER_REQUEST tells; all views are lent, and hold the peer's bytes:
 * trust nothing. */
struct ledger_request {
    struct bytes head; /* as it came */
    unsigned refused;  /* status; 0: it is a request, and the rest holds */
    struct bytes method, target;
    struct bytes version; /* "1.1", as it was sent: 1.0 to 1.9 */
};

/* What LEDGER_RESPONSE tells. */
struct ledger_response {
    struct bytes head;
    unsigned status;
    const char *why;   /* the reason for the status, static; NULL: none */
    struct bytes type; /* .at NULL: it has none */
    bool is_endless;   /* [head_to, to) is empty: its content is yet to come */
};

struct ledger_event {
    enum ledger_event_kind kind;
    const struct ledger *ledger;    /* with this event counted in */
    int64_t time_us;                /* since 1970 */
    uint64_t from, to;              /* all but OPEN and CLOSE */
    uint64_t head_to;               /* REQUEST, ANSWER */
    const struct ledger_info *info; /* OPEN, SEND, CLOSE; NULL: there is none */
    union {
        struct {
            const char *local, *peer; /* as address_format writes them */
        } open;
        const struct ledger_request *request;
        enum ledger_why why; /* SKIP */
        struct {
            uint64_t request_number; /* of the request that it is for */
            const struct ledger_response *response;
        };
        enum ledger_call call; /* SEND */
    };
};

/* NULL: no memory. The acceptor's thread. */
struct ledger *ledger_new(uint64_t id, unsigned worker);
void ledger_free(struct ledger *ledger); /* or NULL */

/* The worker has the connection: events are told from here on. */
void ledger_open(struct ledger *ledger, struct observer *observer,
                 const char *local, const char *peer,
                 const struct ledger_info *info);

/* `len` bytes were handed to the kernel. */
void ledger_send(struct ledger *ledger, enum ledger_call call, uint64_t len,
                 const struct ledger_info *info);

/* The message behind the last one is whole (or refused): its head has head.len
 * bytes, and it ends with the first `used` of what is offered. */
void ledger_request(struct ledger *ledger, uint64_t used,
                    const struct ledger_request *request);

/* An answer was queued, behind `ahead` bytes that have not been sent yet: its
 * head has head.len bytes, its content `body_len`. It belongs to the last
 * request, or to the one that is being read. */
void ledger_response(struct ledger *ledger, uint64_t ahead, uint64_t body_len,
                     const struct ledger_response *response);

/* The connection is closed. Bytes that belong to no message are reported
 * before. */
void ledger_close(struct ledger *ledger, const struct ledger_info *info);

/* Called through ledger_recv and ledger_skip. */
void ledger_count_recv(struct ledger *ledger, uint64_t len);
void ledger_count_skip(struct ledger *ledger, uint64_t len,
                       enum ledger_why why);

/* The functions below take NULL, where the connection has no ledger, and do
 * nothing then. */

/* `len` bytes were received. */
static inline void ledger_recv(struct ledger *ledger, uint64_t len)
{
    if (ledger != NULL)
        ledger_count_recv(ledger, len);
}

/* What is offered to the protocol now: the last `len` of the bytes received. */
static inline void ledger_offer(struct ledger *ledger, uint64_t len)
{
    if (ledger != NULL)
        ledger->offered_at = ledger->received - len;
}

/* The next `len` bytes behind the last message are no part of one. */
static inline void ledger_skip(struct ledger *ledger, uint64_t len,
                               enum ledger_why why)
{
    if (ledger != NULL)
        ledger_count_skip(ledger, len, why);
}

/* Why the connection is going to end. The first cause that is given holds. */
static inline void ledger_ends(struct ledger *ledger, enum ledger_cause cause)
{
    if (ledger == NULL || ledger->is_ending)
        return;
    ledger->cause = cause;
    ledger->is_ending = true;
}

/* The last response was sent: what still comes is dropped. */
static inline void ledger_over(struct ledger *ledger)
{
    if (ledger != NULL)
        ledger->is_over = true;
}

#endif
