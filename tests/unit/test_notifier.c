#include "files/notifier.h"

#include <poll.h>
#include <sys/inotify.h>
#include <sys/syscall.h>

#include "changes_text.h"
#include "site.h"
#include "suite.h"

/* How many watches the system still has; then it refuses. */
static int watches_left = 1000000;

int inotify_add_watch(int fd, const char *name, uint32_t mask)
{
    if (watches_left == 0) {
        errno = ENOSPC;
        return -1;
    }
    watches_left--;
    return (int)syscall(SYS_inotify_add_watch, fd, name, mask);
}

static struct site site;
static struct notifier notifier;
static char text[CHANGES_TEXT_MAX];

static void begin(void)
{
    site_init(&site);
    site_folder(&site, "a");
    site_folder(&site, "a/b");
    site_folder(&site, ".git");
    site_write(&site, "index.html", "1");
    site_write(&site, "a/b/c.css", "1");
    ck_assert_int_eq(notifier_open(&notifier, site.root.folder), 0);
}

static void end(void)
{
    notifier_close(&notifier);
    notifier_close(&notifier); /* does nothing */
    site_fini(&site);
}

/* What has changed; events are in the queue when the call that caused them
 * returns. */
static const char *seen(void)
{
    struct changes changes = {.count = 0};

    ck_assert_int_eq(notifier_read(&notifier, &changes, 1), 0);
    return changes_text(&changes, text);
}

START_TEST(written_file_has_changed_when_it_is_closed)
{
    int fd;

    begin();
    ck_assert_str_eq(seen(), "");
    site_write(&site, "index.html", "2");
    site_write(&site, "a/b/c.css", "2");
    ck_assert_str_eq(seen(), "a/b/c.css index.html");
    fd = openat(site.fd, "a/new.html", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    ck_assert_int_ne(fd, -1);
    ck_assert_int_eq(write(fd, "half", 4), 4);
    ck_assert_str_eq(seen(), "");
    close(fd);
    ck_assert_str_eq(seen(), "a/new.html");
    fd = openat(site.fd, "a/new.html", O_RDONLY | O_CLOEXEC);
    close(fd);
    ck_assert_str_eq(seen(), "");
    end();
}
END_TEST

/* As editors and build tools save. */
START_TEST(renamed_linked_and_deleted_files_have_changed)
{
    begin();
    site_write(&site, ".index.html.swp", "2");
    ck_assert_str_eq(seen(), "");
    site_rename(&site, ".index.html.swp", "index.html");
    ck_assert_str_eq(seen(), "index.html");
    site_rename(&site, "index.html", "index.html~");
    ck_assert_str_eq(seen(), "index.html index.html~");
    ck_assert_int_eq(linkat(site.fd, "a/b/c.css", site.fd, "a/d.css", 0), 0);
    site_link(&site, "d.css", "a/e.css");
    ck_assert_str_eq(seen(), "a/d.css a/e.css");
    ck_assert_int_eq(unlinkat(site.fd, "a/b/c.css", 0), 0);
    ck_assert_str_eq(seen(), "a/b/c.css");
    ck_assert(!notifier.is_stale && !notifier.root_is_in_doubt);
    end();
}
END_TEST

START_TEST(what_is_hidden_is_not_seen)
{
    begin();
    site_write(&site, ".git/index", "2");
    site_write(&site, "a/.hidden", "2");
    site_folder(&site, ".cache");
    site_write(&site, ".cache/x", "2");
    ck_assert_str_eq(seen(), "");
    site_folder(&site, ".well-known");
    site_write(&site, ".well-known/x", "2");
    ck_assert_str_eq(seen(), ".well-known .well-known/x");
    end();
}
END_TEST

/* What is written before the folder is watched is seen, too. */
START_TEST(new_folders_are_watched)
{
    begin();
    site_folder(&site, "new");
    site_folder(&site, "new/er");
    site_write(&site, "new/er/x.html", "1");
    ck_assert_str_eq(seen(), "new new/er/x.html");
    site_write(&site, "new/er/x.html", "2");
    site_write(&site, "new/y.html", "2");
    ck_assert_str_eq(seen(), "new/er/x.html new/y.html");
    ck_assert_int_eq(unlinkat(site.fd, "new/er/x.html", 0), 0);
    ck_assert_int_eq(unlinkat(site.fd, "new/er", AT_REMOVEDIR), 0);
    ck_assert_str_eq(seen(), "new/er new/er/x.html");
    site_folder(&site, "new/er");
    ck_assert_str_eq(seen(), "new/er");
    site_write(&site, "new/er/z.html", "1");
    ck_assert_str_eq(seen(), "new/er/z.html");
    ck_assert(!notifier.is_stale);
    end();
}
END_TEST

START_TEST(folder_that_comes_in_has_its_files)
{
    begin();
    site_folder(&site, "../outside");
    site_folder(&site, "../outside/deep");
    site_write(&site, "../outside/deep/x.html", "1");
    ck_assert_str_eq(seen(), "");
    site_rename(&site, "../outside", "in");
    ck_assert_str_eq(seen(), "in in/deep/x.html");
    site_write(&site, "in/deep/x.html", "2");
    ck_assert_str_eq(seen(), "in/deep/x.html");
    end();
}
END_TEST

/* Its watches would report paths that are no longer true. */
START_TEST(folder_that_moves_away_makes_it_stale)
{
    begin();
    site_rename(&site, "a", "moved");
    ck_assert_str_eq(seen(), "a moved moved/b/c.css");
    ck_assert(notifier.is_stale);
    notifier_close(&notifier);
    ck_assert_int_eq(notifier_open(&notifier, site.root.folder), 0);
    ck_assert(!notifier.is_stale);
    site_write(&site, "moved/b/c.css", "3");
    ck_assert_str_eq(seen(), "moved/b/c.css");
    end();
}
END_TEST

START_TEST(root_that_is_replaced_is_in_doubt)
{
    begin();
    site_write(&site, "../beside.txt", "1");
    ck_assert_str_eq(seen(), "");
    ck_assert(!notifier.root_is_in_doubt);
    site_rename(&site, "../root", "../old");
    ck_assert_str_eq(seen(), "");
    ck_assert(notifier.root_is_in_doubt);
    notifier.root_is_in_doubt = false;
    site_folder(&site, "../root");
    ck_assert_str_eq(seen(), "");
    ck_assert(notifier.root_is_in_doubt);
    end();
}
END_TEST

static const struct name {
    const char *folder;
    bool has_parent;
} names[] = {{"root", true},     {"./root", true}, {"root/", true},
             {"root//", true},   {".", false},     {"root/.", false},
             {"root/..", false}, {"/", false}};

START_TEST(folder_above_is_watched_where_the_name_has_one)
{
    site_init(&site);
    ck_assert_int_eq(chdir(site.folder), 0);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct changes changes = {.count = 0};

        if (strcmp(names[i].folder, "/") == 0)
            watches_left = 0; /* not the whole machine */
        (void)notifier_open(&notifier, names[i].folder);
        ck_assert_int_eq(notifier.parent_watch != -1, names[i].has_parent);
        watches_left = 1000000;
        if (names[i].has_parent) {
            site_rename(&site, "../root", "../away");
            site_rename(&site, "../away", "../root");
            ck_assert_int_eq(notifier_read(&notifier, &changes, 1), 0);
            ck_assert(notifier.root_is_in_doubt);
        }
        notifier_close(&notifier);
    }
    ck_assert_int_eq(chdir("/"), 0);
    site_fini(&site);
}
END_TEST

