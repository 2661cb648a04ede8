/* socket_io.h -- bytes between a socket and memory: the door of recv and send
 *
 * The only file that calls sendfile, and that knows what EAGAIN and EPIPE mean
 * for a stream. Sockets are non-blocking, so nothing here blocks on a peer;
 * sendfile may block on a disk. SIGPIPE must be ignored: sendfile raises it
 * where the peer has reset, and has no flag against that. */
#ifndef TCP_SOCKET_IO_H
#define TCP_SOCKET_IO_H

#include <stddef.h>
#include <stdint.h>

#include "base/ledger.h"
#include "tcp/outqueue.h"
#include "tcp/shape.h"

enum io_result {
    IO_DONE,    /* recv: bytes came. send: the queue is empty */
    IO_BLOCKED, /* no bytes now, or no room: wait for an event */
    IO_BUDGET,  /* send: the turn's share is used up; more could go */
    IO_PAUSED,  /* send: the shape has a pause here; due_us is its end */
    IO_CUT,     /* send: the shape ends the stream here */
    IO_END,     /* recv: the end of the peer's stream */
    IO_GONE,    /* the stream is broken: reset, or timed out */
    IO_FAILED,  /* send: the first item's file became shorter, or cannot be read
                   (file_error of the queue): the rest cannot be sent */
};

/* Receives into at[0..size), size > 0. *len is set on IO_DONE, and so is
 * *stamp_us, or NULL: see stamps_recv. */
enum io_result socket_recv(int fd, char *at, size_t size, size_t *len,
                           int64_t *stamp_us);

/* Sends from the front of the queue until it is empty, the kernel has no room,
 * or *budget is 0. *budget is reduced by what was sent, and the ledger (or
 * NULL) counts each system call, and learns of one that was refused. Adjacent
 * items in memory are sent by one system call, whatever the budget, or in parts
 * where they exceed 80 KiB; memory that a file follows waits for the file's
 * first bytes (MSG_MORE), so that a head and its body share a segment. */
enum io_result socket_send(int fd, struct outqueue *queue, uint64_t *budget,
                           struct ledger *ledger);

/* The same for a stream that has a shape, but in writes as it asks for them, at
 * most SHAPED_WRITES_MAX of them, and each a system call of its own. It gives
 * the kernel the shape's pace too (SO_MAX_PACING_RATE). Reads the clock. */
enum { SHAPED_WRITES_MAX = 32 };
enum io_result socket_send_shaped(int fd, struct outqueue *queue,
                                  uint64_t *budget, struct ledger *ledger,
                                  struct shape *shape);

/* How many bytes the kernel holds that the peer has not acknowledged; 0 where
 * it does not report that. */
size_t socket_unacknowledged(int fd);

#endif
