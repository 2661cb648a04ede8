#include "files/trail.h"

#include "site.h"
#include "suite.h"

struct fixture {
    struct site site;
    struct trail trail;
};

/* root/a/b/c/f, and nothing that changed too lately to be told apart. */
static void begin(struct fixture *f)
{
    site_init(&f->site);
    site_folder(&f->site, "a");
    site_folder(&f->site, "a/b");
    site_folder(&f->site, "a/b/c");
    site_write(&f->site, "a/b/c/f", "text");
    site_write(&f->site, "f", "text");
    site_settle(&f->site, "a/b/c");
    site_settle(&f->site, ".");
    ck_assert_int_eq(trail_open(&f->trail, &f->site.root), 0);
}

static void end(struct fixture *f)
{
    trail_close(&f->trail);
    site_fini(&f->site);
}

/* The next batch of requests, which all began before it. */
static void next_batch(struct fixture *f)
{
    bool has_changed;

    f->trail.batch++;
    ck_assert_int_eq(trail_refresh(&f->trail, &has_changed), 0);
}

static bool is_unchanged(struct fixture *f, const char *path, uint64_t serial)
{
    return trail_is_unchanged(&f->trail, path, serial);
}

/* The serial of a look that finds the folders on the way to `path` settled. */
static uint64_t walk(struct fixture *f, const char *path)
{
    do
        next_batch(f);
    while (!is_unchanged(f, path, UINT64_MAX));
    return f->trail.serial;
}

START_TEST(way_that_does_not_change_stays_believed)
{
    struct fixture f;
    uint64_t serial;

    begin(&f);
    serial = walk(&f, "a/b/c/f");
    for (int i = 0; i < 100; i++) {
        next_batch(&f);
        ck_assert(is_unchanged(&f, "f", serial));
        ck_assert(is_unchanged(&f, "a/f", serial));
        ck_assert(is_unchanged(&f, "a/b/c/f", serial));
    }
    end(&f);
}
END_TEST

/* What was looked at before its folders were proves nothing. */
START_TEST(look_before_the_folders_were_settled_is_not_believed)
{
    struct fixture f;

    begin(&f);
    next_batch(&f);
    ck_assert(is_unchanged(&f, "f", 0)); /* there is no folder on the way */
    walk(&f, "a/b/c/f");
    ck_assert(!is_unchanged(&f, "a/b/c/f", 0));
    ck_assert(!is_unchanged(&f, "a/f", 0));
    end(&f);
}
END_TEST

/* Of "a/b/c/f", whose name changes: that of each folder but the last shows in
 * the one before it. */
START_TEST(folder_that_moves_is_seen)
{
    static const char *const folders[] = {"a", "a/b", "a/b/c"};

    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        struct fixture f;
        uint64_t serial;
        char target[300];

        begin(&f);
        serial = walk(&f, "a/b/c/f");
        site_rename(&f.site, folders[i], "../away");
        snprintf(target, sizeof(target), "%s/away", f.site.folder);
        site_link(&f.site, target, folders[i]);
        next_batch(&f);
        ck_assert(!is_unchanged(&f, "a/b/c/f", serial));
        ck_assert(!is_unchanged(&f, "a/b/c/f", f.trail.serial));
        ck_assert(is_unchanged(&f, "f", serial));
        end(&f);
    }
}
END_TEST

/* One look does for all that began before it, and for no other. */
START_TEST(folder_is_looked_at_again_for_what_began_later)
{
    struct fixture f;
    uint64_t serial;

    begin(&f);
    serial = walk(&f, "a/b/c/f");
    site_folder(&f.site, "a/new");
    ck_assert(is_unchanged(&f, "a/b/c/f", serial));
    next_batch(&f);
    ck_assert(!is_unchanged(&f, "a/b/c/f", serial));
    serial = walk(&f, "a/b/c/f");
    next_batch(&f);
    ck_assert(is_unchanged(&f, "a/b/c/f", serial));
    end(&f);
}
END_TEST

START_TEST(another_root_is_another_way)
{
    struct fixture f;
    uint64_t serial;
    bool has_changed;

    begin(&f);
    serial = walk(&f, "a/b/c/f");
    site_rename(&f.site, "../root", "../last");
    f.trail.batch++;
    ck_assert_int_eq(trail_refresh(&f.trail, &has_changed), -ENOENT);
    ck_assert(has_changed);
    site_folder(&f.site, "../root");
    next_batch(&f);
    ck_assert(!is_unchanged(&f, "a/f", serial));
    ck_assert(!is_unchanged(&f, "a/b/c/f", serial));
    end(&f);
}
END_TEST

START_TEST(long_path_is_never_believed)
{
    char path[2 * TRAIL_PATH_MAX];
    struct fixture f;

    begin(&f);
    walk(&f, "a/f");
    memset(path, 'n', sizeof(path));
    for (size_t len = TRAIL_PATH_MAX - 1; len <= TRAIL_PATH_MAX + 1; len++) {
        path[len] = '\0';
        site_folder(&f.site, path);
        memcpy(path + len, "/b/f", 5);
        if (len <= TRAIL_PATH_MAX) {
            walk(&f, path);
        } else {
            next_batch(&f);
            ck_assert(!is_unchanged(&f, path, UINT64_MAX));
        }
        memset(path + len, 'n', 5);
    }
    end(&f);
}
END_TEST

/* More folders than are remembered: each look is a true one all the same. */
START_TEST(many_folders_share_the_places)
{
    struct fixture f;
    char path[32];

    begin(&f);
    for (int i = 0; i < 3 * TRAIL_FOLDERS; i++) {
        snprintf(path, sizeof(path), "%d", i);
        site_folder(&f.site, path);
    }
    for (int i = 0; i < 3 * TRAIL_FOLDERS; i++) {
        uint64_t serial;

        snprintf(path, sizeof(path), "%d/b/f", i);
        serial = walk(&f, path);
        next_batch(&f);
        ck_assert(is_unchanged(&f, path, serial));
    }
    end(&f);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("trail");

    suite_add_tests(suite, way_that_does_not_change_stays_believed,
                    look_before_the_folders_were_settled_is_not_believed,
                    folder_that_moves_is_seen,
                    folder_is_looked_at_again_for_what_began_later,
                    another_root_is_another_way, long_path_is_never_believed,
                    many_folders_share_the_places);
    return suite_run(suite);
}
