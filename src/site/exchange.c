#include "site/exchange.h"

enum verdict decide(struct exchange *x, unsigned status, const char *why)
{
    plan_begin(x->plan, x->asking, status, why);
    if (status != 204)
        plan_text(x->plan);
    return VERDICT_DONE;
}
