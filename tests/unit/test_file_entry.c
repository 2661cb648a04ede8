#include "loaded_entry.h"

#include "suite.h"

static bool has_type(const struct file_entry *entry, const char *type)
{
    size_t len = strlen(type);

    return strncmp(entry->file.rider, type, len) == 0 &&
           strncmp(entry->file.rider + len, " \"", 2) == 0;
}

static bool have_same_tag(const struct file_entry *a,
                          const struct file_entry *b)
{
    const char *first = strchr(a->file.rider, '"');
    const char *second = strchr(b->file.rider, '"');
    size_t len = strcspn(first, " ");

    return len == strcspn(second, " ") && memcmp(first, second, len) == 0;
}

START_TEST(small_file_is_in_memory)
{
    struct fixture f;
    struct file_entry *entry;

    begin(&f);
    site_write(&f.site, "a.txt", "sixteen bytes...");
    entry = load(&f, "a.txt");
    ck_assert_int_eq(entry->file.kind, FILE_REGULAR);
    ck_assert_uint_eq(entry->file.size, BODY_MAX);
    ck_assert_int_eq(entry->file.fd, -1);
    ck_assert_mem_eq(entry->file.body, "sixteen bytes...", BODY_MAX);
    ck_assert(has_type(entry, "text/plain; charset=utf-8"));
    release(entry);
    end(&f);
}
END_TEST

START_TEST(large_file_stays_open)
{
    struct fixture f;
    struct file_entry *entry;
    char start[9];

    begin(&f);
    site_write(&f.site, "a.txt", "seventeen bytes..");
    entry = load(&f, "a.txt");
    ck_assert_uint_eq(entry->file.size, BODY_MAX + 1);
    ck_assert_ptr_null(entry->file.body);
    ck_assert_int_eq(pread(entry->file.fd, start, 9, 0), 9);
    ck_assert_mem_eq(start, "seventeen", 9);
    ck_assert(has_type(entry, "text/plain; charset=utf-8"));
    release(entry);
    end(&f);
}
END_TEST

START_TEST(entry_is_counted_until_it_is_released)
{
    struct fixture f;
    struct file_entry *small, *large, *absent;

    begin(&f);
    site_write(&f.site, "small", "sixteen bytes...");
    site_write(&f.site, "large", "seventeen bytes..");
    small = load(&f, "small");
    ck_assert_uint_eq(f.loader.account->bytes, file_entry_bytes(small));
    ck_assert_uint_gt(file_entry_bytes(small), sizeof(*small) + BODY_MAX);
    ck_assert_uint_eq(f.loader.account->descriptors, 0);
    large = load(&f, "large");
    ck_assert_uint_lt(file_entry_bytes(large), file_entry_bytes(small));
    ck_assert_uint_eq(f.loader.account->descriptors, 1);
    absent = load(&f, "absent");
    ck_assert_uint_eq(f.loader.account->bytes, file_entry_bytes(small) +
                                                   file_entry_bytes(large) +
                                                   file_entry_bytes(absent));
    release(small);
    release(large);
    release(absent);
    end(&f);
}
END_TEST

static bool refuse_room(struct file_loader *loader, size_t bytes)
{
    ck_assert_uint_gt(bytes, BODY_MAX);
    loader->body_max_bytes = 0;
    return false;
}

START_TEST(body_without_room_stays_in_its_file)
{
    struct fixture f;
    struct file_entry *entry;

    begin(&f);
    f.loader.make_room = refuse_room;
    site_write(&f.site, "a.txt", "sixteen bytes...");
    entry = load(&f, "a.txt");
    ck_assert_uint_eq(f.loader.body_max_bytes, 0); /* it was asked */
    ck_assert_ptr_null(entry->file.body);
    ck_assert_int_ne(entry->file.fd, -1);
    release(entry);
    end(&f);
}
END_TEST

/* Of a file that the kernel makes up the size says little. */
START_TEST(length_is_that_of_what_was_read)
{
    struct fixture f;
    struct docroot made_up;
    struct file_entry *entry;

    begin(&f);
    if (docroot_open(&made_up, "/sys/class/net/lo") == 0) {
        trail_close(&f.trail);
        ck_assert_int_eq(trail_open(&f.trail, &made_up), 0);
        f.loader.body_max_bytes = 65536;
        entry = load(&f, "mtu");
        ck_assert_int_eq(entry->file.kind, FILE_REGULAR);
        ck_assert_ptr_nonnull(entry->file.body);
        ck_assert_uint_lt(entry->file.size, 16);
        ck_assert_int_eq(entry->file.body[entry->file.size - 1], '\n');
        release(entry);
        docroot_close(&made_up);
    }
    end(&f);
}
END_TEST

START_TEST(empty_file_has_a_body)
{
    struct fixture f;
    struct file_entry *entry;

    begin(&f);
    f.loader.body_max_bytes = 0;
    site_write(&f.site, "a.css", "");
    entry = load(&f, "a.css");
    ck_assert_int_eq(entry->file.kind, FILE_REGULAR);
    ck_assert_uint_eq(entry->file.size, 0);
    ck_assert_ptr_nonnull(entry->file.body);
    ck_assert_int_eq(entry->file.fd, -1);
    ck_assert(has_type(entry, "text/css; charset=utf-8"));
    release(entry);
    end(&f);
}
END_TEST

START_TEST(rider_sees_the_whole_file)
{
    struct fixture f;
    struct file_entry *entry;
    size_t len;

    begin(&f);
    site_write(&f.site, "a.png", "12345");
    entry = load(&f, "a.png");
    len = strlen(entry->file.rider);
    ck_assert(has_type(entry, "image/png"));
    ck_assert_str_eq(entry->file.rider + len - 3, "\" 5");
    ck_assert_uint_eq(entry->rider_len, len + 1);
    release(entry);
    f.loader.ride = NULL;
    entry = load(&f, "a.png");
    ck_assert_ptr_null(entry->file.rider);
    release(entry);
    end(&f);
}
END_TEST

