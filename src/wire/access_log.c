#include "wire/access_log.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/put.h"
#include "tcp/address.h"
#include "wire/line_writer.h"

enum {
    QUOTED_MAX =
        4096, /* bytes of one part of a request, escaped; more is cut */
    LINE_MAX_LEN = 4 * QUOTED_MAX + 256,
    HOSTS = 32, /* addresses that are remembered as text */
};

/* An address and its text. */
struct known_host {
    union peer peer;
    size_t len; /* 0: none yet */
    char text[INET6_ADDRSTRLEN];
};

struct access_log_observer {
    struct observer observer; /* first: the two share their address */
    const struct access_log *log;
    struct known_host hosts[HOSTS];
    time_t stamp_s; /* the time that `stamp` shows */
    char stamp[40]; /* " - - [06/Nov/1994:08:49:37 +0000] " */
    struct line_writer writer;
};

/* A part that is too long is cut. */
static char *put_part(char *to, struct bytes text)
{
    return put_escaped(to, QUOTED_MAX, &text);
}

static char *put_quoted(char *to, struct bytes text)
{
    to = put_char(to, '"');
    to = text.at == NULL ? put_char(to, '-') : put_part(to, text);
    return put_char(to, '"');
}

/* No identity and no user, then the time: "Sun, 06 Nov 1994 08:49:37 GMT"
 * becomes " - - [06/Nov/1994:08:49:37 +0000] ". */
static char *put_stamp(char *to, struct access_log_observer *o, time_t when)
{
    static const char form[] = " - - [dd/mmm/yyyy:hh:mm:ss +0000] ";
    char date[DATE_LEN];

    if (when != o->stamp_s) {
        o->stamp_s = when;
        date_format(when, date);
        memcpy(o->stamp, form, sizeof(form));
        memcpy(o->stamp + 6, date + 5, 2);
        memcpy(o->stamp + 9, date + 8, 3);
        memcpy(o->stamp + 13, date + 12, 4);
        memcpy(o->stamp + 18, date + 17, 8);
    }
    return put_bytes(to, (struct bytes){o->stamp, sizeof(form) - 1});
}

static char *put_request_line(char *to,
                              const struct observed_response *response)
{
    assert(response->method.len == 0 || response->version.len == 3);
    to = put_char(to, '"');
    if (response->method.len == 0) {
        to = put_char(to, '-'); /* there was no readable request */
    } else {
        to = put_part(to, response->method);
        to = put_char(to, ' ');
        to = put_part(to, response->target);
        to = put_text(to, " HTTP/");
        to = put_bytes(to, (struct bytes){response->version.at, 3});
    }
    return put_char(to, '"');
}

static bool is_same_host(const union peer *a, const union peer *b)
{
    if (a->any.sa_family != b->any.sa_family)
        return false;
    if (a->any.sa_family == AF_INET)
        return a->in4.sin_addr.s_addr == b->in4.sin_addr.s_addr;
    return a->any.sa_family != AF_INET6 ||
           IN6_ARE_ADDR_EQUAL(&a->in6.sin6_addr, &b->in6.sin6_addr);
}

/* The index in hosts[] for an address. A peer that chooses addresses which
 * collide only causes each to be formatted again. */
static size_t place_of(const union peer *peer)
{
    const uint32_t *words = peer->in6.sin6_addr.s6_addr32;
    uint32_t sum = 0;

    if (peer->any.sa_family == AF_INET)
        sum = peer->in4.sin_addr.s_addr;
    else if (peer->any.sa_family == AF_INET6)
        sum = words[0] ^ words[1] ^ words[2] ^ words[3];
    sum ^= sum >> 16;
    return (sum ^ sum >> 8) % HOSTS;
}

/* The size of an address of this family; there may be no more to read. */
static size_t peer_size(const union peer *peer)
{
    if (peer->any.sa_family == AF_INET)
        return sizeof(peer->in4);
    if (peer->any.sa_family == AF_INET6)
        return sizeof(peer->in6);
    return sizeof(peer->any.sa_family); /* AF_UNIX */
}

static char *put_host(char *to, struct access_log_observer *o,
                      const union peer *peer)
{
    struct known_host *host = &o->hosts[place_of(peer)];

    if (host->len == 0 || !is_same_host(&host->peer, peer)) {
        memcpy(&host->peer, peer, peer_size(peer));
        host->len = peer_format_host(peer, host->text);
        assert(host->len > 0 && host->len <= sizeof(host->text));
    }
    return put_bytes(to, (struct bytes){host->text, host->len});
}

/* Three digits, always (RFC 9110, 15). */
static char *put_status(char *to, unsigned status)
{
    to[0] = (char)('0' + status / 100);
    to[1] = (char)('0' + status / 10 % 10);
    to[2] = (char)('0' + status % 10);
    return to + 3;
}

static void responded(struct observer *observer,
                      const struct observed_response *response)
{
    struct access_log_observer *o = (struct access_log_observer *)observer;
    char *at = line_writer_begin(&o->writer);

    if (at == NULL)
        return;
    at = put_host(at, o, (const union peer *)response->peer);
    at = put_stamp(at, o, response->when);
    at = put_request_line(at, response);
    at = put_char(at, ' ');
    at = put_status(at, response->status);
    at = put_char(at, ' ');
    at = put_number(at, response->body_len);
    if (o->log->is_combined) {
        at = put_char(at, ' ');
        at = put_quoted(at, response->referer);
        at = put_char(at, ' ');
        at = put_quoted(at, response->user_agent);
    }
    line_writer_end(&o->writer, at);
}

static void waiting(struct observer *observer)
{
    line_writer_flush(&((struct access_log_observer *)observer)->writer);
}

static void observer_close(struct observer *observer)
{
    waiting(observer);
    free(observer);
}

struct observer *access_log_observer_new(void *log)
{
    const struct access_log *shared = log;
    struct access_log_observer *o = calloc(1, sizeof(*o));

    if (o == NULL)
        return NULL;
    o->observer = (struct observer){.responded = responded,
                                    .wants_origin = shared->is_combined,
                                    .waiting = waiting,
                                    .close = observer_close};
    o->log = shared;
    o->stamp_s = -1;
    if (!line_writer_init(&o->writer, shared->sink, LINE_MAX_LEN)) {
        free(o);
        return NULL;
    }
    return &o->observer;
}
