#include "files/scanner.h"

#include "changes_text.h"
#include "site.h"
#include "suite.h"

static struct site site;
static struct scanner *scanner;
static char text[CHANGES_TEXT_MAX];

static const char *seen(void)
{
    struct changes changes = {.count = 0};

    scanner_pass(scanner, &changes, 1);
    return changes_text(&changes, text);
}

static void begin(void)
{
    site_init(&site);
    site_folder(&site, "a");
    site_write(&site, "index.html", "1");
    site_write(&site, "a/b.css", "1");
    scanner = scanner_new(site.root.folder);
    ck_assert_ptr_nonnull(scanner);
    ck_assert_str_eq(seen(), "");
}

static void end(void)
{
    scanner_free(scanner);
    site_fini(&site);
}

START_TEST(written_and_new_files_have_changed)
{
    begin();
    ck_assert_str_eq(seen(), "");
    site_write(&site, "index.html", "another length");
    site_write(&site, "a/c.css", "");
    ck_assert_str_eq(seen(), "a/c.css index.html");
    ck_assert_str_eq(seen(), "");
    site_write(&site, "a/d.css", "1");
    site_rename(&site, "a/d.css", "a/b.css");
    ck_assert_str_eq(seen(), "a/b.css");
    site_folder(&site, "a/new");
    ck_assert_str_eq(seen(), "a/new");
    end();
}
END_TEST

/* Of what is gone the path is not known. */
START_TEST(deleted_file_is_a_change_of_all)
{
    begin();
    ck_assert_int_eq(unlinkat(site.fd, "a/b.css", 0), 0);
    ck_assert_str_eq(seen(), "*");
    ck_assert_str_eq(seen(), "");
    site_write(&site, "a/b.css", "1");
    ck_assert_str_eq(seen(), "a/b.css");
    end();
}
END_TEST

START_TEST(what_was_taken_is_no_news)
{
    begin();
    site_write(&site, "index.html", "another length");
    site_write(&site, "new.html", "1");
    scanner_take(scanner, "index.html");
    scanner_take(scanner, "new.html");
    ck_assert_str_eq(seen(), "");
    ck_assert_int_eq(unlinkat(site.fd, "new.html", 0), 0);
    scanner_take(scanner, "new.html");
    scanner_take(scanner, "never-there.html");
    ck_assert_str_eq(seen(), "");
    site_write(&site, "a/b.css", "another length");
    scanner_pass(scanner, NULL, 1);
    ck_assert_str_eq(seen(), "");
    end();
}
END_TEST

/* Files come and go, and the table has room for those that are there. */
START_TEST(many_files_come_and_go)
{
    enum { MANY = 3000, ROUNDS = 4 };
    char name[32];

    begin();
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < MANY; i++) {
            snprintf(name, sizeof(name), "a/%d-%d", round, i);
            site_write(&site, name, "");
        }
        ck_assert_str_eq(seen(), "*");
        ck_assert_str_eq(seen(), "");
        site_write(&site, "index.html", round % 2 == 0 ? "x" : "xx");
        ck_assert_str_eq(seen(), "index.html");
        for (int i = 0; i < MANY; i++) {
            snprintf(name, sizeof(name), "a/%d-%d", round, i);
            ck_assert_int_eq(unlinkat(site.fd, name, 0), 0);
        }
        ck_assert_str_eq(seen(), "*");
    }
    end();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("scanner");

    suite_add_tests(suite, written_and_new_files_have_changed,
                    deleted_file_is_a_change_of_all, what_was_taken_is_no_news,
                    many_files_come_and_go);
    return suite_run(suite);
}
