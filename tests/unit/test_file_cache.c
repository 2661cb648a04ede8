#include "files/file_cache.h"

#include <dirent.h>
#include <sys/resource.h>

#include "cached_site.h"
#include "suite.h"

static int descriptors_open(void)
{
    DIR *folder = opendir("/proc/self/fd");
    int count = 0;

    ck_assert_ptr_nonnull(folder);
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}

START_TEST(one_batch_gives_one_response)
{
    struct cached_site s;
    const struct file *file;

    cached_site_init(&s, roomy);
    site_write(&s.site, "file", "one");
    file = cached_get(&s, "file");
    site_write(&s.site, "file", "changed");
    ck_assert_ptr_eq(cached_get(&s, "file"), file);
    check_body(file, "one");
    check_body(cached_get_next(&s, "file"), "changed");
    cached_site_fini(&s);
}
END_TEST

START_TEST(what_has_not_changed_is_loaded_once)
{
    static const char *const paths[] = {"file", "large", "dir", "absent"};
    struct cached_site s;

    cached_site_init(&s, roomy);
    site_write(&s.site, "file", "one");
    site_write(&s.site, "large", "more than sixteen bytes");
    site_folder(&s.site, "dir");
    site_settle(&s.site, "file");
    site_settle(&s.site, "large");
    for (size_t i = 0; i < 4; i++) {
        const struct file *file = cached_get(&s, paths[i]);

        hold_get(file_hold(file));
        ck_assert_ptr_eq(cached_get_next(&s, paths[i]), file);
        hold_release(file_hold(file));
    }
    cached_site_fini(&s);
}
END_TEST

START_TEST(no_path_is_too_strange)
{
    char path[10000];
    struct cached_site s;

    cached_site_init(&s, roomy);
    site_write(&s.site, "file", "one");
    memset(path, 'p', sizeof(path));
    for (size_t len = 200; len < sizeof(path); len += len < 4000 ? 900 : 1)
        ck_assert_int_eq(
            file_cache_get(s.cache, (struct bytes){path, len})->kind,
            FILE_NONE);
    ck_assert_int_eq(file_cache_get(s.cache, BYTES("file\0.html"))->kind,
                     FILE_NONE);
    ck_assert_int_eq(cached_get(&s, "/etc/passwd")->kind, FILE_NONE);
    ck_assert_int_eq(cached_get(&s, "../outside.txt")->kind, FILE_NONE);
    check_body(cached_get(&s, "file"), "one");
    cached_site_fini(&s);
}
END_TEST

START_TEST(descriptors_are_bounded)
{
    struct file_cache_config config = roomy;
    struct cached_site s;
    int before;
    char name[20];

    config.descriptors_max = 3;
    cached_site_init(&s, config);
    site_folder(&s.site, "dir");
    before = descriptors_open();
    site_write(&s.site, "small", "small");
    ck_assert_int_eq(cached_get(&s, "small")->fd, -1);
    ck_assert_int_eq(cached_get(&s, "absent")->kind, FILE_NONE);
    ck_assert_int_eq(cached_get(&s, "dir")->kind, FILE_FOLDER);
    ck_assert_int_eq(descriptors_open(), before);
    for (int i = 0; i < 20; i++) {
        snprintf(name, sizeof(name), "%d.txt", i);
        site_write(&s.site, name, "more than sixteen bytes");
        ck_assert_int_ne(cached_get_next(&s, name)->fd, -1);
        ck_assert_int_le(descriptors_open(), before + 3);
    }
    ck_assert_int_eq(descriptors_open(), before + 3);
    file_cache_free(s.cache);
    s.cache = NULL;
    ck_assert_int_eq(descriptors_open(), before - 1); /* and the root's */
    cached_site_fini(&s);
}
END_TEST

START_TEST(idle_descriptors_are_closed)
{
    enum { STEP = FILE_CACHE_TIDY_MS, START = 5 };
    struct cached_site s;
    const struct file *held;
    int before;

    cached_site_init(&s, roomy);
    site_write(&s.site, "file", "small");
    site_write(&s.site, "large", "more than sixteen bytes");
    site_write(&s.site, "other", "more than sixteen bytes");
    site_settle(&s.site, "large");
    site_settle(&s.site, "other");
    before = descriptors_open();
    cached_get_next(&s, "file");
    ck_assert_int_eq(file_cache_tidy(s.cache, START), INT64_MAX);
    held = cached_get_next(&s, "large");
    cached_get_next(&s, "other");
    ck_assert_int_eq(file_cache_tidy(s.cache, START), START + STEP);
    ck_assert_int_eq(file_cache_tidy(s.cache, START + 1), START + STEP);
    hold_get(file_hold(held)); /* somebody sends it, and stays */
    ck_assert_ptr_eq(cached_get_next(&s, "large"), held);
    cached_get_next(&s, "other");
    ck_assert_int_eq(file_cache_tidy(s.cache, START + STEP), START + 2 * STEP);
    ck_assert_int_eq(descriptors_open(), before + 2); /* both were asked for */
    ck_assert_int_eq(file_cache_tidy(s.cache, START + 2 * STEP),
                     START + 3 * STEP);
    ck_assert_int_eq(descriptors_open(), before + 1);
    ck_assert_ptr_eq(cached_get_next(&s, "large"), held);
    hold_release(file_hold(held));
    file_cache_tidy(s.cache, START + 3 * STEP);
    ck_assert_int_eq(file_cache_tidy(s.cache, START + 4 * STEP), INT64_MAX);
    ck_assert_int_eq(descriptors_open(), before);
    ck_assert_ptr_nonnull(cached_get(&s, "file")->body); /* no descriptor */
    cached_site_fini(&s);
}
END_TEST

