#include "site/live_reload.h"

#include <assert.h>

struct embedded {
    const char *name;
    const unsigned char *at;
    size_t len;
};

/* Defines `embedded`: the script alone. */
#include "live_files.inc"

#define SCRIPT_LINES              \
    "Cache-Control: no-cache\r\n" \
    "X-Content-Type-Options: nosniff\r\n"

bool live_reload_owns(const struct exchange *x)
{
    static const struct bytes folder = {LIVE_RELOAD_FOLDER,
                                        sizeof(LIVE_RELOAD_FOLDER) - 1};

    return x->site->config->reload != NULL && x->target.path.len > folder.len &&
           memcmp(x->target.path.at, folder.at, folder.len) == 0;
}

static enum verdict script(struct exchange *x)
{
    plan_begin(x->plan, x->asking, 200, "the script of --live");
    plan_add(x->plan, BYTES(SCRIPT_LINES));
    x->plan->type = BYTES("text/javascript; charset=utf-8");
    x->plan->content = (struct content){.kind = CONTENT_BYTES,
                                        .at = (const char *)embedded[0].at,
                                        .size = embedded[0].len};
    return VERDICT_DONE;
}

static enum verdict events(struct exchange *x)
{
    struct body_opener *opener = x->site->config->reload;
    struct body_source *source = NULL;

    if (x->request->method == METHOD_GET) {
        source =
            opener->open(opener, x->asking->stream->ledger, x->asking->waker);
        if (source == NULL)
            return decide(x, 503, "too many pages wait for changes");
    }
    plan_begin(x->plan, x->asking, 200, "changes, as they happen");
    plan_add(x->plan, BYTES("Cache-Control: no-store\r\n"
                            "X-Content-Type-Options: nosniff\r\n"));
    plan_stream(x->plan, x->asking, BYTES("text/event-stream"), source);
    return VERDICT_DONE;
}

/* Not inlined, since few requests come here. */
__attribute__((noinline)) static enum verdict respond(struct exchange *x)
{
    const struct bytes path = x->target.path;
    struct bytes from;

    if (!live_reload_is_on(x))
        return decide(x, 403, "live reload is for this machine alone");
    if (request_find(x->request, BYTES("sec-fetch-site"), &from) &&
        bytes_equal(from, BYTES("cross-site")))
        return decide(x, 403, "the request comes from another site");
    if (bytes_equal(path, BYTES(LIVE_RELOAD_FOLDER "live.js")))
        return script(x);
    if (bytes_equal(path, BYTES(LIVE_RELOAD_FOLDER "events")))
        return events(x);
    return decide(x, 404, "live reload has no such file");
}

enum verdict live_reload_apply(struct exchange *x)
{
    return live_reload_owns(x) ? respond(x) : VERDICT_NEXT;
}
