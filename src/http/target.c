#include "http/target.h"

#include <assert.h>

#include "tcp/address.h"

/* Where a character may occur (RFC 3986, 2 and 3). */
enum {
    IN_PATH = 1, /* pchar, except escapes */
    IN_QUERY = 2,
    IN_HOST = 4, /* reg-name */
};

#define UNRESERVED (IN_PATH | IN_QUERY | IN_HOST)
#define SUB_DELIM (IN_PATH | IN_QUERY | IN_HOST)

#define LETTERS(a, b, c, d, e, f)                                           \
    [a] = UNRESERVED, [b] = UNRESERVED, [c] = UNRESERVED, [d] = UNRESERVED, \
    [e] = UNRESERVED, [f] = UNRESERVED

static const unsigned char class_of[256] = {
    LETTERS('a', 'b', 'c', 'd', 'e', 'f'),
    LETTERS('g', 'h', 'i', 'j', 'k', 'l'),
    LETTERS('m', 'n', 'o', 'p', 'q', 'r'),
    LETTERS('s', 't', 'u', 'v', 'w', 'x'),
    LETTERS('A', 'B', 'C', 'D', 'E', 'F'),
    LETTERS('G', 'H', 'I', 'J', 'K', 'L'),
    LETTERS('M', 'N', 'O', 'P', 'Q', 'R'),
    LETTERS('S', 'T', 'U', 'V', 'W', 'X'),
    LETTERS('y', 'z', 'Y', 'Z', '0', '1'),
    LETTERS('2', '3', '4', '5', '6', '7'),
    ['8'] = UNRESERVED,
    ['9'] = UNRESERVED,
    ['-'] = UNRESERVED,
    ['.'] = UNRESERVED,
    ['_'] = UNRESERVED,
    ['~'] = UNRESERVED,
    ['!'] = SUB_DELIM,
    ['$'] = SUB_DELIM,
    ['&'] = SUB_DELIM,
    ['\''] = SUB_DELIM,
    ['('] = SUB_DELIM,
    [')'] = SUB_DELIM,
    ['*'] = SUB_DELIM,
    ['+'] = SUB_DELIM,
    [','] = SUB_DELIM,
    [';'] = SUB_DELIM,
    ['='] = SUB_DELIM,
    ['%'] = IN_QUERY,
    [':'] = IN_PATH | IN_QUERY,
    ['@'] = IN_PATH | IN_QUERY,
    ['/'] = IN_QUERY,
    ['?'] = IN_QUERY,
    /* Not allowed by RFC 3986, but browsers send them unescaped (WHATWG URL),
     * and they are harmless characters of a name. Browsers send a backslash
     * only in a query; in a path some readers take it for a slash. */
    ['['] = IN_PATH | IN_QUERY,
    [']'] = IN_PATH | IN_QUERY,
    ['|'] = IN_PATH | IN_QUERY,
    ['^'] = IN_PATH | IN_QUERY,
    ['\\'] = IN_QUERY,
    ['`'] = IN_QUERY,
    ['{'] = IN_QUERY,
    ['}'] = IN_QUERY,
    ['"'] = IN_QUERY,
};

static bool is_in(char c, unsigned class)
{
    return (class_of[(unsigned char)c] & class) != 0;
}

static bool all_in(struct bytes text, unsigned class)
{
    for (size_t i = 0; i < text.len; i++)
        if (!is_in(text.at[i], class))
            return false;
    return true;
}

/* Where the decoded path is written. The last segment begins at `segment`; what
 * precedes it ends in a slash. */
struct path_writer {
    char *out;
    size_t len, segment;
    bool has_no_name; /* no file can have a segment's name ("%2F"), or it is
                         hidden: a dot file, except ".well-known" at the root */
    size_t named_len; /* if so: what precedes the first such segment */
};

/* No file is served under the name of the last segment. */
static void take_no_name(struct path_writer *w)
{
    if (!w->has_no_name)
        w->named_len = w->segment;
    w->has_no_name = true;
}

