#include "site/listing.h"

#include <assert.h>
#include <errno.h>

#include "http/accept.h"

/* The value of the first parameter with this name, "" where there is none.
 * `query` begins with its '?', if there is one. */
static struct bytes parameter(struct bytes query, struct bytes name)
{
    const char *end = query.at + query.len;
    const char *at = query.len > 0 ? query.at + 1 : end;

    while (at < end) {
        const char *next = memchr(at, '&', (size_t)(end - at));
        const char *to = next != NULL ? next : end;

        if ((size_t)(to - at) > name.len && at[name.len] == '=' &&
            memcmp(at, name.at, name.len) == 0)
            return (struct bytes){at + name.len + 1,
                                  (size_t)(to - at) - name.len - 1};
        at = next != NULL ? next + 1 : end;
    }
    return BYTES("");
}

static enum listing_key key_of(struct bytes value)
{
    if (bytes_equal(value, BYTES("size")))
        return LISTING_BY_SIZE;
    return bytes_equal(value, BYTES("time")) ? LISTING_BY_TIME
                                             : LISTING_BY_NAME;
}

struct listing_wish listing_wish_of(const struct request *request,
                                    struct bytes query)
{
    bool is_json =
        accept_prefers(request, BYTES("application/json"), BYTES("text/html"));

    return (struct listing_wish){
        .form = is_json ? &listing_json : &listing_html,
        .order = {.key = key_of(parameter(query, BYTES("sort"))),
                  .is_descending = bytes_equal(parameter(query, BYTES("order")),
                                               BYTES("desc"))},
        .is_portuguese =
            accept_prefers_language(request, BYTES("pt"), BYTES("en")),
    };
}

static enum verdict decide_unopened(struct exchange *x, int error)
{
    switch (error) {
    case -ENOENT:
    case -ENOTDIR:
    case -ENODEV:
    case -ENAMETOOLONG:
    case -ELOOP:
    case -EXDEV:
        return VERDICT_NEXT; /* there is no such folder */
    case -EBUSY:
        return decide(x, 503, "too many folders are being listed");
    case -EACCES:
    case -EPERM:
        return decide(x, 403, "this process may not read the folder");
    default:
        return decide(x, 503, "the folder cannot be read now");
    }
}

static enum verdict list(struct exchange *x, const struct listing_form *form,
                         struct body_source *source)
{
    if (x->request->method == METHOD_HEAD) {
        source->close(source);
        source = NULL;
    }
    x->file = NULL;
    x->found_by = FOUND_BY_LISTING;
    exchange_begin(x, 200, "a folder without an index.html");
    if (x->set == NULL)
        plan_add(x->plan, BYTES(HEADER_DEFAULTS));
    plan_add(x->plan, BYTES("Vary: Accept, Accept-Language\r\n"));
    plan_stream(x->plan, x->asking, form->type, source);
    return VERDICT_DONE;
}

enum verdict listing_apply(struct exchange *x)
{
    struct listing_budget *budget = x->site->config->listings;
    struct body_source *source;
    struct listing_wish wish;
    int error;

    if (budget == NULL)
        return VERDICT_NEXT;
    wish = listing_wish_of(x->request, x->target.query);
    error = listing_body_open(file_cache_root(x->site->files), x->path,
                              x->target.path, &wish, budget, &source);
    if (error < 0)
        return decide_unopened(x, error);
    return list(x, wish.form, source);
}
