/* sending.h -- a queue sent over a pair of sockets, for tests of socket_io */
#ifndef UNIT_SENDING_H
#define UNIT_SENDING_H

#include <linux/tcp.h>
#include <string.h>

#include "pair.h"
#include "tcp/socket_io.h"

/* Sends all of the queue while the peer reads, `share` bytes a turn. Returns
 * how often the kernel had no room. */
static inline unsigned send_all(struct pair *pair, struct outqueue *queue,
                                uint64_t share, char *at, size_t len)
{
    unsigned blocked = 0;
    size_t sum = 0;

    for (;;) {
        uint64_t budget = share;
        enum io_result result = socket_send(pair->ours, queue, &budget, NULL);

        if (result == IO_DONE)
            break;
        ck_assert_int_ne(result, IO_GONE);
        ck_assert_int_ne(result, IO_FAILED);
        ck_assert(result != IO_BUDGET || budget == 0);
        if (result == IO_BLOCKED) {
            blocked++;
            await(pair->theirs, POLLIN);
            sum += take(pair->theirs, at + sum, len - sum);
            await(pair->ours, POLLOUT);
        }
    }
    while (sum < len) {
        await(pair->theirs, POLLIN);
        sum += take(pair->theirs, at + sum, len - sum);
    }
    return blocked;
}

/* How many segments with bytes in them our end has sent. */
static inline unsigned segments_of(const struct pair *pair)
{
    struct tcp_info info;
    socklen_t len = sizeof(info);

    memset(&info, 0, sizeof(info));
    ck_assert_int_eq(getsockopt(pair->ours, IPPROTO_TCP, TCP_INFO, &info, &len),
                     0);
    return info.tcpi_data_segs_out;
}

#endif