/* The last segment is complete. Returns false if it leaves the root. */
static bool end_segment(struct path_writer *w)
{
    static const struct bytes well_known = {".well-known", 11};
    struct bytes segment = {w->out + w->segment, w->len - w->segment};

    if (segment.len == 0 || segment.at[0] != '.')
        return true;
    assert(w->segment < w->len);
    if (segment.len == 1) {
        w->len = w->segment;
        return true;
    }
    if (segment.len > 2 || segment.at[1] != '.') {
        if (w->segment != 0 || !bytes_equal(segment, well_known))
            take_no_name(w);
        return true;
    }
    if (w->segment == 0)
        return false;
    assert(w->out[w->segment - 1] == '/');
    for (w->len = w->segment - 1; w->len > 0 && w->out[w->len - 1] != '/';)
        w->len--;
    w->segment = w->len;
    if (w->named_len > w->len)
        w->named_len = w->len;
    return true;
}

static inline bool is_escape(struct bytes text, size_t i)
{
    return text.at[i] == '%' && text.len - i >= 3 &&
           bytes_hex_digit(text.at[i + 1]) != BYTES_NO_DIGIT &&
           bytes_hex_digit(text.at[i + 2]) != BYTES_NO_DIGIT;
}

/* Decodes the escape at raw[i]. Returns false if it is not one, or is a NUL. */
static bool decode_escape(struct bytes raw, size_t i, char *c)
{
    if (!is_escape(raw, i))
        return false;
    *c = (char)(bytes_hex_digit(raw.at[i + 1]) << 4 |
                bytes_hex_digit(raw.at[i + 2]));
    return *c != '\0';
}

/* Copies unescaped characters from raw[i] on. Returns where they end. */
static size_t copy_plain(struct path_writer *w, struct bytes raw, size_t i)
{
    char *to = w->out + w->len;

    while (i < raw.len && is_in(raw.at[i], IN_PATH))
        *to++ = raw.at[i++];
    w->len = (size_t)(to - w->out);
    return i;
}

/* Cuts the path, which is empty or begins with a slash, off the front of `raw`.
 */
static enum target_result cut_path(struct bytes *raw, char *out,
                                   struct bytes *path)
{
    struct path_writer w = {.out = out};
    size_t i = raw->len > 0 && raw->at[0] == '/' ? 1 : 0;

    for (i = copy_plain(&w, *raw, i); i < raw->len && raw->at[i] != '?';
         i = copy_plain(&w, *raw, i)) {
        if (raw->at[i] == '/') {
            if (!end_segment(&w))
                return TARGET_BAD;
            if (w.len > w.segment) {
                w.out[w.len++] = '/';
                w.segment = w.len;
            }
            i++;
        } else {
            char c;

            if (!decode_escape(*raw, i, &c))
                return TARGET_BAD;
            if (c == '/')
                take_no_name(&w);
            w.out[w.len++] = c;
            i += 3;
        }
    }
    if (!end_segment(&w))
        return TARGET_BAD;
    assert(w.len <= i); /* decoding makes nothing longer */
    raw->at += i;
    raw->len -= i;
    *path = (struct bytes){out, w.has_no_name ? w.named_len : w.len};
    return w.has_no_name ? TARGET_NO_NAME : TARGET_PATH;
}

/* Cuts "scheme://authority" off the absolute-form (RFC 9112, 3.2.2). */
static enum target_result cut_authority(struct bytes *raw,
                                        struct bytes *authority)
{
    static const struct bytes http = {"http://", 7};
    const char *colon = memchr(raw->at, ':', raw->len);
    size_t len = 0;

