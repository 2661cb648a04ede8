#include "site/headers_rule.h"

#include "base/log.h"
#include "site/live_reload.h"

enum { QUOTED_MAX = 100 };

/* Not inlined, since few sites have rules. */
__attribute__((noinline)) enum verdict headers_rule_find(struct exchange *x)
{
    struct site_rules *rules = &x->site->rules;
    uint32_t numbers[HEADER_MATCHES_MAX];
    char quoted[QUOTED_MAX];
    bool is_new;
    size_t count;

    assert(rules->headers != NULL);
    if (x->path.at == NULL || live_reload_owns(x) ||
        (x->site->builtin != NULL && builtin_owns(x->target.path)))
        return VERDICT_NEXT;
    count = header_rules_match(rules->headers, x->path, numbers);
    if (count == 0)
        return VERDICT_NEXT;
    x->set =
        header_sets_get(&rules->sets, rules->headers, numbers, count, &is_new);
    if (x->set == NULL)
        return decide(x, 503, "no memory for the fields of " RULES_HEADERS);
    if (is_new && x->set->is_cut)
        log_error_paced(&x->site->rules_pace,
                        RULES_HEADERS
                        ": the fields of /%s are more than %d, or longer "
                        "than %d bytes; some are left out",
                        log_quote(quoted, sizeof(quoted), x->path),
                        HEADER_FIELDS_MAX, HEADER_LINES_MAX);
    return VERDICT_NEXT;
}
