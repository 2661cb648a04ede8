/* base_path.h -- the path that the site is under (--base)
 *
 * On GitHub Pages the site of a project is at /repo/, and its pages refer to
 * each other by that path. With --base /repo/ the folder is there, and nowhere
 * else:
 *
 *     /repo/about    about, in the folder
 *     /repo          301 to /repo/
 *     /about         404, whose reason names /repo/
 *
 * The live page and --live keep their paths. Parsing is pure. */
#ifndef SITE_BASE_PATH_H
#define SITE_BASE_PATH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"

enum {
    BASE_PATH_MAX = 255,    /* bytes of it as it is written in a URL */
    BASE_PATH_WHY_MAX = 80, /* bytes of the reason, with its NUL */
};

/* Constant while the threads run. */
struct base_path {
    char url[BASE_PATH_MAX + 1];  /* "/repo/", with escapes; "/": no base */
    char path[BASE_PATH_MAX + 1]; /* "repo/", as a target's path begins */
    size_t len;                   /* of path */
    char why[BASE_PATH_WHY_MAX];  /* a path is not under it */
};

/* Reads a path; slashes that are missing at its ends are added. Returns false
 * where it is too long, is no path of a URL, has a segment that is empty, "."
 * or "..", or hidden, or has a query. */
bool base_path_parse(struct bytes text, struct base_path *base);

#endif
