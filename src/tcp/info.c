#include "tcp/info.h"

#include <linux/tcp.h>
#include <string.h>

/* What was sent and neither came again nor was acknowledged. Our last byte's
 * FIN is acknowledged as if it were a byte, hence the comparison. */
static uint64_t unacked_of(const struct tcp_info *told)
{
    uint64_t over = told->tcpi_bytes_acked + told->tcpi_bytes_retrans;

    return told->tcpi_bytes_sent > over ? told->tcpi_bytes_sent - over : 0;
}

bool info_read(int fd, struct ledger_info *info)
{
    struct tcp_info told;
    socklen_t len = sizeof(told);

    memset(&told, 0, sizeof(told));
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &told, &len) == -1)
        return false;
    *info = (struct ledger_info){
        .rtt_us = told.tcpi_rtt,
        .rttvar_us = told.tcpi_rttvar,
        .mss = told.tcpi_snd_mss,
        .cwnd = told.tcpi_snd_cwnd,
        .segments_in = told.tcpi_segs_in,
        .segments_out = told.tcpi_segs_out,
        .data_segments_in = told.tcpi_data_segs_in,
        .data_segments_out = told.tcpi_data_segs_out,
        .bytes_acked = told.tcpi_bytes_acked,
        .bytes_unacked = unacked_of(&told),
        .retransmitted = told.tcpi_total_retrans,
        .delivery_rate = told.tcpi_delivery_rate,
    };
    return true;
}

const char *info_format_local(int fd, char out[ADDRESS_TEXT_MAX])
{
    struct address address = {.any.sa_family = AF_UNIX};

    address.len = sizeof(address.local);
    getsockname(fd, &address.any, &address.len);
    return address_format(&address, out);
}
