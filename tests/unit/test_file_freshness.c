/* The promise of file_cache.h: the next turn sees what has changed. */
#include "files/file_cache.h"

#include <sys/resource.h>

#include "cached_site.h"
#include "suite.h"

static void edit(struct site *site)
{
    site_write(site, "file", "two");
}

/* As rsync -t or a build with one date for all files does. */
static void edit_and_restore_mtime(struct site *site)
{
    struct timespec times[2];
    struct stat status;

    ck_assert_int_eq(fstatat(site->fd, "file", &status, 0), 0);
    edit(site);
    times[0] = status.st_atim;
    times[1] = status.st_mtim;
    ck_assert_int_eq(utimensat(site->fd, "file", times, 0), 0);
}

static void replace(struct site *site)
{
    site_write(site, "new", "two");
    site_rename(site, "new", "file");
}

static void replace_by_what_is_older(struct site *site)
{
    site_rename(site, "older", "file");
}

static void append(struct site *site)
{
    int fd = openat(site->fd, "file", O_WRONLY | O_APPEND);

    ck_assert_int_eq(write(fd, "!", 1), 1);
    close(fd);
}

static void cut_short(struct site *site)
{
    int fd = openat(site->fd, "file", O_WRONLY | O_TRUNC);

    ck_assert_int_ne(fd, -1);
    close(fd);
}

static void vanish(struct site *site)
{
    ck_assert_int_eq(unlinkat(site->fd, "file", 0), 0);
}

static void replace_by_folder(struct site *site)
{
    vanish(site);
    site_folder(site, "file");
}

static void replace_by_fifo(struct site *site)
{
    vanish(site);
    ck_assert_int_eq(mkfifoat(site->fd, "file", 0644), 0);
}

static void replace_by_escape(struct site *site)
{
    vanish(site);
    site_link(site, "../outside.txt", "file");
}

static void replace_by_link(struct site *site)
{
    vanish(site);
    site_link(site, "older", "file");
}

static const struct change {
    const char *name;
    void (*happen)(struct site *site);
    enum file_kind kind;
    const char *text; /* FILE_REGULAR only */
} changes[] = {
    {"edited", edit, FILE_REGULAR, "two"},
    {"edited_with_mtime_restored", edit_and_restore_mtime, FILE_REGULAR, "two"},
    {"replaced", replace, FILE_REGULAR, "two"},
    {"replaced_by_older", replace_by_what_is_older, FILE_REGULAR, "old"},
    {"appended", append, FILE_REGULAR, "one!"},
    {"cut_short", cut_short, FILE_REGULAR, ""},
    {"deleted", vanish, FILE_NONE, NULL},
    {"now_a_folder", replace_by_folder, FILE_FOLDER, NULL},
    {"now_a_fifo", replace_by_fifo, FILE_NONE, NULL},
    {"now_an_escape", replace_by_escape, FILE_NONE, NULL},
    {"now_a_link", replace_by_link, FILE_REGULAR, "old"},
};

START_TEST(change_is_seen)
{
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        const struct change *change = &changes[i];
        struct cached_site s;
        const struct file *file;

        cached_site_init(&s, roomy);
        site_write(&s.site, "older", "old");
        site_write(&s.site, "file", "one");
        site_settle(&s.site, "file");
        check_body(cached_get(&s, "file"), "one");
        change->happen(&s.site);
        file = cached_get_next(&s, "file");
        ck_assert_msg(file->kind == change->kind, "%s", change->name);
        if (change->text != NULL)
            check_body(file, change->text);
        cached_site_fini(&s);
    }
}
END_TEST

/* And back: what was no file becomes one. */
START_TEST(change_into_a_file_is_seen)
{
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        struct cached_site s;

        if (changes[i].kind == FILE_REGULAR)
            continue;
        cached_site_init(&s, roomy);
        site_write(&s.site, "older", "old");
        site_write(&s.site, "file", "one");
        changes[i].happen(&s.site);
        ck_assert_int_eq(cached_get(&s, "file")->kind, changes[i].kind);
        if (changes[i].kind == FILE_FOLDER)
            ck_assert_int_eq(unlinkat(s.site.fd, "file", AT_REMOVEDIR), 0);
        site_rename(&s.site, "older", "file");
        check_body(cached_get_next(&s, "file"), "old");
        cached_site_fini(&s);
    }
}
END_TEST

