#include "site/exchange.h"

#include <assert.h>

#include "site/live_script.h"

__attribute__((noinline)) void exchange_add_fields(struct exchange *x)
{
    plan_add(x->plan, x->set->lines);
}

enum verdict decide(struct exchange *x, unsigned status, const char *why)
{
    assert(why != NULL && why[0] != '\0');
    exchange_begin(x, status, why);
    if (status == 204)
        return VERDICT_DONE;
    if (x->set == NULL)
        plan_text(x->plan);
    else
        plan_status_text(x->plan);
    if (status >= 400 && x->site->config->reload != NULL)
        live_script_in_error(x);
    return VERDICT_DONE;
}
