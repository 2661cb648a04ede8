#include "site/compress.h"

#include <assert.h>

#include "files/file_marks.h"
#include "files/squeeze.h"
#include "files/squeezer.h"

enum { SIZE_RATIO = 3 }; /* about, of a text to its copy */

static enum derived_key key_of(enum coding coding)
{
    assert(coding == CODING_BR || coding == CODING_GZIP);
    return coding == CODING_BR ? DERIVED_BROTLI : DERIVED_GZIP;
}

unsigned compress_codings(void)
{
    return (squeeze_can(DERIVED_BROTLI) ? 1U << CODING_BR : 0) |
           (squeeze_can(DERIVED_GZIP) ? 1U << CODING_GZIP : 0);
}

/* Has a copy made, unless that was tried for this version. */
static enum copy_state post(struct exchange *x, enum derived_key key)
{
    struct squeezer_desk *desk = x->site->desk;
    const struct file_version *version = file_marks_version(x->file);

    if (version == NULL)
        return COPY_UNSETTLED;
    if (desk == NULL)
        return COPY_LATER;
    if (!file_cache_has_room(x->site->files, x->file->size / SIZE_RATIO,
                             x->asking->now))
        return COPY_CROWDED;
    if (!file_marks_set(x->file, key))
        return COPY_NONE;
    if (squeezer_post(desk, x->file, version, key, x->asking->waker))
        return COPY_LATER;
    file_marks_clear(x->file, key);
    return COPY_BUSY;
}

static bool take_copy(struct exchange *x, enum coding coding)
{
    const struct file *copy = file_cache_derived(x->file, key_of(coding));

    if (copy == NULL)
        return false;
    x->plain = x->file;
    x->file = copy;
    x->coding = coding;
    x->copy = COPY_SENT;
    return true;
}

/* The client's first choice is what is made. Until then another copy will do,
 * or the file. */
enum verdict compress_choose(struct exchange *x,
                             const struct coding_weights *weights)
{
    unsigned there = x->site->config->compress;
    enum coding coding;

    x->depends_on_encoding = true;
    x->copy = COPY_REFUSED;
    if (weights->of[CODING_IDENTITY] > 0 && representation_is_held(x)) {
        x->copy = COPY_NEEDLESS;
        return VERDICT_NEXT;
    }
    while ((coding = accept_encoding_choose(weights, there)) <
           CODING_IDENTITY) {
        if (take_copy(x, coding))
            return VERDICT_NEXT;
        if (x->copy == COPY_REFUSED)
            x->copy = post(x, key_of(coding));
        there &= ~(1U << coding);
    }
    if (coding == CODING_NONE)
        return decide(x, 406, "Accept-Encoding refuses all that there is");
    return VERDICT_NEXT;
}

/* Keeps a copy. Where there is no room, the mark stays: the next would have
 * none either. */
static void keep(struct site_worker *site, const struct squeezed *squeezed)
{
    const struct derivation derivation = {
        .key = squeezed->key,
        .content = squeezed->content,
        .type = representation_type(squeezed->source),
        .etag = squeezed->etag,
        .ride = representation_ride,
        .release = squeezed_release,
        .owner = squeezed->owner,
    };

    file_cache_derive(site->files, squeezed->source, &derivation);
}

void compress_collect(struct site_worker *site)
{
    struct squeezed squeezed;

    if (site->desk == NULL)
        return;
    while (squeezer_take(site->desk, &squeezed)) {
        if (squeezed.owner != NULL)
            keep(site, &squeezed);
        else if (!squeezed.is_final)
            file_marks_clear(squeezed.source, squeezed.key);
        hold_release(file_hold(squeezed.source));
    }
}
