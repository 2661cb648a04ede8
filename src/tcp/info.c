#include "tcp/info.h"

#include <linux/sockios.h>
#include <linux/tcp.h>
#include <string.h>
#include <sys/ioctl.h>

/* Bytes in flight: sent, without those acknowledged and those sent once more. A
 * FIN is acknowledged as if it were a byte, so the sum can be one too large. */
static uint64_t unacked_of(const struct tcp_info *kernel)
{
    uint64_t over = kernel->tcpi_bytes_acked + kernel->tcpi_bytes_retrans;

    return kernel->tcpi_bytes_sent > over ? kernel->tcpi_bytes_sent - over : 0;
}

bool info_read(int fd, struct ledger_info *info)
{
    struct tcp_info kernel;
    socklen_t len = sizeof(kernel);

    memset(&kernel, 0, sizeof(kernel));
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &kernel, &len) == -1)
        return false;
    *info = (struct ledger_info){
        .rtt_us = kernel.tcpi_rtt,
        .rttvar_us = kernel.tcpi_rttvar,
        .mss = kernel.tcpi_snd_mss,
        .cwnd = kernel.tcpi_snd_cwnd,
        .segments_in = kernel.tcpi_segs_in,
        .segments_out = kernel.tcpi_segs_out,
        .data_segments_in = kernel.tcpi_data_segs_in,
        .data_segments_out = kernel.tcpi_data_segs_out,
        .bytes_acked = kernel.tcpi_bytes_acked,
        .bytes_unacked = unacked_of(&kernel),
        .retransmitted = kernel.tcpi_total_retrans,
        .delivery_rate = kernel.tcpi_delivery_rate_app_limited
                             ? 0
                             : kernel.tcpi_delivery_rate,
        .peer_window = kernel.tcpi_snd_wnd,
        .rwnd_limited_us = kernel.tcpi_rwnd_limited,
    };
    return true;
}

size_t info_read_syn(int fd, char out[LEDGER_SYN_MAX])
{
    socklen_t len = LEDGER_SYN_MAX;

    return getsockopt(fd, IPPROTO_TCP, TCP_SAVED_SYN, out, &len) == -1 ? 0
                                                                       : len;
}

static bool read_count(int fd, unsigned long request, uint64_t *count)
{
    int value;

    if (ioctl(fd, request, &value) == -1 || value < 0)
        return false;
    *count = (uint64_t)value;
    return true;
}

bool info_read_held(int fd, struct ledger_held *held)
{
    /* The second is TCP's alone: without it the others count something else. */
    return read_count(fd, SIOCOUTQ, &held->queued) &&
           read_count(fd, SIOCOUTQNSD, &held->unsent) &&
           read_count(fd, SIOCINQ, &held->unread);
}

const char *info_format_local(int fd, char out[ADDRESS_TEXT_MAX])
{
    struct address address = {.any.sa_family = AF_UNIX};

    address.len = sizeof(address.local);
    getsockname(fd, &address.any, &address.len);
    return address_format(&address, out);
}
