#include "http/body.h"

#include "base/bytes.h"

#include "suite.h"

enum { CONTENT_MAX = 20, EXTRA_MAX = 12 };

#define END "\r\n"
#define LAST "0" END END
#define RAW(literal)                   \
    {                                  \
        (literal), sizeof(literal) - 1 \
    }

enum { MORE = 1 }; /* instead of a status: it is not whole */

/* What is done is done before "NEXT", which each of them gets. */
struct body_case {
    const char *rule;
    struct bytes raw;
    unsigned status; /* 0: done */
};

static const struct body_case cases[] = {
    {"nothing", RAW(LAST), 0},
    {"chunk", RAW("5" END "hello" END LAST), 0},
    {"chunks", RAW("1" END "a" END "2" END "bc" END LAST), 0},
    {"size_in_hexadecimal",
     RAW("a" END "0123456789" END "A" END "0123456789" END LAST), 0},
    {"size_with_zeros", RAW("0000000000000001" END "a" END "00" END END), 0},
    {"data_of_anything", RAW("6" END "\0\r\n0\r\n" END LAST), 0},
    {"content_at_limit", RAW("14" END "01234567890123456789" END LAST), 0},
    {"content_past_limit", RAW("15" END), 413},
    {"content_past_limit_in_two",
     RAW("14" END "01234567890123456789" END "1" END), 413},
    {"largest_size", RAW("ffffffffffffffff" END), 413},
    {"size_not_whole_yet", RAW("15"), MORE},
    {"seventeen_digits", RAW("00000000000000001" END "a" END LAST), 400},
    {"seventeen_digits_over_64_bits", RAW("10000000000000000" END END), 400},
    {"no_size", RAW(END), 400},
    {"no_digit", RAW("g" END), 400},
    {"sign", RAW("+1" END), 400},
    {"minus", RAW("-1" END), 400},
    {"prefix", RAW("0x1" END), 400},
    {"space_first", RAW(" 1" END), 400},
    {"space_after", RAW("1 " END), 400},
    {"tab_after", RAW("1\t" END), 400},
    {"space_within", RAW("1 1" END), 400},
    {"NUL", RAW("1\0" END), 400},
    {"bare_lf", RAW("1\na"), 400},
    {"bare_cr", RAW("1\ra"), 400},
    {"two_crs", RAW("1\r\r\n"), 400},
    {"data_too_long", RAW("1" END "ab"), 400},
    {"data_ends_in_lf", RAW("1" END "a\n"), 400},
    {"data_ends_in_cr", RAW("1" END "a\r0"), 400},
    {"data_not_whole_yet", RAW("3" END "ab"), MORE},
    {"end_not_whole_yet", RAW("0" END "\r"), MORE},

    {"extension", RAW("0;a" END END), 0},
    {"extension_with_value", RAW("0;a=b" END END), 0},
    {"extension_quoted", RAW("0;a=\"b;c\\\"\"" END END), 0},
    {"extensions", RAW("0;a;b=c;d" END END), 0},
    {"extension_with_space", RAW("0 ; a = b" END END), 0},
    {"extension_with_tab", RAW("0\t;\ta" END END), 0},
    {"extension_with_space_after_its_name", RAW("0;a ;b" END END), 0},
    {"extension_with_empty_quotes", RAW("0;a=\"\"" END END), 0},
    {"extension_after_quotes", RAW("0;a=\"\";b" END END), 0},
    {"extension_after_space", RAW("0;a=\"\" ;b=c" END END), 0},
    {"extension_quoted_over_127", RAW("0;a=\"\x80\\\xff\t\"" END END), 0},
    {"extension_of_bytes_over_127", RAW("0;\x80\xff" END END), 400},
    {"extension_value_over_127", RAW("0;a=\x80" END END), 400},
    {"extension_value_within_over_127", RAW("0;a=b\x80" END END), 400},
    {"extension_without_name", RAW("0;" END END), 400},
    {"extension_of_space", RAW("0; " END END), 400},
    {"extension_without_name_before_another", RAW("0;;a" END END), 400},
    {"extension_without_name_but_value", RAW("0;=a" END END), 400},
    {"extension_with_empty_value", RAW("0;a=" END END), 400},
    {"extension_with_value_of_space", RAW("0;a= " END END), 400},
    {"extension_with_bracket_in_name", RAW("0;bad[=x" END END), 400},
    {"extension_with_bracket_in_value", RAW("0;a=x]" END END), 400},
    {"extension_with_two_values", RAW("0;a=b=c" END END), 400},
    {"extension_with_space_in_value", RAW("0;a=b c" END END), 400},
    {"extension_with_space_in_name", RAW("0;a b" END END), 400},
    {"extension_ends_in_space", RAW("0;a " END END), 400},
    {"extension_value_ends_in_space", RAW("0;a=b " END END), 400},
    {"extension_quoted_ends_in_space", RAW("0;a=\"b\" " END END), 400},
    {"extension_quote_open", RAW("0;a=\"b" END END), 400},
    {"extension_quote_open_by_a_pair", RAW("0;a=\"b\\\"" END END), 400},
    {"extension_quoted_pair_of_cr", RAW("0;a=\"b\\" END "\"" END), 400},
    {"extension_after_quotes_at_once", RAW("0;a=\"b\"c" END), 400},
    {"extension_with_quote_in_token", RAW("0;a=b\"c\"" END), 400},
    {"extension_with_quoted_name", RAW("0;\"a\"" END), 400},
    {"extension_at_limit", RAW("0;0123456789a" END END), 0},
    {"extension_past_limit", RAW("0;0123456789ab" END END), 413},
    {"extension_of_space_past_limit", RAW("0             ;" END), 413},
    {"extensions_past_limit", RAW("1;01234" END "a" END "0;01234a" END), 413},
    {"extension_with_lf", RAW("0;a\nb" END), 400},
    {"extension_with_cr", RAW("0;a\rb" END), 400},
    {"extension_with_NUL", RAW("0;a\0" END), 400},
    {"extension_with_control", RAW("0;a\x01" END), 400},
    {"extension_with_delete", RAW("0;a\x7f" END), 400},
    {"extension_without_semicolon", RAW("0 a" END), 400},
    {"comma", RAW("0,a" END), 400},

    {"trailer", RAW("0" END "A: b" END END), 0},
    {"trailers", RAW("0" END "A: b" END "C:d" END END), 0},
    {"trailer_of_nothing", RAW("0" END "A:" END END), 0},
    {"trailer_with_tab", RAW("0" END "A:\tb" END END), 0},
    {"trailer_of_bytes_over_127", RAW("0" END "A: \x80" END END), 0},
    {"trailer_at_limit", RAW("0" END "A:0123456789" END END), 0},
    {"trailer_past_limit", RAW("0" END "A:0123456789a" END END), 431},
    {"trailers_past_limit", RAW("0" END "A:01234" END "B:0123" END END), 431},
    {"trailer_name_past_limit", RAW("0" END "ABCDEFGHIJKLM"), 431},
    {"trailer_without_colon", RAW("0" END "A" END), 400},
    {"trailer_without_name", RAW("0" END ": b" END), 400},
    {"trailer_fold", RAW("0" END "A: b" END " c" END), 400},
    {"trailer_space_before_colon", RAW("0" END "A : b" END), 400},
    {"trailer_with_NUL", RAW("0" END "A: \0" END), 400},
    {"trailer_with_control", RAW("0" END "A: \x01" END), 400},
    {"trailer_ends_in_lf", RAW("0" END "A: b\n"), 400},
    {"trailer_with_cr", RAW("0" END "A: b\rc"), 400},
    {"last_line_ends_in_lf", RAW("0" END "\n"), 400},
    {"last_line_with_cr", RAW("0" END "\r\r\n"), 400},
    {"last_size_ends_in_lf", RAW("0\n\n"), 400},
};

