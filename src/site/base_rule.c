#include "site/base_rule.h"

#include <assert.h>

#include "site/live_reload.h"
#include "site/redirect.h"

enum verdict base_rule_refuse(struct exchange *x)
{
    const struct base_path *base = x->site->config->base;

    return base == NULL ? VERDICT_NEXT : decide(x, 404, base->why);
}

/* Not inlined, since few sites have a base. */
__attribute__((noinline)) enum verdict base_rule_enter(struct exchange *x)
{
    const struct base_path *base = x->site->config->base;
    struct bytes path = x->target.path;

    assert(base != NULL && base->len > 0 && base->path[base->len - 1] == '/');
    x->path = path;
    if (x->site->builtin != NULL && builtin_owns(path))
        return VERDICT_NEXT;
    if (live_reload_owns(x))
        return VERDICT_NEXT;
    if (path.len >= base->len && memcmp(path.at, base->path, base->len) == 0) {
        x->path = (struct bytes){path.at + base->len, path.len - base->len};
        return VERDICT_NEXT;
    }
    if (x->request->method != METHOD_GET && x->request->method != METHOD_HEAD) {
        x->path = (struct bytes){NULL, 0}; /* "allow" decides */
        return VERDICT_NEXT;
    }
    if (x->form == TARGET_PATH &&
        bytes_equal(path, (struct bytes){base->path, base->len - 1}))
        return redirect_decide(x, exchange_append(x, path, BYTES("/")),
                               "the site's path ends in a slash");
    return base_rule_refuse(x);
}
