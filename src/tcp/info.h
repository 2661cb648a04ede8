/* info.h -- what the kernel knows of a connection: TCP_INFO, and its queues
 *
 * For observers; nothing else depends on it. A call is one system call and
 * never blocks. Any thread. */
#ifndef TCP_INFO_H
#define TCP_INFO_H

#include <stdbool.h>

#include "base/ledger.h"
#include "tcp/address.h"

/* Reads TCP_INFO (tcp(7)). False: the socket has none (a Unix socket), or the
 * kernel refuses. Fields that an older kernel lacks are 0. */
bool info_read(int fd, struct ledger_info *info);

/* Reads the SYN of an accepted socket whose listener keeps them
 * (listener_keep_syns) and writes it to `out`. Returns how many bytes it has;
 * 0: none was kept, it is longer than LEDGER_SYN_MAX, or it was read before:
 * the kernel gives it once. */
size_t info_read_syn(int fd, char out[LEDGER_SYN_MAX]);

/* Reads how many bytes the kernel holds, by three system calls. False: as
 * above. Still works after a reset by the peer (seen on Linux 6.18): the counts
 * are those of the moment when it came. */
bool info_read_held(int fd, struct ledger_held *held);

/* Writes the local address of the connection. Returns `out`. */
const char *info_format_local(int fd, char out[ADDRESS_TEXT_MAX]);

#endif
