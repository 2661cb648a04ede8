#include "files/file_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "suite.h"

static size_t freed;

static void entry_free(struct hold *hold)
{
    freed++;
    free(LIST_ENTRY(hold, struct file_entry, file.hold));
}

/* An entry of a path of one byte: of a file, or of nothing. */
static struct file_entry *made(char path, int fd, const char *body)
{
    struct file_entry *entry = calloc(1, sizeof(*entry) + 2);

    ck_assert_ptr_nonnull(entry);
    entry->file = (struct file){.kind = fd == -1 && body == NULL ? FILE_NONE
                                                                 : FILE_REGULAR,
                                .fd = fd,
                                .body = body};
    if (body != NULL)
        entry->file.size = strlen(body);
    entry->path[0] = path;
    entry->path_len = 1;
    hold_init(&entry->file.hold, entry_free);
    list_init(&entry->recent);
    return entry;
}

START_TEST(paths_of_one_bucket_are_told_apart)
{
    static const char *const paths[] = {"a", "b", "c", "d"};
    struct file_entry *entries[4];
    struct file_table table;

    freed = 0;
    ck_assert_int_eq(file_table_init(&table, 1), 0); /* one bucket */
    for (size_t i = 0; i < 4; i++) {
        entries[i] = made(paths[i][0], -1, NULL);
        file_table_insert(&table, entries[i], i / 2, 1); /* hashes collide */
    }
    for (size_t i = 0; i < 4; i++)
        ck_assert_ptr_eq(file_table_find(&table, i / 2, bytes_of(paths[i])),
                         entries[i]);
    file_table_drop(&table, entries[1]);
    ck_assert_uint_eq(freed, 1);
    ck_assert_ptr_null(file_table_find(&table, 0, BYTES("b")));
    ck_assert_ptr_null(file_table_find(&table, 0, BYTES("ab")));
    ck_assert_ptr_eq(file_table_find(&table, 0, BYTES("a")), entries[0]);
    ck_assert_ptr_eq(file_table_find(&table, 1, BYTES("d")), entries[3]);
    file_table_fini(&table);
    ck_assert_uint_eq(freed, 4);
}
END_TEST

START_TEST(oldest_is_the_one_looked_at_longest_ago)
{
    struct file_entry *plain = made('p', -1, NULL);
    struct file_entry *body = made('b', -1, "text");
    struct file_entry *open = made('o', 0, NULL);
    struct file_table table;

    ck_assert_int_eq(file_table_init(&table, 8), 0);
    ck_assert_ptr_null(file_table_oldest(&table));
    file_table_insert(&table, body, 1, 1);
    file_table_insert(&table, open, 2, 2);
    file_table_insert(&table, plain, 3, 3);
    ck_assert_ptr_eq(file_table_oldest(&table), body);
    file_table_touch(&table, body, 4);
    ck_assert_ptr_eq(file_table_oldest(&table), open);
    ck_assert_ptr_eq(file_table_oldest_of(&table, HOLDS_NOTHING), plain);
    ck_assert_ptr_eq(file_table_oldest_of(&table, HOLDS_BODY), body);
    file_table_drop(&table, body);
    ck_assert_ptr_null(file_table_oldest_of(&table, HOLDS_BODY));
    file_table_fini(&table);
}
END_TEST

START_TEST(bytes_are_counted)
{
    struct file_entry *plain = made('p', -1, NULL);
    struct file_entry *body = made('b', -1, "text");
    struct file_table table;

    ck_assert_int_eq(file_table_init(&table, 8), 0);
    file_table_insert(&table, plain, 1, 1);
    file_table_insert(&table, body, 2, 1);
    ck_assert_uint_eq(table.entries, 2);
    ck_assert_uint_eq(table.plain_bytes, file_entry_bytes(plain));
    ck_assert_uint_eq(table.bytes,
                      file_entry_bytes(plain) + file_entry_bytes(body));
    file_table_drop(&table, plain);
    ck_assert_uint_eq(table.plain_bytes, 0);
    ck_assert_uint_eq(table.bytes, file_entry_bytes(body));
    file_table_fini(&table);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("file_table");

    suite_add_tests(suite, paths_of_one_bucket_are_told_apart,
                    oldest_is_the_one_looked_at_longest_ago, bytes_are_counted);
    return suite_run(suite);
}
