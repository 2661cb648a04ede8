#include "server/live_reload.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "base/put.h"

/* A letter or digit, or what else needs no escape in a URL's path. */
static bool is_plain(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z') || c == '/' || c == '-' || c == '.' ||
           c == '_' || c == '~';
}

/* The most that a path takes, with quotes, a comma and the base. */
static size_t room_for(const struct live_reload *live, const char *path)
{
    return 3 + strlen(live->base->url) + 3 * strlen(path);
}

/* Puts the path's URL in quotes: what it consists of needs no escape in JSON.
 */
static char *put_url(char *to, const struct live_reload *live, const char *path)
{
    to = put_text(put_char(to, '"'), live->base->url);
    for (; *path != '\0'; path++) {
        if (is_plain(*path))
            to = put_char(to, *path);
        else
            to = put_hex(put_char(to, '%'), (unsigned char)*path);
    }
    return put_char(to, '"');
}

/* The paths as a JSON array; empty where they are all, or too many. */
static struct bytes write_paths(struct live_reload *live,
                                const struct changes *changes)
{
    const char *end = live->paths + RELOAD_PATHS_MAX, *path = NULL;
    char *to = live->paths;

    if (changes->is_all)
        return (struct bytes){"", 0};
    while ((path = changes_next(changes, path)) != NULL) {
        if (room_for(live, path) >= (size_t)(end - to))
            return (struct bytes){"", 0};
        to = put_char(to, to == live->paths ? '[' : ',');
        to = put_url(to, live, path);
    }
    to = put_char(to, ']');
    assert(to <= end);
    return (struct bytes){live->paths, (size_t)(to - live->paths)};
}

static void changed(void *arg, const struct changes *changes)
{
    struct live_reload *live = arg;

    assert(!changes_are_none(changes));
    reload_send(live->reload, write_paths(live, changes));
}

int live_reload_open(struct live_reload *live, const struct options *options,
                     const struct setup *setup, unsigned workers)
{
    const struct folder_watch_config config = {&setup->root, changed, live};
    int error = -ENOMEM;

    live->base = &setup->base;
    live->reload = NULL;
    live->watch = NULL;
    if (!options->live)
        return 0;
    live->reload = reload_new(workers);
    if (live->reload != NULL)
        error = folder_watch_start(&live->watch, &config);
    if (error < 0) {
        log_error("--live: cannot watch %s: %s", options->folder,
                  strerror(-error));
        live_reload_close(live);
    }
    return error;
}

void live_reload_explain(const struct live_reload *live,
                         const struct listeners *listeners)
{
    char text[ADDRESS_TEXT_MAX];

    if (live->reload == NULL)
        return;
    for (size_t i = 0; i < listeners->count; i++) {
        const struct address *address = &listeners->each[i].address;

        if (address_is_loopback(address))
            continue;
        log_info("--live: pages reload in the browsers of this machine, at a "
                 "loopback address; others that come to %s get them as they "
                 "are",
                 address_format(address, text));
        return;
    }
}

bool live_reload_stop(struct live_reload *live, int64_t deadline_ms)
{
    if (!folder_watch_end(live->watch, deadline_ms))
        return false;
    live->watch = NULL;
    return true;
}

void live_reload_close(struct live_reload *live)
{
    assert(live->watch == NULL);
    reload_free(live->reload);
    live->reload = NULL;
}
