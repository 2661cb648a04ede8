#include "site/redirects_rule.h"

#include <assert.h>

#include "base/log.h"
#include "base/put.h"
#include "site/not_found.h"

static const char why_rule[] = "a rule in " RULES_REDIRECTS;

enum { QUOTED_MAX = 100 };

/* The bytes of site->lines that a redirect may have. */
static size_t room_for_lines(const struct exchange *x)
{
    return SITE_LINES_MAX - (x->set != NULL ? x->set->lines.len : 0);
}

/* A redirect to another path of the site names no host, and has the base in
 * front of it. */
static enum verdict redirect(struct exchange *x)
{
    const struct redirect_rule *rule = x->redirect;
    const struct base_path *base = x->site->config->base;
    char *start = x->site->lines, *to = put_text(start, "Location: ");
    const char *end = start + room_for_lines(x) - 2;
    size_t len;

    if (base != NULL && !rule->target.is_absolute)
        to = put_bytes(to, (struct bytes){base->url, strlen(base->url) - 1});
    len = redirect_target_format(&rule->target, &x->redirect_values,
                                 redirect_query(rule, x->target.query), to,
                                 (size_t)(end - to));
    x->file = NULL;
    if (len == 0)
        return decide(x, 414, "the redirect would be too long");
    to = put_text(to + len, "\r\n");
    decide(x, rule->status, why_rule);
    plan_add(x->plan, (struct bytes){start, (size_t)(to - start)});
    return VERDICT_DONE;
}

static enum verdict decide_loop(struct exchange *x)
{
    char quoted[QUOTED_MAX];

    log_error_paced(&x->site->rules_pace,
                    RULES_REDIRECTS ":%u: rewrites go round in circles; /%s is "
                                    "the last of %d",
                    x->redirect->line,
                    log_quote(quoted, sizeof(quoted), x->path), REWRITES_MAX);
    x->file = NULL;
    return decide(x, 508,
                  "rewrites in " RULES_REDIRECTS " go round in circles");
}

/* Makes the rule's target x->path. */
static enum verdict rewrite(struct exchange *x)
{
    char *path = x->site->path + (x->path.at - x->site->path);
    struct target target;
    struct bytes text = {x->site->lines, 0};
    const char *hash;

    if (x->rewrite_count == REWRITES_MAX)
        return decide_loop(x);
    text.len =
        redirect_target_format(&x->redirect->target, &x->redirect_values,
                               BYTES(""), x->site->lines, SITE_LINES_MAX);
    hash = memchr(text.at, '#', text.len);
    if (hash != NULL)
        text.len = (size_t)(hash - text.at);
    x->rewrite_count++;
    x->is_error_page = x->redirect->status == STATUS_NOT_FOUND;
    x->redirect = NULL;
    x->file = NULL;
    if (target_parse(text, path, &target) == TARGET_PATH &&
        !site_rules_own(target.path)) {
        x->path = target.path;
        return VERDICT_NEXT;
    }
    x->path.len = 0;
    return not_found_decide(x, "a rewrite leads to no path of the site");
}

enum verdict redirects_rule_follow(struct exchange *x)
{
    assert(x->redirect != NULL);
    x->followed_line = x->redirect->line;
    switch (x->redirect->status) {
    case STATUS_OK:
    case STATUS_NOT_FOUND:
        return rewrite(x);
    default:
        return redirect(x);
    }
}

/* Not inlined, since few sites have rules. */
__attribute__((noinline)) enum verdict redirects_rule_find(struct exchange *x)
{
    const struct redirect_request request = {
        .path = x->path,
        .query = x->target.query,
        .scratch = x->site->lines,
        .scratch_size = SITE_LINES_MAX,
    };

    x->redirect = redirect_rules_find(x->site->rules.redirects, &request,
                                      &x->redirect_values);
    if (x->redirect == NULL)
        return VERDICT_NEXT;
    x->redirect_line = x->redirect->line;
    if (!x->redirect->is_forced)
        return VERDICT_NEXT;
    return redirects_rule_follow(x) == VERDICT_DONE ? VERDICT_DONE
                                                    : redirects_rule_find(x);
}
