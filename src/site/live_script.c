#include "site/live_script.h"

#include <assert.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "base/put.h"
#include "http/accept.h"
#include "site/csp.h"
#include "site/representation.h"
#include "site/variant.h"

#define SCRIPT \
    "<script src=\"/" LIVE_RELOAD_FOLDER "live.js\" async></script>\n"

static const struct bytes script = {SCRIPT, sizeof(SCRIPT) - 1};

enum { QUOTED_MAX = 200 };

/* By the type that is sent: a rule may set another one than the file's. */
static bool is_page(const struct exchange *x, const struct file *file)
{
    static const struct bytes html = {"text/html", 9};
    struct bytes type = representation_type(file);

    if (x->set != NULL && x->set->type.at != NULL)
        type = x->set->type;
    return file->size <= LIVE_SCRIPT_PAGE_MAX && type.len >= html.len &&
           bytes_equal_nocase((struct bytes){type.at, html.len}, html) &&
           (type.len == html.len || type.at[html.len] == ';' ||
            bytes_is_space(type.at[html.len]));
}

/* UTF-16 has no ASCII. */
static bool has_ascii(struct bytes page)
{
    return page.len < 2 || (memcmp(page.at, "\xff\xfe", 2) != 0 &&
                            memcmp(page.at, "\xfe\xff", 2) != 0);
}

/* Where the script goes. */
static size_t place_in(struct bytes page)
{
    static const struct bytes end = {"</body", 6};

    for (size_t at = page.len; at >= end.len; at--) {
        struct bytes tail = {page.at + at - end.len, end.len};

        if (tail.at[0] == '<' && bytes_equal_nocase(tail, end))
            return at - end.len;
    }
    return page.len;
}

/* Copies the file's bytes to `out`. Returns false where they are not all there:
 * the file is being changed. */
static bool read_page(const struct file *file, char *out)
{
    size_t len = 0;

    if (file->body != NULL) {
        memcpy(out, file->body, (size_t)file->size);
        return true;
    }
    while (len < file->size) {
        ssize_t got =
            pread(file->fd, out + len, (size_t)file->size - len, (off_t)len);

        if (got <= 0)
            return false;
        len += (size_t)got;
    }
    return true;
}

/* Logs, once, that a page does not reload. */
static void explain(struct exchange *x, struct bytes refusal)
{
    char page[QUOTED_MAX], directive[QUOTED_MAX];

    if (atomic_exchange(x->site->config->has_named_policy, true))
        return;
    log_info("--live: %s does not reload, since its Content-Security-Policy "
             "does not allow the script: %s",
             log_quote(page, sizeof(page), x->found),
             log_quote(directive, sizeof(directive), refusal));
}

/* The directive of a rule's policy that does not allow the script; .at NULL:
 * there is none. The rules' lines end in CRLF each. */
static struct bytes refusal_by_rules(const struct exchange *x)
{
    static const struct bytes name = {"Content-Security-Policy:", 24};
    struct bytes rest = x->set != NULL ? x->set->lines : BYTES("");
    struct bytes found = {NULL, 0};

    while (rest.len > 0 && found.at == NULL) {
        const char *end = memchr(rest.at, '\r', rest.len);
        size_t len = end != NULL ? (size_t)(end - rest.at) : rest.len;

        if (len >= name.len &&
            bytes_equal_nocase((struct bytes){rest.at, name.len}, name))
            found =
                csp_refusal((struct bytes){rest.at + name.len, len - name.len});
        len += end != NULL ? 2 : 0;
        rest = (struct bytes){rest.at + len, rest.len - len};
    }
    return found;
}

/* Moves the end of the page, which has room for it, and puts the script before
 * that. */
static void insert(char *page, size_t len)
{
    size_t at = place_in((struct bytes){page, len});

    memmove(page + at + script.len, page + at, len - at);
    memcpy(page + at, script.at, script.len);
}

/* Derives the page from `file`. NULL: it stays as it is. */
static const struct file *derive(struct exchange *x, const struct file *file)
{
    size_t len = (size_t)file->size;
    char *page = malloc(len + script.len);
    struct derivation derivation = {.key = DERIVED_LIVE,
                                    .type = representation_type(file),
                                    .ride = representation_ride,
                                    .release = free,
                                    .owner = page};
    struct bytes refusal;

    if (page == NULL)
        return NULL;
    if (!read_page(file, page) || !has_ascii((struct bytes){page, len}))
        goto free_page;
    refusal = csp_refusal_in_page((struct bytes){page, len});
    if (refusal.at != NULL) {
        explain(x, refusal);
        goto free_page;
    }
    insert(page, len);
    derivation.content = (struct bytes){page, len + script.len};
    return file_cache_derive(x->site->files, file, &derivation);

free_page:
    free(page);
    return NULL;
}

/* The page is sent in place of what "variant" has chosen. */
static void take(struct exchange *x, const struct file *page)
{
    if (x->plain != NULL && x->copy != COPY_SENT) /* a sidecar's path */
        x->found.len -= strlen(variant_suffixes[x->coding]);
    x->file = page;
    x->plain = NULL;
    x->coding = CODING_IDENTITY;
    x->depends_on_encoding = false;
    x->has_script = true;
}

void live_script_put(struct exchange *x)
{
    const struct file *file = x->plain != NULL ? x->plain : x->file, *page;
    struct bytes refusal;

    assert(file->kind == FILE_REGULAR);
    if (x->found.len == 0 || !is_page(x, file)) /* or a file of the live page */
        return;
    refusal = refusal_by_rules(x);
    if (refusal.at != NULL) {
        explain(x, refusal);
        return;
    }
    page = file_cache_derived(file, DERIVED_LIVE);
    if (page == NULL)
        page = derive(x, file);
    if (page != NULL)
        take(x, page);
}

void live_script_in_error(struct exchange *x)
{
    struct bytes text = head_status_text(x->plan->status);
    char *const lines = x->site->lines;
    char *to = lines;

    if (!live_reload_is_on(x) || !accept_names(x->request, BYTES("text/html")))
        return;
    text.len--; /* its newline */
    to = put_bytes(put_text(to, "<!doctype html>\n<title>"), text);
    to = put_bytes(put_text(to, "</title>\n<p>"), text);
    to = put_bytes(put_char(to, '\n'), script);
    assert(to - lines <= SITE_LINES_MAX);
    x->plan->type = BYTES("text/html; charset=utf-8");
    x->plan->content = (struct content){
        .kind = CONTENT_BYTES, .at = lines, .size = (size_t)(to - lines)};
}
