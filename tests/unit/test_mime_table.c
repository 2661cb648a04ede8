#include "files/mime_table.h"

#include <errno.h>
#include <sys/stat.h>

#include "site.h"
#include "suite.h"

/* BYTES is no constant expression, which a static table asks for. */
#define TEXT(literal)                  \
    {                                  \
        (literal), sizeof(literal) - 1 \
    }

static const struct {
    const char *name, *type;
} cases[] = {
    {"index.html", "text/html"},
    {"a.htm", "text/html"},
    {"style.css", "text/css"},
    {"app.js", "text/javascript"},
    {"app.mjs", "text/javascript"},
    {"app.cjs", "text/javascript"},
    {"data.json", "application/json"},
    {"app.js.map", "application/json"},
    {"app.wasm", "application/wasm"},
    {"site.webmanifest", "application/manifest+json"},
    {"logo.svg", "image/svg+xml"},
    {"p.avif", "image/avif"},
    {"p.webp", "image/webp"},
    {"p.JPEG", "image/jpeg"},
    {"p.Jpg", "image/jpeg"},
    {"favicon.ico", "image/vnd.microsoft.icon"},
    {"f.woff2", "font/woff2"},
    {"m.mp4", "video/mp4"},
    {"m.opus", "audio/ogg"},
    {"live.m3u8", "application/vnd.apple.mpegurl"},
    {"v.vtt", "text/vtt"},
    {"d.pdf", "application/pdf"},
    {"feed.atom", "application/atom+xml"},
    {"notes.md", "text/markdown"},
    {"src/main.c", "text/plain"},
    {"src.tar.gz", "application/gzip"},
    {"a.tar.zst", "application/zstd"},
    {"a.b/c.png", "image/png"},
    {"..png", "image/png"},
    {"README", NULL},
    {"", NULL},
    {".", NULL},
    {"trailing.", NULL},
    {".htaccess", NULL},
    {".png", NULL},
    {"dir/.png", NULL},
    {"dir.png/file", NULL},
    {"dir.png/", NULL},
    {"x.unknown", NULL},
    {"x.extension-longer-than-any-of-the-table", NULL},
};

START_TEST(name_has_type)
{
    struct mime_table *table = mime_table_new();

    ck_assert_ptr_nonnull(table);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *type = mime_table_find(table, bytes_of(cases[i].name));

        if (cases[i].type == NULL)
            ck_assert_msg(type == NULL, "\"%s\" is %s", cases[i].name, type);
        else
            ck_assert_msg(type != NULL && strcmp(type, cases[i].type) == 0,
                          "\"%s\" is %s", cases[i].name, type);
    }
    mime_table_free(table);
}
END_TEST

/* Loads a table of this text; "" in `why` where there is no mistake. */
static int load(struct site *site, struct bytes text, struct mime_table **table,
                char why[400])
{
    char path[300];
    int fd = openat(site->fd, "types", O_WRONLY | O_CREAT | O_TRUNC, 0644);

    ck_assert_int_ne(fd, -1);
    ck_assert_int_eq(write(fd, text.at, text.len), (ssize_t)text.len);
    close(fd);
    snprintf(path, sizeof(path), "%s/root/types", site->folder);
    why[0] = '\0';
    return mime_table_load(table, path, why, 400);
}

static const struct {
    const char *name;
    struct bytes text;
    const char *file, *type; /* the type that the table gives the file */
} good[] = {
    {"no_text", TEXT(""), "a.x", NULL},
    {"one_line", TEXT("text/x x"), "a.x", "text/x"},
    {"line_ends_in_newline", TEXT("text/x x\n"), "a.x", "text/x"},
    {"line_ends_in_crlf", TEXT("text/x x\r\n"), "a.x", "text/x"},
    {"tabs_and_spaces", TEXT(" text/x\t \ty  x \n"), "a.x", "text/x"},
    {"comment", TEXT("#text/x x\n"), "a.x", NULL},
    {"comment_after_line", TEXT("text/x y # x\n"), "a.x", NULL},
    {"type_alone", TEXT("text/x\nx/y x\n"), "a.x", "x/y"},
    {"empty_lines", TEXT("\n\n  \ntext/x x\n"), "a.x", "text/x"},
    {"letters_without_case", TEXT("Text/X X\n"), "a.x", "text/x"},
    {"last_one_holds", TEXT("a/b x\nc/d x y\ne/f y\n"), "a.x", "c/d"},
    {"last_one_holds_again", TEXT("a/b x\nc/d x y\ne/f y\n"), "a.y", "e/f"},
    {"adds_to_what_is_compiled_in", TEXT("text/x x"), "a.html", "text/html"},
    {"wins_over_what_is_compiled_in", TEXT("text/x html"), "a.html", "text/x"},
    {"extension_with_dot_is_no_mistake", TEXT("a/b x.y z"), "a.z", "a/b"},
};

