#include "http/target.h"

#include "tcp/address.h"

/* What a character may be part of (RFC 3986, 2 and 3). */
enum {
    IN_PATH = 1, /* pchar, '/' */
    IN_QUERY = 2,
    IN_HOST = 4, /* reg-name */
};

#define UNRESERVED (IN_PATH | IN_QUERY | IN_HOST)
#define SUB_DELIM (IN_PATH | IN_QUERY | IN_HOST)

static const unsigned char marks[128] = {
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
    ['%'] = IN_QUERY | IN_HOST,
    [':'] = IN_PATH | IN_QUERY,
    ['@'] = IN_PATH | IN_QUERY,
    ['/'] = IN_PATH | IN_QUERY,
    ['?'] = IN_QUERY,
    /* Not allowed by RFC 3986, but sent by browsers as they are (WHATWG URL),
     * and no harm: they are characters of a name. */
    ['['] = IN_PATH | IN_QUERY,
    [']'] = IN_PATH | IN_QUERY,
    ['|'] = IN_PATH | IN_QUERY,
    ['^'] = IN_PATH | IN_QUERY,
    ['\\'] = IN_PATH | IN_QUERY,
    ['`'] = IN_QUERY,
    ['{'] = IN_QUERY,
    ['}'] = IN_QUERY,
    ['"'] = IN_QUERY,
};

static unsigned class_of(char c)
{
    unsigned char byte = (unsigned char)c;
    unsigned char letter = byte | 0x20;

    if ((letter >= 'a' && letter <= 'z') || (byte >= '0' && byte <= '9'))
        return UNRESERVED;
    return byte < sizeof(marks) ? marks[byte] : 0;
}

static bool all_in(struct bytes text, unsigned class)
{
    for (size_t i = 0; i < text.len; i++)
        if ((class_of(text.at[i]) & class) == 0)
            return false;
    return true;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Where the decoded path is written. `segment` is the first byte of the last
 * segment; what stands before it ends in a slash. */
struct path_writer {
    char *out;
    size_t len, segment;
    bool has_slash_in_name; /* a "%2F" */
    bool is_hidden;         /* a dot file, but for the first ".well-known" */
};

/* The last segment is whole. Returns false where it leaves the root. */
static bool end_segment(struct path_writer *w)
{
    static const struct bytes well_known = {".well-known", 11};
    struct bytes segment = {w->out + w->segment, w->len - w->segment};

    if (segment.len == 0 || segment.at[0] != '.')
        return true;
    if (segment.len == 1) {
        w->len = w->segment;
        return true;
    }
    if (segment.len > 2 || segment.at[1] != '.') {
        if (w->segment != 0 || !bytes_equal(segment, well_known))
            w->is_hidden = true;
        return true;
    }
    if (w->segment == 0)
        return false;
    for (w->len = w->segment - 1; w->len > 0 && w->out[w->len - 1] != '/';)
        w->len--;
    w->segment = w->len;
    return true;
}

/* Decodes the escape at raw[i]. Returns false where it is none, or a NUL. */
static bool decode_escape(struct bytes raw, size_t i, char *c)
{
    int high, low;

    if (raw.len - i < 3)
        return false;
    high = hex_digit(raw.at[i + 1]);
    low = hex_digit(raw.at[i + 2]);
    if (high < 0 || low < 0)
        return false;
    *c = (char)(high << 4 | low);
    return *c != '\0';
}

/* raw begins with a slash and holds nothing but the path. */
static enum target_result parse_path(struct bytes raw, char *out,
                                     struct bytes *path)
{
    struct path_writer w = {.out = out};

    for (size_t i = 1; i < raw.len; i++) {
        char c = raw.at[i];

        if (c == '/') {
            if (!end_segment(&w))
                return TARGET_BAD;
            if (w.len > w.segment) {
                w.out[w.len++] = '/';
                w.segment = w.len;
            }
            continue;
        }
        if (c == '%') {
            if (!decode_escape(raw, i, &c))
                return TARGET_BAD;
            i += 2;
            w.has_slash_in_name |= c == '/';
        } else if ((class_of(c) & IN_PATH) == 0) {
            return TARGET_BAD;
        }
        w.out[w.len++] = c;
    }
    if (!end_segment(&w))
        return TARGET_BAD;
    if (w.has_slash_in_name || w.is_hidden)
        return TARGET_NO_NAME;
    *path = (struct bytes){out, w.len};
    return TARGET_PATH;
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
    return len > 0 && raw->at[-1] != '/' && host_is_valid(*authority)
               ? TARGET_PATH
               : TARGET_BAD;
}

enum target_result target_parse(struct bytes raw, char *out,
                                struct target *target)
{
    const char *question;

    *target = (struct target){.path = {out, 0}};
    if (raw.len == 1 && raw.at[0] == '*')
        return TARGET_ASTERISK;
    if (raw.len == 0)
        return TARGET_BAD;
    if (raw.at[0] != '/') {
        enum target_result result = cut_authority(&raw, &target->authority);

        if (result != TARGET_PATH)
            return result;
    }
    question = raw.len > 0 ? memchr(raw.at, '?', raw.len) : NULL;
    if (question != NULL) {
        size_t path_len = (size_t)(question - raw.at);

        target->query = (struct bytes){question, raw.len - path_len};
        raw.len = path_len;
    }
    if (!all_in(target->query, IN_QUERY))
        return TARGET_BAD;
    return parse_path(raw, out, &target->path);
}

size_t target_format_folder(const struct target *target, char *out, size_t size)
{
    static const char hex[] = "0123456789ABCDEF";
    size_t len = 0;

    /* Room for every byte escaped: the caller's bound, not the peer's luck. */
    if (size < 2 + 3 * target->path.len + target->query.len)
        return 0;
    out[len++] = '/';
    for (size_t i = 0; i < target->path.len; i++) {
        unsigned char c = (unsigned char)target->path.at[i];

        if (c == '/' || (c != '%' && (class_of((char)c) & IN_HOST))) {
            out[len++] = (char)c;
            continue;
        }
        out[len++] = '%';
        out[len++] = hex[c >> 4];
        out[len++] = hex[c & 15];
    }
    out[len++] = '/';
    memcpy(out + len, target->query.at, target->query.len);
    return len + target->query.len;
}

static bool escapes_are_whole(struct bytes text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] == '%' &&
            (text.len - i < 3 || hex_digit(text.at[i + 1]) < 0 ||
             hex_digit(text.at[i + 2]) < 0))
            return false;
    return true;
}

bool host_is_valid(struct bytes host)
{
    const char *colon = host.len > 0 ? memrchr(host.at, ':', host.len) : NULL;
    const char *bracket = host.len > 0 ? memrchr(host.at, ']', host.len) : NULL;
    uint64_t port;

    if (colon != NULL && (bracket == NULL || colon > bracket)) {
        struct bytes digits = {colon + 1,
                               (size_t)(host.at + host.len - colon - 1)};

        if (digits.len > 0 && (!bytes_to_u64(digits, &port) || port > 65535))
            return false;
        host.len = (size_t)(colon - host.at);
        if (host.len == 0)
            return false; /* a port of no host */
    }
    if (host.len > 2 && host.at[0] == '[' && host.at[host.len - 1] == ']')
        return address_is_ipv6((struct bytes){host.at + 1, host.len - 2});
    return all_in(host, IN_HOST) && escapes_are_whole(host);
}
