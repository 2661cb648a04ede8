#include "files/folder_reader.h"

#include <sys/socket.h>
#include <sys/un.h>

#include "site.h"
#include "suite.h"

enum { MANY = 3000 };

static void make_socket(struct site *site, const char *name)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int len = snprintf(address.sun_path, sizeof(address.sun_path), "%s/root/%s",
                       site->folder, name);

    ck_assert_int_lt(len, (int)sizeof(address.sun_path));
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    close(fd);
}

static struct folder_reader *reader_open(const struct site *site,
                                         const char *path)
{
    struct folder_reader *reader = NULL;

    ck_assert_int_eq(folder_reader_open(&site->root, bytes_of(path), &reader),
                     0);
    ck_assert_ptr_nonnull(reader);
    return reader;
}

/* What is found under a name: the kind that the folder tells, and what a look
 * says: "f10" a file of 10 bytes, "d" a folder, or a negative errno. */
static const struct found {
    const char *name;
    enum folder_kind kind;
    const char *look;
    int error;
} found[] = {
    {"file", FOLDER_KIND_FILE, "f4", 0},
    {"sub", FOLDER_KIND_FOLDER, "d", 0},
    {".hidden", FOLDER_KIND_FILE, "f6", 0},
    {"new\nline", FOLDER_KIND_FILE, "f1", 0},
    {"latin\xE1", FOLDER_KIND_FILE, "f1", 0},
    {"link", FOLDER_KIND_UNKNOWN, "f5", 0},
    {"link_to_sub", FOLDER_KIND_UNKNOWN, "d", 0},
    {"up", FOLDER_KIND_UNKNOWN, "f3", 0},
    {"escape", FOLDER_KIND_UNKNOWN, NULL, -EXDEV},
    {"dangling", FOLDER_KIND_UNKNOWN, NULL, -ENOENT},
    {"loop", FOLDER_KIND_UNKNOWN, NULL, -ELOOP},
    {"absolute", FOLDER_KIND_UNKNOWN, NULL, -EXDEV},
    {"link_to_fifo", FOLDER_KIND_UNKNOWN, NULL, -ENODEV},
    {"fifo", FOLDER_KIND_NONE, NULL, -ENODEV},
    {"socket", FOLDER_KIND_NONE, NULL, -ENODEV},
};

enum { FOUND = sizeof(found) / sizeof(found[0]) };

static void furnish(struct site *site)
{
    site_init(site);
    site_write(site, "top", "top");
    site_folder(site, "dir");
    site_write(site, "dir/file", "text");
    site_folder(site, "dir/sub");
    site_write(site, "dir/sub/inner", "inner");
    site_write(site, "dir/.hidden", "hidden");
    site_write(site, "dir/new\nline", "x");
    site_write(site, "dir/latin\xE1", "x");
    site_link(site, "sub/inner", "dir/link");
    site_link(site, "sub", "dir/link_to_sub");
    site_link(site, "../top", "dir/up");
    site_link(site, "../../outside.txt", "dir/escape");
    site_link(site, "nowhere", "dir/dangling");
    site_link(site, "loop", "dir/loop");
    site_link(site, "/etc/passwd", "dir/absolute");
    ck_assert_int_eq(mkfifoat(site->fd, "dir/fifo", 0644), 0);
    site_link(site, "fifo", "dir/link_to_fifo");
    make_socket(site, "dir/socket");
}

static const struct found *found_of(const struct folder_name *name)
{
    for (size_t i = 0; i < FOUND; i++)
        if (strcmp(found[i].name, name->name) == 0)
            return &found[i];
    ck_abort_msg("'%s' is not there", name->name);
}

static void check_look(struct folder_reader *reader, const struct found *what)
{
    struct folder_status status;
    int error = folder_reader_look(reader, what->name, &status);
    char look[32] = "d";

    ck_assert_msg(error == what->error, "%s: %d", what->name, error);
    if (error != 0)
        return;
    if (status.kind == FOLDER_KIND_FILE)
        snprintf(look, sizeof(look), "f%ju", (uintmax_t)status.size);
    ck_assert_str_eq(look, what->look);
    ck_assert_int_ge(status.mtime_s, 1000000000);
}

static void check_folder(struct folder_reader *reader)
{
    struct folder_name name;
    unsigned count = 0;

    while (folder_reader_next(reader, &name) == 1) {
        const struct found *what = found_of(&name);

        ck_assert_uint_eq(name.len, strlen(what->name));
        ck_assert_int_eq(name.kind, what->kind);
        check_look(reader, what);
        count++;
    }
    ck_assert_uint_eq(count, FOUND);
    ck_assert_int_eq(folder_reader_next(reader, &name), 0);
    folder_reader_close(reader);
}

START_TEST(names_and_what_they_are)
{
    struct site site;

    furnish(&site);
    check_folder(reader_open(&site, "dir"));
    check_folder(reader_open(&site, "dir/"));
    site_fini(&site);
}
END_TEST

