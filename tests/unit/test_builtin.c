/* The files that are part of the program. */
#include "site/builtin.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "suite.h"

/* Rides along as "TYPE ETAG" and a NUL. */
static size_t ride(const struct file *file,
                   const struct file_description *description,
                   char out[FILE_RIDER_MAX])
{
    (void)file;
    return 1 +
           (size_t)snprintf(out, FILE_RIDER_MAX, "%.*s %.*s",
                            (int)description->type.len, description->type.at,
                            (int)description->etag.len, description->etag.at);
}

static const char *tag_of(const struct file *file)
{
    return strrchr(file->rider, ' ') + 1;
}

static const struct file *find(struct builtin *builtin, const char *path)
{
    return builtin_find(builtin, bytes_of(path));
}

static const struct owned {
    const char *path;
    bool is_owned;
} owned[] = {
    {"-/wire", true},      {"-/wire/", true}, {"-/wire/x", true},
    {"-/wire/../x", true}, {"", false},       {"-", false},
    {"-/", false},         {"-/wir", false},  {"-/wires", false},
    {"x/-/wire/", false},  {"wire/", false},
};

START_TEST(folder_and_all_below_it_is_owned)
{
    for (size_t i = 0; i < sizeof(owned) / sizeof(owned[0]); i++)
        ck_assert_msg(builtin_owns(bytes_of(owned[i].path)) ==
                          owned[i].is_owned,
                      "'%s'", owned[i].path);
}
END_TEST

START_TEST(page_is_there_with_its_rider)
{
    struct builtin *builtin = builtin_new(ride);
    const struct file *page = find(builtin, "-/wire/");

    ck_assert_ptr_nonnull(page);
    ck_assert_ptr_eq(page, find(builtin, "-/wire/index.html"));
    ck_assert_int_eq(page->kind, FILE_REGULAR);
    ck_assert_uint_gt(page->size, 100);
    ck_assert_int_eq(memcmp(page->body, "<!doctype html>", 15), 0);
    ck_assert_int_eq(strncmp(page->rider, "text/html; charset=utf-8 \"", 26),
                     0);
    ck_assert(page->etag_is_strong);
    hold_release(hold_get(file_hold(page)));
    builtin_free(builtin);
}
END_TEST

START_TEST(page_has_a_sidecar_of_its_own)
{
    struct builtin *builtin = builtin_new(ride);
    const struct file *page = find(builtin, "-/wire/");
    const struct file *sidecar = builtin_sidecar(builtin, page);

    ck_assert_ptr_nonnull(sidecar);
    ck_assert_ptr_eq(sidecar, find(builtin, "-/wire/index.html.gz"));
    ck_assert_uint_lt(sidecar->size, page->size);
    ck_assert_int_eq(memcmp(sidecar->body, "\x1f\x8b", 2), 0);
    ck_assert_int_eq(strncmp(sidecar->rider, "application/gzip ", 17), 0);
    ck_assert_str_ne(tag_of(sidecar), tag_of(page));
    builtin_free(builtin);
}
END_TEST

START_TEST(large_file_and_sidecars_have_no_sidecar)
{
    struct builtin *builtin = builtin_new(ride);
    const struct file *page = find(builtin, "-/wire/");

    ck_assert_ptr_null(builtin_sidecar(builtin, find(builtin, "-/wire/large")));
    ck_assert_ptr_null(
        builtin_sidecar(builtin, builtin_sidecar(builtin, page)));
    builtin_free(builtin);
}
END_TEST

START_TEST(same_bytes_have_the_same_tag)
{
    struct builtin *a = builtin_new(ride);
    struct builtin *b = builtin_new(ride);

    ck_assert_str_eq(tag_of(find(a, "-/wire/")), tag_of(find(b, "-/wire/")));
    ck_assert_str_ne(tag_of(find(a, "-/wire/")),
                     tag_of(find(a, "-/wire/large")));
    builtin_free(a);
    builtin_free(b);
}
END_TEST

START_TEST(large_file_is_zeros_that_cost_nothing)
{
    struct builtin *builtin = builtin_new(ride);
    const struct file *large = find(builtin, "-/wire/large");
    char byte = 'x';

    ck_assert_uint_eq(large->size, BUILTIN_LARGE_SIZE);
    ck_assert_ptr_null(large->body);
    ck_assert_int_eq(pread(large->fd, &byte, 1, BUILTIN_LARGE_SIZE - 1), 1);
    ck_assert_int_eq(byte, 0);
    ck_assert_int_eq(strncmp(large->rider, "application/octet-stream ", 25), 0);
    builtin_free(builtin);
}
END_TEST

START_TEST(other_names_are_nothing)
{
    struct builtin *builtin = builtin_new(ride);

    ck_assert_int_eq(find(builtin, "-/wire")->kind, FILE_FOLDER);
    ck_assert_ptr_null(find(builtin, "-/wire/no"));
    ck_assert_ptr_null(find(builtin, "-/wire/large/"));
    ck_assert_ptr_null(find(builtin, "-/wire//"));
    builtin_free(builtin);
    builtin_free(NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("builtin");

    suite_add_tests(
        suite, folder_and_all_below_it_is_owned, page_is_there_with_its_rider,
        page_has_a_sidecar_of_its_own, large_file_and_sidecars_have_no_sidecar,
        same_bytes_have_the_same_tag, large_file_is_zeros_that_cost_nothing,
        other_names_are_nothing);
    return suite_run(suite);
}
