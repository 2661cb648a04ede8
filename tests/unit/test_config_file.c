#include "server/config_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "suite.h"

enum { READ_LEN = 8192 };

/* What is read from a file of `len` bytes, which needs no name in the file
 * system: one line each, "2 workers=[4]" or "3 no such section". */
static const char *read_text(const char *text, size_t len, char out[READ_LEN])
{
    static struct config_file file;
    int fd = memfd_create("config", MFD_CLOEXEC);
    char path[64];
    size_t at = 0;

    ck_assert_int_ne(fd, -1);
    ck_assert_int_eq(write(fd, text, len), (ssize_t)len);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    ck_assert_int_eq(config_file_open(&file, path), 0);
    close(fd);
    out[0] = '\0';
    while (config_file_next(&file)) {
        if (file.mistake != NULL)
            at += (size_t)snprintf(out + at, READ_LEN - at, "%u %.*s\n",
                                   file.line, (int)strcspn(file.mistake, ";,"),
                                   file.mistake);
        else
            at += (size_t)snprintf(out + at, READ_LEN - at, "%u %s=[%s]\n",
                                   file.line, file.key, file.value);
    }
    return out;
}

struct file {
    const char *text, *read;
};

static const struct file files[] = {
    {"", ""},
    {"\n\n", ""},
    {"workers = 4", "1 workers=[4]\n"},
    {"workers=4\r\n\tquiet =  yes \t\r\n", "1 workers=[4]\n2 quiet=[yes]\n"},
    {"# one\n; two\n  # three = 3\na=1\n", "4 a=[1]\n"},
    {"a = 60s   ; default\n", "1 a=[60s]\n"},
    {"a = x;y\n", "1 a=[x;y]\n"},
    {"a = b = c\n", "1 a=[b = c]\n"},
    {"a =\nb = ; nothing\n", "1 a=[]\n2 b=[]\n"},
    {"a = 1\na = 2\n", "1 a=[1]\n2 a=[2]\n"},
    {"[soquete]\na = 1\n", "2 a=[1]\n"},
    {"\xef\xbb\xbf"
     "a = 1\n",
     "1 a=[1]\n"},
    /* An indented line does not continue the value above it. */
    {"a = 1\n  b = 2\n", "1 a=[1]\n2 b=[2]\n"},
};

START_TEST(pairs_with_the_numbers_of_their_lines)
{
    char out[READ_LEN];

    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
        ck_assert_str_eq(read_text(files[i].text, strlen(files[i].text), out),
                         files[i].read);
}
END_TEST

START_TEST(each_bad_line_is_reported_and_the_rest_read)
{
    static const char text[] = "a = 1\nnonsense\n[site]\nb = 2\n[open\n\nmore "
                               "nonsense\nnonsense ; a = b\nc = 3\n";
    char out[READ_LEN];

    ck_assert_str_eq(read_text(text, sizeof(text) - 1, out),
                     "1 a=[1]\n2 not an option\n3 no such section\n4 b=[2]\n"
                     "5 no such section\n7 not an option\n8 not an option\n"
                     "9 c=[3]\n");
}
END_TEST

START_TEST(nul_byte_is_reported)
{
    static const char text[] = "a = 1\0 2\nb = 2\n\0";
    char out[READ_LEN];

    ck_assert_str_eq(read_text(text, sizeof(text) - 1, out),
                     "1 the line contains a NUL byte\n2 b=[2]\n"
                     "3 the line contains a NUL byte\n");
}
END_TEST

START_TEST(line_may_be_as_long_as_the_file)
{
    char text[READ_LEN - 16], out[READ_LEN];

    memset(text, 'v', sizeof(text));
    memcpy(text, "k = ", 4);
    read_text(text, sizeof(text), out);
    ck_assert_uint_eq(strlen(out), strlen("1 k=[]\n") + sizeof(text) - 4);
}
END_TEST

static const char *const unholdable[] = {" a", "a ", "\ta", ";a", "a ;b"};
static const char *const holdable[] = {"", "a", "a b", "a;b", "#a", "a = b"};

START_TEST(value_that_would_be_read_as_another_is_recognized)
{
    for (size_t i = 0; i < sizeof(unholdable) / sizeof(unholdable[0]); i++)
        ck_assert(!config_file_can_hold(unholdable[i]));
    for (size_t i = 0; i < sizeof(holdable) / sizeof(holdable[0]); i++)
        ck_assert(config_file_can_hold(holdable[i]));
}
END_TEST

/* A comment as long as a file may be, and one byte more. */
START_TEST(file_is_bounded)
{
    static char text[CONFIG_FILE_MAX];
    static struct config_file file;
    int fd = memfd_create("config", MFD_CLOEXEC);
    char path[64];

    ck_assert_int_ne(fd, -1);
    memset(text, '#', sizeof(text));
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    ck_assert_int_eq(write(fd, text, sizeof(text)), (ssize_t)sizeof(text));
    ck_assert_int_eq(config_file_open(&file, path), 0);
    ck_assert(!config_file_next(&file));
    ck_assert_int_eq(write(fd, text, 1), 1);
    ck_assert_int_eq(config_file_open(&file, path), -EFBIG);
    ck_assert_int_eq(config_file_open(&file, "/dev/zero"), -EFBIG);
    close(fd);
}
END_TEST

START_TEST(file_that_cannot_be_read_is_an_error)
{
    static struct config_file file;

    ck_assert_int_eq(config_file_open(&file, "no/such/file"), -ENOENT);
    ck_assert_int_eq(config_file_open(&file, "."), -EISDIR);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("config_file");

    suite_add_tests(suite, pairs_with_the_numbers_of_their_lines,
                    each_bad_line_is_reported_and_the_rest_read,
                    nul_byte_is_reported, line_may_be_as_long_as_the_file,
                    value_that_would_be_read_as_another_is_recognized,
                    file_is_bounded, file_that_cannot_be_read_is_an_error);
    return suite_run(suite);
}
