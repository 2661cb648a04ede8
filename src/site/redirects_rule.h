/* redirects_rule.h -- the rule that follows `_redirects` (redirect_rules.h)
 *
 * The rule that matches is found before the file is looked up. One by force is
 * followed at once; any other one where the lookup finds nothing. What that
 * does depends on the rule's status:
 *
 *     301, 302, 303, 307, 308   a response with that status and a Location
 *     200                       another path is looked up, and sent
 *     404                       the same, sent with a 404
 *
 * With the other path it begins anew: rules may match that, too. After
 * REWRITES_MAX times the response is a 508, and a line is logged. */
#ifndef SITE_REDIRECTS_RULE_H
#define SITE_REDIRECTS_RULE_H

#include "site/exchange.h"

enum { REWRITES_MAX = 8 }; /* for one request */

/* There are rules. Sets x->redirect to the one that matches x->path, having
 * followed those that have force; or decides. */
enum verdict redirects_rule_find(struct exchange *x);

/* The same, where there may be none. For a file of the live page there are
 * none. */
static inline enum verdict redirects_rule_apply(struct exchange *x)
{
    return x->site->rules.redirects != NULL && x->file == NULL
               ? redirects_rule_find(x)
               : VERDICT_NEXT;
}

/* Follows x->redirect: decides; or makes x->path another one, which is to be
 * looked up, and x->file none. May block on the disk. */
enum verdict redirects_rule_follow(struct exchange *x);

#endif
