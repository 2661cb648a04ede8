/* Entries of what is no file that may be read. */
#include <sys/resource.h>

#include "loaded_entry.h"
#include "suite.h"

static const struct {
    const char *path;
    enum file_kind kind;
    bool stays_true;
} refused[] = {
    {"dir", FILE_FOLDER, true},
    {"absent", FILE_NONE, true},
    {"dir/absent", FILE_NONE, true},
    {"file/below", FILE_NONE, true},
    {"loop", FILE_NONE, true},
    {"dangling_escape", FILE_NONE, true},
    {"fifo", FILE_NONE, false},
    {"escape", FILE_NONE, true},
    {"escape_to_dir", FILE_NONE, true},
    {"../outside.txt", FILE_NONE, true},
    {"/", FILE_NONE, true},
};

START_TEST(what_is_no_file)
{
    struct fixture f;

    begin(&f);
    site_folder(&f.site, "dir");
    site_write(&f.site, "file", "text");
    site_link(&f.site, "loop", "loop");
    site_link(&f.site, "../nowhere", "dangling_escape");
    site_link(&f.site, "../outside.txt", "escape");
    site_link(&f.site, "..", "escape_to_dir");
    ck_assert_int_eq(mkfifoat(f.site.fd, "fifo", 0644), 0);
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        struct file_entry *entry = load(&f, refused[i].path);

        ck_assert_msg(entry->file.kind == refused[i].kind, "%s: %d",
                      refused[i].path, (int)entry->file.kind);
        ck_assert_msg(file_entry_is_true(entry, &f.trail) ==
                          refused[i].stays_true,
                      "%s", refused[i].path);
        ck_assert_int_eq(entry->file.fd, -1);
        release(entry);
    }
    end(&f);
}
END_TEST

START_TEST(what_may_not_be_read)
{
    struct fixture f;
    struct file_entry *entry;

    begin(&f);
    site_folder(&f.site, "closed");
    site_write(&f.site, "closed/file", "text");
    site_folder(&f.site, "unlisted");
    site_write(&f.site, "file", "text");
    ck_assert_int_eq(fchmodat(f.site.fd, "file", 0, 0), 0);
    ck_assert_int_eq(fchmodat(f.site.fd, "closed", 0, 0), 0);
    ck_assert_int_eq(fchmodat(f.site.fd, "unlisted", 0111, 0), 0);
    if (site_become_nobody()) {
        entry = load(&f, "file");
        ck_assert_int_eq(entry->file.kind, FILE_FORBIDDEN);
        ck_assert(!file_entry_is_true(entry, &f.trail));
        release(entry);
        entry = load(&f, "closed/file");
        ck_assert_int_eq(entry->file.kind, FILE_FORBIDDEN);
        ck_assert(file_entry_is_true(entry, &f.trail));
        release(entry);
        entry = load(&f, "unlisted");
        ck_assert_int_eq(entry->file.kind, FILE_FOLDER);
        release(entry);
        site_become_yourself();
    }
    ck_assert_int_eq(fchmodat(f.site.fd, "closed", 0755, 0), 0);
    end(&f);
}
END_TEST

START_TEST(no_descriptor_is_no_response)
{
    struct fixture f;
    struct file_entry *entry;
    struct rlimit none = {0, 0}, before;

    begin(&f);
    site_write(&f.site, "file", "text");
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
    none.rlim_max = before.rlim_max;
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
    ck_assert_int_eq(file_entry_load(&f.loader, "file", &entry), -EMFILE);
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
    end(&f);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("file_entry_refused");

    suite_add_tests(suite, what_is_no_file, what_may_not_be_read,
                    no_descriptor_is_no_response);
    return suite_run(suite);
}
