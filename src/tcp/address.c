#include "tcp/address.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <stdio.h>

enum { PORT_MAX = 65535 };

static bool parse_port(struct bytes text, in_port_t *port)
{
    uint64_t value;

    if (!bytes_to_u64(text, &value) || value > PORT_MAX)
        return false;
    *port = htons((uint16_t)value);
    return true;
}

static int parse_local(struct bytes path, struct address *out)
{
    if (path.len == 0 || path.len >= sizeof(out->local.sun_path))
        return -EINVAL;
    *out = (struct address){.local.sun_family = AF_UNIX,
                            .len = sizeof(out->local)};
    memcpy(out->local.sun_path, path.at, path.len);
    return 1;
}

static void set_in4(struct address *out, struct in_addr host, in_port_t port)
{
    *out = (struct address){.len = sizeof(out->in4)};
    out->in4.sin_family = AF_INET;
    out->in4.sin_addr = host;
    out->in4.sin_port = port;
}

static void set_in6(struct address *out, struct in6_addr host, in_port_t port)
{
    *out = (struct address){.len = sizeof(out->in6)};
    out->in6.sin6_family = AF_INET6;
    out->in6.sin6_addr = host;
    out->in6.sin6_port = port;
}

static int set_loopbacks(struct address out[ADDRESS_PARSE_MAX], in_port_t port)
{
    set_in4(&out[0], (struct in_addr){htonl(INADDR_LOOPBACK)}, port);
    set_in6(&out[1], in6addr_loopback, port);
    return 2;
}

/* Copies `text` and adds a NUL. False: it is too long, or has a NUL itself. */
static bool copy_host(struct bytes text, char host[INET6_ADDRSTRLEN])
{
    if (text.len >= INET6_ADDRSTRLEN || memchr(text.at, '\0', text.len) != NULL)
        return false;
    memcpy(host, text.at, text.len);
    host[text.len] = '\0';
    return true;
}

bool address_is_ipv6(struct bytes text)
{
    char host[INET6_ADDRSTRLEN];
    struct in6_addr in6;

    return copy_host(text, host) && inet_pton(AF_INET6, host, &in6) == 1;
}

/* "127.0.0.1" or "[::1]" */
static int parse_host(struct bytes name, in_port_t port, struct address *out)
{
    bool in_brackets =
        name.len > 2 && name.at[0] == '[' && name.at[name.len - 1] == ']';
    char host[INET6_ADDRSTRLEN];
    struct in6_addr in6;
    struct in_addr in4;

    if (in_brackets)
        name = (struct bytes){name.at + 1, name.len - 2};
    if (!copy_host(name, host))
        return -EINVAL;
    if (in_brackets && inet_pton(AF_INET6, host, &in6) == 1)
        set_in6(out, in6, port);
    else if (!in_brackets && inet_pton(AF_INET, host, &in4) == 1)
        set_in4(out, in4, port);
    else
        return -EINVAL;
    return 1;
}

int address_parse(struct bytes text, struct address out[ADDRESS_PARSE_MAX])
{
    static const struct bytes unix_scheme = {"unix:", 5};
    const char *colon;
    struct bytes name;
    in_port_t port;

    if (text.len > unix_scheme.len &&
        memcmp(text.at, unix_scheme.at, unix_scheme.len) == 0)
        return parse_local((struct bytes){text.at + unix_scheme.len,
                                          text.len - unix_scheme.len},
                           out);
    if (parse_port(text, &port))
        return set_loopbacks(out, port);

    colon = text.len > 0 ? memrchr(text.at, ':', text.len) : NULL;
    if (colon == NULL)
        return -EINVAL;
    name = (struct bytes){text.at, (size_t)(colon - text.at)};
    if (!parse_port((struct bytes){colon + 1, text.len - name.len - 1}, &port))
        return -EINVAL;
    if (bytes_equal_nocase(name, BYTES("localhost")))
        return set_loopbacks(out, port);
    return parse_host(name, port, out);
}

