/* What is derived from a file: how it is described, how long it lives, and that
 * it counts. */
#include "files/file_derived.h"

#include "cached_site.h"
#include "files/file_marks.h"
#include "files/file_room.h"
#include "files/file_tag.h"
#include "suite.h"

enum {
    CONTENT = 2000,
    CONTENT_ROOM = 3 * (CONTENT + 800),
    ROOM = CONTENT_ROOM * FILE_ROOM_ENTRIES_PART / (FILE_ROOM_ENTRIES_PART - 1),
};

static char content[CONTENT];

/* Counts how often it was called. */
static void release(void *owner)
{
    ++*(int *)owner;
}

/* Rides along as "TYPE ETAG SIZE" and a NUL. */
static size_t ride(const struct file *file,
                   const struct file_description *description,
                   char out[FILE_RIDER_MAX])
{
    return 1 +
           (size_t)snprintf(out, FILE_RIDER_MAX, "%.*s %.*s %llu",
                            (int)description->type.len, description->type.at,
                            (int)description->etag.len, description->etag.at,
                            (unsigned long long)file->size);
}

static struct derivation lent(enum derived_key key, const char *text)
{
    return (struct derivation){.key = key,
                               .content = bytes_of(text),
                               .type = BYTES("text/plain"),
                               .ride = ride};
}

static struct derivation owned(enum derived_key key, int *released)
{
    return (struct derivation){.key = key,
                               .content = {content, CONTENT},
                               .release = release,
                               .owner = released};
}

/* A cache with room for a file and three times its content, and files "a" to
 * "d", which are settled. */
static void begin(struct cached_site *s)
{
    struct file_cache_config config = roomy;

    config.bytes_max = ROOM;
    cached_site_init(s, config);
    for (const char *const *name = (const char *[]){"a", "b", "c", "d", NULL};
         *name != NULL; name++) {
        site_write(&s->site, *name, "text");
        site_settle(&s->site, *name);
    }
}

START_TEST(derived_content_is_described)
{
    const struct derivation derivation = lent(DERIVED_GZIP, "TEXT");
    struct cached_site s;
    const struct file *source, *file;
    char etag[FILE_TAG_SIZE], rider[100];

    begin(&s);
    source = cached_get(&s, "a");
    file = file_cache_derive(s.cache, source, &derivation);
    check_body(file, "TEXT");
    ck_assert_ptr_ne(file->body, derivation.content.at); /* a copy */
    file_tag_of_content(BYTES("TEXT"), etag);
    snprintf(rider, sizeof(rider), "text/plain %s 4", etag);
    ck_assert_str_eq(file->rider, rider);
    ck_assert(file->etag_is_strong);
    ck_assert_int_eq(file->fd, -1);
    ck_assert_int_eq(file->mtime_s, source->mtime_s);
    ck_assert_ptr_eq(file_cache_derived(source, DERIVED_GZIP), file);
    cached_site_fini(&s);
}
END_TEST

START_TEST(tag_may_be_given)
{
    struct derivation derivation = lent(DERIVED_GZIP, "TEXT");
    struct cached_site s;
    const struct file *file;

    begin(&s);
    derivation.etag = BYTES("\"tag\"");
    file = file_cache_derive(s.cache, cached_get(&s, "a"), &derivation);
    ck_assert_str_eq(file->rider, "text/plain \"tag\" 4");
    cached_site_fini(&s);
}
END_TEST

