#include "files/folder_walk.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A folder that was found and not visited yet. */
struct found {
    struct found *next;
    char path[];
};

struct walk {
    const char *root;
    struct folder_visitor *visitor;
    struct found *stack;
    size_t count; /* of all that were found */
    char place[PATH_MAX], path[PATH_MAX];
};

bool folder_walk_leaves_out(const char *path, const char *name)
{
    return name[0] == '.' &&
           (path[0] != '\0' || strcmp(name, ".well-known") != 0);
}

bool folder_walk_join(char *out, const char *path, const char *name)
{
    return snprintf(out, PATH_MAX, "%s%s%s", path, path[0] == '\0' ? "" : "/",
                    name) < PATH_MAX;
}

static int push(struct walk *walk, const char *path)
{
    size_t size = strlen(path) + 1;
    struct found *found;

    if (walk->count == FOLDER_WALK_FOLDERS_MAX)
        return -E2BIG;
    found = malloc(sizeof(*found) + size);
    if (found == NULL)
        return -ENOMEM;
    memcpy(found->path, path, size);
    found->next = walk->stack;
    walk->stack = found;
    walk->count++;
    return 0;
}

/* Moves the last one found to walk->path, and its place to walk->place, which
 * is "" where that is too long. */
static void pop(struct walk *walk)
{
    struct found *found = walk->stack;

    assert(found != NULL);
    walk->stack = found->next;
    snprintf(walk->path, PATH_MAX, "%s", found->path);
    free(found);
    if (walk->path[0] == '\0')
        snprintf(walk->place, PATH_MAX, "%s", walk->root);
    else if (!folder_walk_join(walk->place, walk->root, walk->path))
        walk->place[0] = '\0';
}

/* Not every file system tells what an entry is. */
static bool is_folder(int folder_fd, const struct dirent *entry)
{
    struct stat status;

    assert(folder_fd >= 0);
    if (entry->d_type != DT_UNKNOWN)
        return entry->d_type == DT_DIR;
    return fstatat(folder_fd, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) ==
               0 &&
           S_ISDIR(status.st_mode);
}

static int visit_entry(struct walk *walk, int folder_fd,
                       const struct dirent *entry)
{
    struct folder_visitor *visitor = walk->visitor;
    const char *name = entry->d_name;
    char path[PATH_MAX];

    if (folder_walk_leaves_out(walk->path, name) ||
        !folder_walk_join(path, walk->path, name))
        return 0;
    if (is_folder(folder_fd, entry))
        return push(walk, path);
    if (visitor->file != NULL)
        visitor->file(visitor, folder_fd, name, path);
    return 0;
}

/* The root's own name may be a link. */
static DIR *open_folder(const struct walk *walk)
{
    int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
    DIR *dir;
    int fd;

    if (walk->path[0] != '\0')
        flags |= O_NOFOLLOW;
    fd = open(walk->place, flags);
    if (fd == -1)
        return NULL;
    dir = fdopendir(fd);
    if (dir == NULL)
        close(fd);
    return dir;
}

static int visit_folder(struct walk *walk)
{
    const struct dirent *entry;
    int error = 0;
    DIR *dir = open_folder(walk);

    if (dir == NULL)
        return 0; /* it has gone, or may not be read */
    while (error == 0 && (entry = readdir(dir)) != NULL)
        error = visit_entry(walk, dirfd(dir), entry);
    closedir(dir);
    return error;
}

int folder_walk(const char *root, const char *path,
                struct folder_visitor *visitor)
{
    struct walk walk = {.root = root, .visitor = visitor};
    int error = push(&walk, path);

    while (error == 0 && walk.stack != NULL) {
        pop(&walk);
        error = visitor->folder(visitor, walk.place, walk.path);
        if (error == 0)
            error = visit_folder(&walk);
        else if (error == FOLDER_WALK_SKIP)
            error = 0;
    }
    while (walk.stack != NULL)
        pop(&walk);
    assert(error <= 0);
    return error;
}
