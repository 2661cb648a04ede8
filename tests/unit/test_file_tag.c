#include "files/file_tag.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "suite.h"

/* XXH3, 128 bits, as xxh128sum(1) prints it. */
static const struct {
    const char *content, *tag;
} contents[] = {
    {"", "\"99aa06d3014798d86001c324468d497f\""},
    {"a", "\"a96faf705af16834e6c632b61e964e1f\""},
    {"hello\n", NULL},
};

START_TEST(content_has_its_own_tag)
{
    char tag[FILE_TAG_SIZE], other[FILE_TAG_SIZE] = "";

    for (size_t i = 0; i < sizeof(contents) / sizeof(contents[0]); i++) {
        file_tag_of_content(bytes_of(contents[i].content), tag);
        if (contents[i].tag != NULL)
            ck_assert_str_eq(tag, contents[i].tag);
        ck_assert_uint_eq(strlen(tag), 34);
        ck_assert_str_ne(tag, other);
        memcpy(other, tag, sizeof(tag));
    }
}
END_TEST

static int file_of(const char *at, size_t len)
{
    int fd = memfd_create("file", MFD_CLOEXEC);

    ck_assert_int_eq(write(fd, at, len), (ssize_t)len);
    return fd;
}

START_TEST(file_read_in_pieces_has_the_tag_of_its_bytes)
{
    static const size_t lens[] = {0,     1,     16383,  16384,
                                  16385, 65536, 100000, FILE_TAG_CONTENT_MAX};
    char *bytes = malloc(FILE_TAG_CONTENT_MAX);

    for (size_t i = 0; i < FILE_TAG_CONTENT_MAX; i++)
        bytes[i] = (char)(i * 7 + i / 251);
    for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
        char whole[FILE_TAG_SIZE], pieces[FILE_TAG_SIZE];
        int fd = file_of(bytes, lens[i]);

        file_tag_of_content((struct bytes){bytes, lens[i]}, whole);
        ck_assert_int_eq(file_tag_of_file(fd, lens[i], pieces), 0);
        ck_assert_str_eq(pieces, whole);
        ck_assert_int_eq(file_tag_of_file(fd, lens[i] + 1, pieces), -EAGAIN);
        if (lens[i] > 0)
            ck_assert_int_eq(file_tag_of_file(fd, lens[i] - 1, pieces),
                             -EAGAIN);
        close(fd);
    }
    ck_assert_int_eq(file_tag_of_file(-1, 1, (char[FILE_TAG_SIZE]){0}), -EBADF);
    free(bytes);
}
END_TEST

static const struct file_version version = {
    .inode = 42,
    .size = 0x1000,
    .mtime_s = 500,
    .mtime_ns = 1,
    .ctime_s = 501,
    .ctime_ns = 7,
};

START_TEST(tag_of_a_version_is_size_and_mtime)
{
    struct file_version other = version;
    char tag[FILE_TAG_SIZE];

    file_tag_of_version(&version, 0, tag);
    ck_assert_str_eq(tag, "\"1000-746a528801\"");
    other.inode++; /* another replica's */
    other.ctime_s++;
    file_tag_of_version(&other, 0, tag);
    ck_assert_str_eq(tag, "\"1000-746a528801\"");
    file_tag_of_version(&version, 0xbeef, tag);
    ck_assert_str_eq(tag, "\"1000-746a528801-beef\"");
}
END_TEST

START_TEST(longest_tag_keeps_its_quotes)
{
    const struct file_version most = {
        .size = -1, .mtime_s = -1, .mtime_ns = 999999999};
    char tag[FILE_TAG_SIZE];

    file_tag_of_version(&most, UINT32_MAX, tag);
    ck_assert_str_eq(tag, "\"ffffffffffffffff-ffffffffffffffff-ffffffff\"");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("file_tag");

    suite_add_tests(suite, content_has_its_own_tag,
                    file_read_in_pieces_has_the_tag_of_its_bytes,
                    tag_of_a_version_is_size_and_mtime,
                    longest_tag_keeps_its_quotes);
    return suite_run(suite);
}
