/* ledger.h -- positions of reads, writes and messages in a connection's streams
 *
 * TCP carries a stream of bytes each way. recv and send move pieces of it, and
 * HTTP finds its messages in it. A ledger counts both from the stream's first
 * byte, so that the two can be compared:
 *
 *     in    recvs       0........25.................79
 *           requests    0............36.......72
 *     out   responses   0.......................612
 *           sends       0.......................612
 *
 * tcp reports each recv and send, and http each message. The ledger counts, and
 * reports each event to its observer. conf/trace.schema.json describes the
 * events as they are printed.
 *
 * A connection has a ledger only if an observer or the protocol needs one, else
 * NULL. The thread that accepts makes it; from then on it belongs to the
 * connection's worker. Reads the clock; makes no system call and, after
 * ledger_new, no allocation. */
#ifndef BASE_LEDGER_H
#define BASE_LEDGER_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/clock.h"

struct observer;

/* What the kernel reports of a connection (tcp(7), TCP_INFO). */
struct ledger_info {
    uint32_t rtt_us, rttvar_us; /* smoothed round trip, and how it varies */
    uint32_t mss;               /* most bytes in a segment of ours */
    uint32_t cwnd;              /* segments that may be in flight at once */
    uint32_t segments_in, segments_out;
    uint32_t data_segments_in, data_segments_out;
    uint64_t bytes_acked;     /* of what we sent */
    uint64_t bytes_unacked;   /* in flight */
    uint32_t retransmitted;   /* segments sent again */
    uint64_t delivery_rate;   /* bytes a second; 0: not known, or limited by us
                                 and not by the network */
    uint32_t peer_window;     /* bytes that the peer lets us have in flight */
    uint64_t rwnd_limited_us; /* how long that has kept us from sending */
};

enum { LEDGER_SYN_MAX = 256 }; /* bytes of a SYN with its IP header */

/* The segment that opened a connection, from the network's header on. */
struct ledger_syn {
    struct bytes bytes;
    uint8_t ttl;       /* hops that were left; IPv6: the hop limit */
    uint32_t sequence; /* the peer's initial sequence number */
    uint16_t window;   /* not scaled */
    uint16_t mss;      /* 0: it has no such option */
    int window_scale;  /* -1: likewise */
    bool has_sack, has_timestamps;
    bool asks_ecn; /* explicit congestion notification */
};

/* Bytes that the kernel holds of a connection. A FIN that we sent counts as one
 * of the bytes that are queued, and of those that are unsent. */
struct ledger_held {
    uint64_t queued; /* accepted from us, and not acknowledged ... */
    uint64_t unsent; /* ... of them, not sent even once */
    uint64_t unread; /* received, and not read by us */
};

/* What became of the bytes that the kernel accepted, and of those that came.
 * The kernel of the peer has acknowledged them; the program there need not have
 * read them. Those in flight were sent, and may have arrived. After a close
 * without a reset the kernel goes on with those in flight and unsent; after a
 * reset they are lost. */
struct ledger_account {
    uint64_t sent, acked, in_flight, unsent; /* sent + unsent: all accepted */
    uint64_t unread;                         /* of the stream from the peer */
};

/* How the bytes of a recv came. The kernel counts segments as they come, so one
 * that came just after the recv may count with it. */
struct ledger_arrival {
    int64_t at_us;     /* when the last of them came; 0: not known */
    uint32_t segments; /* with data, of the connection so far */
};

enum ledger_call { LEDGER_CALL_SEND, LEDGER_CALL_SENDFILE };

enum ledger_why {
    LEDGER_EMPTY_LINE, /* before a request; ignored */
    LEDGER_UNFINISHED, /* the stream ended within a message */
    LEDGER_AFTER_END,  /* it came after the last response; dropped */
    LEDGER_NOT_READ,   /* whole messages, maybe: the connection ended first */
};

enum ledger_cause {
    LEDGER_BY_FAILURE, /* no memory, or a file that became shorter */
    LEDGER_BY_PEER,
    LEDGER_BY_RESET,
    LEDGER_BY_RESPONSE, /* our response was the last one */
    LEDGER_BY_REFUSAL,  /* we refused what was no request */
    LEDGER_BY_CUT, /* we ended a response where its request asked us to ... */
    LEDGER_BY_CUT_RESET, /* ... or reset the connection there */
    LEDGER_BY_FIRST_BYTE_TIMEOUT,
    LEDGER_BY_IDLE_TIMEOUT,
    LEDGER_BY_REQUEST_TIMEOUT,
    LEDGER_BY_SEND_TIMEOUT,
    LEDGER_BY_LINGER_TIMEOUT,
    LEDGER_BY_NEWCOMER, /* it gave its place to a newer one */
    LEDGER_BY_DRAINING,
};

