/* headers_rule.h -- the rule that finds the fields that a site sets on a path
 *
 * They are in every response whose request has that path, whatever it is: a
 * 304, a 404, a listing, the 204 that a preflight gets. A type is set only
 * where the file of that path is the content. Not so for the live page, nor for
 * what --live adds. */
#ifndef SITE_HEADERS_RULE_H
#define SITE_HEADERS_RULE_H

#include "site/exchange.h"

/* There are rules. Sets x->set, or decides: 503 without memory. */
enum verdict headers_rule_find(struct exchange *x);

/* Makes sure that the rules are those of this batch, and sets x->set. May block
 * on the disk. */
static inline enum verdict headers_rule_apply(struct exchange *x)
{
    struct site_rules *rules = &x->site->rules;

    site_rules_refresh(rules);
    return rules->headers != NULL ? headers_rule_find(x) : VERDICT_NEXT;
}

#endif
