#include "site/clean_url.h"

#include <assert.h>

#include "site/redirect.h"

static const struct bytes html = {".html", 5}, index_name = {"index", 5},
                          index_html = {"/index.html", SITE_INDEX_LEN + 1};

static bool ends_in(struct bytes path, struct bytes end)
{
    return path.len >= end.len &&
           memcmp(path.at + path.len - end.len, end.at, end.len) == 0;
}

/* Whether the last segment is `name`. */
static bool ends_in_segment(struct bytes path, struct bytes name)
{
    return ends_in(path, name) &&
           (path.len == name.len || path.at[path.len - name.len - 1] == '/');
}

static struct bytes without(struct bytes path, struct bytes end)
{
    assert(ends_in(path, end));
    return (struct bytes){path.at, path.len - end.len};
}

/* What is at the path with `end` behind it. Overwrites what follows the path in
 * site->path; *whole becomes what was looked up. */
static const struct file *get(struct exchange *x, struct bytes path,
                              struct bytes end, struct bytes *whole)
{
    *whole = exchange_append(x, path, end);
    return file_cache_get(x->site->files, *whole);
}

static bool is_absent(const struct file *file)
{
    return file->kind == FILE_NONE || file->kind == FILE_FOLDER;
}

/* Whether the path itself names neither a file nor a folder with an index.html,
 * so that it may stand for its page. Overwrites what follows it. */
static bool is_free(struct exchange *x, struct bytes path)
{
    struct bytes whole;
    const struct file *file = file_cache_get(x->site->files, path);

    if (file->kind == FILE_FOLDER)
        return is_absent(get(x, path, index_html, &whole));
    return file->kind == FILE_NONE;
}

/* The path itself names no file: perhaps it stands for a page. */
static enum verdict find_page(struct exchange *x)
{
    const struct bytes path = x->path;
    struct bytes page;

    if (is_free(x, path)) {
        x->file = get(x, path, html, &page);
        if (!is_absent(x->file)) {
            if (x->rewrite_count == 0 && ends_in_segment(path, index_name))
                return redirect_decide(x, without(path, index_name),
                                       "a folder's page has its path");
            x->found = page;
            x->found_by = FOUND_BY_CLEAN_URL;
            return VERDICT_NEXT;
        }
    }
    x->file = file_cache_get(x->site->files, path);
    return VERDICT_NEXT;
}

/* The path is that of a page, with ".html": perhaps it has a short one. One
 * that a rule leads to is not seen by the client. */
static enum verdict leave_page(struct exchange *x)
{
    const struct bytes page = x->path, path = without(page, html);

    if (ends_in_segment(page, BYTES("index.html")))
        return redirect_decide(x, without(page, BYTES("index.html")),
                               "a folder's page has its path");
    if (is_free(x, path))
        return redirect_decide(x, path, "the page's path has no .html");
    x->file = get(x, path, html, &x->found);
    return VERDICT_NEXT;
}

/* Not inlined, since few sites have it. */
__attribute__((noinline)) enum verdict clean_url_apply(struct exchange *x)
{
    const struct bytes path = x->path;

    if (path.len == 0 || path.at[path.len - 1] == '/')
        return VERDICT_NEXT;
    if (is_absent(x->file))
        return find_page(x);
    if (x->file->kind == FILE_REGULAR && x->rewrite_count == 0 &&
        ends_in(path, html))
        return leave_page(x);
    return VERDICT_NEXT;
}
