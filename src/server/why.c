#include "server/why.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "base/json.h"
#include "base/log.h"
#include "http/session.h"
#include "server/setup.h"
#include "site/explain.h"
#include "site/role.h"
#include "wire/live.h"
#include "wire/reload.h"

enum {
    CACHE_BYTES = 1048576, /* for one file that is not sent */
};

/* The response, as the session reports it. */
struct outcome {
    struct observer observer; /* first: the two share their address */
    unsigned status;          /* 0: no response */
    const char *why;
    uint64_t content_len;
};

/* One request without a connection. */
struct inquiry {
    struct setup setup;
    struct explanation explanation;
    struct site_explained site;
    struct http_config http;
    struct outcome outcome;
    struct live *live;     /* NULL: without --wire */
    struct reload *reload; /* NULL: without --live */
    atomic_bool has_named_policy;
    struct stream stream;
    struct outqueue *out;
    void *worker, *session;
    char request[TURN_IN_MAX];
    size_t request_len;
};

/* --- The request --- */

static void add(struct inquiry *q, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Adds to the request. Text that does not fit is cut off: the request is longer
 * than --head-max then, and refused. */
static void add(struct inquiry *q, const char *format, ...)
{
    size_t room = sizeof(q->request) - q->request_len;
    va_list args;
    int len;

    assert(q->request_len < sizeof(q->request)); /* with room for a NUL */
    va_start(args, format);
    len = vsnprintf(q->request + q->request_len, room, format, args);
    va_end(args);
    if (len > 0)
        q->request_len += (size_t)len < room ? (size_t)len : room - 1;
}

/* Whether --field has a field of this name. */
static bool has_field(const struct options *options, const char *name)
{
    size_t len = strlen(name);

    for (size_t i = 0; i < options->field_count; i++)
        if (strncasecmp(options->fields[i], name, len) == 0 &&
            options->fields[i][len] == ':')
            return true;
    return false;
}

/* "http://host:port/path" becomes the host and the path. */
static void cut_url(struct bytes *target, struct bytes *host)
{
    static const struct bytes scheme = {"http://", 7};

    if (target->len < scheme.len ||
        !bytes_equal_nocase((struct bytes){target->at, scheme.len}, scheme))
        return;
    *host = (struct bytes){target->at + scheme.len, target->len - scheme.len};
    *target = BYTES("/");
    for (size_t i = 0; i < host->len; i++) {
        if (host->at[i] != '/' && host->at[i] != '?')
            continue;
        *target = (struct bytes){host->at + i, host->len - i};
        host->len = i;
    }
}

/* Removes and returns the first word. */
static struct bytes cut_word(struct bytes *text)
{
    size_t len = 0;
    struct bytes word;

    while (len < text->len && text->at[len] != ' ')
        len++;
    word = (struct bytes){text->at, len};
    len += len < text->len ? 1 : 0;
    *text = (struct bytes){text->at + len, text->len - len};
    return word;
}

/* Writes the request of the options. */
static void write_request(struct inquiry *q, const struct options *options)
{
    struct bytes rest = bytes_of(options->why), method = BYTES("GET");
    struct bytes target = cut_word(&rest), host = BYTES("localhost");

    if (rest.len > 0) {
        method = target;
        target = cut_word(&rest);
    }
    if (rest.len == 0)
        rest = BYTES("HTTP/1.1");
    cut_url(&target, &host);
    add(q, "%.*s %s%.*s %.*s\r\n", (int)method.len, method.at,
        target.len > 0 && target.at[0] == '?' ? "/" : "", (int)target.len,
        target.at, (int)rest.len, rest.at);
    if (!has_field(options, "Host"))
        add(q, "Host: %.*s\r\n", (int)host.len, host.at);
    for (size_t i = 0; i < options->field_count; i++)
        add(q, "%s\r\n", options->fields[i]);
    add(q, "\r\n");
}

/* --- The response --- */

static void responded(struct observer *observer,
                      const struct observed_response *response)
{
    struct outcome *outcome = (struct outcome *)observer;

    outcome->status = response->status;
    outcome->why = response->why;
    outcome->content_len = response->body_len;
}

/* The role of the listener that shows the live page, if --wire asks for one. It
 * responds to other requests as all listeners do. */
static enum role role_of(const struct options *options)
{
    switch (options->wire) {
    case WIRE_OFF:
        return ROLE_SITE;
    case WIRE_LOCAL:
    case WIRE_AT:
        return ROLE_LIVE;
    case WIRE_PUBLIC:
        return ROLE_LIVE_PUBLIC;
    }
    return ROLE_SITE;
}

/* Opens what has events. Returns 0 or -ENOMEM. */
static int open_events(struct inquiry *q, const struct options *options)
{
    if (options->wire != WIRE_OFF) {
        q->live = live_new(1);
        if (q->live == NULL)
            return -ENOMEM;
        q->site.config.live = live_opener(q->live);
    }
    if (options->live) {
        q->reload = reload_new(1);
        if (q->reload == NULL)
            return -ENOMEM;
        q->site.config.reload = reload_opener(q->reload);
        q->site.config.has_named_policy = &q->has_named_policy;
    }
    return 0;
}

/* With --live the request comes from this machine: so its pages are explained
 * as their author sees them. */
static union peer peer_of(const struct options *options)
{
    if (!options->live)
        return (union peer){.any.sa_family = AF_UNIX};
    return (union peer){.in4 = {.sin_family = AF_INET,
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}};
}

/* Hands the request to a session. Returns 0 or a negative errno. */
static int ask(struct inquiry *q, const struct options *options)
{
    const struct shares shares = {.descriptors = 1,
                                  .listings = 1,
                                  .cache_bytes = CACHE_BYTES,
                                  .plain_bytes = CACHE_BYTES};
    struct turn turn;

    q->site = (struct site_explained){
        .config = setup_site(&q->setup, options, &shares),
        .explanation = &q->explanation};
    if (open_events(q, options) < 0)
        return -ENOMEM;
    q->http = (struct http_config){.handler = &site_explainer,
                                   .handler_arg = &q->site,
                                   .limits = setup_limits(options)};
    q->outcome.observer.responded = responded;
    q->stream.peer = peer_of(options);
    q->stream.role = (uint8_t)role_of(options);
    q->out = outqueue_new(TURN_OUT_ITEMS, TURN_OUT_BYTES);
    q->session = calloc(1, http_protocol.session_size);
    q->worker = http_protocol.worker_open(&q->http, &q->outcome.observer, NULL);
    if (q->out == NULL || q->session == NULL || q->worker == NULL)
        return -ENOMEM;
    http_protocol.opened(q->worker, q->session, &q->stream);
    http_protocol.batch(q->worker);
    turn = (struct turn){
        .in = q->request, .in_len = q->request_len, .out = q->out};
    http_protocol.received(q->worker, q->session, &turn);
    http_protocol.sent(q->worker, q->session, outqueue_len(q->out));
    /* The live page's events have no end: closing ends that response, too. */
    http_protocol.closed(q->worker, q->session);
    return 0;
}

/* The first bytes of the queue, up to the empty line. */
static struct bytes head_of(const struct inquiry *q)
{
    const char *at = q->out->bytes;
    const char *end = memmem(at, q->out->bytes_len, "\r\n\r\n", 4);

    return (struct bytes){at, end == NULL ? 0 : (size_t)(end - at) + 2};
}

/* The rule that decided: one of the site, or "message" for HTTP itself. */
static const char *rule_of(const struct inquiry *q)
{
    const struct explanation *e = &q->explanation;

    return e->count > 0 && e->rules[e->count - 1].has_decided
               ? e->rules[e->count - 1].name
               : "message";
}

/* --- In words --- */

static void print_rule(FILE *out, const char *name, const char *facts,
                       const struct outcome *outcome)
{
    if (outcome == NULL)
        fprintf(out, "%-10s next%s%s\n", name, facts[0] != '\0' ? "  " : "",
                facts);
    else if (facts[0] == '\0')
        fprintf(out, "%-10s %-5u %s\n", name, outcome->status, outcome->why);
    else
        fprintf(out, "%-10s %-5u %s (%s)\n", name, outcome->status,
                outcome->why, facts);
}

/* Whether the content is written piece by piece, so that its length is not
 * known before its end: a listing, or events. */
static bool is_streamed(const struct inquiry *q, struct bytes head)
{
    static const struct bytes length = {"\r\nContent-Length: ", 18};

    return q->outcome.status == STATUS_OK &&
           memmem(head.at, head.len, length.at, length.len) == NULL;
}

static void print_words(FILE *out, const struct inquiry *q)
{
    const struct explanation *e = &q->explanation;
    const struct bytes head = head_of(q);
    bool is_site = strcmp(rule_of(q), "message") != 0;

    print_rule(out, "message", "", is_site ? NULL : &q->outcome);
    for (size_t i = 0; is_site && i < e->count; i++)
        print_rule(out, e->rules[i].name, e->rules[i].facts,
                   e->rules[i].has_decided ? &q->outcome : NULL);
    fprintf(out, "\n%.*s\n", (int)head.len, head.at);
    if (is_streamed(q, head))
        fprintf(out, "content of no known length\n");
    else
        fprintf(
            out, "%" PRIu64 " bytes of content%s%s\n", q->outcome.content_len,
            q->explanation.file[0] != '\0' ? ", of " : "", q->explanation.file);
}

/* --- In JSON --- */

static void print_string(FILE *out, const char *name, struct bytes text)
{
    char *string = malloc(2 + JSON_ESCAPE_MAX * text.len);

    if (string == NULL)
        return;
    fprintf(out, "%s%.*s", name,
            (int)(json_put_string(string, text, text.len) - string), string);
    free(string);
}

/* The fields of the head, [["Date","..."],...]. */
static void print_fields(FILE *out, struct bytes head)
{
    const char *end = head.at + head.len;
    const char *line = memchr(head.at, '\n', head.len);
    const char *next = "";

    for (; line != NULL && line + 1 < end;
         line = memchr(line + 1, '\n', (size_t)(end - line - 1))) {
        const char *colon = memchr(line, ':', (size_t)(end - line));
        const char *last = memchr(colon, '\r', (size_t)(end - colon));

        assert(colon > line && colon[1] == ' ' && last >= colon + 2);
        fputs(next, out);
        print_string(out, "[",
                     (struct bytes){line + 1, (size_t)(colon - line - 1)});
        print_string(out, ",",
                     (struct bytes){colon + 2, (size_t)(last - colon - 2)});
        fputs("]", out);
        next = ",";
    }
}

static void print_json(FILE *out, const struct inquiry *q)
{
    const struct explanation *e = &q->explanation;
    bool is_site = strcmp(rule_of(q), "message") != 0;

    fprintf(out, "{\"status\":%u", q->outcome.status);
    print_string(out, ",\"why\":", bytes_of(q->outcome.why));
    print_string(out, ",\"rule\":", bytes_of(rule_of(q)));
    print_string(out, ",\"file\":", bytes_of(e->file));
    fprintf(out, ",\"content_length\":%" PRIu64 ",\"fields\":[",
            q->outcome.content_len);
    print_fields(out, head_of(q));
    fputs("],\"rules\":[", out);
    for (size_t i = 0; is_site && i < e->count; i++) {
        print_string(out, i > 0 ? ",{\"rule\":" : "{\"rule\":",
                     bytes_of(e->rules[i].name));
        print_string(out, ",\"facts\":", bytes_of(e->rules[i].facts));
        fprintf(out, ",\"decided\":%s}",
                e->rules[i].has_decided ? "true" : "false");
    }
    fputs("]}\n", out);
}

/* --- Both --- */

static void inquiry_free(struct inquiry *q)
{
    http_protocol.worker_close(q->worker);
    outqueue_free(q->out);
    free(q->session);
    live_free(q->live);
    reload_free(q->reload);
    setup_close(&q->setup);
    free(q);
}

int why_run(const struct options *options, FILE *out)
{
    struct inquiry *q = calloc(1, sizeof(*q));
    unsigned status = 0;

    if (q == NULL)
        return EXIT_FAILURE;
    if (setup_open(&q->setup, options) == 0) {
        write_request(q, options);
        if (ask(q, options) < 0)
            log_error("--why: out of memory");
        else if (q->outcome.status == 0)
            log_error(
                "--why: the request announces content, which cannot be given; "
                "leave out Content-Length and Transfer-Encoding");
        else if (options->json)
            print_json(out, q);
        else
            print_words(out, q);
        status = q->outcome.status;
    }
    inquiry_free(q);
    if (fflush(out) == EOF)
        return EXIT_FAILURE;
    return status >= 200 && status < 400 ? EXIT_SUCCESS : EXIT_FAILURE;
}