START_TEST(root_itself)
{
    struct folder_status status;
    struct folder_reader *reader;
    struct site site;

    furnish(&site);
    site_link(&site, "dir/file", "link");
    reader = reader_open(&site, "");
    ck_assert_int_eq(folder_reader_look(reader, "link", &status), 0);
    ck_assert_uint_eq(status.size, 4);
    folder_reader_close(reader);
    site_fini(&site);
}
END_TEST

/* Where there is no openat2, what is behind a link is not served. */
START_TEST(links_are_not_followed_by_walking)
{
    struct folder_status status;
    struct folder_reader *reader;
    struct site site;

    furnish(&site);
    site.root.walks = true;
    reader = reader_open(&site, "dir");
    ck_assert_int_eq(folder_reader_look(reader, "link", &status), -ELOOP);
    ck_assert_int_eq(folder_reader_look(reader, "file", &status), 0);
    folder_reader_close(reader);
    site_fini(&site);
}
END_TEST

START_TEST(what_is_no_folder)
{
    static const struct {
        const char *path;
        int error;
    } paths[] = {
        {"top", -ENOTDIR},     {"none", -ENOENT},      {"..", -EXDEV},
        {"dir/fifo", -ENODEV}, {"dir/link", -ENOTDIR}, {"top/x", -ENOTDIR},
    };
    struct folder_reader *reader = NULL;
    struct site site;

    furnish(&site);
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
        ck_assert_int_eq(
            folder_reader_open(&site.root, bytes_of(paths[i].path), &reader),
            paths[i].error);
    ck_assert_int_eq(fchmodat(site.fd, "dir", 0300, 0), 0);
    if (site_become_nobody()) {
        ck_assert_int_eq(folder_reader_open(&site.root, BYTES("dir"), &reader),
                         -EACCES);
        site_become_yourself();
    }
    ck_assert_int_eq(fchmodat(site.fd, "dir", 0700, 0), 0);
    ck_assert_ptr_null(reader);
    folder_reader_close(reader);
    site_fini(&site);
}
END_TEST

/* More than the buffer holds, while others come and go. */
START_TEST(each_name_that_stays_comes_once)
{
    static unsigned seen[MANY];
    struct folder_reader *reader;
    struct folder_name name;
    struct site site;
    char path[40];

    site_init(&site);
    site_folder(&site, "many");
    for (int i = 0; i < MANY; i++) {
        snprintf(path, sizeof(path), "many/%d", i);
        site_write(&site, path, "");
    }
    reader = reader_open(&site, "many");
    for (int i = 0; folder_reader_next(reader, &name) == 1; i++) {
        if (name.name[0] != 'n')
            seen[atoi(name.name)]++;
        snprintf(path, sizeof(path), "many/n%d", i % 100);
        if (i % 200 < 100)
            site_write(&site, path, "");
        else
            unlinkat(site.fd, path, 0);
        ck_assert_int_lt(i, 10 * MANY);
    }
    for (int i = 0; i < MANY; i++)
        ck_assert_uint_eq(seen[i], 1);
    folder_reader_close(reader);
    site_fini(&site);
}
END_TEST

START_TEST(removed_folder_has_no_more_names)
{
    struct folder_reader *reader;
    struct folder_status status;
    struct folder_name name;
    struct site site;

    site_init(&site);
    site_folder(&site, "dir");
    site_write(&site, "dir/file", "x");
    reader = reader_open(&site, "dir");
    ck_assert_int_eq(unlinkat(site.fd, "dir/file", 0), 0);
    ck_assert_int_eq(unlinkat(site.fd, "dir", AT_REMOVEDIR), 0);
    ck_assert_int_eq(folder_reader_next(reader, &name), 0);
    ck_assert_int_eq(folder_reader_look(reader, "file", &status), -ENOENT);
    folder_reader_close(reader);
    site_fini(&site);
}
END_TEST

START_TEST(longest_name)
{
    char path[NAME_MAX + 5] = "dir/";
    struct folder_reader *reader;
    struct folder_status status;
    struct folder_name name;
    struct site site;

    site_init(&site);
    site_folder(&site, "dir");
    memset(path + 4, 'n', NAME_MAX);
    path[NAME_MAX + 4] = '\0';
    site_link(&site, "../../outside.txt", path);
    reader = reader_open(&site, "dir");
    ck_assert_int_eq(folder_reader_next(reader, &name), 1);
    ck_assert_uint_eq(name.len, NAME_MAX);
    ck_assert_int_eq(folder_reader_look(reader, name.name, &status), -EXDEV);
    folder_reader_close(reader);
    site_fini(&site);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("folder_reader");

    suite_add_tests(suite, names_and_what_they_are, root_itself,
                    links_are_not_followed_by_walking, what_is_no_folder,
                    each_name_that_stays_comes_once,
                    removed_folder_has_no_more_names, longest_name);
    return suite_run(suite);
}
