/* address.h -- one end of a stream: an address and a port, or a path
 *
 * Pure; any thread. */
#ifndef TCP_ADDRESS_H
#define TCP_ADDRESS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/bytes.h"

enum {
    ADDRESS_PARSE_MAX = 2, /* addresses that one text can mean */
    ADDRESS_TEXT_MAX = 128 /* bytes of a printed address, with its NUL */
};

struct address {
    union {
        struct sockaddr any;
        struct sockaddr_in in4;
        struct sockaddr_in6 in6;
        struct sockaddr_un local;
    };
    socklen_t len;
};

/* The peer of an accepted connection. Smaller than struct address: a peer on a
 * Unix socket has no path, so its family is all there is. */
union peer {
    struct sockaddr any;
    struct sockaddr_in in4;
    struct sockaddr_in6 in6;
};

/* Reads "127.0.0.1:8080", "[::1]:8080", "unix:PATH"; and "8080" or
 * "localhost:8080", which mean that port on both loopback addresses.
 * Names are not looked up. Returns how many addresses were written, or
 * -EINVAL. */
int address_parse(struct bytes text, struct address out[ADDRESS_PARSE_MAX]);

/* Whether `text` is an IPv6 address, without brackets. */
bool address_is_ipv6(struct bytes text);

/* The port in host order; 0 for a path. */
unsigned address_port(const struct address *address);
void address_set_port(struct address *address, unsigned port);

/* Writes "127.0.0.1:8080", "[::1]:8080" or "unix:PATH". Returns `out`. */
const char *address_format(const struct address *address,
                           char out[ADDRESS_TEXT_MAX]);

/* Writes the peer's address as address_format does. Returns `out`. */
const char *peer_format(const union peer *peer, char out[ADDRESS_TEXT_MAX]);

/* Whether it is a loopback address, which only this machine reaches. A path is
 * not one: requests there mostly come from a proxy, which sends them on. */
bool address_is_loopback(const struct address *address);

/* The same of a peer: it is on this machine. One on a Unix socket is not known
 * to be. */
bool peer_is_loopback(const union peer *peer);

/* Whether two listeners cannot have both: they are the same path, or the same
 * port of one family and either the same address or one of them all addresses.
 * Port 0 means any free port, so it collides with none. */
bool address_collides(const struct address *one, const struct address *other);

/* Writes the peer's address without its port, as an access log wants it:
 * "127.0.0.1", "::1" or "unix:". Returns its length. */
size_t peer_format_host(const union peer *peer, char out[INET6_ADDRSTRLEN]);

#endif
