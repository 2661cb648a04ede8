#include "site/exchange.h"

#include <assert.h>

enum verdict decide(struct exchange *x, unsigned status, const char *why)
{
    assert(why != NULL && why[0] != '\0');
    plan_begin(x->plan, x->asking, status, why);
    if (status != 204)
        plan_text(x->plan);
    return VERDICT_DONE;
}
