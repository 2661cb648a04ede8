#include "tcp/connection_ledger.h"

#include "tcp/info.h"
#include "tcp/stamps.h"
#include "tcp/syn.h"

/* Apart, as it needs room for a SYN. */
__attribute__((noinline)) static void open_watched(struct observer *observer,
                                                   const struct connection *c)
{
    char local[ADDRESS_TEXT_MAX], peer[ADDRESS_TEXT_MAX];
    char syn_bytes[LEDGER_SYN_MAX];
    const struct bytes found = {syn_bytes, info_read_syn(c->fd, syn_bytes)};
    struct ledger_info info;
    struct ledger_syn syn;

    ledger_open(c->stream.ledger, observer, info_format_local(c->fd, local),
                peer_format(&c->stream.peer, peer),
                syn_read(found, &syn) ? &syn : NULL,
                info_read(c->fd, &info) ? &info : NULL);
    stamps_begin(c->fd);
}

void connection_ledger_open(const struct connection_env *env,
                            const struct connection *c)
{
    if (c->stream.ledger != NULL && env->observer != NULL &&
        env->observer->event != NULL)
        open_watched(env->observer, c);
}

enum io_result connection_ledger_recv(const struct connection *c, char *at,
                                      size_t size, size_t *len)
{
    struct ledger *ledger = c->stream.ledger;
    struct ledger_arrival arrival;
    struct ledger_info info;
    bool is_watched = ledger->observer != NULL;
    enum io_result result =
        socket_recv(c->fd, at, size, len, is_watched ? &arrival.at_us : NULL);

    if (result != IO_DONE)
        return result;
    is_watched = is_watched && info_read(c->fd, &info);
    if (is_watched)
        arrival.segments = info.data_segments_in;
    ledger_recv(ledger, *len, is_watched ? &arrival : NULL);
    return result;
}

void connection_ledger_stamps(const struct connection *c)
{
    if (c->stream.ledger != NULL && c->stream.ledger->observer != NULL)
        stamps_report(c->fd, c->stream.ledger);
}

enum ledger_cause connection_timeout_cause(enum connection_state state)
{
    switch (state) {
    case CONN_ACCEPTED:
    case CONN_FIRST:
        return LEDGER_BY_FIRST_BYTE_TIMEOUT;
    case CONN_IDLE:
        return LEDGER_BY_IDLE_TIMEOUT;
    case CONN_MESSAGE:
    case CONN_PENDING:
        return LEDGER_BY_REQUEST_TIMEOUT;
    case CONN_SEND:
    case CONN_PAUSE:
        return LEDGER_BY_SEND_TIMEOUT;
    case CONN_CUT:
        return LEDGER_BY_CUT_RESET;
    case CONN_NEWS:
    case CONN_LINGER:
        return LEDGER_BY_LINGER_TIMEOUT;
    }
    return LEDGER_BY_FAILURE;
}

/* What the bytes are that were received and belong to no message: only in these
 * states has the protocol seen them all. */
static enum ledger_why rest_of(const struct connection *c)
{
    switch (c->state) {
    case CONN_PENDING:
    case CONN_CUT:
        return LEDGER_NOT_READ;
    case CONN_SEND:
    case CONN_PAUSE:
        return c->wants == PROTOCOL_MORE ? LEDGER_UNFINISHED : LEDGER_NOT_READ;
    case CONN_ACCEPTED:
    case CONN_FIRST:
    case CONN_IDLE:
    case CONN_MESSAGE:
    case CONN_NEWS:
    case CONN_LINGER:
        break;
    }
    return LEDGER_UNFINISHED;
}

void connection_ledger_close(struct connection *c, enum ledger_cause cause)
{
    struct ledger *ledger = c->stream.ledger;
    struct ledger_held held;
    struct ledger_info info;
    bool is_held = false, has_info = false;

    if (ledger == NULL)
        return;
    if (ledger->observer != NULL) {
        is_held = info_read_held(c->fd, &held);
        has_info = info_read(c->fd, &info);
        stamps_report(c->fd, ledger); /* the last: all of those are stamped */
    }
    ledger_ends(ledger, cause);
    ledger_close(ledger, rest_of(c), is_held ? &held : NULL,
                 has_info ? &info : NULL);
    ledger_free(ledger);
    c->stream.ledger = NULL;
}
