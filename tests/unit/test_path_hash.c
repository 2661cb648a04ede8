#include "files/path_hash.h"

#include "suite.h"

/* BYTES is no constant expression, which a static table asks for. */
#define TEXT(literal)                  \
    {                                  \
        (literal), sizeof(literal) - 1 \
    }

/* Values of another implementation, Python's hash() of bytes with
 * PYTHONHASHSEED=0, on a machine with little-endian words. */
START_TEST(agrees_with_siphash_1_3)
{
    static const struct path_hash_key zero;
    static const struct {
        struct bytes path;
        uint64_t hash;
    } cases[] = {
        {TEXT("abc"), 0xc03bc3a0042630f2},
        {TEXT("abcdefgh"), 0x3f7b849c0b8e35ea},
        {TEXT("index.html"), 0x7ba89c7d58c7a3f0},
        {TEXT("assets/app.3f2a1b.js"), 0xe8902d33294e87d5},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        ck_assert_uint_eq(path_hash(&zero, cases[i].path), cases[i].hash);
}
END_TEST

START_TEST(each_word_of_the_key_counts)
{
    const struct bytes path = BYTES("index.html");
    const uint64_t hash = path_hash(&(struct path_hash_key){{1, 1}}, path);

    ck_assert_uint_ne(path_hash(&(struct path_hash_key){{2, 1}}, path), hash);
    ck_assert_uint_ne(path_hash(&(struct path_hash_key){{1, 2}}, path), hash);
}
END_TEST

START_TEST(length_counts_though_bytes_are_zero)
{
    static const struct path_hash_key key = {{3, 4}};

    ck_assert_uint_ne(path_hash(&key, BYTES("")), path_hash(&key, BYTES("\0")));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("path_hash");

    suite_add_tests(suite, agrees_with_siphash_1_3, each_word_of_the_key_counts,
                    length_counts_though_bytes_are_zero);
    return suite_run(suite);
}
