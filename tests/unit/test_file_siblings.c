#include "files/file_siblings.h"

#include "loaded_entry.h"
#include "suite.h"

static const char *const suffixes[] = {".br", ".zst", ".gz", NULL};
enum { BR = 1, ZST = 2, GZ = 4, MARK = 0x80 };

/* Looks at the root and the file, as the cache does. */
static void next_batch(struct fixture *f, struct file_entry *entry)
{
    bool has_changed;

    f->trail.batch++;
    ck_assert_int_eq(trail_refresh(&f->trail, &has_changed), 0);
    entry->looked_at = f->trail.batch;
}

static unsigned find(struct fixture *f, struct file_entry *entry)
{
    next_batch(f, entry);
    return file_siblings_find(entry, &f->trail, suffixes);
}

/* Finds them until the folders on the way have settled. */
static unsigned settle(struct fixture *f, struct file_entry *entry)
{
    unsigned found;

    do
        found = find(f, entry);
    while (entry->siblings_serial == 0);
    return found;
}

/* Whether the names of an entry that has settled are believed without a look.
 */
static bool believes(struct fixture *f, struct file_entry *entry)
{
    const uint8_t found = entry->siblings;
    bool is_believed;

    entry->siblings |= MARK;
    is_believed = (find(f, entry) & MARK) != 0;
    entry->siblings &= (uint8_t)~MARK;
    ck_assert_uint_eq(entry->siblings, found);
    return is_believed;
}

/* Files that have siblings, in folders of their own. */
static void begin_with(struct fixture *f, const char *path)
{
    begin(f);
    f->trail.root.stamps_names = true; /* $TMPDIR may be of another kind */
    site_folder(&f->site, "a");
    site_folder(&f->site, "a/b");
    site_link(&f->site, "a", "link");
    site_write(&f->site, path, "text");
}

static const char *const paths[] = {"f", "a/f", "a/b/f", "link/f"};

static char *with(const char *path, const char *suffix, char out[32])
{
    snprintf(out, 32, "%s%s", path, suffix);
    return out;
}

START_TEST(names_are_found_as_they_come_and_go)
{
    const char *path = paths[_i];
    struct fixture f;
    struct file_entry *entry;
    char name[32], other[32];

    begin_with(&f, path);
    entry = load(&f, path);
    ck_assert_uint_eq(find(&f, entry), 0);
    site_write(&f.site, with(path, ".gz", name), "");
    ck_assert_uint_eq(find(&f, entry), GZ);
    site_folder(&f.site, with(path, ".br", name));
    ck_assert_uint_eq(find(&f, entry), BR | GZ);
    site_rename(&f.site, with(path, ".gz", name), with(path, ".zst", other));
    ck_assert_uint_eq(find(&f, entry), BR | ZST);
    ck_assert_int_eq(unlinkat(f.site.fd, with(path, ".zst", name), 0), 0);
    ck_assert_uint_eq(find(&f, entry), BR);
    release(entry);
    end(&f);
}
END_TEST

/* The same where the folders have settled before each change. */
START_TEST(names_are_found_after_folders_settled)
{
    const char *path = paths[_i];
    struct fixture f;
    struct file_entry *entry;
    char name[32];

    begin_with(&f, path);
    entry = load(&f, path);
    if (strncmp(path, "link", 4) == 0) { /* it never settles */
        release(entry);
        end(&f);
        return;
    }
    ck_assert_uint_eq(settle(&f, entry), 0);
    ck_assert(believes(&f, entry));
    site_write(&f.site, with(path, ".br", name), "");
    ck_assert_uint_eq(find(&f, entry), BR);
    ck_assert_uint_eq(settle(&f, entry), BR);
    ck_assert(believes(&f, entry));
    ck_assert_int_eq(unlinkat(f.site.fd, name, 0), 0);
    ck_assert_uint_eq(find(&f, entry), 0);
    release(entry);
    end(&f);
}
END_TEST