/* Path, rider and body lie behind each other. */
START_TEST(entry_is_one_block)
{
    struct fixture f;
    struct file_entry *entry;

    begin(&f);
    site_write(&f.site, "a.png", "12345");
    entry = load(&f, "a.png");
    ck_assert_ptr_eq(entry->file.rider, entry->path + sizeof("a.png"));
    ck_assert_ptr_eq(entry->file.body, entry->file.rider + entry->rider_len);
    release(entry);
    end(&f);
}
END_TEST

START_TEST(large_file_is_sniffed_in_its_window)
{
    char text[MIME_SNIFF_MAX + 2];
    struct fixture f;
    struct file_entry *entry;

    begin(&f);
    memset(text, 'x', sizeof(text));
    text[MIME_SNIFF_MAX + 1] = '\0';
    /* The window's end cuts this one, and no charset is lost by that. */
    memcpy(text + MIME_SNIFF_MAX - 1, "\xC3\xA9", 2);
    site_write(&f.site, "notes", text);
    entry = load(&f, "notes");
    ck_assert_ptr_null(entry->file.body);
    ck_assert(has_type(entry, "text/plain; charset=utf-8"));
    release(entry);
    end(&f);
}
END_TEST

START_TEST(settled_version_has_the_same_strong_tag)
{
    struct fixture f;
    struct file_entry *first, *second;

    begin(&f);
    site_write(&f.site, "a.txt", "text");
    site_settle(&f.site, "a.txt");
    first = load(&f, "a.txt");
    second = load(&f, "a.txt");
    ck_assert(first->file.etag_is_strong);
    ck_assert(have_same_tag(first, second));
    ck_assert(file_entry_is_true(first, &f.trail));
    release(first);
    release(second);
    end(&f);
}
END_TEST

/* Two files with the same bytes, one of them sent from its descriptor: a tag
 * that is the bytes' own, and says so where nobody can change them. */
START_TEST(small_file_is_tagged_by_its_content)
{
    struct fixture f;
    struct file_entry *one, *other, *changed;

    begin(&f);
    site_write(&f.site, "a.txt", "text");
    site_write(&f.site, "b.txt", "text");
    one = load(&f, "a.txt");
    f.loader.body_max_bytes = 0;
    other = load(&f, "b.txt");
    ck_assert_ptr_null(other->file.body);
    ck_assert(have_same_tag(one, other));
    ck_assert(one->file.etag_is_strong);
    ck_assert_int_eq(other->file.etag_is_strong, other->is_settled);
    site_write(&f.site, "a.txt", "TEXT");
    changed = load(&f, "a.txt");
    ck_assert(!have_same_tag(one, changed));
    release(one);
    release(other);
    release(changed);
    end(&f);
}
END_TEST

/* A tag that was given before the file had settled is never given again. */
START_TEST(large_file_has_a_tag_for_once_until_it_settles)
{
    struct fixture f;
    struct file_entry *first, *second, *settled;
    char *text = calloc(1, FILE_TAG_CONTENT_MAX + 2);

    begin(&f);
    memset(text, 'x', FILE_TAG_CONTENT_MAX + 1);
    do { /* until both fit into the time that it takes to settle */
        site_write(&f.site, "a.txt", text);
        first = load(&f, "a.txt");
        second = load(&f, "a.txt");
        if (second->file.etag_is_strong) {
            release(first);
            release(second);
            second = NULL;
        }
    } while (second == NULL);
    ck_assert(!first->file.etag_is_strong);
    ck_assert(!have_same_tag(first, second));
    ck_assert(!file_entry_is_true(first, &f.trail));
    site_settle(&f.site, "a.txt");
    ck_assert(!file_entry_is_true(first, &f.trail));
    settled = load(&f, "a.txt");
    ck_assert(settled->file.etag_is_strong);
    ck_assert(!have_same_tag(first, settled));
    release(first);
    release(second);
    release(settled);
    free(text);
    end(&f);
}
END_TEST

/* A version that has been seen unchanged for long enough is settled, wherever
 * its ctime lies. The time is not waited for: it is what the cache tells. */
START_TEST(version_that_lies_ahead_settles_by_the_time_it_was_seen)
{
    struct fixture f;
    struct file_entry *first, *other;

    begin(&f);
    site_write(&f.site, "a.txt", "text");
    first = load(&f, "a.txt");
    ck_assert_int_gt(first->first_ms, 0);
    f.loader.before =
        (struct file_seen){first->version, first->first_ms - 100000};
    other = load(&f, "a.txt");
    ck_assert_int_eq(other->first_ms, first->first_ms - 100000);
    f.loader.before.version.ctime_ns++; /* another version */
    release(other);
    other = load(&f, "a.txt");
    ck_assert_int_ge(other->first_ms, first->first_ms);
    release(first);
    release(other);
    end(&f);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("file_entry");

    suite_add_tests(suite, small_file_is_in_memory, large_file_stays_open,
                    length_is_that_of_what_was_read,
                    entry_is_counted_until_it_is_released,
                    body_without_room_stays_in_its_file, empty_file_has_a_body,
                    rider_sees_the_whole_file, entry_is_one_block,
                    large_file_is_sniffed_in_its_window,
                    settled_version_has_the_same_strong_tag,
                    small_file_is_tagged_by_its_content,
                    large_file_has_a_tag_for_once_until_it_settles,
                    version_that_lies_ahead_settles_by_the_time_it_was_seen);
    return suite_run(suite);
}
