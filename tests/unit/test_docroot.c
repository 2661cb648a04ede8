#include "files/docroot.h"

#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <sys/un.h>

#include "site.h"
#include "suite.h"

static void site_socket(struct site *site, const char *name)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int len = snprintf(address.sun_path, sizeof(address.sun_path), "%s/root/%s",
                       site->folder, name);

    ck_assert_int_lt(len, (int)sizeof(address.sun_path));
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    close(fd);
}

static void furnish(struct site *site)
{
    char absolute[300];

    site_init(site);
    site_write(site, "file", "text");
    site_folder(site, "dir");
    site_write(site, "dir/inner", "inner");
    site_link(site, "dir/inner", "link");
    site_link(site, "../dir/inner", "dir/link_up");
    site_link(site, "dir", "link_to_dir");
    site_link(site, "../outside.txt", "escape");
    site_link(site, "../../outside.txt", "dir/escape");
    site_link(site, "..", "parent");
    snprintf(absolute, sizeof(absolute), "%s/root/file", site->folder);
    site_link(site, absolute, "absolute");
    site_link(site, "loop", "loop");
    site_link(site, "nowhere", "dangling");
    site_link(site, "/proc/self/exe", "magic");
    ck_assert_int_eq(mkfifoat(site->fd, "fifo", 0644), 0);
    site_link(site, "fifo", "link_to_fifo");
    site_socket(site, "socket");
}

/* Opens, closes and returns the kind of what was opened or a negative errno. */
static int kind_of(const struct site *site, const char *path)
{
    struct stat status;
    bool is_straight;
    int fd = docroot_open_file(&site->root, path, &status, &is_straight);

    if (fd < 0)
        return fd;
    close(fd);
    return (int)(status.st_mode & S_IFMT);
}

static const struct {
    const char *path;
    int kind;
} cases[] = {
    {"", S_IFDIR},
    {"file", S_IFREG},
    {"dir", S_IFDIR},
    {"dir/", S_IFDIR},
    {"dir//inner", S_IFREG},
    {"link", S_IFREG},
    {"dir/link_up", S_IFREG},
    {"link_to_dir/inner", S_IFREG},
    {"dir/../file", S_IFREG},
    {"escape", -EXDEV},
    {"dir/escape", -EXDEV},
    {"parent", -EXDEV},
    {"parent/outside.txt", -EXDEV},
    {"..", -EXDEV},
    {"../outside.txt", -EXDEV},
    {"dir/../../outside.txt", -EXDEV},
    {"/file", -EXDEV},
    {"absolute", -EXDEV},
    {"magic", -EXDEV},
    {"loop", -ELOOP},
    {"dangling", -ENOENT},
    {"absent", -ENOENT},
    {"absent/", -ENOENT},
    {"file/", -ENOTDIR},
    {"file/below", -ENOTDIR},
    {"fifo", -ENODEV},
    {"link_to_fifo", -ENODEV},
    {"socket", -ENODEV},
};

START_TEST(path_names_kind)
{
    struct site site;

    furnish(&site);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int kind = kind_of(&site, cases[i].path);

        ck_assert_msg(kind == cases[i].kind, "\"%s\" is %d", cases[i].path,
                      kind);
    }
    site_fini(&site);
}
END_TEST

START_TEST(long_names)
{
    char name[5000];
    struct site site;

    site_init(&site);
    memset(name, 'n', sizeof(name));
    name[256] = '\0';
    ck_assert_int_eq(kind_of(&site, name), -ENAMETOOLONG);
    name[256] = 'n';
    name[4999] = '\0';
    ck_assert_int_eq(kind_of(&site, name), -ENAMETOOLONG);
    site_fini(&site);
}
END_TEST

/* Who waits to write into a FIFO is not woken by us. */
START_TEST(fifo_is_not_opened)
{
    struct site site;
    char path[300], event[400];
    int watch_fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);

    furnish(&site);
    snprintf(path, sizeof(path), "%s/root/fifo", site.folder);
    ck_assert_int_ne(inotify_add_watch(watch_fd, path, IN_OPEN), -1);
    ck_assert_int_eq(kind_of(&site, "fifo"), -ENODEV);
    ck_assert_int_eq(read(watch_fd, event, sizeof(event)), -1);
    ck_assert_int_eq(errno, EAGAIN);
    close(watch_fd);
    site_fini(&site);
}
END_TEST

START_TEST(device_is_nothing)
{
    struct site site;

    site_init(&site);
    if (mknodat(site.fd, "null", S_IFCHR | 0666, makedev(1, 3)) == 0)
        ck_assert_int_eq(kind_of(&site, "null"), -ENODEV);
    site_fini(&site);
}
END_TEST

