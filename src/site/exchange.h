/* exchange.h -- one request on its way to a plan
 *
 * Each rule (rules.h) finds here what those before it found, and either leaves
 * more, or decides: then the plan is made, with the reason. On the worker's
 * thread; all views are lent for the exchange. */
#ifndef SITE_EXCHANGE_H
#define SITE_EXCHANGE_H

#include "files/file_cache.h"
#include "http/plan.h"
#include "http/target.h"
#include "site/builtin.h"
#include "site/site.h"

enum {
    SITE_INDEX_LEN = 10, /* of "index.html" */
    SITE_PATH_MAX = UINT16_MAX + SITE_INDEX_LEN,
    SITE_LINES_MAX = 24576, /* bytes of what is rendered for one plan; a
                               redirect that is longer is a 414 */
    SITE_HOST_MAX = 56,
};

/* What one worker has for all its exchanges. */
struct site_worker {
    const struct site_config *config;
    struct file_cache *files;
    struct builtin *builtin; /* NULL: there is no live page */

    /* The value of Host that was valid last. */
    size_t host_len;
    char host[SITE_HOST_MAX];

    char path[SITE_PATH_MAX];
    char lines[SITE_LINES_MAX];
};

enum verdict {
    VERDICT_NEXT, /* the next rule looks */
    VERDICT_DONE, /* the plan is made */
};

struct exchange {
    struct site_worker *site;
    const struct asking *asking;
    const struct request *request; /* asking's */
    struct plan *plan;

    struct bytes host;       /* by "host": "" where there is none */
    enum target_result form; /* by "target" ... */
    struct target target;    /* ... its path in site->path */
    const struct file *file; /* by "live" or "lookup": what is served ... */
    struct bytes found;      /* ... and its path, where it is in the folder */
};

/* What rules find stays unset until they do. */
static inline void exchange_init(struct exchange *x, struct site_worker *site,
                                 const struct asking *asking, struct plan *plan)
{
    x->site = site;
    x->asking = asking;
    x->request = asking->request;
    x->plan = plan;
    x->file = NULL;
    x->found.len = 0;
}

/* The response is `status` with its own text as content. Returns VERDICT_DONE.
 */
enum verdict decide(struct exchange *x, unsigned status, const char *why);

#endif
