#include "files/notifier.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    WATCHED = IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM |
              IN_MOVED_TO | IN_ONLYDIR | IN_EXCL_UNLINK,
    EVENTS_SIZE = 65536,
    READS_MAX = 64, /* of one call, while more events come */
};

static bool is_limit(int error)
{
    return error == -ENOSPC || error == -ENOMEM;
}

static int visit_folder(struct folder_visitor *visitor, const char *place,
                        const char *path)
{
    struct notifier *notifier = (struct notifier *)visitor;
    uint32_t mask = WATCHED | (path[0] == '\0' ? 0 : IN_DONT_FOLLOW);
    int watch = inotify_add_watch(notifier->fd, place, mask), error;

    if (watch == -1) {
        error = -errno;
        return is_limit(error) ? error : FOLDER_WALK_SKIP;
    }
    return folder_map_put(&notifier->map, watch, path);
}

/* Found in a folder that is new. */
static void visit_file(struct folder_visitor *visitor, int folder_fd,
                       const char *name, const char *path)
{
    struct notifier *notifier = (struct notifier *)visitor;

    (void)folder_fd;
    (void)name;
    if (notifier->changes != NULL)
        changes_add(notifier->changes, path, notifier->now_ms);
}

/* Watches the folder above the root, unless the root's path does not name one,
 * as "." and "/" do not. */
static void watch_parent(struct notifier *notifier)
{
    size_t len = strlen(notifier->folder), from;
    char parent[PATH_MAX];

    notifier->parent_watch = -1;
    notifier->name[0] = '\0';
    while (len > 0 && notifier->folder[len - 1] == '/')
        len--;
    for (from = len; from > 0 && notifier->folder[from - 1] != '/';)
        from--;
    if (len == from || len - from > NAME_MAX || from >= PATH_MAX)
        return;
    snprintf(notifier->name, sizeof(notifier->name), "%.*s", (int)(len - from),
             notifier->folder + from);
    if (strcmp(notifier->name, ".") == 0 || strcmp(notifier->name, "..") == 0) {
        notifier->name[0] = '\0';
        return;
    }
    snprintf(parent, sizeof(parent), "%.*s", (int)from, notifier->folder);
    notifier->parent_watch = inotify_add_watch(
        notifier->fd, from == 0 ? "." : parent, (uint32_t)WATCHED);
}

int notifier_open(struct notifier *notifier, const char *folder)
{
    int error;

    *notifier = (struct notifier){.visitor = {visit_folder, visit_file},
                                  .folder = folder};
    folder_map_init(&notifier->map);
    notifier->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (notifier->fd == -1)
        return -errno;
    watch_parent(notifier);
    error = folder_walk(folder, "", &notifier->visitor);
    if (error < 0)
        notifier_close(notifier);
    return error;
}

void notifier_close(struct notifier *notifier)
{
    if (notifier->fd == -1)
        return;
    close(notifier->fd);
    notifier->fd = -1;
    folder_map_fini(&notifier->map);
}

/* Whether a file that was just created is whole already: a program that writes
 * one will close it. A link is whole. */
static bool is_whole(const struct notifier *notifier, const char *path)
{
    char place[PATH_MAX];
    struct stat status;

    if (!folder_walk_join(place, notifier->folder, path) ||
        lstat(place, &status) == -1)
        return false;
    return !S_ISREG(status.st_mode) || status.st_nlink > 1;
}

/* Something in a folder of the tree. Returns 0 or a negative errno. */
static int note_entry(struct notifier *notifier,
                      const struct inotify_event *event, const char *path)
{
    bool is_new = (event->mask & (IN_CREATE | IN_MOVED_TO)) != 0;

    if ((event->mask & IN_ISDIR) == 0) {
        if ((event->mask & IN_CREATE) == 0 || is_whole(notifier, path))
            changes_add(notifier->changes, path, notifier->now_ms);
        return 0;
    }
    changes_add(notifier->changes, path, notifier->now_ms);
    if ((event->mask & IN_MOVED_FROM) != 0)
        notifier->is_stale = true;
    return is_new ? folder_walk(notifier->folder, path, &notifier->visitor) : 0;
}

static int note_event(struct notifier *notifier,
                      const struct inotify_event *event)
{
    const char *folder = folder_map_find(&notifier->map, event->wd);
    char path[PATH_MAX];

    if ((event->mask & IN_Q_OVERFLOW) != 0) {
        notifier->is_stale = notifier->root_is_in_doubt = true;
        changes_add_all(notifier->changes, notifier->now_ms);
        return 0;
    }
    if ((event->mask & IN_IGNORED) != 0) {
        folder_map_remove(&notifier->map, event->wd);
        return 0;
    }
    if (event->wd == notifier->parent_watch && event->len > 0 &&
        strcmp(event->name, notifier->name) == 0)
        notifier->root_is_in_doubt = true;
    if (folder == NULL || event->len == 0 ||
        folder_walk_leaves_out(folder, event->name) ||
        !folder_walk_join(path, folder, event->name))
        return 0;
    return note_entry(notifier, event, path);
}

/* Events lie one behind the other, each with its name. */
static int note_events(struct notifier *notifier, const char *at, size_t len)
{
    int error = 0;

    while (error == 0 && len > 0) {
        const struct inotify_event *event = (const void *)at;
        size_t size = sizeof(*event) + event->len;

        assert(size <= len);
        error = note_event(notifier, event);
        at += size;
        len -= size;
    }
    return error;
}

int notifier_read(struct notifier *notifier, struct changes *changes,
                  int64_t now_ms)
{
    _Alignas(struct inotify_event) char events[EVENTS_SIZE];
    int error = 0;

    assert(notifier->fd != -1);
    notifier->changes = changes;
    notifier->now_ms = now_ms;
    for (int i = 0; error == 0 && i < READS_MAX; i++) {
        ssize_t len = read(notifier->fd, events, sizeof(events));

        if (len <= 0)
            break;
        error = note_events(notifier, events, (size_t)len);
    }
    notifier->changes = NULL;
    return error;
}