START_TEST(folder_created_and_removed_is_seen)
{
    struct cached_site s;

    cached_site_init(&s, roomy);
    ck_assert_int_eq(cached_get(&s, "dir/file")->kind, FILE_NONE);
    ck_assert_int_eq(cached_get(&s, "dir")->kind, FILE_NONE);
    site_folder(&s.site, "dir");
    site_write(&s.site, "dir/file", "one");
    ck_assert_int_eq(cached_get_next(&s, "dir")->kind, FILE_FOLDER);
    check_body(cached_get(&s, "dir/file"), "one");
    site_rename(&s.site, "dir", "other");
    ck_assert_int_eq(cached_get_next(&s, "dir")->kind, FILE_NONE);
    ck_assert_int_eq(cached_get(&s, "dir/file")->kind, FILE_NONE);
    cached_site_fini(&s);
}
END_TEST

/* Kubernetes: file -> ..data/file, ..data -> a folder, and that link is
 * renamed over. */
START_TEST(swap_of_the_data_link_is_seen)
{
    struct cached_site s;

    cached_site_init(&s, roomy);
    site_folder(&s.site, "..1");
    site_write(&s.site, "..1/file", "one");
    site_folder(&s.site, "..2");
    site_write(&s.site, "..2/file", "two");
    site_link(&s.site, "..1", "..data");
    site_link(&s.site, "..data/file", "file");
    site_settle(&s.site, "..2/file");
    check_body(cached_get(&s, "file"), "one");
    site_link(&s.site, "..2", "..data_tmp");
    site_rename(&s.site, "..data_tmp", "..data");
    check_body(cached_get_next(&s, "file"), "two");
    cached_site_fini(&s);
}
END_TEST

START_TEST(rights_taken_and_given_are_seen)
{
    struct cached_site s;

    cached_site_init(&s, roomy);
    site_folder(&s.site, "dir");
    site_write(&s.site, "dir/file", "one");
    site_settle(&s.site, "dir/file");
    check_body(cached_get(&s, "dir/file"), "one");
    for (int i = 0; i < 2; i++) {
        const char *what = i == 0 ? "dir" : "dir/file";

        ck_assert_int_eq(fchmodat(s.site.fd, what, 0, 0), 0);
        if (site_become_nobody()) {
            ck_assert_int_eq(cached_get_next(&s, "dir/file")->kind,
                             FILE_FORBIDDEN);
            ck_assert_int_eq(cached_get_next(&s, "dir/file")->kind,
                             FILE_FORBIDDEN);
            site_become_yourself();
        }
        ck_assert_int_eq(fchmodat(s.site.fd, what, 0755, 0), 0);
        check_body(cached_get_next(&s, "dir/file"), "one");
    }
    cached_site_fini(&s);
}
END_TEST

/* Many versions of one size within one tick of the clock. */
START_TEST(each_of_many_quick_edits_is_seen)
{
    struct cached_site s;
    char text[16];

    cached_site_init(&s, roomy);
    for (int i = 0; i < 2000; i++) {
        snprintf(text, sizeof(text), "%04d", i);
        site_write(&s.site, i % 2 == 0 ? "file" : "new", text);
        if (i % 2 == 1)
            site_rename(&s.site, "new", "file");
        check_body(cached_get_next(&s, "file"), text);
    }
    cached_site_fini(&s);
}
END_TEST

/* A site whose folders last changed long ago, so that what is known of them is
 * believed, and a file that has been asked for again and again. */
