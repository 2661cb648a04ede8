/* http_stream.h -- http_protocol on a stream in memory
 *
 * Bytes are offered as tcp would offer them: those not used come again, with
 * those that follow, each time in new memory of exactly that size, which is
 * freed after `sent`. Where the session wants room, the queue is emptied and
 * the session called again. The bytes of all responses are gathered, those of
 * files by pread.
 *
 * Does not use Check, since the fuzzers use it too; a failed requirement ends
 * in abort(). */
#ifndef UNIT_HTTP_STREAM_H
#define UNIT_HTTP_STREAM_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "http/session.h"

struct http_stream {
    void *worker; /* of http_protocol; the caller's */
    void *session;
    struct stream stream;
    struct outqueue *out;
    char *in; /* offered, not used */
    size_t in_len;
    char **lent; /* what was offered since `sent` was last called */
    size_t lent_count;
    uint64_t window; /* bytes that the kernel still accepts */
    char *responses; /* a NUL follows */
    size_t responses_len, responses_size;
    enum protocol_wants wants;
    bool draining;
    unsigned room_count;   /* how often it wanted room */
    bool is_of_last_batch; /* the next message belongs to the last batch */
    bool need_not_linger;  /* it ended with PROTOCOL_LAST; `wants` is _END */
};

static inline void stream_require(bool holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "http_stream: %s\n", what);
        abort();
    }
}

/* The queue has room for `items` and `bytes` when it is empty. */
static inline void stream_open(struct http_stream *s, void *worker,
                               size_t items, size_t bytes)
{
    *s = (struct http_stream){
        .worker = worker, .wants = PROTOCOL_NEXT, .window = UINT64_MAX};
    s->session = calloc(1, http_protocol.session_size);
    s->out = outqueue_new(items, bytes);
    s->responses_size = 4096;
    s->responses = calloc(1, s->responses_size);
    stream_require(s->session && s->out && s->responses, "no memory");
    s->stream.peer.any.sa_family = AF_UNIX;
    http_protocol.opened(worker, s->session, &s->stream);
}

static inline void stream_close(struct http_stream *s)
{
    http_protocol.closed(s->worker, s->session);
    stream_require(s->lent_count == 0, "`sent` was not called");
    if (s->stream.ledger != NULL)
        ledger_close(s->stream.ledger, LEDGER_UNFINISHED, NULL, NULL);
    ledger_free(s->stream.ledger);
    outqueue_free(s->out);
    free(s->session);
    free(s->in);
    free(s->lent);
    free(s->responses);
}

/* Room for `len` more bytes of responses. */
static inline char *stream_room(struct http_stream *s, size_t len)
{
    while (s->responses_size - s->responses_len <= len) {
        s->responses_size *= 2;
        s->responses = realloc(s->responses, s->responses_size);
        stream_require(s->responses != NULL, "no memory");
    }
    return s->responses + s->responses_len;
}

/* The first `len` bytes of the item. */
static inline void stream_gather_item(struct http_stream *s,
                                      const struct out_item *item, size_t len)
{
    char *to = stream_room(s, len);

    stream_require(item->left > 0, "an empty item");
    switch (item->kind) {
    case OUT_BYTES:
        memcpy(to, s->out->bytes + item->offset, len);
        break;
    case OUT_VIEW:
        memcpy(to, item->at, len);
        break;
    case OUT_FILE:
        stream_require(pread(item->fd, to, len, (off_t)item->offset) ==
                           (ssize_t)len,
                       "a range that is not in the file");
        break;
    }
    s->responses_len += len;
    s->responses[s->responses_len] = '\0';
}

/* Takes `len` bytes from the queue. */
static inline void stream_gather(struct http_stream *s, uint64_t len)
{
    while (len > 0) {
        const struct out_item *item = &s->out->items[s->out->first];
        uint64_t part = item->left < len ? item->left : len;

        stream_gather_item(s, item, (size_t)part);
        outqueue_sent(s->out, part);
        len -= part;
    }
}

/* Sends what is in the queue, as far as there is room for it. */
static inline void stream_send(struct http_stream *s)
{
    uint64_t len = outqueue_len(s->out);

    len = len < s->window ? len : s->window;
    s->window -= len;
    stream_gather(s, len);
    if (s->stream.ledger != NULL && len > 0)
        ledger_send(s->stream.ledger, LEDGER_CALL_SEND, len, NULL);
    http_protocol.sent(s->worker, s->session, len);
    while (s->lent_count > 0)
        free(s->lent[--s->lent_count]);
}