START_TEST(unreadable_is_refused)
{
    struct site site;
    struct stat status;

    furnish(&site);
    ck_assert_int_eq(fchmodat(site.fd, "file", 0, 0), 0);
    ck_assert_int_eq(fchmodat(site.fd, "dir", 0, 0), 0);
    if (site_become_nobody()) {
        ck_assert_int_eq(kind_of(&site, "file"), -EACCES);
        ck_assert_int_eq(kind_of(&site, "dir/inner"), -EACCES);
        ck_assert_int_eq(docroot_look(&site.root, "file", &status), 0);
        ck_assert_int_eq(docroot_look(&site.root, "dir/inner", &status),
                         -EACCES);
        site_become_yourself();
    }
    ck_assert_int_eq(fchmodat(site.fd, "dir", 0755, 0), 0);
    site_fini(&site);
}
END_TEST

START_TEST(look_follows_links)
{
    struct site site;
    struct stat status, inner;

    furnish(&site);
    ck_assert_int_eq(docroot_look(&site.root, "dir/inner", &inner), 0);
    ck_assert_int_eq(docroot_look(&site.root, "link", &status), 0);
    ck_assert_uint_eq(status.st_ino, inner.st_ino);
    ck_assert_int_eq(docroot_look(&site.root, "", &status), 0);
    ck_assert(S_ISDIR(status.st_mode));
    ck_assert_int_eq(docroot_look(&site.root, "absent", &status), -ENOENT);
    site_fini(&site);
}
END_TEST

START_TEST(status_is_that_of_the_descriptor)
{
    struct site site;
    struct stat status, opened;
    bool is_straight;
    int fd;

    furnish(&site);
    fd = docroot_open_file(&site.root, "link", &status, &is_straight);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(fstat(fd, &opened), 0);
    ck_assert_uint_eq(status.st_ino, opened.st_ino);
    ck_assert_int_eq(status.st_size, 5);
    ck_assert_int_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
    close(fd);
    site_fini(&site);
}
END_TEST

/* Without openat2 a link is as good as none, wherever it leads. */
static const struct {
    const char *path;
    int kind;
} walked[] = {
    {"", S_IFDIR},
    {".", S_IFDIR},
    {"file", S_IFREG},
    {"dir", S_IFDIR},
    {"dir/", S_IFDIR},
    {"dir//inner", S_IFREG},
    {"dir/./inner", S_IFREG},
    {"link", -ELOOP},
    {"dir/link_up", -ELOOP},
    {"link_to_dir/inner", -ENOTDIR},
    {"link_to_dir/", -ENOTDIR},
    {"dir/../file", -EXDEV},
    {"escape", -ELOOP},
    {"parent/outside.txt", -ENOTDIR},
    {"..", -EXDEV},
    {"../outside.txt", -EXDEV},
    {"/file", -EXDEV},
    {"magic", -ELOOP},
    {"dangling", -ELOOP},
    {"absent", -ENOENT},
    {"absent/below", -ENOENT},
    {"file/", -ENOTDIR},
    {"file/below", -ENOTDIR},
    {"fifo", -ENODEV},
    {"socket", -ENODEV},
};

START_TEST(without_openat2_no_link_is_followed)
{
    struct stat status;
    struct site site;

    furnish(&site);
    site.root.walks = true;
    for (size_t i = 0; i < sizeof(walked) / sizeof(walked[0]); i++) {
        int kind = kind_of(&site, walked[i].path);

        ck_assert_msg(kind == walked[i].kind, "\"%s\" is %d", walked[i].path,
                      kind);
    }
    ck_assert_int_eq(docroot_look(&site.root, "dir/inner", &status), 0);
    ck_assert_int_eq(docroot_look(&site.root, "link", &status), -ELOOP);
    ck_assert_int_eq(docroot_look(&site.root, "escape", &status), -ELOOP);
    site_fini(&site);
}
END_TEST

/* Where a link is met, by a look that takes none and by an opening. */
static const struct {
    const char *path;
    bool is_straight;
} ways[] = {
    {"", true},
    {"file", true},
    {"dir/inner", true},
    {"dir/../file", true},
    {"link", false},
    {"dir/link_up", false},
    {"link_to_dir", false},
    {"link_to_dir/inner", false},
};

START_TEST(straight_way_has_no_link)
{
    struct site site;

    furnish(&site);
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        const char *path = ways[i].path;
        struct stat status;
        bool is_straight;
        int fd = docroot_open_file(&site.root, path, &status, &is_straight);

        ck_assert_msg(fd >= 0 && is_straight == ways[i].is_straight, "\"%s\"",
                      path);
        close(fd);
        ck_assert_int_eq(docroot_look_straight(&site.root, path, &status),
                         is_straight ? 0 : -ELOOP);
        ck_assert_int_eq(docroot_look(&site.root, path, &status), 0);
    }
    site_fini(&site);
}
END_TEST