    if (colon == NULL)
        return TARGET_BAD;
    if (raw->len < http.len ||
        !bytes_equal_nocase((struct bytes){raw->at, http.len}, http))
        return (size_t)(raw->at + raw->len - colon) > 2 && colon[1] == '/' &&
                       colon[2] == '/'
                   ? TARGET_MISDIRECTED
                   : TARGET_BAD;
    raw->at += http.len;
    raw->len -= http.len;
    while (len < raw->len && raw->at[len] != '/' && raw->at[len] != '?')
        len++;
    *authority = (struct bytes){raw->at, len};
    raw->at += len;
    raw->len -= len;
    /* An http URI with an empty host is invalid (RFC 9110, 4.2.1). */
    return len > 0 && host_is_valid(*authority) ? TARGET_PATH : TARGET_BAD;
}

enum target_result target_parse(struct bytes raw, char *out,
                                struct target *target)
{
    enum target_result result;

    *target = (struct target){.path = {out, 0}, .query = {"", 0}};
    if (raw.len == 1 && raw.at[0] == '*')
        return TARGET_ASTERISK;
    if (raw.len == 0)
        return TARGET_BAD;
    if (raw.at[0] != '/') {
        result = cut_authority(&raw, &target->authority);
        if (result != TARGET_PATH)
            return result;
    }
    result = cut_path(&raw, out, &target->path);
    if (result == TARGET_BAD || !all_in(raw, IN_QUERY))
        return TARGET_BAD;
    target->query = raw;
    return result;
}

size_t target_format(const struct target *target, char *out, size_t size)
{
    static const char hex[] = "0123456789ABCDEF"; /* RFC 3986, 2.1: capitals */
    size_t len = 0;

    /* Room for every byte escaped, so that it does not depend on the bytes. */
    if (size < 1 + 3 * target->path.len + target->query.len)
        return 0;
    out[len++] = '/';
    for (size_t i = 0; i < target->path.len; i++) {
        unsigned char c = (unsigned char)target->path.at[i];

        if (c == '/' || (is_in((char)c, IN_HOST))) {
            out[len++] = (char)c;
            continue;
        }
        out[len++] = '%';
        out[len++] = hex[c >> 4];
        out[len++] = hex[c & 15];
    }
    assert(len + target->query.len <= size);
    memcpy(out + len, target->query.at, target->query.len);
    return len + target->query.len;
}

/* [":" port] (RFC 3986, 3.2.3) */
static bool port_is_valid(struct bytes text)
{
    const char *end = text.at + text.len;
    unsigned port = 0;

    if (text.len == 0)
        return true;
    if (text.at[0] != ':' || text.len > sizeof(":65535") - 1)
        return false;
    for (const char *at = text.at + 1; at < end; at++) {
        unsigned digit = (unsigned char)*at - (unsigned)'0';

        if (digit > 9)
            return false;
        port = port * 10 + digit;
    }
    return port <= 65535;
}

static bool literal_is_valid(struct bytes host)
{
    const char *bracket = memchr(host.at, ']', host.len);
    struct bytes inner, rest;

    if (bracket == NULL)
        return false;
    inner = (struct bytes){host.at + 1, (size_t)(bracket - host.at) - 1};
    rest = (struct bytes){bracket + 1, host.len - inner.len - 2};
    return address_is_ipv6(inner) && port_is_valid(rest);
}

/* A host that does not begin with a name, or has escapes. Apart, since few
 * hosts are like that, and it needs much of the stack. */
__attribute__((noinline)) static bool unusual_host_is_valid(struct bytes host)
{
    size_t i;

    if (host.at[0] == '[')
        return literal_is_valid(host);
    for (i = 0; i < host.len; i += 3) { /* from escape to escape */
        while (i < host.len && is_in(host.at[i], IN_HOST))
            i++;
        if (i == host.len || !is_escape(host, i))
            break;
    }
    /* A port alone is not a host. */
    return i > 0 && port_is_valid((struct bytes){host.at + i, host.len - i});
}

bool host_is_valid(struct bytes host)
{
    const char *end = host.at + host.len;
    const char *at = host.at;

    while (at < end && is_in(*at, IN_HOST))
        at++;
    if (at == end)
        return true;
    if (*at == ':' && at > host.at)
        return port_is_valid((struct bytes){at, (size_t)(end - at)});
    return unusual_host_is_valid(host);
}