struct ledger {
    struct observer *observer; /* of its worker; NULL: only counts */
    uint64_t id;               /* from 1, in the order of accepting */
    int64_t opened_us;         /* since 1970 */
    unsigned worker;           /* from 1 */

    /* Positions in the stream from the peer. */
    uint64_t received;   /* the end of the last recv ... */
    uint64_t recv_from;  /* ... and where it began */
    uint32_t segments;   /* that had come by then */
    uint64_t offered_at; /* the first byte of what is offered */
    uint64_t message_to; /* the end of the last message or skipped bytes */

    /* Positions in the stream to the peer: the kernel has accepted the bytes up
     * to there, handed them to the device, got their acknowledgement. The last
     * two are as of the stamps that were reported. */
    uint64_t sent, left, acked;
    int64_t write_us; /* when the last write began; 0: it was not noted */
    int64_t last_us;  /* the latest time of its events */
    bool is_blocked;  /* the kernel has refused the last write */
    uint32_t blocked_window; /* the peer's window then; UINT32_MAX: not known */

    uint64_t recvs, sends, requests, responses;
    unsigned message_recvs; /* that brought the message being read */
    unsigned pipeline;      /* whole requests since the last recv */
    unsigned pipeline_max;
    enum ledger_cause cause; /* of its end: the first that was given */
    bool is_ending;          /* a cause was given */
    bool drops_rest;         /* what still comes is part of no message */
    bool carries_endless;    /* a response whose content never ends */
    bool is_shut;            /* we have ended our stream: a FIN follows it */
};

enum ledger_event_kind {
    LEDGER_OPEN,
    LEDGER_RECV,
    LEDGER_REQUEST,
    LEDGER_SKIP,
    LEDGER_RESPONSE,
    LEDGER_CONTENT,
    LEDGER_SEND,
    LEDGER_LEFT,     /* bytes were handed to the network's device */
    LEDGER_ACKED,    /* the peer's kernel has them */
    LEDGER_BLOCKED,  /* the kernel refused a write */
    LEDGER_EOF,      /* a recv of 0: the peer has ended its stream */
    LEDGER_SHUTDOWN, /* we have ended ours */
    LEDGER_CLOSE,
};

/* Of LEDGER_REQUEST. All views are lent, and hold the peer's bytes: trust
 * nothing. */
struct ledger_request {
    struct bytes head; /* as it was sent */
    unsigned refused;  /* status; 0: not refused, and the rest is set */
    struct bytes method, target;
    struct bytes version; /* "1.1", as it was sent: 1.0 to 1.9 */
};

/* Of LEDGER_RESPONSE. */
struct ledger_response {
    struct bytes head;
    unsigned status;
    const char *why;   /* the reason for the status, static; NULL: none */
    struct bytes type; /* .at NULL: none */
    bool is_endless;   /* [head_to, to) is empty: the content follows ... */
    bool has_end;      /* ... until ledger_content */
};

struct ledger_event {
    enum ledger_event_kind kind;
    const struct ledger *ledger; /* this event is counted in it */
    int64_t time_us;             /* since 1970. SEND, BLOCKED: when the call
                                    began; LEFT, ACKED: the kernel's */
    int64_t since_us;  /* since the latest event before; 0: it has none, or that
                          was later */
    uint64_t from, to; /* all but OPEN and CLOSE; BLOCKED, EOF, SHUTDOWN: both
                          are where the stream stands */
    uint64_t head_to;  /* REQUEST, RESPONSE */
    const struct ledger_info *info; /* OPEN, SEND, ACKED, BLOCKED, CLOSE; NULL:
                                       none */
    union {
        struct {
            const char *local, *peer;     /* as address_format writes them */
            const struct ledger_syn *syn; /* NULL: the kernel has none */
        } open;
        struct {
            const struct ledger_arrival *arrival; /* NULL: not known */
            uint32_t segments;                    /* since the recv before */
        } recv;
        const struct ledger_request *request;
        enum ledger_why why; /* SKIP */
        struct {
            uint64_t request_number; /* of the request it responds to */
            const struct ledger_response *response; /* CONTENT: NULL */
        };
        struct {
            enum ledger_call call;          /* SEND, BLOCKED */
            const struct ledger_held *held; /* BLOCKED; NULL: not known */
        };
        bool is_again; /* LEFT: that byte was sent again, or one close
                          behind it, see stamps.h; [from, to) is empty */
        const struct ledger_account *account; /* CLOSE; NULL: not known */
    };
};

