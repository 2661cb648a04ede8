#include "files/folder_watch.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "files/notifier.h"
#include "files/scanner.h"

enum {
    SCAN_SHARE = 4, /* from one scan's start to the next: at least so many
                       times what it took */
};

struct folder_watch {
    struct folder_watch_config config;
    struct docroot root;
    struct notifier notifier; /* closed: the kernel refuses to watch */
    struct scanner *scanner;  /* NULL: files are not looked at */
    struct changes changes;
    int64_t root_ms, scan_ms; /* when to look next */
    int stop_fd, done_fd;     /* eventfds: it is to end, it has ended */
    pthread_t thread;
};

/* File systems whose files change without the knowledge of this kernel. Their
 * numbers are those that statfs(2) names. */
static const char *silent_file_system(const char *folder)
{
    static const struct {
        unsigned long magic;
        const char *name;
    } silent[] = {
        {0x65735546, "FUSE"},   {0x01021997, "9p"},   {0x6969, "NFS"},
        {0xff534d42, "CIFS"},   {0xfe534d42, "SMB"},  {0x517b, "SMB"},
        {0x786f4256, "vboxsf"}, {0xbacbacbc, "HGFS"}, {0x00c36400, "Ceph"},
        {0x5346414f, "AFS"},
    };
    struct statfs status;

    if (statfs(folder, &status) == -1)
        return NULL;
    for (size_t i = 0; i < sizeof(silent) / sizeof(silent[0]); i++)
        if (((unsigned long)status.f_type & 0xffffffff) == silent[i].magic)
            return silent[i].name;
    return NULL;
}

/* Looks at all files from now on. Where there is no memory, it does not. */
static void begin_to_scan(struct folder_watch *watch)
{
    if (watch->scanner != NULL)
        return;
    watch->scanner = scanner_new(watch->root.folder);
    if (watch->scanner == NULL) {
        log_error("--live: no memory to look for changes");
        return;
    }
    scanner_pass(watch->scanner, NULL, clock_now_ms());
    watch->scan_ms = clock_now_ms() + FOLDER_WATCH_SCAN_MS;
}

/* The kernel does not watch all folders, for the reason `error`. */
static void fall_back(struct folder_watch *watch, int error)
{
    static const char instead[] = "all files are looked at once a second";

    notifier_close(&watch->notifier);
    if (watch->scanner == NULL && error == -ENOSPC)
        log_info("--live: more folders than the system may watch "
                 "(fs.inotify.max_user_watches); %s",
                 instead);
    else if (watch->scanner == NULL)
        log_info("--live: cannot watch the folder: %s; %s", strerror(-error),
                 instead);
    begin_to_scan(watch);
}

static void open_notifier(struct folder_watch *watch)
{
    int error = notifier_open(&watch->notifier, watch->root.folder);

    if (error < 0)
        fall_back(watch, error);
}

static void open_all(struct folder_watch *watch)
{
    const char *name = silent_file_system(watch->root.folder);

    open_notifier(watch);
    if (name == NULL || watch->scanner != NULL)
        return;
    log_info("--live: %s may not report changes that are made elsewhere; all "
             "files are looked at once a second",
             name);
    begin_to_scan(watch);
}

/* Whether the root's name leads to another folder than before, or to none. */
static void look_for_root(struct folder_watch *watch, int64_t now_ms)
{
    bool has_changed;

    watch->root_ms = now_ms + FOLDER_WATCH_ROOT_MS;
    (void)docroot_refresh(&watch->root, &has_changed);
    if (!has_changed)
        return;
    changes_add_all(&watch->changes, now_ms);
    if (watch->notifier.fd != -1)
        watch->notifier.is_stale = true;
}

/* The kernel's events. */
static void take_events(struct folder_watch *watch, int64_t now_ms)
{
    int error;

    if (watch->notifier.fd == -1)
        return;
    error = notifier_read(&watch->notifier, &watch->changes, now_ms);
    if (error < 0) {
        fall_back(watch, error);
        changes_add_all(&watch->changes, now_ms);
    }
    if (watch->notifier.root_is_in_doubt)
        look_for_root(watch, now_ms);
    watch->notifier.root_is_in_doubt = false;
    if (!watch->notifier.is_stale || watch->notifier.fd == -1)
        return;
    notifier_close(&watch->notifier);
    open_notifier(watch);
    changes_add_all(&watch->changes, now_ms);
}