START_TEST(good_text)
{
    struct site site;

    site_init(&site);
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        struct mime_table *table;
        char why[400];
        const char *type;

        ck_assert_msg(load(&site, good[i].text, &table, why) == 0, "%s: %s",
                      good[i].name, why);
        type = mime_table_find(table, bytes_of(good[i].file));
        if (good[i].type == NULL)
            ck_assert_msg(type == NULL, "%s: %s", good[i].name, type);
        else
            ck_assert_msg(type != NULL && strcmp(type, good[i].type) == 0,
                          "%s: %s", good[i].name, type);
        mime_table_free(table);
    }
    site_fini(&site);
}
END_TEST

static const struct {
    struct bytes text;
    const char *where;
} bad[] = {
    {TEXT("html text/html\n"), "types:1: "},
    {TEXT("\n# x\ntext x\n"), "types:3: "},
    {TEXT("a/b x\n/b x"), "types:2: "},
    {TEXT("text/ x\n"), "types:1: "},
    {TEXT("text/x/y x\n"), "types:1: "},
    {TEXT("text/html; x\n"), "types:1: "},
    {TEXT("text/\x01x x\n"), "types:1: "},
    {TEXT("a/b x\0"), "types:1: "},
    {TEXT("a/b extension-longer-than-all-others"), "types:1: "},
};

START_TEST(mistakes_are_told_with_their_line)
{
    struct site site;

    site_init(&site);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct mime_table *table;
        char why[400];

        ck_assert_int_eq(load(&site, bad[i].text, &table, why), -EINVAL);
        ck_assert_msg(strstr(why, bad[i].where) != NULL, "%zu: %s", i, why);
    }
    site_fini(&site);
}
END_TEST

START_TEST(essence_is_bounded)
{
    char text[MIME_ESSENCE_MAX + 4];
    struct mime_table *table;
    char why[400];
    struct site site;

    site_init(&site);
    memset(text, 'a', sizeof(text));
    memcpy(text, "text/", 5);
    memcpy(text + MIME_ESSENCE_MAX, " x", 2);
    ck_assert_int_eq(
        load(&site, (struct bytes){text, MIME_ESSENCE_MAX + 2}, &table, why),
        0);
    mime_table_free(table);
    memcpy(text + MIME_ESSENCE_MAX, "a x", 3);
    ck_assert_int_eq(
        load(&site, (struct bytes){text, MIME_ESSENCE_MAX + 3}, &table, why),
        -EINVAL);
    site_fini(&site);
}
END_TEST

START_TEST(file_is_bounded)
{
    char *text = malloc(MIME_FILE_MAX + 1);
    struct mime_table *table;
    char why[400];
    struct site site;

    site_init(&site);
    memset(text, '\n', MIME_FILE_MAX + 1);
    ck_assert_int_eq(
        load(&site, (struct bytes){text, MIME_FILE_MAX}, &table, why), 0);
    mime_table_free(table);
    ck_assert_int_eq(
        load(&site, (struct bytes){text, MIME_FILE_MAX + 1}, &table, why),
        -EFBIG);
    ck_assert_ptr_nonnull(strstr(why, "types: "));
    free(text);
    site_fini(&site);
}
END_TEST

START_TEST(absent_file_is_told)
{
    struct mime_table *table;
    char why[100];

    ck_assert_int_eq(
        mime_table_load(&table, "/nowhere/types", why, sizeof(why)), -ENOENT);
    ck_assert_ptr_nonnull(strstr(why, "/nowhere/types: "));
    ck_assert_int_eq(mime_table_load(&table, "/", why, sizeof(why)), -EISDIR);
}
END_TEST

/* Neither waits for a writer, nor reads what has no end. */
START_TEST(file_that_is_not_regular_is_refused)
{
    char folder[] = "/tmp/mime-XXXXXX", path[64], why[100];
    struct mime_table *table;

    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/fifo", folder);
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    ck_assert_int_eq(mime_table_load(&table, path, why, sizeof(why)), -EINVAL);
    ck_assert_ptr_nonnull(strstr(why, "/fifo:1: "));
    ck_assert_int_eq(mime_table_load(&table, "/dev/zero", why, sizeof(why)),
                     -EINVAL);
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(rmdir(folder), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("mime_table");

    suite_add_tests(suite, name_has_type, good_text,
                    mistakes_are_told_with_their_line, essence_is_bounded,
                    file_is_bounded, absent_file_is_told,
                    file_that_is_not_regular_is_refused);
    return suite_run(suite);
}