static const struct body_limits limits = {.content_max = CONTENT_MAX,
                                          .extra_max = EXTRA_MAX};

/* Reads text in pieces of `step` bytes. Returns a status, 0 or MORE, and how
 * many bytes it took. */
static unsigned read_steps(struct body *body, struct bytes text, size_t step,
                           size_t *used)
{
    unsigned status = 0;

    *used = 0;
    while (status == 0 && *used < text.len && !body_is_done(body)) {
        size_t len = text.len - *used < step ? text.len - *used : step;
        size_t taken;

        status = body_read(body, &limits, text.at + *used, len, &taken);
        *used += taken;
        if (status == 0 && !body_is_done(body))
            ck_assert_uint_eq(taken, len);
    }
    return status == 0 && !body_is_done(body) ? MORE : status;
}

START_TEST(chunks_in_every_step)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct body_case *c = &cases[i];
        size_t next_len = c->status == MORE ? 0 : 4;
        char *text = malloc(c->raw.len + 4);

        ck_assert_ptr_nonnull(text);
        memcpy(text, c->raw.at, c->raw.len);
        memcpy(text + c->raw.len, "NEXT", 4);
        for (size_t step = 1; step <= c->raw.len + 4; step++) {
            struct bytes all = {text, c->raw.len + next_len};
            struct body body;
            size_t used;
            unsigned status;

            body_init_chunked(&body);
            status = read_steps(&body, all, step, &used);
            ck_assert_msg(status == c->status, "%s: %u, not %u", c->rule,
                          status, c->status);
            if (status == 0)
                ck_assert_msg(used == c->raw.len, "%s: %zu used, not %zu",
                              c->rule, used, c->raw.len);
        }
        free(text);
    }
}
END_TEST

START_TEST(length_is_counted)
{
    static const char text[] = "0123456789";

    for (size_t len = 0; len <= 10; len++) {
        for (size_t step = 1; step <= 10; step++) {
            struct body body;
            size_t used;

            body_init_length(&body, len);
            ck_assert_uint_eq(read_steps(&body, BYTES(text), step, &used), 0);
            ck_assert_uint_eq(used, len);
            ck_assert(body_is_done(&body));
        }
    }
}
END_TEST

START_TEST(length_that_has_not_come_is_waited_for)
{
    struct body body;
    size_t used;

    body_init_length(&body, UINT64_MAX);
    ck_assert_uint_eq(read_steps(&body, BYTES("abc"), 2, &used), MORE);
    ck_assert_uint_eq(used, 3);
    ck_assert_uint_eq(body.left, UINT64_MAX - 3);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("body");

    suite_add_tests(suite, chunks_in_every_step, length_is_counted,
                    length_that_has_not_come_is_waited_for);
    return suite_run(suite);
}
