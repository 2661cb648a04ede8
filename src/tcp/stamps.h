/* stamps.h -- when the kernel sent bytes, and when they were acknowledged
 *
 * The kernel notes the time at which the last byte of each write was handed to
 * the network's device, each time that it was, and the time at which it was
 * acknowledged. It keeps these stamps in the socket's error queue, together
 * with unread input in the bound of the receive buffer, and reports EPOLLERR
 * (Linux, Documentation/networking/timestamping.rst). No privilege is needed,
 * as a stamp carries none of the packet's bytes (OPT_TSONLY).
 *
 * A byte that leaves twice was sent again; or, where the peer has acknowledged
 * it selectively, a byte behind it that the kernel keeps in one buffer with it:
 * the note stays with the rest of the buffer. (Seen on Linux 6.18.)
 *
 * For connections that are watched. No call blocks. The worker's thread.
 */
#ifndef TCP_STAMPS_H
#define TCP_STAMPS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/ledger.h"

/* From here on the kernel stamps what is sent, and what is received
 * (stamps_recv). Before the first byte is sent, as it counts from here.
 * Where it cannot (a Unix socket), no stamp comes. */
void stamps_begin(int fd);

/* As recv(2) without flags. *stamp_us is when the segment that brought the last
 * of the bytes was received, in microseconds since 1970; 0: not known. */
ssize_t stamps_recv(int fd, char *at, size_t size, int64_t *stamp_us);

/* Reports the stamps that have come to the ledger, which has an observer. Ends
 * after STAMPS_MAX of them; those that are left come with the next call. */
void stamps_report(int fd, struct ledger *ledger);

enum { STAMPS_MAX = 1024 };

#endif