START_TEST(glance_is_not_confined_and_ends_at_a_link)
{
    struct site site;
    struct stat status;

    furnish(&site);
    ck_assert_int_eq(docroot_glance(&site.root, "link", &status), 0);
    ck_assert(S_ISLNK(status.st_mode));
    ck_assert_int_eq(docroot_glance(&site.root, "link_to_dir/inner", &status),
                     0);
    ck_assert(S_ISREG(status.st_mode));
    ck_assert_int_eq(docroot_glance(&site.root, "", &status), 0);
    ck_assert(S_ISDIR(status.st_mode));
    ck_assert_int_eq(docroot_glance(&site.root, "absent", &status), -ENOENT);
    site_fini(&site);
}
END_TEST

START_TEST(look_is_confined)
{
    struct site site;
    struct stat status;

    furnish(&site);
    ck_assert_int_eq(docroot_look(&site.root, "escape", &status), -EXDEV);
    ck_assert_int_eq(docroot_look(&site.root, "parent/outside.txt", &status),
                     -EXDEV);
    ck_assert_int_eq(docroot_look(&site.root, "magic", &status), -EXDEV);
    ck_assert_int_eq(docroot_look(&site.root, "fifo", &status), 0);
    ck_assert(S_ISFIFO(status.st_mode));
    site_fini(&site);
}
END_TEST

START_TEST(root_is_what_its_name_stands_for)
{
    char path[300], away[300];
    bool has_changed;
    struct site site;

    furnish(&site);
    snprintf(path, sizeof(path), "%s/root", site.folder);
    snprintf(away, sizeof(away), "%s/away", site.folder);
    ck_assert_int_eq(docroot_refresh(&site.root, &has_changed), 0);
    ck_assert(!has_changed);

    ck_assert_int_eq(rename(path, away), 0);
    ck_assert_int_eq(docroot_refresh(&site.root, &has_changed), -ENOENT);
    ck_assert(has_changed);
    ck_assert_int_eq(docroot_refresh(&site.root, &has_changed), -ENOENT);
    ck_assert(!has_changed);

    ck_assert_int_eq(symlink("away", path), 0);
    ck_assert_int_eq(docroot_refresh(&site.root, &has_changed), 0);
    ck_assert(has_changed);
    ck_assert_int_eq(kind_of(&site, "file"), S_IFREG);

    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(mkdir(path, 0755), 0);
    ck_assert_int_eq(docroot_refresh(&site.root, &has_changed), 0);
    ck_assert(has_changed);
    ck_assert_int_eq(kind_of(&site, "file"), -ENOENT);
    site_fini(&site);
}
END_TEST

START_TEST(root_must_be_a_folder)
{
    struct site site;
    struct docroot root;
    char path[300];

    furnish(&site);
    snprintf(path, sizeof(path), "%s/root/file", site.folder);
    ck_assert_int_eq(docroot_open(&root, path), -ENOTDIR);
    snprintf(path, sizeof(path), "%s/root/absent", site.folder);
    ck_assert_int_eq(docroot_open(&root, path), -ENOENT);
    docroot_close(&root);
    site_fini(&site);
}
END_TEST

/* A name that leads to a deleted folder all the same, as that of a container's
 * bind mount does, or "." in the working directory. */
START_TEST(deleted_root_that_has_a_name_is_gone)
{
    struct site site;
    struct docroot root;
    bool has_changed;
    char name[64], folder[300];

    site_init(&site);
    snprintf(folder, sizeof(folder), "%s/root", site.folder);
    snprintf(name, sizeof(name), "/proc/self/fd/%d", site.fd);
    ck_assert_int_eq(docroot_open(&root, name), 0);
    ck_assert_int_eq(docroot_refresh(&root, &has_changed), 0);
    ck_assert_int_eq(rmdir(folder), 0);
    ck_assert_int_eq(docroot_refresh(&root, &has_changed), -ENOENT);
    ck_assert(has_changed);
    ck_assert_int_eq(docroot_refresh(&root, &has_changed), -ENOENT);
    ck_assert_int_eq(root.fd, -1);
    docroot_close(&root);
    site_fini(&site);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("docroot");

    suite_add_tests(
        suite, path_names_kind, long_names, fifo_is_not_opened,
        device_is_nothing, unreadable_is_refused, look_follows_links,
        status_is_that_of_the_descriptor, without_openat2_no_link_is_followed,
        look_is_confined, straight_way_has_no_link,
        glance_is_not_confined_and_ends_at_a_link,
        root_is_what_its_name_stands_for, deleted_root_that_has_a_name_is_gone,
        root_must_be_a_folder);
    return suite_run(suite);
}
