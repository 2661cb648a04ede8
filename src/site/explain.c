#include "site/explain.h"

#include <stdlib.h>

#include "base/log.h"
#include "site/rules.h"
#include "site/variant.h"

struct explainer {
    void *site; /* of site_handler */
    struct explanation *explanation;
};

static void explainer_close(void *handler)
{
    struct explainer *explainer = handler;

    site_handler.close(explainer->site);
    free(explainer);
}

static void *explainer_open(const void *arg)
{
    const struct site_explained *explained = arg;
    struct explainer *explainer = malloc(sizeof(*explainer));

    if (explainer == NULL)
        return NULL;
    explainer->explanation = explained->explanation;
    explainer->explanation->count = 0;
    explainer->explanation->file[0] = '\0';
    explainer->site = site_handler.open(&explained->config);
    if (explainer->site == NULL) {
        free(explainer);
        return NULL;
    }
    return explainer;
}

static void explainer_batch(void *handler)
{
    site_handler.batch(((struct explainer *)handler)->site);
}

static int64_t explainer_waiting(void *handler, int64_t now_ms)
{
    return site_handler.waiting(((struct explainer *)handler)->site, now_ms);
}

/* Returns whether a rule has decided. */
static bool explain(const struct explainer *explainer, bool head_alone,
                    const struct asking *asking, struct plan *plan)
{
    struct explanation *explanation = explainer->explanation;
    struct exchange x;
    bool has_decided;

    variant_end(explainer->site);
    exchange_init(&x, explainer->site, asking, plan);
    has_decided = rules_explain(&x, head_alone, explanation);
    explanation->file[0] = '\0';
    if (x.file != NULL && x.file->kind == FILE_REGULAR)
        log_quote(explanation->file, sizeof(explanation->file), x.found);
    return has_decided;
}

static void explainer_respond(void *handler, const struct asking *asking,
                              struct plan *plan)
{
    explain(handler, false, asking, plan);
}

static bool explainer_refuse(void *handler, const struct asking *asking,
                             struct plan *plan)
{
    return explain(handler, true, asking, plan) && plan->status >= 400;
}

const struct handler site_explainer = {
    .open = explainer_open,
    .close = explainer_close,
    .batch = explainer_batch,
    .waiting = explainer_waiting,
    .respond = explainer_respond,
    .refuse = explainer_refuse,
};