START_TEST(absent_root_is_awaited)
{
    begin();
    site_rename(&site, "../root", "../old");
    notifier_close(&notifier);
    ck_assert_int_eq(notifier_open(&notifier, site.root.folder), 0);
    ck_assert_uint_eq(notifier.map.count, 0);
    site_rename(&site, "../old", "../root");
    ck_assert_str_eq(seen(), "");
    ck_assert(notifier.root_is_in_doubt);
    end();
}
END_TEST

START_TEST(limit_of_watches_is_an_error)
{
    struct changes changes = {.count = 0};

    begin();
    notifier_close(&notifier);
    watches_left = 3; /* of four: the parent, the root, a, a/b */
    ck_assert_int_eq(notifier_open(&notifier, site.root.folder), -ENOSPC);
    ck_assert_int_eq(notifier.fd, -1);
    watches_left = 4;
    ck_assert_int_eq(notifier_open(&notifier, site.root.folder), 0);
    site_folder(&site, "one-more");
    ck_assert_int_eq(notifier_read(&notifier, &changes, 1), -ENOSPC);
    end();
}
END_TEST

/* More events than the kernel's queue holds. */
START_TEST(events_that_are_lost_make_it_stale)
{
    unsigned most = 16384;
    FILE *file = fopen("/proc/sys/fs/inotify/max_queued_events", "re");

    if (file != NULL) {
        ck_assert_int_eq(fscanf(file, "%u", &most), 1);
        fclose(file);
    }
    begin();
    site_write(&site, "other.html", "1");
    for (unsigned i = 0; i < most && !notifier.is_stale; i++) {
        site_rename(&site, "index.html", "moved.html"); /* two events */
        site_rename(&site, "moved.html", "index.html");
    }
    ck_assert_str_eq(seen(), "*");
    ck_assert(notifier.is_stale && notifier.root_is_in_doubt);
    end();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("notifier");

    suite_add_tests(suite, written_file_has_changed_when_it_is_closed,
                    renamed_linked_and_deleted_files_have_changed,
                    what_is_hidden_is_not_seen, new_folders_are_watched,
                    folder_that_comes_in_has_its_files,
                    folder_that_moves_away_makes_it_stale,
                    root_that_is_replaced_is_in_doubt,
                    folder_above_is_watched_where_the_name_has_one,
                    absent_root_is_awaited, limit_of_watches_is_an_error,
                    events_that_are_lost_make_it_stale);
    return suite_run(suite);
}
