#include "site/base_path.h"

#include <stdio.h>

#include "base/put.h"
#include "http/target.h"

static const char known[] = "the site is under ";

/* Puts the text between slashes. */
static bool put_url(struct bytes text, char url[BASE_PATH_MAX + 1])
{
    bool begins = text.len > 0 && text.at[0] == '/';
    bool ends = text.len > 0 && text.at[text.len - 1] == '/';
    char *to = url;

    if (text.len + (begins ? 0 : 1) + (ends ? 0 : 1) > BASE_PATH_MAX)
        return false;
    if (!begins)
        *to++ = '/';
    to = put_bytes(to, text);
    if (!ends && to - url > 1)
        *to++ = '/';
    *to = '\0';
    return true;
}

/* What the path has if no segment of it was dropped: each escape is one byte.
 */
static size_t len_decoded(const char *url)
{
    size_t len = strlen(url) - 1; /* without the first slash */

    for (; *url != '\0'; url++)
        len -= *url == '%' ? 2 : 0;
    return len;
}

bool base_path_parse(struct bytes text, struct base_path *base)
{
    struct target target;
    int len;

    if (!put_url(text, base->url) ||
        target_parse(bytes_of(base->url), base->path, &target) != TARGET_PATH ||
        target.query.len > 0 || target.path.len != len_decoded(base->url))
        return false;
    base->len = target.path.len;
    base->path[base->len] = '\0';
    len = snprintf(base->why, sizeof(base->why), "%s%s", known, base->url);
    if ((size_t)len >= sizeof(base->why))
        snprintf(base->why, sizeof(base->why), "%sthe path that --base has",
                 known);
    return true;
}