unsigned address_port(const struct address *address)
{
    if (address->any.sa_family == AF_INET)
        return ntohs(address->in4.sin_port);
    if (address->any.sa_family == AF_INET6)
        return ntohs(address->in6.sin6_port);
    return 0;
}

void address_set_port(struct address *address, unsigned port)
{
    assert(port <= PORT_MAX);
    if (address->any.sa_family == AF_INET)
        address->in4.sin_port = htons((uint16_t)port);
    else if (address->any.sa_family == AF_INET6)
        address->in6.sin6_port = htons((uint16_t)port);
}

const char *address_format(const struct address *address,
                           char out[ADDRESS_TEXT_MAX])
{
    char host[INET6_ADDRSTRLEN];
    unsigned port = address_port(address);

    if (address->any.sa_family == AF_INET) {
        inet_ntop(AF_INET, &address->in4.sin_addr, host, sizeof(host));
        snprintf(out, ADDRESS_TEXT_MAX, "%s:%u", host, port);
    } else if (address->any.sa_family == AF_INET6) {
        inet_ntop(AF_INET6, &address->in6.sin6_addr, host, sizeof(host));
        snprintf(out, ADDRESS_TEXT_MAX, "[%s]:%u", host, port);
    } else {
        snprintf(out, ADDRESS_TEXT_MAX, "unix:%s", address->local.sun_path);
    }
    return out;
}

size_t peer_format_host(const union peer *peer, char out[INET6_ADDRSTRLEN])
{
    if (peer->any.sa_family == AF_INET)
        inet_ntop(AF_INET, &peer->in4.sin_addr, out, INET6_ADDRSTRLEN);
    else if (peer->any.sa_family == AF_INET6)
        inet_ntop(AF_INET6, &peer->in6.sin6_addr, out, INET6_ADDRSTRLEN);
    else
        memcpy(out, "unix:", sizeof("unix:"));
    return strlen(out);
}

const char *peer_format(const union peer *peer, char out[ADDRESS_TEXT_MAX])
{
    struct address address = {.any.sa_family = AF_UNIX};

    if (peer->any.sa_family == AF_INET)
        address.in4 = peer->in4;
    else if (peer->any.sa_family == AF_INET6)
        address.in6 = peer->in6;
    return address_format(&address, out);
}

bool address_is_loopback(const struct address *address)
{
    if (address->any.sa_family == AF_INET)
        return ntohl(address->in4.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
    if (address->any.sa_family == AF_INET6)
        return IN6_IS_ADDR_LOOPBACK(&address->in6.sin6_addr);
    return false;
}

bool peer_is_loopback(const union peer *peer)
{
    if (peer->any.sa_family == AF_INET)
        return ntohl(peer->in4.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
    return peer->any.sa_family == AF_INET6 &&
           IN6_IS_ADDR_LOOPBACK(&peer->in6.sin6_addr);
}

static bool in4_collides(struct in_addr one, struct in_addr other)
{
    return one.s_addr == other.s_addr || one.s_addr == htonl(INADDR_ANY) ||
           other.s_addr == htonl(INADDR_ANY);
}

static bool in6_collides(const struct in6_addr *one,
                         const struct in6_addr *other)
{
    return IN6_ARE_ADDR_EQUAL(one, other) || IN6_IS_ADDR_UNSPECIFIED(one) ||
           IN6_IS_ADDR_UNSPECIFIED(other);
}

bool address_collides(const struct address *one, const struct address *other)
{
    if (one->any.sa_family != other->any.sa_family)
        return false;
    if (one->any.sa_family == AF_UNIX)
        return strcmp(one->local.sun_path, other->local.sun_path) == 0;
    if (address_port(one) != address_port(other) || address_port(one) == 0)
        return false;
    if (one->any.sa_family == AF_INET)
        return in4_collides(one->in4.sin_addr, other->in4.sin_addr);
    return in6_collides(&one->in6.sin6_addr, &other->in6.sin6_addr);
}