static void scan(struct folder_watch *watch, int64_t now_ms)
{
    int64_t took_ms;

    scanner_pass(watch->scanner, &watch->changes, now_ms);
    took_ms = SCAN_SHARE * (clock_now_ms() - now_ms);
    watch->scan_ms =
        now_ms +
        (took_ms > FOLDER_WATCH_SCAN_MS ? took_ms : FOLDER_WATCH_SCAN_MS);
}

/* What the kernel has reported is no news to the next scan. */
static void take_as_scanned(struct folder_watch *watch)
{
    const char *path = NULL;

    if (watch->changes.is_all)
        scanner_pass(watch->scanner, NULL, clock_now_ms());
    while ((path = changes_next(&watch->changes, path)) != NULL)
        scanner_take(watch->scanner, path);
}

static void report(struct folder_watch *watch)
{
    if (watch->scanner != NULL && watch->notifier.fd != -1)
        take_as_scanned(watch);
    watch->config.changed(watch->config.arg, &watch->changes);
    changes_clear(&watch->changes);
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int wait_ms(const struct folder_watch *watch)
{
    int64_t next_ms = least(watch->root_ms, changes_due_ms(&watch->changes));
    int64_t left_ms;

    if (watch->scanner != NULL)
        next_ms = least(next_ms, watch->scan_ms);
    left_ms = next_ms - clock_now_ms();
    return left_ms < 0 ? 0 : (int)left_ms + 1;
}

static void *run(void *arg)
{
    struct folder_watch *watch = arg;
    struct pollfd fds[2] = {{.fd = watch->stop_fd, .events = POLLIN},
                            {.events = POLLIN}};
    uint64_t one = 1;
    ssize_t written;

    do {
        int64_t now_ms = clock_now_ms();

        take_events(watch, now_ms);
        if (now_ms >= watch->root_ms)
            look_for_root(watch, now_ms);
        if (watch->scanner != NULL && now_ms >= watch->scan_ms)
            scan(watch, now_ms);
        if (now_ms >= changes_due_ms(&watch->changes))
            report(watch);
        fds[1].fd = watch->notifier.fd; /* -1 is ignored */
        poll(fds, 2, wait_ms(watch));
    } while ((fds[0].revents & POLLIN) == 0);
    written = write(watch->done_fd, &one, sizeof(one));
    (void)written; /* an eventfd that was never written to has room */
    return NULL;
}

static void free_all(struct folder_watch *watch)
{
    notifier_close(&watch->notifier);
    scanner_free(watch->scanner);
    docroot_close(&watch->root);
    if (watch->stop_fd != -1)
        close(watch->stop_fd);
    if (watch->done_fd != -1)
        close(watch->done_fd);
    free(watch);
}

int folder_watch_start(struct folder_watch **watch,
                       const struct folder_watch_config *config)
{
    struct folder_watch *new = calloc(1, sizeof(*new));
    int error;

    if (new == NULL)
        return -ENOMEM;
    new->config = *config;
    new->notifier.fd = new->root.fd = -1;
    new->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    new->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (new->stop_fd == -1 || new->done_fd == -1) {
        error = -errno;
        goto free_all;
    }
    error = docroot_open_again(&new->root, config->root);
    if (error < 0)
        goto free_all;
    open_all(new);
    new->root_ms = clock_now_ms() + FOLDER_WATCH_ROOT_MS;
    error = -pthread_create(&new->thread, NULL, run, new);
    if (error < 0)
        goto free_all;
    *watch = new;
    return 0;

free_all:
    free_all(new);
    return error;
}

bool folder_watch_end(struct folder_watch *watch, int64_t deadline_ms)
{
    struct pollfd done = {.events = POLLIN};
    int64_t left_ms = deadline_ms - clock_now_ms();
    uint64_t one = 1;
    ssize_t written;

    if (watch == NULL)
        return true;
    written = write(watch->stop_fd, &one, sizeof(one));
    (void)written;
    done.fd = watch->done_fd;
    if (poll(&done, 1, left_ms > 0 ? (int)left_ms : 0) != 1)
        return false;
    pthread_join(watch->thread, NULL);
    free_all(watch);
    return true;
}
