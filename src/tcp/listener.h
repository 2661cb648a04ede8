/* listener.h -- a socket that accepts connections
 *
 * Opened by the main thread, then lent to the acceptor. */
#ifndef TCP_LISTENER_H
#define TCP_LISTENER_H

#include <stdint.h>
#include <sys/types.h>

#include "tcp/address.h"
#include "tcp/shape.h"

/* Connections that can wait to be accepted; the kernel reduces it to its own
 * limit, net.core.somaxconn. SOMAXCONN is 128 in some C libraries. */
enum { LISTENER_BACKLOG = 4096 };

enum { LISTENER_UNSENT_MAX = 256 * 1024 };

/* The bounds of tcp(7), TCP_MAXSEG, as Linux has them. */
enum { LISTENER_MSS_MIN = 88, LISTENER_MSS_MAX = 32767 };

struct listener {
    int fd;       /* -1: closed */
    uint8_t role; /* 0 until its opener sets it. Streams that it accepts
                     inherit it; tcp does not use it */
    struct shape_base shape; /* of streams that it accepts; see below */
    struct address address; /* as bound: with the real port where 0 was given */
    dev_t device; /* of a Unix socket's file: the path is ours as long */
    ino_t inode;  /* as it names this file */
};

/* Binds and listens, non-blocking. SO_REUSEADDR lets a restarted server have
 * the port of connections that are still closing; IPV6_V6ONLY keeps "[::]" and
 * "0.0.0.0" apart. Accepted sockets inherit TCP_NODELAY: every response is sent
 * whole, and none should wait for an acknowledgement; SO_OOBINLINE: an urgent
 * byte is a byte of the stream (RFC 6093, 6); and TCP_NOTSENT_LOWAT: for a peer
 * that does not read, the kernel takes only LISTENER_UNSENT_MAX bytes beyond
 * the window, and not as many as its buffer could grow to.
 *
 * A Unix socket that no process listens at any more is replaced. One that was
 * bound just now, and is not listened at yet, looks the same: so it is given
 * 100 ms, and only that same file is removed. Returns 0 or a negative errno:
 * -EADDRINUSE, -EACCES (a port below 1024), -EADDRNOTAVAIL (not an address of
 * this machine), -EAFNOSUPPORT (no IPv6 here). */
int listener_open(struct listener *listener, const struct address *address);

/* From here on the kernel keeps the SYN of each connection until it is read
 * (TCP_SAVE_SYN, about 60 bytes). Where it cannot, none is there to be read. */
void listener_keep_syns(const struct listener *listener);

/* From here on a segment of an accepted connection has at most `mss` bytes,
 * headers left out and options included, whichever end sends it. Does nothing
 * to a Unix socket. */
void listener_set_mss(const struct listener *listener, unsigned mss);

/* From here on the streams that it accepts have this shape, if shape_is_needed.
 * The kernel is given the pace, too, for them to inherit. */
void listener_set_shape(struct listener *listener,
                        const struct shape_base *shape);

/* Stops listening; removes the path of a Unix socket, unless it names another
 * file by now. May be called twice. */
void listener_close(struct listener *listener);

#endif