/* Each file has its own, at most one for each key. */
START_TEST(keys_and_files_are_told_apart)
{
    const struct derivation one = lent(DERIVED_BROTLI, "one");
    const struct derivation two = lent(DERIVED_GZIP, "two");
    struct cached_site s;
    const struct file *a, *b;

    begin(&s);
    a = cached_get(&s, "a");
    ck_assert_ptr_null(file_cache_derived(a, DERIVED_BROTLI));
    ck_assert_ptr_nonnull(file_cache_derive(s.cache, a, &one));
    ck_assert_ptr_nonnull(file_cache_derive(s.cache, a, &two));
    ck_assert_ptr_null(file_cache_derive(s.cache, a, &two));
    b = cached_get(&s, "b");
    ck_assert_ptr_null(file_cache_derived(b, DERIVED_BROTLI));
    a = cached_get(&s, "a");
    check_body(file_cache_derived(a, DERIVED_BROTLI), "one");
    check_body(file_cache_derived(a, DERIVED_GZIP), "two");
    ck_assert_ptr_null(file_cache_derived(a, DERIVED_LIVE));
    cached_site_fini(&s);
}
END_TEST

START_TEST(a_new_version_has_none)
{
    int released = 0;
    const struct derivation derivation = owned(DERIVED_GZIP, &released);
    struct cached_site s;
    const struct file *file;

    begin(&s);
    file = file_cache_derive(s.cache, cached_get(&s, "a"), &derivation);
    ck_assert_ptr_eq(file->body, content); /* no copy */
    file = cached_get_next(&s, "a");
    ck_assert_ptr_nonnull(file_cache_derived(file, DERIVED_GZIP));
    ck_assert_int_eq(released, 0);
    site_write(&s.site, "a", "TEXT");
    file = cached_get_next(&s, "a");
    ck_assert_ptr_null(file_cache_derived(file, DERIVED_GZIP));
    ck_assert_int_eq(released, 1);
    cached_site_fini(&s);
}
END_TEST

/* Its own hold keeps it, also when its source and the cache are gone. */
START_TEST(hold_outlives_the_cache)
{
    int released = 0;
    const struct derivation derivation = owned(DERIVED_GZIP, &released);
    struct cached_site s;
    const struct file *file;

    memset(content, 'c', CONTENT);
    begin(&s);
    file = file_cache_derive(s.cache, cached_get(&s, "a"), &derivation);
    hold_get(file_hold(file));
    cached_site_fini(&s);
    ck_assert_int_eq(released, 0);
    ck_assert_int_eq(file->body[CONTENT - 1], 'c');
    hold_release(file_hold(file));
    ck_assert_int_eq(released, 1);
}
END_TEST

/* Three such contents fit. A fourth drops the oldest file with its own. */
START_TEST(bytes_are_bounded)
{
    int released = 0;
    const struct derivation derivation = owned(DERIVED_GZIP, &released);
    static const char *const names[] = {"a", "b", "c", "d"};
    struct cached_site s;
    const struct file *file;

    begin(&s);
    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(released, 0);
        file = cached_get_next(&s, names[i]);
        ck_assert_ptr_nonnull(file_cache_derive(s.cache, file, &derivation));
    }
    ck_assert_int_eq(released, 1);
    file = cached_get_next(&s, "b");
    ck_assert_ptr_nonnull(file_cache_derived(file, DERIVED_GZIP));
    file = cached_get_next(&s, "a");
    ck_assert_ptr_null(file_cache_derived(file, DERIVED_GZIP));
    cached_site_fini(&s);
    ck_assert_int_eq(released, 4);
}
END_TEST

/* What is being sent counts, also when it was dropped: then there is no room,
 * and the content that was taken over is released. */
START_TEST(held_content_counts)
{
    int released = 0;
    const struct derivation derivation = owned(DERIVED_GZIP, &released);
    static const char *const names[] = {"a", "b", "c"};
    const struct file *held[3], *file;
    struct cached_site s;

    begin(&s);
    for (int i = 0; i < 3; i++) {
        held[i] = file_cache_derive(s.cache, cached_get_next(&s, names[i]),
                                    &derivation);
        hold_get(file_hold(held[i]));
        ck_assert_int_eq(unlinkat(s.site.fd, names[i], 0), 0);
        ck_assert_int_eq(cached_get_next(&s, names[i])->kind, FILE_NONE);
    }
    file = cached_get_next(&s, "d");
    ck_assert_ptr_null(file_cache_derive(s.cache, file, &derivation));
    ck_assert_int_eq(released, 1);
    hold_release(file_hold(held[0]));
    ck_assert_int_eq(released, 2);
    ck_assert_ptr_nonnull(file_cache_derive(s.cache, file, &derivation));
    hold_release(file_hold(held[1]));
    hold_release(file_hold(held[2]));
    cached_site_fini(&s);
    ck_assert_int_eq(released, 5);
}
END_TEST

