#include "base/find.h"

#include "base/bytes.h"
#include "suite.h"

enum { LEN = 3 * FIND_STEP + 5 };

/* The same, one byte after the other. */
static const char *first(const char *at, const char *end, char c, bool or_space)
{
    for (; at < end; at++)
        if (*at == c || (or_space && (unsigned char)*at <= ' '))
            return at;
    return NULL;
}

static void check_from_each_place(const char *text, size_t len, char c)
{
    const char *end = text + len;

    for (const char *at = text; at <= end; at++) {
        ck_assert_ptr_eq(find_byte(at, end, c), first(at, end, c, false));
        ck_assert_ptr_eq(find_byte_or_space(at, end, c),
                         first(at, end, c, true));
    }
}

/* On the heap and no byte longer, so that the sanitizers see each step over. */
static char *letters(size_t len)
{
    char *text = malloc(len);

    ck_assert_ptr_nonnull(text);
    memset(text, 'a', len);
    return text;
}

START_TEST(each_place_in_each_length)
{
    for (size_t len = FIND_STEP; len <= LEN; len++) {
        char *text = letters(len);

        check_from_each_place(text, len, ':');
        for (size_t i = 0; i < len; i++) {
            text[i] = ':';
            check_from_each_place(text, len, ':');
            text[i] = '\0';
            check_from_each_place(text, len, ':');
            text[i] = 'a';
        }
        free(text);
    }
}
END_TEST

START_TEST(first_of_several)
{
    char *text = letters(LEN);

    for (size_t i = 0; i + 1 < LEN; i++) {
        text[i] = ':';
        for (size_t j = i + 1; j < LEN; j++) {
            text[j] = ':';
            check_from_each_place(text, LEN, ':');
            text[j] = ' ';
            check_from_each_place(text, LEN, ':');
            text[j] = 'a';
        }
        text[i] = 'a';
    }
    free(text);
}
END_TEST

START_TEST(each_byte_is_what_it_is)
{
    char *text = letters(LEN);

    for (int byte = 0; byte < 256; byte++) {
        text[7] = (char)byte;
        check_from_each_place(text, LEN, ':');
        check_from_each_place(text, LEN, '\n');
        check_from_each_place(text, LEN, (char)byte);
    }
    free(text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("find");

    suite_add_tests(suite, each_place_in_each_length, first_of_several,
                    each_byte_is_what_it_is);
    return suite_run(suite);
}