static void begin_deep(struct cached_site *s)
{
    cached_site_init(s, roomy);
    site_folder(&s->site, "a");
    site_folder(&s->site, "a/b");
    site_folder(&s->site, "a/b/c");
    site_write(&s->site, "a/b/c/file", "one");
    site_write(&s->site, "a/b/c/other", "other");
    site_settle(&s->site, ".");
    site_settle(&s->site, "a/b/c/other");
    for (int i = 0; i < 5; i++)
        check_body(cached_get_next(s, "a/b/c/file"), "one");
}

/* Moves a folder out of the root and puts a link to it in its place. */
static void move_out(struct cached_site *s, const char *folder)
{
    char target[32] = "";

    for (const char *at = folder; at != NULL; at = strchr(at + 1, '/'))
        strcat(target, "../");
    strcat(target, "away");
    site_rename(&s->site, folder, "../away");
    site_link(&s->site, target, folder);
    ck_assert_int_eq(faccessat(s->site.fd, "a/b/c/file", R_OK, 0), 0);
}

START_TEST(folder_moved_out_and_linked_back_is_seen)
{
    static const char *const folders[] = {"a", "a/b", "a/b/c"};

    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        struct cached_site s;

        begin_deep(&s);
        move_out(&s, folders[i]);
        for (int again = 0; again < 3; again++) {
            ck_assert_int_eq(cached_get_next(&s, "a/b/c/file")->kind,
                             FILE_NONE);
            ck_assert_int_eq(cached_get(&s, "a/b/c")->kind, FILE_NONE);
            ck_assert_int_eq(cached_get(&s, "a/b/c/absent")->kind, FILE_NONE);
        }
        ck_assert_int_eq(unlinkat(s.site.fd, folders[i], 0), 0);
        site_rename(&s.site, "../away", folders[i]);
        check_body(cached_get_next(&s, "a/b/c/file"), "one");
        cached_site_fini(&s);
    }
}
END_TEST

/* What is reached through a link is seen to lead elsewhere, too. */
START_TEST(link_that_leads_elsewhere_now_is_seen)
{
    struct cached_site s;

    begin_deep(&s);
    site_link(&s.site, "a/b", "link");
    site_folder(&s.site, "other");
    site_folder(&s.site, "other/c");
    site_write(&s.site, "other/c/file", "two");
    site_settle(&s.site, ".");
    for (int i = 0; i < 5; i++)
        check_body(cached_get_next(&s, "link/c/file"), "one");
    move_out(&s, "a/b");
    ck_assert_int_eq(cached_get_next(&s, "link/c/file")->kind, FILE_NONE);
    site_link(&s.site, "other", "next");
    site_rename(&s.site, "next", "link");
    check_body(cached_get_next(&s, "link/c/file"), "two");
    cached_site_fini(&s);
}
END_TEST

/* Files that are kept open make room for the next root. */
START_TEST(next_root_is_opened_without_a_free_descriptor)
{
    struct cached_site s;
    struct rlimit limit, full;

    cached_site_init(&s, roomy);
    site_write(&s.site, "large", "more than the sixteen bytes of a body");
    site_folder(&s.site, "../next");
    site_write(&s.site, "../next/file", "two");
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    ck_assert_int_ne(cached_get(&s, "large")->fd, -1);
    full = limit;
    full.rlim_cur = (rlim_t)dup(s.site.fd); /* the lowest that is free */
    close((int)full.rlim_cur);
    site_rename(&s.site, "../root", "../last");
    site_rename(&s.site, "../next", "../root");
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &full), 0);
    check_body(cached_get_next(&s, "file"), "two");
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
    cached_site_fini(&s);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("file_freshness");

    suite_add_tests(
        suite, change_is_seen, change_into_a_file_is_seen,
        folder_created_and_removed_is_seen, swap_of_the_data_link_is_seen,
        rights_taken_and_given_are_seen, each_of_many_quick_edits_is_seen,
        folder_moved_out_and_linked_back_is_seen,
        link_that_leads_elsewhere_now_is_seen,
        next_root_is_opened_without_a_free_descriptor);
    return suite_run(suite);
}
