#include "files/folder_walk.h"

#include <limits.h>

#include "site.h"
#include "suite.h"

/* What a walk has seen: folders with a slash at their end. */
struct visit {
    struct folder_visitor visitor; /* first: the two share their address */
    const char *skip;              /* or NULL */
    const char *fail;
    char seen[1000];
};

static int visit_folder(struct folder_visitor *visitor, const char *place,
                        const char *path)
{
    struct visit *visit = (struct visit *)visitor;
    struct stat status;

    ck_assert_int_eq(stat(place, &status), 0);
    if (visit->skip != NULL && strcmp(path, visit->skip) == 0)
        return FOLDER_WALK_SKIP;
    if (visit->fail != NULL && strcmp(path, visit->fail) == 0)
        return -EIO;
    strcat(strcat(visit->seen, path), "/ ");
    return 0;
}

static void visit_file(struct folder_visitor *visitor, int folder_fd,
                       const char *name, const char *path)
{
    struct stat status;

    ck_assert_int_eq(fstatat(folder_fd, name, &status, AT_SYMLINK_NOFOLLOW), 0);
    strcat(strcat(((struct visit *)visitor)->seen, path), " ");
}

static struct visit visit_of(void)
{
    return (struct visit){.visitor = {visit_folder, visit_file}};
}

static void check_seen(const struct visit *visit, const char *word, bool is)
{
    char padded[1002] = " ", wanted[100];

    strcat(padded, visit->seen);
    snprintf(wanted, sizeof(wanted), " %s ", word);
    ck_assert_msg((strstr(padded, wanted) != NULL) == is, "%s in: %s", word,
                  visit->seen);
}

static void make_tree(struct site *site)
{
    site_init(site);
    site_folder(site, "a");
    site_folder(site, "a/b");
    site_folder(site, ".git");
    site_folder(site, ".well-known");
    site_folder(site, "a/.well-known");
    site_write(site, "index.html", "");
    site_write(site, ".env", "");
    site_write(site, "a/b/c.css", "");
    site_write(site, ".git/config", "");
    site_write(site, ".well-known/x", "");
    site_write(site, "a/.well-known/y", "");
    site_link(site, "a", "link");
    site_link(site, "..", "a/up");
}

START_TEST(what_could_be_served_is_visited)
{
    static const char *const seen[] = {
        "/",    "a/",   "a/b/",         "index.html",   "a/b/c.css",
        "link", "a/up", ".well-known/", ".well-known/x"};
    static const char *const unseen[] = {
        ".git/",           ".git/config",  ".env", "a/.well-known/",
        "a/.well-known/y", "link/b/c.css", ".",    ".."};
    struct visit visit = visit_of();
    struct site site;

    make_tree(&site);
    ck_assert_int_eq(folder_walk(site.root.folder, "", &visit.visitor), 0);
    for (size_t i = 0; i < sizeof(seen) / sizeof(seen[0]); i++)
        check_seen(&visit, seen[i], true);
    for (size_t i = 0; i < sizeof(unseen) / sizeof(unseen[0]); i++)
        check_seen(&visit, unseen[i], false);
    site_fini(&site);
}
END_TEST

START_TEST(walk_begins_where_it_is_asked_to)
{
    struct visit visit = visit_of();
    struct site site;

    make_tree(&site);
    ck_assert_int_eq(folder_walk(site.root.folder, "a/b", &visit.visitor), 0);
    ck_assert_str_eq(visit.seen, "a/b/ a/b/c.css ");
    site_fini(&site);
}
END_TEST

START_TEST(visitor_skips_or_ends)
{
    struct visit visit = visit_of();
    struct site site;

    make_tree(&site);
    visit.skip = "a";
    ck_assert_int_eq(folder_walk(site.root.folder, "", &visit.visitor), 0);
    check_seen(&visit, "index.html", true);
    check_seen(&visit, "a/b/", false);
    visit.skip = NULL;
    visit.fail = "a/b";
    ck_assert_int_eq(folder_walk(site.root.folder, "", &visit.visitor), -EIO);
    check_seen(&visit, "a/b/c.css", false);
    site_fini(&site);
}
END_TEST

/* Links are followed to the root alone. */
START_TEST(root_may_be_a_link_and_may_be_absent)
{
    struct visit visit = visit_of();
    struct site site;
    char path[600];

    make_tree(&site);
    site_link(&site, "root/a/b", "../linked");
    snprintf(path, sizeof(path), "%s/linked", site.folder);
    ck_assert_int_eq(folder_walk(path, "", &visit.visitor), 0);
    ck_assert_str_eq(visit.seen, "/ c.css ");
    visit = visit_of();
    visit.skip = "no visit";
    ck_assert_int_eq(folder_walk(site.root.folder, "link", &visit.visitor), 0);
    ck_assert_str_eq(visit.seen, "link/ ");
    site_fini(&site);
}
END_TEST

START_TEST(paths_are_joined_up_to_the_longest)
{
    static char out[PATH_MAX], path[PATH_MAX + 1];

    ck_assert(folder_walk_join(out, "", "a"));
    ck_assert_str_eq(out, "a");
    ck_assert(folder_walk_join(out, "a", "b"));
    ck_assert_str_eq(out, "a/b");
    memset(path, 'x', PATH_MAX - 3);
    ck_assert(folder_walk_join(out, path, "b"));
    ck_assert_uint_eq(strlen(out), PATH_MAX - 1);
    path[PATH_MAX - 3] = 'x';
    ck_assert(!folder_walk_join(out, path, "b"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("folder_walk");

    suite_add_tests(suite, what_could_be_served_is_visited,
                    walk_begins_where_it_is_asked_to, visitor_skips_or_ends,
                    root_may_be_a_link_and_may_be_absent,
                    paths_are_joined_up_to_the_longest);
    return suite_run(suite);
}
