#include "site/not_found.h"

#include <assert.h>

#include "site/live_script.h"
#include "site/representation.h"

/* The path up to its last slash, and with it; "" where it has none. */
static struct bytes folder_of(struct bytes path)
{
    while (path.len > 0 && path.at[path.len - 1] != '/')
        path.len--;
    return path;
}

static struct bytes parent_of(struct bytes folder)
{
    assert(folder.len > 0 && folder.at[folder.len - 1] == '/');
    folder.len--;
    return folder_of(folder);
}

static size_t count_folders(struct bytes folder)
{
    size_t count = 0;

    for (size_t i = 0; i < folder.len; i++)
        count += folder.at[i] == '/' ? 1 : 0;
    return count;
}

/* Whether this folder of the site has a page. If so, it is x->file. */
static bool find_in(struct exchange *x, struct bytes folder)
{
    assert(folder.at == x->path.at);
    x->found = exchange_append(x, folder, BYTES("404.html"));
    x->file = file_cache_get(x->site->files, x->found);
    return x->file->kind == FILE_REGULAR;
}

static bool find_nearest(struct exchange *x)
{
    struct bytes folder = folder_of(x->path);

    if (count_folders(folder) > NOT_FOUND_FOLDERS_MAX)
        folder.len = 0;
    while (!find_in(x, folder)) {
        if (folder.len == 0)
            return false;
        folder = parent_of(folder);
    }
    return true;
}

enum verdict not_found_decide(struct exchange *x, const char *why)
{
    bool is_of_live_page =
        x->site->builtin != NULL && builtin_owns(x->target.path);

    if (!is_of_live_page && find_nearest(x)) {
        live_script_apply(x);
        return representation_of_error(x, 404, why);
    }
    x->file = NULL;
    return decide(x, 404, why);
}
