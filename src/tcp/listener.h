/* listener.h -- a socket at which connections are asked for
 *
 * Opened by the main thread, then lent to the acceptor. */
#ifndef TCP_LISTENER_H
#define TCP_LISTENER_H

#include <stdint.h>
#include <sys/types.h>

#include "tcp/address.h"

/* Connections that wait to be accepted; the kernel cuts it to its own limit,
 * net.core.somaxconn. SOMAXCONN is 128 in some C libraries. */
enum { LISTENER_BACKLOG = 4096 };

enum { LISTENER_UNSENT_MAX = 256 * 1024 };

struct listener {
    int fd;                 /* -1: closed */
    uint8_t role;           /* 0 until its opener sets it; each stream that it
                               accepts has it too, and tcp does not read it */
    struct address address; /* as bound: with the real port where 0 was asked */
    dev_t device; /* of a Unix socket: the path is ours as long as it */
    ino_t inode;  /* names this */
};

/* Binds and listens, non-blocking. SO_REUSEADDR lets a restarted server have
 * the port of connections that are still closing; IPV6_V6ONLY keeps "[::]" and
 * "0.0.0.0" apart. What is accepted inherits TCP_NODELAY, since every answer is
 * sent whole and none should wait for an acknowledgement; SO_OOBINLINE: an
 * urgent byte is a byte of the stream (RFC 6093, 6); and TCP_NOTSENT_LOWAT: of
 * what the window has no room for the kernel takes LISTENER_UNSENT_MAX bytes,
 * and not as many as its buffer could grow to, for a peer that does not read.
 *
 * A Unix socket that nobody listens at any more is replaced. One that is bound
 * may be listened at in a moment, and looks the same: it is given 100 ms, and
 * only that very socket is removed. Returns 0 or a
 * negative errno: -EADDRINUSE, -EACCES (a port below 1024), -EADDRNOTAVAIL (not
 * an address of this machine), -EAFNOSUPPORT (no IPv6 here). */
int listener_open(struct listener *listener, const struct address *address);

/* Stops listening; removes the path of a Unix socket, unless another has taken
 * it meanwhile. May be called twice. */
void listener_close(struct listener *listener);

#endif
