/* folder_walk.h -- visits the folders of a tree, and what is in them
 *
 * Only what could be served is visited: names that begin with a dot are left
 * out (all but ".well-known" at the root), and so are folders behind links,
 * which have a path of their own in the tree or are outside. Folders come
 * before what is in them; otherwise there is no order. At most
 * FOLDER_WALK_FOLDERS_MAX folders are visited. May block on the disk. */
#ifndef FILES_FOLDER_WALK_H
#define FILES_FOLDER_WALK_H

#include <stdbool.h>

enum { FOLDER_WALK_FOLDERS_MAX = 131072 };

struct folder_visitor {
    /* A folder, before it is read. `place` is its path for system calls, `path`
     * that below the root ("": the root itself). A negative errno ends the
     * walk; FOLDER_WALK_SKIP leaves the folder out. */
    int (*folder)(struct folder_visitor *, const char *place, const char *path);

    /* Something in it that is no folder: its name in the folder `folder_fd`,
     * and its path. NULL: such are not visited. */
    void (*file)(struct folder_visitor *, int folder_fd, const char *name,
                 const char *path);
};

enum { FOLDER_WALK_SKIP = 1 };

/* Whether something of this name, in the folder `path`, is left out. */
bool folder_walk_leaves_out(const char *path, const char *name);

/* Writes the path of `name` in the folder `path`, "" for the root, to
 * out[0..PATH_MAX). Returns false where it is too long. */
bool folder_walk_join(char *out, const char *path, const char *name);

/* Walks `path`, a folder below the folder `root`. Returns 0, also where there
 * is no such folder or one in it cannot be read; the visitor's errno, -ENOMEM,
 * or -E2BIG for too many folders. */
int folder_walk(const char *root, const char *path,
                struct folder_visitor *visitor);

#endif
