/* csp.h -- what a Content-Security-Policy says of live reload (W3C CSP 3)
 *
 * Live reload needs a script and a connection of the page's own origin. Only
 * what allows these for certain counts: 'self', * and http:. A policy that
 * names this server by its host is taken as one that does not. Pure. */
#ifndef SITE_CSP_H
#define SITE_CSP_H

#include "base/bytes.h"

/* The directive that does not allow live reload, as the policy has it; .at
 * NULL: the policy allows it. `policy` is a field's value or that of a <meta>,
 * and may be a list of policies, which must all allow it. */
struct bytes csp_refusal(struct bytes policy);

/* The same for the policies in the <meta> elements before a page's body. */
struct bytes csp_refusal_in_page(struct bytes page);

#endif
