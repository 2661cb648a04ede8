#include "files/file_read.h"

#include "site.h"
#include "suite.h"

static const struct {
    const char *name;
    uint64_t from;
    size_t len;
    const char *read;
} cases[] = {
    {"all", 0, 10, "0123456789"}, {"start", 0, 3, "012"},
    {"middle", 4, 3, "456"},      {"past_the_end", 7, 9, "789"},
    {"at_the_end", 10, 5, ""},    {"behind_the_end", 99, 5, ""},
    {"nothing", 3, 0, ""},
};

START_TEST(reads_what_is_there)
{
    struct site site;
    int fd;

    site_init(&site);
    site_write(&site, "file", "0123456789");
    fd = openat(site.fd, "file", O_RDONLY | O_CLOEXEC);
    ck_assert_int_ne(fd, -1);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char out[16];
        ssize_t got = file_read(fd, cases[i].from, out, cases[i].len);

        ck_assert_msg(got == (ssize_t)strlen(cases[i].read), "%s: %zd",
                      cases[i].name, got);
        ck_assert_mem_eq(out, cases[i].read, (size_t)got);
    }
    close(fd);
    site_fini(&site);
}
END_TEST

START_TEST(failure_is_an_errno)
{
    char out[4];

    ck_assert_int_eq(file_read(-1, 0, out, sizeof(out)), -EBADF);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("file_read");

    suite_add_tests(suite, reads_what_is_there, failure_is_an_errno);
    return suite_run(suite);
}
