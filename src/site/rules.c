#include "site/rules.h"

#include <assert.h>

#include "site/base_rule.h"
#include "site/explain.h"
#include "site/facts.h"
#include "site/headers_rule.h"
#include "site/live_page.h"
#include "site/live_reload.h"
#include "site/live_script.h"
#include "site/lookup.h"
#include "site/not_found.h"
#include "site/redirects_rule.h"
#include "site/representation.h"
#include "site/variant.h"

static enum verdict method(struct exchange *x)
{
    if (x->request->method == METHOD_UNKNOWN)
        return decide(x, 501, "unknown method");
    return VERDICT_NEXT;
}

/* Whether a Host may have this value. Mostly it is the same as last time. */
static bool host_is_known_or_valid(struct site_worker *site, struct bytes host)
{
    if (bytes_equal(host, (struct bytes){site->host, site->host_len}))
        return true;
    if (!host_is_valid(host))
        return false;
    if (host.len <= SITE_HOST_MAX) {
        memcpy(site->host, host.at, host.len);
        site->host_len = host.len;
    }
    return true;
}

/* RFC 9112, 3.2: a request in HTTP/1.1 must have one Host, and a Host in any
 * version must be valid. An empty one is valid where the target names the
 * authority. */
static enum verdict host(struct exchange *x)
{
    x->host = (struct bytes){"", 0};
    if (!request_has(x->request, FIELD_HOST)) {
        if (x->request->is_1_1)
            return decide(x, 400, "HTTP/1.1 must have a Host (RFC 9112, 3.2)");
        return VERDICT_NEXT;
    }
    if (!request_only(x->request, FIELD_HOST, &x->host))
        return decide(x, 400, "there is more than one Host (RFC 9112, 3.2)");
    if (!host_is_known_or_valid(x->site, x->host))
        return decide(x, 400, "the Host is neither a name nor an address");
    return VERDICT_NEXT;
}

static enum verdict target(struct exchange *x)
{
    const struct request *request = x->request;

    if (request->method == METHOD_CONNECT) { /* its target has its own form */
        x->form = TARGET_ASTERISK;
        return VERDICT_NEXT;
    }
    x->form = target_parse(request_part(request, request->target),
                           x->site->path, &x->target);
    if (x->form == TARGET_BAD)
        return decide(x, 400, "the target is not a path, or leaves the root");
    if (x->form == TARGET_MISDIRECTED)
        return decide(x, 421, "the target's scheme is not http");
    /* RFC 9112, 3.3: neither names the authority that an http URI must have
     * (RFC 9110, 4.2.1). HTTP/1.0 knows no Host, and need not. */
    if (x->host.len == 0 && x->target.authority.at == NULL && request->is_1_1)
        return decide(x, 400, "the Host is empty, and the target names none");
    if (x->form == TARGET_ASTERISK && request->method != METHOD_OPTIONS)
        return decide(x, 400, "only OPTIONS may ask for * (RFC 9112, 3.2.4)");
    return VERDICT_NEXT;
}

/* What a browser asks before it lets a page of another origin send a request
 * that a form could not (WHATWG Fetch, 4.8). The star does not stand for
 * Authorization, and older browsers do not know it. */
static void allow_preflight(struct exchange *x)
{
    struct bytes method;

    if (x->request->method == METHOD_OPTIONS && x->path.at != NULL &&
        request_find(x->request, BYTES("access-control-request-method"),
                     &method))
        plan_add(x->plan,
                 BYTES("Access-Control-Allow-Methods: GET, HEAD, OPTIONS\r\n"
                       "Access-Control-Allow-Headers: *, Authorization, "
                       "Cache-Control, If-Match, If-Modified-Since, "
                       "If-None-Match, If-Range, If-Unmodified-Since, Range\r\n"
                       "Access-Control-Max-Age: 600\r\n"));
}

static enum verdict allow(struct exchange *x)
{
    static const struct bytes allowed = {"Allow: GET, HEAD, OPTIONS\r\n", 27};

    switch (x->request->method) {
    case METHOD_GET:
    case METHOD_HEAD:
        return VERDICT_NEXT;
    case METHOD_OPTIONS:
        decide(x, 204, "the methods that are allowed");
        break;
    case METHOD_CONNECT:
    case METHOD_REFUSED:
    case METHOD_UNKNOWN:
        decide(x, 405, "only GET, HEAD and OPTIONS are supported");
        break;
    }
    plan_add(x->plan, allowed);
    if (x->site->config->has_cors)
        allow_preflight(x);
    return VERDICT_DONE;
}

static enum verdict base(struct exchange *x)
{
    if (x->form == TARGET_ASTERISK) {
        x->path = (struct bytes){NULL, 0};
        return VERDICT_NEXT;
    }
    if (x->site->config->base != NULL)
        return base_rule_enter(x);
    x->path = x->target.path;
    return VERDICT_NEXT;
}

static enum verdict name(struct exchange *x)
{
    if (x->form == TARGET_NO_NAME ||
        (x->site->rules.has_files && site_rules_own(x->path)))
        return not_found_decide(
            x, "the name is hidden, or not possible for a file");
    return VERDICT_NEXT;
}

struct rule {
    const char *name;
    enum verdict (*apply)(struct exchange *x);
    facts_writer *facts;
};

static const struct rule rules[] = {
    {"method", method, facts_method},
    {"host", host, facts_host},
    {"target", target, facts_target},
    {"base", base, facts_base},
    {"headers", headers_rule_apply, facts_headers},
    {"allow", allow, facts_none},
    {"name", name, facts_name},
    /* Those above decide by the head alone. */
    {"live", live_page_apply, facts_none},
    {"reload", live_reload_apply, facts_none},
    {"redirects", redirects_rule_apply, facts_redirects},
    {"lookup", lookup_apply, facts_file},
    {"variant", variant_apply, facts_variant},
    {"script", live_script_apply, facts_script},
    {"condition", representation_condition, facts_condition},
    {"range", representation_range, facts_range},
    {"content", representation_content, facts_none},
};

enum { HEAD_RULES = 7, RULES = sizeof(rules) / sizeof(rules[0]) };

void rules_apply(struct exchange *x)
{
#pragma GCC unroll 16 /* so that each call is direct */
    for (size_t i = 0; i < RULES; i++)
        if (rules[i].apply(x) == VERDICT_DONE)
            return;
    assert(false); /* the last rule decides */
}

bool rules_refuse(struct exchange *x)
{
    for (size_t i = 0; i < HEAD_RULES; i++)
        if (rules[i].apply(x) == VERDICT_DONE)
            return x->plan->status >= 400;
    return false;
}

bool rules_explain(struct exchange *x, bool head_alone,
                   struct explanation *explanation)
{
    const size_t count = head_alone ? HEAD_RULES : RULES;

    _Static_assert(RULES <= (int)EXPLAIN_RULES_MAX, "each has its note");
    explanation->count = 0;
    for (size_t i = 0; i < count; i++) {
        struct explained_rule *note = &explanation->rules[explanation->count++];

        note->name = rules[i].name;
        note->has_decided = rules[i].apply(x) == VERDICT_DONE;
        rules[i].facts(x, note->facts, sizeof(note->facts));
        if (note->has_decided)
            return true;
    }
    return false;
}
