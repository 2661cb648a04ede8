/* info.h -- what the kernel tells of a connection: the door of TCP_INFO
 *
 * For who watches; nothing is decided by it. A call is one system call and
 * never blocks. Any thread. */
#ifndef TCP_INFO_H
#define TCP_INFO_H

#include <stdbool.h>

#include "base/ledger.h"
#include "tcp/address.h"

/* Reads what tcp(7) calls TCP_INFO. False: the socket has none (a Unix socket),
 * or the kernel does not tell. What an older kernel leaves out is 0. */
bool info_read(int fd, struct ledger_info *info);

/* Writes the address that the peer has reached us at. Returns `out`. */
const char *info_format_local(int fd, char out[ADDRESS_TEXT_MAX]);

#endif