/* NULL: no memory. The thread that accepts. */
struct ledger *ledger_new(uint64_t id, unsigned worker);
void ledger_free(struct ledger *ledger); /* or NULL */

/* The worker has the connection. Reports events to `observer` from here on. */
void ledger_open(struct ledger *ledger, struct observer *observer,
                 const char *local, const char *peer,
                 const struct ledger_syn *syn, const struct ledger_info *info);

/* The kernel has accepted `len` bytes of a write. */
void ledger_send(struct ledger *ledger, enum ledger_call call, uint64_t len,
                 const struct ledger_info *info);

/* The kernel handed a byte to the device, again maybe, or got its
 * acknowledgement, at that time: the byte that has the position `last` (from 0)
 * modulo 2^32. Of several writes it may note the last alone, so all bytes
 * before are meant, too. */
void ledger_left(struct ledger *ledger, uint32_t last, int64_t time_us);
void ledger_acked(struct ledger *ledger, uint32_t last, int64_t time_us,
                  const struct ledger_info *info);

/* The kernel had no room: a write would have blocked. */
void ledger_blocked(struct ledger *ledger, enum ledger_call call,
                    const struct ledger_held *held,
                    const struct ledger_info *info);

/* The next message is complete, or refused: its head has head.len bytes, and it
 * ends with the first `used` bytes of what is offered. */
void ledger_request(struct ledger *ledger, uint64_t used,
                    const struct ledger_request *request);

/* A response was queued behind `ahead` bytes that have not been sent yet: its
 * head has head.len bytes, its content `body_len`. It is to the last request;
 * an interim one (1xx) is to the request that is being read. */
void ledger_response(struct ledger *ledger, uint64_t ahead, uint64_t body_len,
                     const struct ledger_response *response);

/* The content of the last response, which followed its head, is complete: it
 * has `len` bytes, and the last of them is the last of `ahead` bytes that were
 * queued and not sent yet. */
void ledger_content(struct ledger *ledger, uint64_t ahead, uint64_t len);

/* The connection is closed. Reports before, as skipped, what belongs to no
 * message: because of `rest`, unless it came after the last response. `held`
 * NULL: the kernel does not report it. */
void ledger_close(struct ledger *ledger, enum ledger_why rest,
                  const struct ledger_held *held,
                  const struct ledger_info *info);

/* Called through ledger_eof, ledger_shutdown, ledger_recv and ledger_skip. */
void ledger_report_eof(struct ledger *ledger);
void ledger_report_shutdown(struct ledger *ledger);
void ledger_count_recv(struct ledger *ledger, uint64_t len,
                       const struct ledger_arrival *arrival);
void ledger_count_skip(struct ledger *ledger, uint64_t len,
                       enum ledger_why why);

/* The functions below take NULL, where the connection has no ledger, and do
 * nothing then. */

/* A write begins; what becomes of it has this time. */
static inline void ledger_write_begins(struct ledger *ledger)
{
    if (ledger != NULL && ledger->observer != NULL)
        ledger->write_us = clock_wall_us();
}

/* `len` bytes were received. `arrival` NULL: how is not known. */
static inline void ledger_recv(struct ledger *ledger, uint64_t len,
                               const struct ledger_arrival *arrival)
{
    if (ledger != NULL)
        ledger_count_recv(ledger, len, arrival);
}

/* A recv returned 0. */
static inline void ledger_eof(struct ledger *ledger)
{
    if (ledger != NULL)
        ledger_report_eof(ledger);
}

/* Our stream has ended: shutdown succeeded. Once. */
static inline void ledger_shutdown(struct ledger *ledger)
{
    if (ledger != NULL)
        ledger_report_shutdown(ledger);
}

/* What is offered to the protocol now: the last `len` of the bytes received. */
static inline void ledger_offer(struct ledger *ledger, uint64_t len)
{
    if (ledger == NULL)
        return;
    assert(len <= ledger->received - ledger->message_to);
    ledger->offered_at = ledger->received - len;
}

/* The next `len` bytes behind the last message are part of none. */
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
static inline void ledger_drop_rest(struct ledger *ledger)
{
    if (ledger != NULL)
        ledger->drops_rest = true;
}

#endif
