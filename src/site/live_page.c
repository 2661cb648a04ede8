#include "site/live_page.h"

#include "site/role.h"

/* Whether the Host names this machine to itself. A page from elsewhere that has
 * its own name resolved to a loopback address (DNS rebinding) says that name.
 */
static bool host_is_loopback(struct bytes host)
{
    const char *colon = host.len > 0 ? memrchr(host.at, ':', host.len) : NULL;

    if (colon != NULL && host.at[host.len - 1] != ']')
        host.len = (size_t)(colon - host.at);
    if (bytes_equal(host, BYTES("[::1]")) ||
        bytes_equal_nocase(host, BYTES("localhost")))
        return true;
    if (host.len < 4 || memcmp(host.at, "127.", 4) != 0)
        return false;
    for (size_t i = 0; i < host.len; i++)
        if (host.at[i] != '.' && (host.at[i] < '0' || host.at[i] > '9'))
            return false;
    return true;
}

/* Whether a proxy says that it asks for somebody else, who may be anywhere. */
static bool is_forwarded(const struct request *request)
{
    static const struct bytes names[] = {{"forwarded", 9},
                                         {"x-forwarded-for", 15},
                                         {"x-real-ip", 9},
                                         {"via", 3}};
    struct bytes value;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (request_find(request, names[i], &value))
            return true;
    return false;
}

/* HTTP/1.0 without a Host is no browser's. */
static bool is_admitted(const struct exchange *x)
{
    return (!request_has(x->request, FIELD_HOST) ||
            host_is_loopback(x->host)) &&
           !is_forwarded(x->request);
}

static enum verdict events(struct exchange *x)
{
    struct body_source *source = NULL;

    if (x->request->method == METHOD_GET) {
        source = x->site->config->live->open(x->site->config->live,
                                             x->asking->stream->ledger);
        if (source == NULL)
            return decide(x, 503, "there are too many viewers already");
    }
    plan_begin(x->plan, x->asking, 200, "events, as they happen");
    plan_add(x->plan, BYTES("Cache-Control: no-store\r\n"
                            "X-Content-Type-Options: nosniff\r\n"));
    plan_stream(x->plan, x->asking, BYTES("text/event-stream"), source);
    return VERDICT_DONE;
}

static enum verdict show(struct exchange *x)
{
    if (bytes_equal(x->target.path, BYTES(BUILTIN_FOLDER "events")))
        return events(x);
    x->file = builtin_find(x->site->builtin, x->target.path);
    if (x->file == NULL)
        return decide(x, 404, "the live page has no such file");
    return VERDICT_NEXT;
}

/* The path is of the live page. Apart, since hardly any is. */
__attribute__((noinline)) static enum verdict admit(struct exchange *x)
{
    switch ((enum role)x->asking->stream->role) {
    case ROLE_SITE:
        return VERDICT_NEXT;
    case ROLE_LIVE:
        if (!is_admitted(x))
            return decide(x, 404, "the live page is for this machine alone");
        return show(x);
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