/* A folder on the way is another one, in which the names are not the same. */
START_TEST(folder_that_was_replaced_is_noticed)
{
    struct fixture f;
    struct file_entry *entry;

    begin_with(&f, "a/b/f");
    site_folder(&f.site, "new");
    site_folder(&f.site, "new/b");
    site_write(&f.site, "new/b/f", "text");
    site_write(&f.site, "new/b/f.gz", "");
    entry = load(&f, "a/b/f");
    ck_assert_uint_eq(settle(&f, entry), 0);
    site_rename(&f.site, "a", "old");
    site_rename(&f.site, "new", "a");
    ck_assert_uint_eq(find(&f, entry), GZ);
    release(entry);
    end(&f);
}
END_TEST

/* One look for all requests of a batch, and no more where names do not change.
 */
START_TEST(names_are_looked_at_once_in_a_batch)
{
    struct fixture f;
    struct file_entry *entry;

    begin_with(&f, "f");
    f.trail.root.stamps_names = false;
    entry = load(&f, "f");
    ck_assert_uint_eq(find(&f, entry), 0);
    ck_assert_uint_eq(entry->siblings_serial, 0);
    entry->siblings = MARK;
    ck_assert_uint_eq(file_siblings_find(entry, &f.trail, suffixes), MARK);
    ck_assert_uint_eq(find(&f, entry), 0);
    release(entry);
    end(&f);
}
END_TEST

/* Where stamps do not tell, as on a network file system, each batch looks. */
START_TEST(unknown_file_system_is_not_believed)
{
    struct fixture f;
    struct file_entry *entry;

    begin_with(&f, "a/f");
    entry = load(&f, "a/f");
    settle(&f, entry);
    f.trail.root.stamps_names = false;
    ck_assert(!believes(&f, entry));
    f.trail.root.stamps_names = true;
    settle(&f, entry);
    next_batch(&f, entry);
    f.trail.top.version.device++; /* as if the folder were a mount point */
    entry->siblings = MARK;
    ck_assert_uint_eq(file_siblings_find(entry, &f.trail, suffixes), 0);
    release(entry);
    end(&f);
}
END_TEST

START_TEST(root_serial_changes_with_each_name)
{
    struct fixture f;
    uint64_t serial;
    bool has_changed;

    begin_with(&f, "f");
    do {
        f.trail.batch++;
        ck_assert_int_eq(trail_refresh(&f.trail, &has_changed), 0);
        serial = trail_root_serial(&f.trail);
    } while (serial == 0);
    f.trail.batch++;
    trail_refresh(&f.trail, &has_changed);
    ck_assert_uint_eq(trail_root_serial(&f.trail), serial);
    site_write(&f.site, "a/new", "");
    f.trail.batch++;
    trail_refresh(&f.trail, &has_changed);
    ck_assert_uint_eq(trail_root_serial(&f.trail), serial);
    site_write(&f.site, "new", "");
    f.trail.batch++;
    trail_refresh(&f.trail, &has_changed);
    ck_assert_uint_ne(trail_root_serial(&f.trail), serial);
    f.trail.root.stamps_names = false;
    ck_assert_uint_eq(trail_root_serial(&f.trail), 0);
    end(&f);
}
END_TEST

int main(void)
{
    const int count = (int)(sizeof(paths) / sizeof(paths[0]));
    Suite *suite = suite_create("file_siblings");
    TCase *each = tcase_create("each path");

    suite_add_tcase(suite, each);
    tcase_add_loop_test(each, names_are_found_as_they_come_and_go, 0, count);
    tcase_add_loop_test(each, names_are_found_after_folders_settled, 0, count);
    suite_add_tests(suite, folder_that_was_replaced_is_noticed,
                    names_are_looked_at_once_in_a_batch,
                    unknown_file_system_is_not_believed,
                    root_serial_changes_with_each_name);
    return suite_run(suite);
}
