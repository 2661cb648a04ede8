#include "site/exchange.h"

#include <assert.h>

enum verdict decide(struct exchange *x, unsigned status, const char *why)
{
    assert(why != NULL && why[0] != '\0');
    exchange_begin(x, status, why);
    if (status != 204)
        plan_text(x->plan);
    return VERDICT_DONE;
}
