/* What the cache's bounds let in, and what goes when there is no room. */
#include "cached_site.h"
#include "suite.h"

START_TEST(oldest_entry_goes_first)
{
    struct file_cache_config config = roomy;
    struct cached_site s;
    const struct file *a, *b;

    config.entries_max = 2;
    cached_site_init(&s, config);
    site_write(&s.site, "a", "a");
    site_write(&s.site, "b", "b");
    site_settle(&s.site, "a");
    site_settle(&s.site, "b");
    a = cached_get_next(&s, "a");
    hold_get(file_hold(a));
    b = cached_get_next(&s, "b");
    hold_get(file_hold(b));
    ck_assert_ptr_eq(cached_get_next(&s, "a"), a);
    ck_assert_int_eq(cached_get_next(&s, "absent")->kind, FILE_NONE);
    ck_assert_ptr_eq(cached_get_next(&s, "a"), a);
    ck_assert_ptr_ne(cached_get_next(&s, "b"), b);
    ck_assert_ptr_eq(cached_get_next(&s, "a"), a);
    hold_release(file_hold(a));
    hold_release(file_hold(b));
    cached_site_fini(&s);
}
END_TEST

enum { BODY = 2000, TWO_BODIES = 6000 }; /* two entries fit, three do not */

/* A cache with room for two files of BODY bytes, and three of them: a, b, c. */
static void begin_tight(struct cached_site *s)
{
    struct file_cache_config config = roomy;
    char text[BODY + 1];

    config.body_max_bytes = BODY;
    config.bytes_max = TWO_BODIES;
    config.plain_bytes_max = 1000;
    cached_site_init(s, config);
    memset(text, 'x', BODY);
    text[BODY] = '\0';
    for (const char *const *name = (const char *[]){"a", "b", "c", NULL};
         *name != NULL; name++) {
        site_write(&s->site, *name, text);
        site_settle(&s->site, *name);
    }
}

START_TEST(bytes_are_bounded)
{
    struct cached_site s;
    const struct file *a;

    begin_tight(&s);
    a = cached_get_next(&s, "a");
    hold_get(file_hold(a));
    ck_assert_ptr_nonnull(cached_get_next(&s, "b")->body);
    ck_assert_ptr_eq(cached_get(&s, "a"), a); /* both fit */
    hold_release(file_hold(a));
    ck_assert_ptr_nonnull(cached_get(&s, "c")->body); /* b goes */
    ck_assert_int_eq(unlinkat(s.site.fd, "a", 0), 0);
    ck_assert_int_eq(unlinkat(s.site.fd, "b", 0), 0);
    ck_assert_int_eq(cached_get(&s, "a")->kind, FILE_REGULAR);
    ck_assert_int_eq(cached_get(&s, "b")->kind, FILE_NONE);
    cached_site_fini(&s);
}
END_TEST

/* What a client that does not read holds counts, also when the cache has
 * dropped it: then files are sent from their descriptors. */
START_TEST(held_bytes_count)
{
    struct cached_site s;
    const struct file *a, *b;

    begin_tight(&s);
    a = cached_get_next(&s, "a");
    hold_get(file_hold(a));
    b = cached_get_next(&s, "b");
    hold_get(file_hold(b));
    ck_assert_int_eq(cached_get_next(&s, "absent")->kind, FILE_NONE);
    for (int i = 0; i < 3; i++) {
        const struct file *c = cached_get_next(&s, "c");

        ck_assert_int_eq(c->kind, FILE_REGULAR);
        ck_assert_ptr_null(c->body);
        ck_assert_int_ne(c->fd, -1);
    }
    hold_release(file_hold(a));
    ck_assert_ptr_nonnull(cached_get_next(&s, "c")->body); /* there is room */
    hold_release(file_hold(b));
    cached_site_fini(&s);
}
END_TEST

/* Bodies that are being sent, of which five would just fit, leave room for the
 * entries of files that are sent from their descriptors. */
START_TEST(bodies_leave_room_for_entries)
{
    enum { LARGE_BODY = 20000, FILES = 24, BOUND = 5 * LARGE_BODY + 3000 };
    struct file_cache_config config = roomy;
    const struct file *held[FILES];
    static char text[LARGE_BODY + 1];
    struct cached_site s;
    char name[] = "a";

    config.body_max_bytes = LARGE_BODY;
    config.bytes_max = BOUND;
    config.entries_max = config.descriptors_max = FILES;
    cached_site_init(&s, config);
    memset(text, 'x', LARGE_BODY);
    for (int i = 0; i < FILES; i++, name[0]++) {
        site_write(&s.site, name, text);
        site_settle(&s.site, name);
        held[i] = cached_get_next(&s, name);
        ck_assert_int_eq(held[i]->kind, FILE_REGULAR);
        hold_get(file_hold(held[i]));
    }
    ck_assert_ptr_nonnull(held[0]->body);
    ck_assert_ptr_null(held[FILES - 1]->body);
    for (int i = 0; i < FILES; i++)
        hold_release(file_hold(held[i]));
    cached_site_fini(&s);
}
END_TEST

