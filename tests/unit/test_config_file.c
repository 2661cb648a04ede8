#include "server/config_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "suite.h"

enum { TOLD_LEN = 8192 };

/* What the door told, one line each: "2 workers=[4]" or "3 no such section". */
struct told {
    char text[TOLD_LEN];
    size_t len;
};

static void told_pair(void *context, unsigned line, const char *key,
                      const char *value)
{
    struct told *told = context;

    told->len += (size_t)snprintf(told->text + told->len, TOLD_LEN - told->len,
                                  "%u %s=[%s]\n", line, key, value);
}

static void told_mistake(void *context, unsigned line, const char *what)
{
    struct told *told = context;

    told->len +=
        (size_t)snprintf(told->text + told->len, TOLD_LEN - told->len,
                         "%u %.*s\n", line, (int)strcspn(what, ";,"), what);
}

/* The text of what is told of a file of `len` bytes, which needs no name in the
 * file system. */
static const char *tell(struct told *told, const char *text, size_t len)
{
    const struct config_reader reader = {told, told_pair, told_mistake};
    int fd = memfd_create("config", MFD_CLOEXEC);
    char path[64];

    ck_assert_int_ne(fd, -1);
    ck_assert_int_eq(write(fd, text, len), (ssize_t)len);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    *told = (struct told){.len = 0};
    ck_assert_int_eq(config_file_read(path, &reader), 0);
    close(fd);
    return told->text;
}

struct file {
    const char *text, *told;
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
    /* An indented line is no continuation of the value above it. */
    {"a = 1\n  b = 2\n", "1 a=[1]\n2 b=[2]\n"},
};

START_TEST(pairs_with_the_numbers_of_their_lines)
{
    struct told told;
    size_t i;

    for (i = 0; i < sizeof(files) / sizeof(files[0]); i++)
        ck_assert_str_eq(tell(&told, files[i].text, strlen(files[i].text)),
                         files[i].told);
}
END_TEST

START_TEST(each_bad_line_is_told_and_the_rest_read)
{
    static const char text[] = "a = 1\nnonsense\n[site]\nb = 2\n[open\n\nmore "
                               "nonsense\nc = 3\n";
    struct told told;

    ck_assert_str_eq(tell(&told, text, sizeof(text) - 1),
                     "1 a=[1]\n2 not an option\n3 no such section\n4 b=[2]\n"
                     "5 not an option\n7 not an option\n8 c=[3]\n");
}
END_TEST

START_TEST(byte_of_zero_is_told)
{
    static const char text[] = "a = 1\0 2\nb = 2\n";
    struct told told;

    ck_assert_str_eq(tell(&told, text, sizeof(text) - 1),
                     "1 the line contains a NUL byte\n2 b=[2]\n");
}
END_TEST

/* "k = 000" of `len` bytes, then a good line. */
static void long_line(char *out, size_t size, size_t len)
{
    int len_of_value = (int)len - 4;

    snprintf(out, size, "k = %0*d\nnext = 1\n", len_of_value, 0);
}

START_TEST(longest_line_is_whole)
{
    struct told told;
    char text[300];

    long_line(text, sizeof(text), CONFIG_FILE_LINE_MAX);
    tell(&told, text, strlen(text));
    ck_assert_int_eq(strncmp(told.text, "1 k=[000", 8), 0);
    ck_assert_uint_eq(strcspn(told.text, "]"),
                      strlen("1 k=[") + CONFIG_FILE_LINE_MAX - 4);
    ck_assert_ptr_nonnull(strstr(told.text, "\n2 next=[1]\n"));
}
END_TEST

START_TEST(longer_line_is_told_and_never_cut)
{
    static const size_t lens[] = {CONFIG_FILE_LINE_MAX + 1, 200, 202, 397,
                                  4000};
    char text[5000];
    struct told told;
    size_t i;

    for (i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
        long_line(text, sizeof(text), lens[i]);
        ck_assert_str_eq(tell(&told, text, strlen(text)),
                         "1 the line is longer than 197 bytes\n2 next=[1]\n");
    }
}
END_TEST

START_TEST(comment_may_be_long)
{
    char text[500];
    struct told told;

    memset(text, '#', sizeof(text));
    memcpy(text + 400, "\na = 1\n", 8);
    ck_assert_str_eq(tell(&told, text, strlen(text)), "2 a=[1]\n");
}
END_TEST

/* One comment of so many bytes, or one and its neighbour. */
START_TEST(file_is_bounded)
{
    const struct config_reader reader = {NULL, NULL, NULL};
    char *text = malloc(CONFIG_FILE_MAX + 1), path[64];
    int fd = memfd_create("config", MFD_CLOEXEC);

    ck_assert_ptr_nonnull(text);
    ck_assert_int_ne(fd, -1);
    memset(text, '#', CONFIG_FILE_MAX + 1);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    ck_assert_int_eq(write(fd, text, CONFIG_FILE_MAX), CONFIG_FILE_MAX);
    ck_assert_int_eq(config_file_read(path, &reader), 0);
    ck_assert_int_eq(write(fd, text, 1), 1);
    ck_assert_int_eq(config_file_read(path, &reader), -EFBIG);
    ck_assert_int_eq(config_file_read("/dev/zero", &reader), -EFBIG);
    close(fd);
    free(text);
}
END_TEST

START_TEST(file_that_cannot_be_read_is_an_error)
{
    struct told told = {.len = 0};
    const struct config_reader reader = {&told, told_pair, told_mistake};

    ck_assert_int_eq(config_file_read("no/such/file", &reader), -ENOENT);
    ck_assert_int_eq(config_file_read(".", &reader), -EISDIR);
    ck_assert_uint_eq(told.len, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("config_file");

    suite_add_tests(suite, pairs_with_the_numbers_of_their_lines,
                    each_bad_line_is_told_and_the_rest_read,
                    byte_of_zero_is_told, longest_line_is_whole,
                    longer_line_is_told_and_never_cut, comment_may_be_long,
                    file_is_bounded, file_that_cannot_be_read_is_an_error);
    return suite_run(suite);
}