START_TEST(held_file_outlives_its_entry_and_the_cache)
{
    struct cached_site s;
    const struct file *small, *large;
    char start[4];

    cached_site_init(&s, roomy);
    site_write(&s.site, "small", "small");
    site_write(&s.site, "large", "more than sixteen bytes");
    small = cached_get(&s, "small");
    large = cached_get(&s, "large");
    hold_get(file_hold(small));
    hold_get(file_hold(large));
    ck_assert_int_eq(unlinkat(s.site.fd, "small", 0), 0);
    ck_assert_int_eq(unlinkat(s.site.fd, "large", 0), 0);
    ck_assert_int_eq(cached_get_next(&s, "small")->kind, FILE_NONE);
    ck_assert_int_eq(cached_get(&s, "large")->kind, FILE_NONE);
    file_cache_free(s.cache);
    s.cache = NULL;
    check_body(small, "small");
    ck_assert_int_eq(pread(large->fd, start, 4, 0), 4);
    ck_assert_mem_eq(start, "more", 4);
    hold_release(file_hold(small));
    hold_release(file_hold(large));
    cached_site_fini(&s);
}
END_TEST

/* No new descriptor from here on. Returns the limit that was. */
static struct rlimit forbid_descriptors(void)
{
    struct rlimit limit, none = {0, 0};

    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    none.rlim_cur = (rlim_t)dup(0);
    ck_assert_int_ne((int)none.rlim_cur, -1);
    close((int)none.rlim_cur);
    none.rlim_max = limit.rlim_max;
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
    return limit;
}

START_TEST(descriptors_are_given_back_when_they_run_out)
{
    struct cached_site s;
    struct rlimit limit;

    cached_site_init(&s, roomy);
    site_write(&s.site, "large", "more than sixteen bytes");
    site_write(&s.site, "file", "text");
    site_settle(&s.site, "file");
    site_settle(&s.site, "large");
    cached_get(&s, "large");
    limit = forbid_descriptors();
    check_body(cached_get(&s, "file"), "text");
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
    cached_site_fini(&s);
}
END_TEST

START_TEST(unreadable_is_not_kept)
{
    struct cached_site s;
    struct rlimit limit;

    cached_site_init(&s, roomy);
    site_write(&s.site, "file", "text");
    limit = forbid_descriptors();
    ck_assert_int_eq(cached_get(&s, "file")->kind, FILE_UNREADABLE);
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
    check_body(cached_get(&s, "file"), "text");
    cached_site_fini(&s);
}
END_TEST

START_TEST(unreadable_is_logged_by_name)
{
    struct cached_site s;
    struct rlimit limit;
    char line[512];
    ssize_t len;
    int ends[2];

    ck_assert_int_eq(pipe2(ends, O_NONBLOCK | O_CLOEXEC), 0);
    ck_assert_int_ne(dup2(ends[1], STDERR_FILENO), -1);
    cached_site_init(&s, roomy);
    site_write(&s.site, "a\nb", "text");
    limit = forbid_descriptors();
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(cached_get(&s, "a\nb")->kind, FILE_UNREADABLE);
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
    len = read(ends[0], line, sizeof(line) - 1);
    ck_assert_int_gt(len, 0);
    line[len] = '\0';
    ck_assert_ptr_nonnull(
        strstr(line, "cannot read a\\x0ab: Too many open files\n"));
    cached_site_fini(&s);
}
END_TEST

/* Random requests and changes against a plain memory of what is there. */
START_TEST(any_order_of_events_is_responded_right)
{
    enum { NAMES = 12, STEPS = 3000 };
    struct file_cache_config config = roomy;
    struct cached_site s;
    char texts[NAMES][40] = {{0}}, name[3] = "fx";
    unsigned seed = 1;

    config.entries_max = 5;
    config.bytes_max = 1200;
    config.plain_bytes_max = 600;
    config.descriptors_max = 2;
    cached_site_init(&s, config);
    for (int step = 0; step < STEPS; step++) {
        char *text = texts[rand_r(&seed) % NAMES];
        const struct file *file;

        name[1] = (char)('a' + (text - texts[0]) / 40);
        if (rand_r(&seed) % 3 == 0) {
            snprintf(text, 40, "%.*d", 4 + 20 * (rand_r(&seed) % 2), step);
            site_write(&s.site, name, text);
        } else if (rand_r(&seed) % 5 == 0) {
            unlinkat(s.site.fd, name, 0);
            text[0] = '\0';
        }
        file = cached_get_next(&s, name);
        ck_assert_int_eq(file->kind,
                         text[0] == '\0' ? FILE_NONE : FILE_REGULAR);
        if (file->body != NULL)
            check_body(file, text);
        else if (file->fd != -1)
            ck_assert_uint_eq(file->size, strlen(text));
    }
    cached_site_fini(&s);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("file_cache");

    suite_add_tests(suite, one_batch_gives_one_response,
                    what_has_not_changed_is_loaded_once, no_path_is_too_strange,
                    descriptors_are_bounded, idle_descriptors_are_closed,
                    held_file_outlives_its_entry_and_the_cache,
                    descriptors_are_given_back_when_they_run_out,
                    unreadable_is_not_kept, unreadable_is_logged_by_name,
                    any_order_of_events_is_responded_right);
    return suite_run(suite);
}
