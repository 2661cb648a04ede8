#include "tcp/pending.h"

#include "suite.h"

static void check_pending(const struct pending *pending, const char *text)
{
    ck_assert(bytes_equal(pending_bytes(pending), bytes_of(text)));
    ck_assert((pending->memory == NULL) == (text[0] == '\0'));
}

/* What a turn was offered from the worker's buffer, how much of it was used,
 * and what is pending then; turn by turn. */
START_TEST(what_was_not_used_is_copied)
{
    static const struct {
        const char *in;
        size_t used;
        const char *left;
    } turns[] = {
        {"", 0, ""},           {"abc", 3, ""},    {"abc", 0, "abc"},
        {"abcdef", 2, "cdef"}, {"cdefg", 4, "g"}, {"gh", 2, ""},
        {"i", 0, "i"},
    };
    struct pending pending = {.memory = NULL};

    for (size_t i = 0; i < sizeof(turns) / sizeof(turns[0]); i++) {
        ck_assert(pending_keep(&pending, bytes_of(turns[i].in), turns[i].used));
        check_pending(&pending, turns[i].left);
    }
    pending_free(&pending);
    check_pending(&pending, "");
    pending_free(&pending);
}
END_TEST

/* The pending input itself is offered, and used in steps of 1 to 4 bytes. */
START_TEST(what_is_pending_can_be_used_in_place)
{
    static const char text[] = "0123456789abcdef";

    for (size_t step = 1; step <= 4; step++) {
        struct pending pending = {.memory = NULL};

        ck_assert(pending_keep(&pending, bytes_of(text), 0));
        for (size_t used = step; used <= 16; used += step) {
            ck_assert(pending_keep(&pending, pending_bytes(&pending), step));
            check_pending(&pending, text + used);
            ck_assert_uint_le(pending.from, pending.len);
        }
        pending_free(&pending);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pending");

    suite_add_tests(suite, what_was_not_used_is_copied,
                    what_is_pending_can_be_used_in_place);
    return suite_run(suite);
}
