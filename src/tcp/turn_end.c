#include "tcp/turn_end.h"

#include <assert.h>
#include <sys/socket.h>

/* Not inlined, as most turns end no stream. */
__attribute__((noinline)) struct after_turn
turn_linger(struct connection_env *env, struct connection *c,
            enum ledger_cause cause)
{
    assert(c->unsent == NULL && outqueue_is_empty(env->out));
    ledger_ends(c->stream.ledger, cause);
    ledger_drop_rest(c->stream.ledger);
    if (shutdown(c->fd, SHUT_WR) == -1)
        return turn_close(cause); /* the peer has reset it meanwhile */
    ledger_shutdown(c->stream.ledger);
    turn_enter(env, c, CONN_LINGER, DEADLINE_LINGER);
    return turn_again; /* the peer's last byte may be there */
}

void turn_reset_on_close(const struct connection *c)
{
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};

    setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
}
