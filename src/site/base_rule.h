/* base_rule.h -- the rule that finds the path below --base (base_path.h)
 *
 * Needs only the head. */
#ifndef SITE_BASE_RULE_H
#define SITE_BASE_RULE_H

#include "site/exchange.h"

/* There is a base. Sets x->path, or decides: 301 to the base, or 404. A path of
 * the live page or of --live is passed as it is, and so is one that is not
 * under the base, for methods other than GET and HEAD ("allow" decides). */
enum verdict base_rule_enter(struct exchange *x);

/* Decides that a path is not under the base; VERDICT_NEXT where there is none.
 */
enum verdict base_rule_refuse(struct exchange *x);

#endif
