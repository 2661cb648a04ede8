#include "files/folder_watch.h"

#include <linux/magic.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/inotify.h>
#include <sys/statfs.h>
#include <sys/syscall.h>

#include "base/clock.h"
#include "changes_text.h"
#include "site.h"
#include "suite.h"

enum { WAIT_MS = 60000 /* for what comes at once */ };

/* What the system does, in place of this machine's. */
static atomic_bool may_watch = true, is_fuse;

int inotify_add_watch(int fd, const char *name, uint32_t mask)
{
    if (!may_watch) {
        errno = ENOSPC;
        return -1;
    }
    return (int)syscall(SYS_inotify_add_watch, fd, name, mask);
}

int statfs(const char *path, struct statfs *status)
{
    (void)path;
    *status = (struct statfs){.f_type = is_fuse ? FUSE_SUPER_MAGIC
                                                : EXT4_SUPER_MAGIC};
    return 0;
}

/* What was reported and not awaited yet: one burst or several, as one. */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t more;
    char text[CHANGES_TEXT_MAX];
    unsigned reports;
} seen = {.lock = PTHREAD_MUTEX_INITIALIZER, .more = PTHREAD_COND_INITIALIZER};

static void changed(void *arg, const struct changes *changes)
{
    char text[CHANGES_TEXT_MAX];

    ck_assert_ptr_eq(arg, &seen);
    ck_assert(!changes_are_none(changes));
    pthread_mutex_lock(&seen.lock);
    ck_assert_uint_lt(strlen(seen.text), CHANGES_TEXT_MAX - 1000);
    strcat(strcat(seen.text, " "), changes_text(changes, text));
    seen.reports++;
    pthread_cond_broadcast(&seen.more);
    pthread_mutex_unlock(&seen.lock);
}

static bool has(const char *path)
{
    char padded[CHANGES_TEXT_MAX + 1], wanted[100];

    snprintf(padded, sizeof(padded), "%s ", seen.text);
    snprintf(wanted, sizeof(wanted), " %s ", path);
    return strstr(padded, wanted) != NULL;
}

/* Waits for a report of `path`, and forgets all. Returns how many reports there
 * were. None may have `never` (NULL: any). */
static unsigned await_without(const char *path, const char *never)
{
    struct timespec until = clock_wall();
    unsigned reports;

    until.tv_sec += WAIT_MS / 1000;
    pthread_mutex_lock(&seen.lock);
    while (!has(path))
        ck_assert_int_eq(pthread_cond_timedwait(&seen.more, &seen.lock, &until),
                         0);
    ck_assert(never == NULL || !has(never));
    reports = seen.reports;
    seen.text[0] = '\0';
    seen.reports = 0;
    pthread_mutex_unlock(&seen.lock);
    return reports;
}

static unsigned await(const char *path)
{
    return await_without(path, NULL);
}

static struct site site;
static struct folder_watch *watch;

static void start(const struct docroot *root)
{
    const struct folder_watch_config config = {root, changed, &seen};

    ck_assert_int_eq(folder_watch_start(&watch, &config), 0);
}

static void begin(void)
{
    site_init(&site);
    site_folder(&site, "a");
    site_write(&site, "index.html", "1");
    start(&site.root);
}

static void end(void)
{
    ck_assert(folder_watch_end(watch, clock_now_ms() + WAIT_MS));
    site_fini(&site);
}

START_TEST(saves_are_reported)
{
    begin();
    site_write(&site, "index.html", "2");
    await("index.html");
    site_write(&site, ".tmp", "3");
    site_rename(&site, ".tmp", "index.html");
    await("index.html");
    site_folder(&site, "a/new");
    site_write(&site, "a/new/x.css", "1");
    await("a/new/x.css");
    site_write(&site, "a/new/x.css", "2");
    await("a/new/x.css");
    site_rename(&site, "a", "b");
    await("*");
    site_write(&site, "b/new/x.css", "3");
    await("b/new/x.css");
    end();
}
END_TEST

/* However often a file is saved within the time of a burst, it is few. */
START_TEST(burst_is_one_report)
{
    enum { SAVES = 1000 };
    unsigned reports = 0;
    int64_t began_ms, took_ms;

    begin();
    began_ms = clock_now_ms();
    for (int i = 0; i < SAVES; i++)
        site_write(&site, "index.html", "2");
    site_write(&site, "last.html", "1");
    reports = await("last.html");
    took_ms = clock_now_ms() - began_ms;
    ck_assert_int_le(reports, 1 + took_ms / CHANGES_SILENCE_MS);
    end();
}
END_TEST

/* As a build that begins with `rm -rf`, and as a release that moves a link. */
START_TEST(root_that_is_replaced_is_watched)
{
    struct docroot linked;
    char path[600];

    begin();
    site_rename(&site, "../root", "../old");
    await("*");
    site_folder(&site, "../root");
    await("*");
    snprintf(path, sizeof(path), "%s/root/index.html", site.folder);
    site_write_at(AT_FDCWD, path, "2");
    await("index.html");
    ck_assert(folder_watch_end(watch, clock_now_ms() + WAIT_MS));

    site_link(&site, "root", "../current");
    snprintf(path, sizeof(path), "%s/current", site.folder);
    ck_assert_int_eq(docroot_open(&linked, path), 0);
    start(&linked);
    docroot_close(&linked);
    site_link(&site, "old", "../next");
    site_rename(&site, "../next", "../current");
    await("*");
    site_write(&site, "index.html", "3"); /* of the old root */
    await("index.html");
    end();
}
END_TEST

START_TEST(without_watches_files_are_looked_at)
{
    may_watch = false;
    begin();
    site_write(&site, "index.html", "another length");
    site_write(&site, "a/new.css", "1");
    await("index.html");
    site_write(&site, "index.html", "and another length");
    await("index.html");
    site_rename(&site, "../root", "../old");
    await("*");
    end();
}
END_TEST

/* What the kernel has reported is no news to the look that follows. The kernel
 * refuses to watch one more folder, so that this look finds what is in it. */
START_TEST(where_the_kernel_may_be_silent_both_are_used)
{
    is_fuse = true;
    begin();
    site_write(&site, "index.html", "another length");
    await("index.html");
    may_watch = false;
    site_folder(&site, "a/silent");
    await("*");
    site_write(&site, "a/silent/x.css", "1");
    await_without("a/silent/x.css", "index.html");
    end();
}
END_TEST

START_TEST(it_ends_while_a_burst_is_pending)
{
    begin();
    site_write(&site, "index.html", "2");
    end();
    ck_assert(folder_watch_end(NULL, 0));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("folder_watch");

    suite_add_tests(suite, saves_are_reported, burst_is_one_report,
                    root_that_is_replaced_is_watched,
                    without_watches_files_are_looked_at,
                    where_the_kernel_may_be_silent_both_are_used,
                    it_ends_while_a_burst_is_pending);
    return suite_run(suite);
}