/* The kernel accepts `len` bytes more. */
static inline void stream_widen(struct http_stream *s, uint64_t len)
{
    s->window += len;
    stream_send(s);
}

/* `in` was offered, and stays until `sent` is called. */
static inline void stream_lend(struct http_stream *s, char *in)
{
    s->lent = realloc(s->lent, (s->lent_count + 1) * sizeof(*s->lent));
    stream_require(s->lent != NULL, "no memory");
    s->lent[s->lent_count++] = in;
}

/* The server looks whether there is news for a response without an end. */
static inline void stream_news(struct http_stream *s)
{
    struct turn turn = {.out = s->out, .draining = s->draining};

    s->wants = http_protocol.received(s->worker, s->session, &turn);
    stream_send(s);
}

/* One call; what is used is taken away. Returns how much. */
static inline size_t stream_look(struct http_stream *s)
{
    struct turn turn = {.in = s->in,
                        .in_len = s->in_len,
                        .out = s->out,
                        .draining = s->draining};
    char *rest = NULL;

    if (s->stream.ledger != NULL)
        ledger_offer(s->stream.ledger, s->in_len);
    s->wants = http_protocol.received(s->worker, s->session, &turn);
    s->need_not_linger = s->wants == PROTOCOL_LAST;
    if (s->need_not_linger)
        s->wants = PROTOCOL_END;
    stream_require(turn.in_used <= s->in_len, "more used than there was");
    s->in_len -= turn.in_used;
    if (s->in_len > 0) {
        rest = malloc(s->in_len);
        stream_require(rest != NULL, "no memory");
        memcpy(rest, s->in + turn.in_used, s->in_len);
    }
    stream_lend(s, s->in);
    s->in = rest;
    return turn.in_used;
}

/* Offers all that there is, message by message. */
static inline void stream_turn(struct http_stream *s)
{
    bool is_first = true;
    size_t used;

    if (!s->is_of_last_batch)
        http_protocol.batch(s->worker);
    used = stream_look(s);
    while (s->wants == PROTOCOL_ROOM || s->wants == PROTOCOL_AGAIN ||
           (s->wants == PROTOCOL_NEXT && used > 0 && s->in_len > 0)) {
        if (s->wants == PROTOCOL_ROOM || s->wants == PROTOCOL_AGAIN) {
            stream_require(s->wants == PROTOCOL_AGAIN ||
                               !outqueue_is_empty(s->out),
                           "no room in nothing");
            s->room_count += s->wants == PROTOCOL_ROOM;
            stream_send(s);
            if (!outqueue_is_empty(s->out))
                return;
        }
        if (is_first)
            http_protocol.batch(s->worker);
        is_first = false;
        used = stream_look(s);
    }
}

/* Bytes have arrived. False: the session has ended, before or now. */
static inline bool stream_feed(struct http_stream *s, const char *at,
                               size_t len)
{
    char *in;

    if (s->wants == PROTOCOL_END)
        return false;
    if (s->stream.ledger != NULL && len > 0)
        ledger_recv(s->stream.ledger, len, NULL);
    in = malloc(s->in_len + len);
    stream_require(in != NULL || s->in_len + len == 0, "no memory");
    if (s->in_len > 0)
        memcpy(in, s->in, s->in_len);
    if (len > 0)
        memcpy(in + s->in_len, at, len);
    free(s->in);
    s->in = in;
    s->in_len += len;
    stream_turn(s);
    stream_require(s->wants != PROTOCOL_MORE || s->in_len < TURN_IN_MAX,
                   "nothing of a full buffer was used");
    stream_send(s);
    return s->wants != PROTOCOL_END;
}

/* The message did not become complete in time. */
static inline void stream_expire(struct http_stream *s)
{
    struct turn turn = {.in = s->in, .in_len = s->in_len, .out = s->out};

    if (s->stream.ledger != NULL)
        ledger_offer(s->stream.ledger, s->in_len);
    http_protocol.expired(s->worker, s->session, &turn);
    stream_send(s);
    s->wants = PROTOCOL_END;
}

#endif