START_TEST(nothing_is_dropped_in_vain)
{
    struct cached_site s;
    const struct file *a, *small;

    begin_tight(&s);
    site_write(&s.site, "small", "small");
    site_settle(&s.site, "small");
    a = cached_get_next(&s, "a");
    hold_get(file_hold(a));
    ck_assert_int_eq(unlinkat(s.site.fd, "a", 0), 0);
    ck_assert_int_eq(cached_get_next(&s, "a")->kind, FILE_NONE);
    small = cached_get_next(&s, "small");
    hold_get(file_hold(small));
    for (int i = 0; i < 3; i++)
        ck_assert_ptr_nonnull(cached_get_next(&s, "b")->body);
    ck_assert_ptr_eq(cached_get_next(&s, "small"), small);
    hold_release(file_hold(a));
    hold_release(file_hold(small));
    cached_site_fini(&s);
}
END_TEST

/* Not even an entry without bytes fits: the answer passes with what holds. */
START_TEST(no_room_at_all_passes)
{
    struct file_cache_config config = roomy;
    struct cached_site s;
    const struct file *a;

    config.body_max_bytes = 5;
    config.bytes_max = 300;
    config.plain_bytes_max = 50;
    cached_site_init(&s, config);
    site_write(&s.site, "a", "sixbyt");
    site_write(&s.site, "b", "sixbyt");
    site_folder(&s.site, "dir");
    a = cached_get_next(&s, "a");
    ck_assert_int_eq(a->kind, FILE_REGULAR);
    hold_get(file_hold(a));
    ck_assert_int_eq(unlinkat(s.site.fd, "a", 0), 0);
    ck_assert_int_eq(cached_get_next(&s, "a")->kind, FILE_NONE);
    ck_assert_int_eq(cached_get_next(&s, "dir")->kind, FILE_FOLDER);
    ck_assert_int_eq(cached_get_next(&s, "b")->kind, FILE_UNREADABLE);
    hold_release(file_hold(a));
    ck_assert_int_eq(cached_get_next(&s, "b")->kind, FILE_REGULAR);
    cached_site_fini(&s);
}
END_TEST

START_TEST(names_that_do_not_exist_are_bounded)
{
    struct cached_site s;
    const struct file *a;
    char name[20];

    begin_tight(&s);
    a = cached_get_next(&s, "a");
    hold_get(file_hold(a));
    for (int i = 0; i < 1000; i++) {
        snprintf(name, sizeof(name), "absent-%d", i);
        ck_assert_int_eq(cached_get_next(&s, name)->kind, FILE_NONE);
    }
    site_write(&s.site, "absent-0", "");
    site_write(&s.site, "absent-999", "");
    ck_assert_int_eq(cached_get(&s, "absent-999")->kind, FILE_NONE); /* known */
    ck_assert_int_eq(cached_get(&s, "absent-0")->kind, FILE_REGULAR);
    ck_assert_ptr_eq(cached_get(&s, "a"), a);
    hold_release(file_hold(a));
    cached_site_fini(&s);
}
END_TEST

/* Descriptors that are sent from count, also when the cache has dropped them.
 */
START_TEST(held_descriptors_count)
{
    struct file_cache_config config = roomy;
    const struct file *held[2];
    struct cached_site s;
    char name[] = "0";

    config.descriptors_max = 2;
    cached_site_init(&s, config);
    for (int i = 0; i < 4; i++) {
        name[0] = (char)('0' + i);
        site_write(&s.site, name, "more than sixteen bytes");
        site_settle(&s.site, name);
    }
    held[0] = cached_get_next(&s, "0");
    hold_get(file_hold(held[0]));
    ck_assert_int_eq(unlinkat(s.site.fd, "0", 0), 0);
    ck_assert_int_eq(cached_get_next(&s, "0")->kind, FILE_NONE);
    ck_assert_int_ne(cached_get_next(&s, "1")->fd, -1);
    held[1] = cached_get_next(&s, "2"); /* in the place of 1 */
    hold_get(file_hold(held[1]));
    ck_assert_int_eq(cached_get_next(&s, "3")->kind, FILE_UNREADABLE);
    ck_assert_ptr_eq(cached_get_next(&s, "2"), held[1]);
    hold_release(file_hold(held[0]));
    ck_assert_int_eq(cached_get_next(&s, "3")->kind, FILE_REGULAR);
    hold_release(file_hold(held[1]));
    cached_site_fini(&s);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("file_cache_bounds");

    suite_add_tests(suite, oldest_entry_goes_first, bytes_are_bounded,
                    held_bytes_count, bodies_leave_room_for_entries,
                    nothing_is_dropped_in_vain, no_room_at_all_passes,
                    names_that_do_not_exist_are_bounded,
                    held_descriptors_count);
    return suite_run(suite);
}
