#include "site/spa.h"

#include <errno.h>

#include "http/accept.h"

/* Whether nothing has that path. A link that leaves the folder, or a device, is
 * there: it has its 404. */
static bool names_nothing(const struct file *file)
{
    return file->error == -ENOENT || file->error == -ENOTDIR ||
           file->error == -ENAMETOOLONG;
}

static bool last_segment_has_dot(struct bytes path)
{
    const char *slash = path.len > 0 ? memrchr(path.at, '/', path.len) : NULL;
    const char *segment = slash != NULL ? slash + 1 : path.at;

    return memchr(segment, '.', (size_t)(path.at + path.len - segment)) != NULL;
}

bool spa_find(struct exchange *x)
{
    struct bytes whole, page;

    if (!names_nothing(x->file) || last_segment_has_dot(x->path))
        return false;
    x->depends_on_accept = true;
    if (!accept_names(x->request, BYTES("text/html")))
        return false;
    whole = exchange_append(x, x->path, BYTES("index.html"));
    page = (struct bytes){whole.at + x->path.len, SITE_INDEX_LEN};
    x->file = file_cache_get(x->site->files, page);
    if (x->file->kind == FILE_NONE || x->file->kind == FILE_FOLDER)
        return false;
    x->found = page;
    x->found_by = FOUND_BY_SPA;
    return true;
}
