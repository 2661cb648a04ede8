#include "files/folder_map.h"

#include <stdio.h>
#include <string.h>

#include "suite.h"

enum { MANY = 3 * FOLDER_MAP_BUCKETS };

static struct folder_map map;

static const char *path_of(int watch, char out[32])
{
    snprintf(out, 32, "folder %d", watch);
    return out;
}

START_TEST(each_watch_has_its_path)
{
    char text[32];

    folder_map_init(&map);
    for (int i = 1; i <= MANY; i++)
        ck_assert_int_eq(folder_map_put(&map, i, path_of(i, text)), 0);
    ck_assert_uint_eq(map.count, MANY);
    for (int i = 1; i <= MANY; i += 2)
        folder_map_remove(&map, i);
    ck_assert_uint_eq(map.count, MANY / 2);
    for (int i = 1; i <= MANY; i++) {
        const char *path = folder_map_find(&map, i);

        if (i % 2 == 1)
            ck_assert_ptr_null(path);
        else
            ck_assert_str_eq(path, path_of(i, text));
    }
    folder_map_fini(&map);
    ck_assert_uint_eq(map.count, 0);
}
END_TEST

START_TEST(watch_that_is_put_again_has_its_last_path)
{
    folder_map_init(&map);
    ck_assert_int_eq(folder_map_put(&map, 7, "before"), 0);
    ck_assert_int_eq(folder_map_put(&map, 7, "after"), 0);
    ck_assert_uint_eq(map.count, 1);
    ck_assert_str_eq(folder_map_find(&map, 7), "after");
    folder_map_remove(&map, 7 + FOLDER_MAP_BUCKETS);
    ck_assert_uint_eq(map.count, 1);
    ck_assert_ptr_null(folder_map_find(&map, 7 + FOLDER_MAP_BUCKETS));
    folder_map_fini(&map);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("folder_map");

    suite_add_tests(suite, each_watch_has_its_path,
                    watch_that_is_put_again_has_its_last_path);
    return suite_run(suite);
}
