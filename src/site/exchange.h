/* exchange.h -- one request on its way to a plan
 *
 * Each rule (rules.h) reads what earlier rules found, and either adds to it or
 * decides: then the plan is complete, with its reason. On the worker's thread;
 * all views are lent for the exchange. */
#ifndef SITE_EXCHANGE_H
#define SITE_EXCHANGE_H

#include "base/log_pace.h"
#include "files/file_cache.h"
#include "http/accept_encoding.h"
#include "http/plan.h"
#include "http/target.h"
#include "site/builtin.h"
#include "site/site.h"
#include "site/site_rules.h"

enum {
    SITE_INDEX_LEN = 10, /* of "index.html" */
    SITE_SUFFIX_LEN = 4, /* of ".zst" */
    SITE_PATH_MAX = UINT16_MAX + SITE_INDEX_LEN + SITE_SUFFIX_LEN,
    SITE_LINES_MAX = 24576, /* bytes of what is rendered for one plan, with the
                               fields of rules; a redirect that is longer is a
                               414 */
    SITE_HOST_MAX = 56,
    SITE_ENCODINGS_MAX = 64, /* "gzip, deflate, br, zstd" are 23 */
};

/* What a worker remembers between requests of files that have sidecars. */
struct variant_memo {
    const struct file *plain; /* held for the last plan; NULL: none */

    /* The last value of Accept-Encoding, and what it means. */
    struct coding_weights weights;
    uint8_t field_len;
    char field[SITE_ENCODINGS_MAX];
};

/* What all exchanges of one worker share. */
struct site_worker {
    const struct site_config *config;
    struct file_cache *files;
    struct builtin *builtin;    /* NULL: there is no live page */
    struct squeezer_desk *desk; /* compress.h; NULL: nothing is compressed */
    struct site_rules rules;
    struct log_pace rules_pace; /* of faults in them */

    /* The last valid value of Host. */
    size_t host_len;
    char host[SITE_HOST_MAX];

    struct variant_memo variant; /* variant.h */
    unsigned lab_count;          /* responses of the lab under way; lab.h */

    char path[SITE_PATH_MAX];
    char lines[SITE_LINES_MAX];
};

/* What led to the file, other than its own path. */
enum found_by {
    FOUND_BY_PATH,
    FOUND_BY_CLEAN_URL, /* the path with ".html" (clean_url.h) */
    FOUND_BY_SPA,       /* index.html, since the path names nothing (spa.h) */
    FOUND_BY_LISTING,   /* no file, but the folder's listing (listing.h) */
};

/* Of a file that may be compressed; compress.h. */
enum copy_state {
    COPY_NEVER,     /* it may not, or --compress is off */
    COPY_SENT,      /* x->file is the copy */
    COPY_NEEDLESS,  /* the client has the plain file */
    COPY_REFUSED,   /* the client does not take it */
    COPY_LATER,     /* it is made for later requests */
    COPY_NONE,      /* it is being made, or is no smaller, or has no room */
    COPY_BUSY,      /* too many others are being made */
    COPY_CROWDED,   /* others of the cache would have to go */
    COPY_UNSETTLED, /* the file has just changed */
};

enum verdict {
    VERDICT_NEXT, /* the next rule is applied */
    VERDICT_DONE, /* the plan is complete */
};

struct exchange {
    struct site_worker *site;
    const struct asking *asking;
    const struct request *request; /* asking's */
    struct plan *plan;

    struct bytes host;       /* by "host": "" where there is none */
    enum target_result form; /* by "target" ... */
    struct target target;    /* ... its path in site->path */
    struct bytes path; /* by "base": the end of it, below the base; .at NULL:
                          the target names no path of the site */
    const struct file *file; /* by "live" or "lookup": what is served ... */
    struct bytes found;      /* ... and its path, where it is in the folder */
    enum found_by found_by;
    unsigned sidecars;  /* by "variant": which there are, bit 1 << coding */
    enum coding coding; /* of x->file ... */
    const struct file *plain; /* ... and what it codes; NULL: it is plain */
    bool has_script;          /* x->file is a page with that of --live */
    enum copy_state copy;     /* by "variant" */
    bool depends_on_accept;   /* the response, on the Accept field ... */
    bool depends_on_encoding; /* ... and on Accept-Encoding */

    /* By "redirects", and again for each path that a rule leads to: */
    bool is_error_page;     /* what x->path names is sent with a 404 */
    uint8_t rewrite_count;  /* x->path is not the request's, if more than 0 */
    unsigned redirect_line; /* of the last that matched; 0: none did */
    unsigned followed_line; /* of the last that was followed; likewise */
    const struct redirect_rule *redirect; /* NULL: none matches x->path */
    const struct header_set *set; /* by "headers"; NULL: no rule sets fields */
    struct redirect_values redirect_values;
};

/* What rules find is not set here, but for what may be read without them. */
static inline void exchange_init(struct exchange *x, struct site_worker *site,
                                 const struct asking *asking, struct plan *plan)
{
    x->site = site;
    x->asking = asking;
    x->request = asking->request;
    x->plan = plan;
    x->file = NULL;
    x->found.len = 0;
    x->found_by = FOUND_BY_PATH;
    x->sidecars = 0;
    x->coding = CODING_IDENTITY;
    x->plain = NULL;
    x->has_script = false;
    x->copy = COPY_NEVER;
    x->depends_on_accept = false;
    x->depends_on_encoding = false;
    x->is_error_page = false;
    x->rewrite_count = 0;
    x->redirect_line = x->followed_line = 0;
    x->redirect = NULL;
    x->set = NULL;
}

/* Adds the fields of rules to the plan. Few sites have any. */
void exchange_add_fields(struct exchange *x);

/* Begins the plan, with the fields of rules, and Vary where it is needed (RFC
 * 9110, 12.5.5). */
static inline void exchange_begin(struct exchange *x, unsigned status,
                                  const char *why)
{
    plan_begin(x->plan, x->asking, status, why);
    if (x->set != NULL)
        exchange_add_fields(x);
    if (x->depends_on_accept)
        plan_add(x->plan, BYTES("Vary: Accept\r\n"));
    if (x->depends_on_encoding)
        plan_add(x->plan, BYTES("Vary: Accept-Encoding\r\n"));
}

/* Writes `end` behind a path in site->path. Returns the two as one. */
static inline struct bytes exchange_append(struct exchange *x,
                                           struct bytes path, struct bytes end)
{
    size_t len = (size_t)(path.at - x->site->path) + path.len;

    assert(path.at >= x->site->path && len + end.len <= SITE_PATH_MAX);
    memcpy(x->site->path + len, end.at, end.len);
    return (struct bytes){path.at, path.len + end.len};
}

/* Plans a response with `status`, and the status's text as content. Returns
 * VERDICT_DONE. */
enum verdict decide(struct exchange *x, unsigned status, const char *why);

#endif
