/* turn_shape.h -- what a turn does for a stream that has a shape
 *
 * The functions that follow shape.h's decisions; called only where there is a
 * shape. The worker's thread; blocks on no peer. */
#ifndef TCP_TURN_SHAPE_H
#define TCP_TURN_SHAPE_H

#include "tcp/socket_io.h"
#include "tcp/turn.h"

enum {
    CUT_LOOK_MS = 10, /* between two looks whether all was acknowledged */
    CUT_WAIT_US = 2000000,
};

/* How many bytes the next recv takes, of those for which there is room. */
size_t turn_recv_max(const struct connection *c, size_t room);

/* Sends, as socket_send_shaped; while the server drains, without pauses.
 * Reports the stamps that have come. */
enum io_result turn_send_shaped(struct connection_env *env,
                                const struct connection *c,
                                struct outqueue *queue);

/* IO_PAUSED: enters PAUSE, until the next write is due. */
struct after_turn turn_pause(struct connection_env *env, struct connection *c);

/* IO_CUT: drops the rest of what was queued and came, and ends the stream:
 * enters LINGER or CUT, or closes where there is nothing to wait for. */
struct after_turn turn_cut(struct connection_env *env, struct connection *c);

/* CUT: resets if the peer has acknowledged all, or has had the time. */
struct after_turn turn_await_cut(struct connection_env *env,
                                 struct connection *c);

#endif