/* There is room, or what would go was not looked at for a while. */
START_TEST(room_is_what_nobody_looked_at)
{
    int released = 0;
    const struct derivation derivation = owned(DERIVED_GZIP, &released);
    static const char *const names[] = {"a", "b", "c"};
    time_t now = 1000000;
    struct cached_site s;

    begin(&s);
    ck_assert(file_cache_has_room(s.cache, CONTENT, now));
    for (int i = 0; i < 3; i++)
        ck_assert_ptr_nonnull(file_cache_derive(
            s.cache, cached_get_next(&s, names[i]), &derivation));
    ck_assert(!file_cache_has_room(s.cache, CONTENT, now));
    ck_assert(!file_cache_has_room(s.cache, SIZE_MAX / 2, now));
    ck_assert(file_cache_has_room(s.cache, 10, now));
    now += FILE_CACHE_CALM_S;
    ck_assert(!file_cache_has_room(s.cache, CONTENT, now));
    for (int i = 0; i < 3; i++) /* all are looked at again */
        cached_get_next(&s, names[i]);
    now += FILE_CACHE_CALM_S;
    ck_assert(!file_cache_has_room(s.cache, CONTENT, now));
    cached_get_next(&s, "b");
    cached_get_next(&s, "c"); /* and a is not */
    now += FILE_CACHE_CALM_S;
    ck_assert(file_cache_has_room(s.cache, CONTENT, now));
    cached_site_fini(&s);
}
END_TEST

START_TEST(what_never_fits_drops_nothing)
{
    int released = 0;
    struct derivation derivation = owned(DERIVED_GZIP, &released);
    struct cached_site s;
    const struct file *a;

    begin(&s);
    a = cached_get(&s, "a");
    derivation.content.len = 100000;
    ck_assert_ptr_null(file_cache_derive(s.cache, a, &derivation));
    ck_assert_int_eq(released, 1);
    ck_assert_ptr_eq(cached_get_next(&s, "a"), a);
    cached_site_fini(&s);
}
END_TEST

/* Both files were looked at in one batch, and the source is the older one. */
START_TEST(source_that_has_to_go_takes_none)
{
    int released = 0;
    struct derivation derivation = owned(DERIVED_GZIP, &released);
    struct cached_site s;
    const struct file *a;

    begin(&s);
    a = cached_get(&s, "a");
    ck_assert_ptr_nonnull(
        file_cache_derive(s.cache, cached_get(&s, "b"), &derivation));
    derivation.content.len = CONTENT_ROOM - 1000;
    ck_assert_ptr_null(file_cache_derive(s.cache, a, &derivation));
    ck_assert_int_eq(released, 2);
    check_body(cached_get(&s, "a"), "text");
    cached_site_fini(&s);
}
END_TEST

/* And nothing is dropped for it. */
START_TEST(dropped_source_takes_none)
{
    int released = 0;
    struct derivation derivation = owned(DERIVED_GZIP, &released);
    struct cached_site s;
    const struct file *a, *b;

    begin(&s);
    a = cached_get(&s, "a");
    b = cached_get(&s, "b");
    hold_get(file_hold(a));
    hold_get(file_hold(b));
    site_write(&s.site, "a", "TEXT");
    check_body(cached_get_next(&s, "a"), "TEXT");
    derivation.content.len = CONTENT_ROOM - 1000;
    ck_assert_ptr_null(file_cache_derive(s.cache, a, &derivation));
    ck_assert_int_eq(released, 1);
    ck_assert_ptr_eq(cached_get(&s, "b"), b);
    hold_release(file_hold(a));
    hold_release(file_hold(b));
    cached_site_fini(&s);
}
END_TEST

