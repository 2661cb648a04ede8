#include "site/live_page.h"

#include <assert.h>

#include "base/put.h"
#include "site/base_rule.h"
#include "site/lab.h"
#include "site/role.h"

enum { ADDRESS_LEN_MAX = sizeof("127.255.255.255") - 1 };

/* The name of the server in the request, without a port; "" where it has none.
 * An absolute-form's authority overrides Host (RFC 9112, 3.2.2). */
static struct bytes name_of(const struct exchange *x)
{
    struct bytes name =
        x->target.authority.at != NULL ? x->target.authority : x->host;
    const char *colon = name.len > 0 ? memrchr(name.at, ':', name.len) : NULL;

    if (colon != NULL && name.at[name.len - 1] != ']')
        name.len = (size_t)(colon - name.at);
    return name;
}

/* Whether the name always means the machine itself. */
static bool is_loopback(struct bytes name)
{
    if (bytes_equal(name, BYTES("[::1]")) ||
        bytes_equal_nocase(name, BYTES("localhost")))
        return true;
    if (name.len < 4 || name.len > ADDRESS_LEN_MAX ||
        memcmp(name.at, "127.", 4) != 0)
        return false;
    for (size_t i = 0; i < name.len; i++)
        if (name.at[i] != '.' && (name.at[i] < '0' || name.at[i] > '9'))
            return false;
    return true;
}

static enum verdict events(struct exchange *x)
{
    struct body_source *source = NULL;

    if (x->request->method == METHOD_GET) {
        source = x->site->config->live->open(
            x->site->config->live, x->asking->stream->ledger, x->asking->waker);
        if (source == NULL)
            return decide(x, 503, "too many viewers");
    }
    plan_begin(x->plan, x->asking, 200, "events, as they happen");
    plan_add(x->plan, BYTES("Cache-Control: no-store\r\n"
                            "X-Content-Type-Options: nosniff\r\n"));
    plan_stream(x->plan, x->asking, BYTES("text/event-stream"), source);
    return VERDICT_DONE;
}

static bool is_events(const struct exchange *x)
{
    return bytes_equal(x->target.path, BYTES(BUILTIN_FOLDER "events"));
}

static enum verdict show(struct exchange *x)
{
    if (is_events(x))
        return events(x);
    x->file = builtin_find(x->site->builtin, x->target.path);
    if (x->file == NULL)
        return decide(x, 404, "the live page has no such file");
    return VERDICT_NEXT;
}

/* A client that reaches the server by a loopback name reaches the live page's
 * listener by the same name. Unlike those of redirect.c, this one names the
 * host, since the port differs. The path needs no escapes, since it is that of
 * a file of the page. */
static enum verdict refer(struct exchange *x)
{
    unsigned port = x->site->config->live_port;
    struct bytes name = name_of(x);
    char *to = x->site->lines;

    if (port == 0 || !is_loopback(name) ||
        (!is_events(x) && !builtin_find(x->site->builtin, x->target.path)))
        return base_rule_refuse(x);
    decide(x, 307, "the live page has a listener of its own");
    to = put_text(to, "Location: http://");
    to = put_bytes(to, name);
    to = put_number(put_char(to, ':'), port);
    to = put_bytes(put_char(to, '/'), x->target.path);
    to = put_text(to, "\r\n");
    assert(to - x->site->lines <= SITE_LINES_MAX);
    plan_add(x->plan,
             (struct bytes){x->site->lines, (size_t)(to - x->site->lines)});
    return VERDICT_DONE;
}

/* The listener is for this machine only. But a browser on it also sends
 * requests for pages of other sites, which may have their own name resolve to a
 * loopback address (DNS rebinding), or link to ours. HTTP/1.0 without a name is
 * not sent by a browser. */
static enum verdict show_locally(struct exchange *x)
{
    struct bytes name = name_of(x), site;

    if (name.len > 0 && !is_loopback(name))
        return decide(x, 403,
                      "the live page is shown under loopback names only");
    if (request_find(x->request, BYTES("sec-fetch-site"), &site) &&
        bytes_equal(site, BYTES("cross-site")))
        return decide(x, 403, "the request comes from another site");
    return lab_owns(x->target.path) ? lab_apply(x) : show(x);
}

/* The path is one of the live page. A function of its own, since few are. */
__attribute__((noinline)) static enum verdict admit(struct exchange *x)
{
    switch ((enum role)x->asking->stream->role) {
    case ROLE_SITE:
        return refer(x);
    case ROLE_LIVE:
        return show_locally(x);
    case ROLE_LIVE_PUBLIC:
        return show(x);
    }
    return VERDICT_NEXT;
}

enum verdict live_page_apply(struct exchange *x)
{
    if (x->site->builtin == NULL || !builtin_owns(x->target.path))
        return VERDICT_NEXT;
    return admit(x);
}
