#include "site/lookup.h"

#include <assert.h>
#include <errno.h>

#include "site/clean_url.h"
#include "site/listing.h"
#include "site/not_found.h"
#include "site/redirect.h"
#include "site/redirects_rule.h"
#include "site/representation.h"
#include "site/spa.h"

/* A folder was requested without its slash. */
static enum verdict redirect_to_folder(struct exchange *x)
{
    return redirect_decide(x, exchange_append(x, x->path, BYTES("/")),
                           "a folder; its path ends in a slash");
}

/* Why there is no file, for a negative errno (0: it is a folder). */
static const char *why_none(int error, bool is_index)
{
    switch (error) {
    case -EXDEV:
        return "the link leaves the folder, or begins with a slash";
    case -ELOOP:
        return "a loop of links, or links are not followed here";
    case -ENODEV:
        return "neither a file nor a folder";
    case -ENAMETOOLONG:
        return "the name is too long for any file";
    case -ENOTDIR:
        return "a part of the path is a file, not a folder";
    default:
        return is_index ? "no such folder, or it has no index.html"
                        : "no such file";
    }
}

static bool stands_for_index(struct bytes path)
{
    return path.len == 0 || path.at[path.len - 1] == '/';
}

/* What the path names: one that ends in a slash, and "", stand for the
 * index.html in that folder. */
static void find(struct exchange *x)
{
    x->found = x->path;
    if (stands_for_index(x->path))
        x->found = exchange_append(x, x->path, BYTES("index.html"));
    x->file = file_cache_get(x->site->files, x->found);
}

static enum verdict decide_unreadable(struct exchange *x)
{
    if (x->file->kind == FILE_FORBIDDEN)
        return decide(x, 403, "this process may not read it");
    assert(x->file->kind == FILE_UNREADABLE);
    return decide(x, 503, "it cannot be read now; see the log");
}

/* Follows the rule of _redirects that matches, and looks again where it leads.
 * That ends, since rewrites are counted. */
static enum verdict follow(struct exchange *x)
{
    if (redirects_rule_follow(x) == VERDICT_DONE ||
        redirects_rule_apply(x) == VERDICT_DONE)
        return VERDICT_DONE;
    return lookup_apply(x);
}

/* Nothing has that path: another file may stand for it, or a listing. */
static enum verdict decide_none(struct exchange *x)
{
    const int error = x->file->error;
    const char *why = why_none(error, stands_for_index(x->path));

    if (x->redirect != NULL)
        return follow(x);
    if (x->is_error_page)
        return not_found_decide(x, why);
    if (x->site->config->is_spa && spa_find(x))
        return x->file->kind == FILE_REGULAR ? VERDICT_NEXT
                                             : decide_unreadable(x);
    if (error == -ENOENT && stands_for_index(x->path) &&
        listing_apply(x) == VERDICT_DONE)
        return VERDICT_DONE;
    return not_found_decide(x, why);
}

/* Whether the folder x->path has a page. Overwrites what follows the path. */
static bool has_index(struct exchange *x)
{
    const struct file *file = file_cache_get(
        x->site->files, exchange_append(x, x->path, BYTES("/index.html")));

    return file->kind != FILE_NONE && file->kind != FILE_FOLDER;
}

/* The path, without a slash at its end, is that of a folder. */
static enum verdict decide_folder(struct exchange *x)
{
    if (x->redirect != NULL && !has_index(x))
        return follow(x);
    if (x->rewrite_count == 0)
        return redirect_to_folder(x);
    /* The client does not see that path. */
    x->path = exchange_append(x, x->path, BYTES("/"));
    x->file = NULL;
    return lookup_apply(x);
}

/* There is no file to send. Not inlined, since most paths name one. */
__attribute__((noinline)) static enum verdict decide_without(struct exchange *x)
{
    assert(x->file->kind != FILE_REGULAR);
    switch (x->file->kind) {
    case FILE_FOLDER:
        if (!stands_for_index(x->path))
            return decide_folder(x);
        if (x->redirect != NULL)
            return follow(x);
        return not_found_decide(x, "the folder's index.html is a folder");
    case FILE_NONE:
        return decide_none(x);
    case FILE_REGULAR:
    case FILE_FORBIDDEN:
    case FILE_UNREADABLE:
        break;
    }
    return decide_unreadable(x);
}

enum verdict lookup_apply(struct exchange *x)
{
    if (x->file == NULL) {
        find(x);
        if (x->site->config->has_clean_urls &&
            clean_url_apply(x) == VERDICT_DONE)
            return VERDICT_DONE;
    }
    if (x->file->kind != FILE_REGULAR)
        return decide_without(x);
    return x->is_error_page
               ? representation_of_error(x, 404, "a rule in " RULES_REDIRECTS)
               : VERDICT_NEXT;
}