/* A file that is sent from its descriptor, which is closed when it was idle:
 * what was derived stays, and so does a mark. */
START_TEST(idle_file_rests)
{
    int released = 0;
    const struct derivation derivation = owned(DERIVED_GZIP, &released);
    struct cached_site s;
    const struct file *file;
    int64_t now_ms = clock_now_ms();

    begin(&s);
    site_write(&s.site, "a", "more than sixteen bytes");
    site_settle(&s.site, "a");
    file = cached_get_next(&s, "a");
    ck_assert(file_marks_set(file, DERIVED_BROTLI));
    ck_assert(!file_marks_set(file, DERIVED_BROTLI));
    ck_assert(file_marks_set(file, DERIVED_GZIP));
    file_marks_clear(file, DERIVED_GZIP);
    ck_assert_ptr_nonnull(file_cache_derive(s.cache, file, &derivation));
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(file_cache_tidy(s.cache, now_ms),
                         now_ms + FILE_CACHE_TIDY_MS);
        now_ms += FILE_CACHE_TIDY_MS;
        ck_assert_int_eq(file_cache_tidy(s.cache, now_ms), INT64_MAX);
        file = cached_get(&s, "a"); /* in the same batch */
        ck_assert_int_ne(file->fd, -1);
        ck_assert_ptr_nonnull(file_cache_derived(file, DERIVED_GZIP));
        ck_assert(!file_marks_set(file, DERIVED_BROTLI));
        ck_assert(file_marks_set(file, DERIVED_GZIP));
        file_marks_clear(file, DERIVED_GZIP);
    }
    ck_assert_int_eq(released, 0);
    file_cache_tidy(s.cache, now_ms);
    file_cache_tidy(s.cache, now_ms + FILE_CACHE_TIDY_MS);
    site_write(&s.site, "a", "MORE THAN SIXTEEN BYTES");
    file = cached_get_next(&s, "a");
    ck_assert_int_eq(released, 1);
    ck_assert_ptr_null(file_cache_derived(file, DERIVED_GZIP));
    ck_assert(file_marks_set(file, DERIVED_BROTLI));
    cached_site_fini(&s);
    ck_assert_int_eq(released, 1);
}
END_TEST

/* One that rests can go like any other, and is removed with its file. */
START_TEST(resting_file_is_dropped)
{
    int released = 0;
    const struct derivation derivation = owned(DERIVED_GZIP, &released);
    static const char *const names[] = {"a", "b", "c", "d"};
    struct cached_site s;
    const struct file *file;
    int64_t now_ms = clock_now_ms();

    begin(&s);
    for (int i = 0; i < 4; i++) {
        site_write(&s.site, names[i], "more than sixteen bytes");
        site_settle(&s.site, names[i]);
        file = cached_get_next(&s, names[i]);
        ck_assert_ptr_nonnull(file_cache_derive(s.cache, file, &derivation));
        file_cache_tidy(s.cache, now_ms);
        now_ms += FILE_CACHE_TIDY_MS;
        ck_assert_int_eq(file_cache_tidy(s.cache, now_ms), INT64_MAX);
    }
    ck_assert_int_eq(released, 1);
    ck_assert_int_eq(unlinkat(s.site.fd, "b", 0), 0);
    ck_assert_int_eq(cached_get_next(&s, "b")->kind, FILE_NONE);
    ck_assert_int_eq(released, 2);
    cached_site_fini(&s);
    ck_assert_int_eq(released, 4);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("file_derived");

    suite_add_tests(suite, derived_content_is_described, tag_may_be_given,
                    keys_and_files_are_told_apart, a_new_version_has_none,
                    hold_outlives_the_cache, bytes_are_bounded,
                    held_content_counts, room_is_what_nobody_looked_at,
                    what_never_fits_drops_nothing,
                    source_that_has_to_go_takes_none, dropped_source_takes_none,
                    idle_file_rests, resting_file_is_dropped);
    return suite_run(suite);
}
