#include "site/redirect.h"

#include <assert.h>

#include "base/put.h"

enum verdict redirect_decide(struct exchange *x, struct bytes path,
                             const char *why)
{
    static const struct bytes start = {"Location: ", 10};
    const size_t base_len = (size_t)(path.at - x->site->path);
    const struct target other = {
        .path = {x->site->path, base_len + path.len},
        .query = x->target.query,
    };
    char *to = put_bytes(x->site->lines, start);
    const size_t room =
        SITE_LINES_MAX - (x->set != NULL ? x->set->lines.len : 0);
    size_t len = target_format(&other, to, room - start.len - 2);

    assert(path.at >= x->site->path && other.path.len <= SITE_PATH_MAX);
    assert(other.path.len == 0 || other.path.at[0] != '/');
    x->file = NULL;
    if (len == 0)
        return decide(x, 414, "the redirect would be too long");
    to = put_text(to + len, "\r\n");
    decide(x, 301, why);
    plan_add(x->plan,
             (struct bytes){x->site->lines, (size_t)(to - x->site->lines)});
    return VERDICT_DONE;
}
