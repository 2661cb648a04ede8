#include "site/facts.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/log.h"
#include "site/listing.h"
#include "site/representation.h"

enum { QUOTED_MAX = 200 };

/* "name: value" of each of these fields that the request has. */
static void put_fields(const struct exchange *x, const char *const names[],
                       char *out, size_t size)
{
    size_t len = 0;

    out[0] = '\0';
    for (size_t i = 0; names[i] != NULL && len < size; i++) {
        char quoted[QUOTED_MAX];
        struct bytes value;

        if (!request_find(x->request, bytes_of(names[i]), &value))
            continue;
        len += (size_t)snprintf(out + len, size - len, "%s%s: %s",
                                len > 0 ? ", " : "", names[i],
                                log_quote(quoted, sizeof(quoted), value));
    }
}

void facts_none(const struct exchange *x, char *out, size_t size)
{
    (void)x;
    (void)size;
    out[0] = '\0';
}

void facts_method(const struct exchange *x, char *out, size_t size)
{
    log_quote(out, size, request_part(x->request, x->request->method_name));
}

void facts_host(const struct exchange *x, char *out, size_t size)
{
    if (!request_has(x->request, FIELD_HOST))
        snprintf(out, size, "none");
    else
        log_quote(out, size, x->host);
}

void facts_target(const struct exchange *x, char *out, size_t size)
{
    log_quote(out, size, request_part(x->request, x->request->target));
}

void facts_base(const struct exchange *x, char *out, size_t size)
{
    bool is_below = x->path.at != NULL && x->path.at != x->site->path;

    snprintf(out, size, "%s%s", is_below ? "below " : "",
             is_below ? x->site->config->base->url : "");
}

/* "_headers:3, --cors": each rule that applies. */
void facts_headers(const struct exchange *x, char *out, size_t size)
{
    const struct header_rules *rules = x->site->rules.headers;
    size_t len = 0;

    out[0] = '\0';
    for (size_t i = 0; x->set != NULL && i < x->set->count && len < size; i++) {
        const struct header_rule *rule = &rules->rules[x->set->numbers[i]];

        if (i > 0 && rule->line == 0 && rule[-1].source == rule->source)
            continue; /* the option stands for several */
        len += (size_t)snprintf(out + len, size - len, "%s%s",
                                len > 0 ? ", " : "", rule->source);
        if (rule->line > 0 && len < size)
            len += (size_t)snprintf(out + len, size - len, ":%u", rule->line);
    }
}

void facts_name(const struct exchange *x, char *out, size_t size)
{
    char path[QUOTED_MAX], query[QUOTED_MAX];

    if (x->form != TARGET_PATH) {
        out[0] = '\0';
        return;
    }
    snprintf(out, size, "path /%s%s%s",
             log_quote(path, sizeof(path), x->target.path),
             x->target.query.len > 0 ? ", query " : "",
             log_quote(query, sizeof(query), x->target.query));
}

/* The rule that matches; whether it is followed depends on the lookup. */
void facts_redirects(const struct exchange *x, char *out, size_t size)
{
    out[0] = '\0';
    if (x->redirect_line > 0)
        snprintf(out, size, RULES_REDIRECTS ":%u", x->redirect_line);
}

static void put_listing(const struct exchange *x, char *out, size_t size)
{
    static const char *const keys[] = {"name", "size", "time"};
    const struct listing_wish wish =
        listing_wish_of(x->request, x->target.query);

    snprintf(out, size, "its listing by %s%s, in %s, by --listing",
             keys[wish.order.key],
             wish.order.is_descending ? ", descending" : "",
             wish.form == &listing_json ? "JSON"
             : wish.is_portuguese       ? "Portuguese"
                                        : "English");
}

void facts_file(const struct exchange *x, char *out, size_t size)
{
    static const char *const by[] = {
        [FOUND_BY_PATH] = "",
        [FOUND_BY_CLEAN_URL] = ", by --clean-urls",
        [FOUND_BY_SPA] = ", by --spa",
        [FOUND_BY_LISTING] = "",
    };
    const struct file *file = x->file;
    char type[QUOTED_MAX], etag[QUOTED_MAX], rule[40] = "";

    out[0] = '\0';
    if (x->found_by == FOUND_BY_LISTING)
        put_listing(x, out, size);
    if (x->followed_line > 0)
        snprintf(rule, sizeof(rule), ", by " RULES_REDIRECTS ":%u",
                 x->followed_line);
    if (file == NULL || file->kind != FILE_REGULAR) {
        if (x->followed_line > 0 && out[0] == '\0')
            snprintf(out, size, "%s", rule + 2);
        return;
    }
    snprintf(out, size, "%" PRIu64 " bytes, %s, tag %s%s, %s%s%s", file->size,
             log_quote(type, sizeof(type), representation_type(file)),
             file->etag_is_strong ? "" : "W/",
             log_quote(etag, sizeof(etag), representation_etag(file)),
             file->body != NULL ? "in memory" : "by descriptor",
             by[x->found_by], rule);
}

void facts_variant(const struct exchange *x, char *out, size_t size)
{
    static const char *const names[] = {"Accept-Encoding", NULL};
    static const char *const copies[] = {
        [COPY_SENT] = "a compressed copy",
        [COPY_NEEDLESS] = "the client has the plain file",
        [COPY_REFUSED] = "compressed on request",
        [COPY_LATER] = "compressed for later requests",
        [COPY_NONE] = "no compressed copy (yet)",
        [COPY_BUSY] = "not compressed: others are first",
        [COPY_CROWDED] = "not compressed: no room in --cache-size",
        [COPY_UNSETTLED] = "not compressed: it has just changed",
    };
    size_t len;

    out[0] = '\0';
    if (x->sidecars == 0 && x->copy == COPY_NEVER)
        return;
    put_fields(x, names, out, size);
    if (x->sidecars == 0) {
        len = strlen(out);
        snprintf(out + len, size - len, "%s%s", len > 0 ? ", " : "",
                 copies[x->copy]);
    }
    for (unsigned i = 0; i < CODING_IDENTITY; i++) {
        len = strlen(out);
        if ((x->sidecars >> i & 1) != 0)
            snprintf(out + len, size - len, "%sa sidecar %s",
                     len > 0 ? ", " : "", coding_name((enum coding)i));
    }
    len = strlen(out);
    if (x->plan->status != 406)
        snprintf(out + len, size - len, ", chosen: %s", coding_name(x->coding));
}

void facts_script(const struct exchange *x, char *out, size_t size)
{
    snprintf(out, size, "%s", x->has_script ? "with that of --live" : "");
}

void facts_condition(const struct exchange *x, char *out, size_t size)
{
    static const char *const names[] = {"If-Match", "If-None-Match",
                                        "If-Modified-Since",
                                        "If-Unmodified-Since", NULL};

    put_fields(x, names, out, size);
}

void facts_range(const struct exchange *x, char *out, size_t size)
{
    static const char *const names[] = {"Range", "If-Range", NULL};

    put_fields(x, names, out, size);
}
