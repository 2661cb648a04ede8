#include "site/variant.h"

#include <assert.h>

#include "site/compress.h"

const char *const variant_suffixes[] = {".br", ".zst", ".gz", NULL};

_Static_assert(CODING_BR == 0 && CODING_ZSTD == 1 && CODING_GZIP == 2 &&
                   CODING_IDENTITY == 3,
               "the suffixes are in the order of the codings");

/* The value of the request's one Accept-Encoding field; "" where there is none,
 * or more than one. */
static struct bytes only_field(const struct request *request)
{
    struct bytes field, other;
    size_t next = 0;

    if (!request_find_next(request, accept_encoding_name, &next, &field) ||
        request_find_next(request, accept_encoding_name, &next, &other))
        return (struct bytes){"", 0};
    return field;
}

/* The weights of the request's Accept-Encoding, which is mostly the same as
 * last time. */
static const struct coding_weights *weights_of(const struct exchange *x)
{
    struct variant_memo *memo = &x->site->variant;
    struct bytes field = only_field(x->request);

    if (field.len > 0 &&
        bytes_equal(field, (struct bytes){memo->field, memo->field_len}))
        return &memo->weights;
    memo->weights = accept_encoding_read(x->request);
    memo->field_len = 0;
    if (field.len <= sizeof(memo->field)) {
        memcpy(memo->field, field.at, field.len);
        memo->field_len = (uint8_t)field.len;
    }
    return &memo->weights;
}

void variant_end(struct site_worker *site)
{
    if (site->variant.plain != NULL)
        hold_release(file_hold(site->variant.plain));
    site->variant.plain = NULL;
}

/* Keeps the plain file, which the cache may drop for a sidecar, for as long as
 * the plan has views of it. */
static void keep_plain(struct exchange *x)
{
    assert(x->site->variant.plain == NULL);
    hold_get(file_hold(x->file));
    x->site->variant.plain = x->file;
}

/* Makes the sidecar of this coding the exchange's file, if it can be sent
 * instead of the plain one. */
static bool take_sidecar(struct exchange *x, enum coding coding)
{
    const struct file *plain = x->site->variant.plain;
    struct bytes path =
        exchange_append(x, x->found, bytes_of(variant_suffixes[coding]));
    const struct file *sidecar = file_cache_get(x->site->files, path);

    if (sidecar->kind != FILE_REGULAR || file_cache_is_older(sidecar, plain))
        return false;
    x->plain = plain;
    x->file = sidecar;
    x->found = path;
    x->coding = coding;
    return true;
}

static enum verdict refuse_all(struct exchange *x)
{
    return decide(x, 406, "Accept-Encoding refuses all that there is");
}

static inline bool may_be_compressed(const struct exchange *x)
{
    return x->site->config->compress != 0 &&
           representation_is_compressible(x->file);
}

/* The file may be compressed. Not inlined, so that what may not is quick. */
__attribute__((noinline)) static enum verdict choose_copy(struct exchange *x)
{
    return compress_choose(x, weights_of(x));
}

/* There are sidecars. Not inlined, since mostly there are none. */
__attribute__((noinline)) static enum verdict choose(struct exchange *x,
                                                     unsigned there)
{
    const struct coding_weights *weights = weights_of(x);
    enum coding coding;

    x->depends_on_encoding = true;
    keep_plain(x);
    while ((coding = accept_encoding_choose(weights, there)) <
           CODING_IDENTITY) {
        if (take_sidecar(x, coding))
            return VERDICT_NEXT;
        there &= ~(1U << coding);
    }
    if (there == 0 && may_be_compressed(x)) { /* none can be used */
        x->sidecars = 0;
        return choose_copy(x);
    }
    if (coding == CODING_NONE)
        return refuse_all(x);
    return VERDICT_NEXT;
}

/* A file of the live page, whose sidecar never changes. Both live as long as
 * the worker, so that neither needs a hold. */
__attribute__((noinline)) static enum verdict choose_builtin(struct exchange *x)
{
    const struct file *sidecar = builtin_sidecar(x->site->builtin, x->file);
    enum coding coding;

    if (sidecar == NULL)
        return VERDICT_NEXT;
    x->sidecars = 1U << CODING_GZIP;
    x->depends_on_encoding = true;
    coding = accept_encoding_choose(weights_of(x), x->sidecars);
    if (coding == CODING_NONE)
        return refuse_all(x);
    if (coding == CODING_GZIP) {
        x->plain = x->file;
        x->file = sidecar;
        x->coding = coding;
    }
    return VERDICT_NEXT;
}

enum verdict variant_apply(struct exchange *x)
{
    assert(x->file->kind == FILE_REGULAR && x->coding == CODING_IDENTITY);
    if (x->found.len == 0) /* a file of the live page */
        return choose_builtin(x);
    x->sidecars = file_cache_siblings(x->site->files, x->file);
    if (x->sidecars != 0)
        return choose(x, x->sidecars);
    return may_be_compressed(x) ? choose_copy(x) : VERDICT_NEXT;
}
