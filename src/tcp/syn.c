#include "tcp/syn.h"

#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>
#include <string.h>

enum { TCP_HEADER = 20, IPV4_HEADER = 20, IPV6_HEADER = 40 };

/* Sets what the IP header has. Returns where TCP's begins; 0: it has none. */
static size_t read_ip(struct bytes in, struct ledger_syn *syn)
{
    const unsigned char *at = (const unsigned char *)in.at;
    size_t len;

    if (in.len >= IPV4_HEADER && at[0] >> 4 == 4) {
        syn->ttl = at[8];
        len = (size_t)(at[0] & 15) * 4;
        return at[9] == IPPROTO_TCP && len >= IPV4_HEADER ? len : 0;
    }
    if (in.len >= IPV6_HEADER && at[0] >> 4 == 6) {
        syn->ttl = at[7];
        return at[6] == IPPROTO_TCP ? IPV6_HEADER : 0;
    }
    return 0;
}

static uint32_t number_at(const unsigned char *at, size_t len)
{
    uint32_t number = 0;

    for (size_t i = 0; i < len; i++)
        number = number << 8 | at[i];
    return number;
}

static void read_option(unsigned kind, const unsigned char *at, size_t len,
                        struct ledger_syn *syn)
{
    if (kind == TCPOPT_MAXSEG && len == 2)
        syn->mss = (uint16_t)number_at(at, 2);
    else if (kind == TCPOPT_WINDOW && len == 1)
        syn->window_scale = at[0];
    else if (kind == TCPOPT_SACK_PERMITTED && len == 0)
        syn->has_sack = true;
    else if (kind == TCPOPT_TIMESTAMP && len == 8)
        syn->has_timestamps = true;
}

static void read_options(const unsigned char *at, size_t len,
                         struct ledger_syn *syn)
{
    size_t i = 0;

    while (i < len && at[i] != TCPOPT_EOL) {
        if (at[i] == TCPOPT_NOP) {
            i++;
            continue;
        }
        if (len - i < 2 || at[i + 1] < 2 || at[i + 1] > len - i)
            return;
        read_option(at[i], at + i + 2, (size_t)at[i + 1] - 2, syn);
        i += at[i + 1];
    }
}

bool syn_read(struct bytes bytes, struct ledger_syn *syn)
{
    const unsigned char *at;
    size_t tcp, len;

    *syn = (struct ledger_syn){.bytes = bytes, .window_scale = -1};
    tcp = read_ip(bytes, syn);
    if (tcp == 0 || bytes.len < tcp + TCP_HEADER)
        return false;
    at = (const unsigned char *)bytes.at + tcp;
    len = (size_t)(at[12] >> 4) * 4;
    if (len < TCP_HEADER || len > bytes.len - tcp)
        return false;
    syn->sequence = number_at(at + 4, 4);
    syn->window = (uint16_t)number_at(at + 14, 2);
    syn->asks_ecn = (at[13] & 0xc0) == 0xc0; /* ECE and CWR: RFC 3168, 6.1.1 */
    read_options(at + TCP_HEADER, len - TCP_HEADER, syn);
    return true;
}
