/* syn.h -- the segment that opened a connection, as the kernel saved it
 *
 * Pure; any thread. */
#ifndef TCP_SYN_H
#define TCP_SYN_H

#include <stdbool.h>

#include "base/ledger.h"

/* Reads the headers of a SYN: IPv4 or IPv6, then TCP with its options (RFC
 * 9293, 3.1). `bytes` is lent to *syn. False: they are not such headers; then
 * *syn is garbage. An option that is cut short ends the options, and one of an
 * unknown kind is passed over. */
bool syn_read(struct bytes bytes, struct ledger_syn *syn);

#endif
