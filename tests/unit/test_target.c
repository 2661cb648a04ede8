#include "http/target.h"

#include <stdio.h>

#include "suite.h"

/* A view of a literal, which may hold NULs. */
#define RAW(literal)                   \
    {                                  \
        (literal), sizeof(literal) - 1 \
    }

struct target_case {
    const char *rule;
    struct bytes raw;
    enum target_result result;
    const char *path;
    const char *query;
    const char *authority; /* NULL: none */
};

#define PATH(path) TARGET_PATH, (path), "", NULL
#define REFUSED(result) (result), NULL, NULL, NULL

static const struct target_case cases[] = {
    {"root", RAW("/"), PATH("")},
    {"file", RAW("/file"), PATH("file")},
    {"slash_at_the_end_is_kept", RAW("/dir/"), PATH("dir/")},
    {"nested", RAW("/a/b/c.html"), PATH("a/b/c.html")},
    {"query", RAW("/a?b=c&d"), TARGET_PATH, "a", "?b=c&d", NULL},
    {"empty_query", RAW("/a?"), TARGET_PATH, "a", "?", NULL},
    {"query_of_the_root", RAW("/?a"), TARGET_PATH, "", "?a", NULL},
    {"second_question_mark", RAW("/a?b?c"), TARGET_PATH, "a", "?b?c", NULL},
    {"query_with_slashes", RAW("/a?/../b"), TARGET_PATH, "a", "?/../b", NULL},
    {"query_is_not_decoded", RAW("/a?%41%zz"), TARGET_PATH, "a", "?%41%zz",
     NULL},
    {"unreserved", RAW("/aZ09-._~"), PATH("aZ09-._~")},
    {"sub_delims", RAW("/!$&'()*+,;="), PATH("!$&'()*+,;=")},
    {"colon_and_at", RAW("/a:b@c"), PATH("a:b@c")},
    {"escaped_backslash_is_a_character", RAW("/a%5Cb"), PATH("a\\b")},
    {"backslash", RAW("/a\\b"), REFUSED(TARGET_BAD)},
    {"backslash_first", RAW("\\a"), REFUSED(TARGET_BAD)},
    {"backslash_after_host", RAW("http://a\\b"), REFUSED(TARGET_BAD)},
    {"as_browsers_send_it", RAW("/[a]|^"), PATH("[a]|^")},

    {"double_slash", RAW("//a"), PATH("a")},
    {"double_slash_between", RAW("/a//b"), PATH("a/b")},
    {"double_slash_at_the_end", RAW("/a//"), PATH("a/")},
    {"only_slashes", RAW("////"), PATH("")},
    {"double_slash_host", RAW("//example.com/a"), PATH("example.com/a")},

    {"escape", RAW("/%41%62c"), PATH("Abc")},
    {"escape_in_small_letters", RAW("/%c3%a9"), PATH("\xc3\xa9")},
    {"escape_in_large_letters", RAW("/%C3%A9"), PATH("\xc3\xa9")},
    {"escape_that_is_no_utf8", RAW("/%ff%fe"), PATH("\xff\xfe")},
    {"escaped_space", RAW("/a%20b"), PATH("a b")},
    {"escaped_controls", RAW("/a%0d%0ab%01%7f"), PATH("a\r\nb\x01\x7f")},
    {"decoded_once", RAW("/%2541"), PATH("%41")},
    {"decoded_once_no_dots", RAW("/%252e%252e/a"), PATH("%2e%2e/a")},
    {"escaped_question_mark", RAW("/a%3fb"), PATH("a?b")},
    {"escaped_fragment", RAW("/a%23b"), PATH("a#b")},
    {"escaped_backslash_dots", RAW("/..%5ca"), REFUSED(TARGET_NO_NAME)},
    {"plus_is_no_space", RAW("/a+b"), PATH("a+b")},
    {"escaped_NUL", RAW("/a%00"), REFUSED(TARGET_BAD)},
    {"escaped_NUL_first", RAW("/%00"), REFUSED(TARGET_BAD)},
    {"escaped_NUL_between", RAW("/a%00.html"), REFUSED(TARGET_BAD)},
    {"raw_NUL", RAW("/a\0b"), REFUSED(TARGET_BAD)},
    {"escape_without_digits", RAW("/%"), REFUSED(TARGET_BAD)},
    {"escape_of_one_digit", RAW("/%4"), REFUSED(TARGET_BAD)},
    {"escape_cut_by_slash", RAW("/%4/1"), REFUSED(TARGET_BAD)},
    {"escape_cut_by_query", RAW("/%4?1"), REFUSED(TARGET_BAD)},
    {"escape_of_no_digit", RAW("/%4g"), REFUSED(TARGET_BAD)},
    {"escape_first_no_digit", RAW("/%g4"), REFUSED(TARGET_BAD)},
    {"escape_with_sign", RAW("/%+4"), REFUSED(TARGET_BAD)},
    {"escape_with_space", RAW("/% 4"), REFUSED(TARGET_BAD)},
    {"escape_as_unicode", RAW("/%u0041"), REFUSED(TARGET_BAD)},
    {"percent_percent", RAW("/%%34"), REFUSED(TARGET_BAD)},
    {"escape_past_the_end", {"/a%41", 4}, REFUSED(TARGET_BAD)},

    {"escaped_slash_is_no_slash", RAW("/a%2Fb"), REFUSED(TARGET_NO_NAME)},
    {"escaped_slash_in_small", RAW("/a%2fb"), REFUSED(TARGET_NO_NAME)},
    {"escaped_slash_first", RAW("/%2Fetc/passwd"), REFUSED(TARGET_NO_NAME)},
    {"escaped_slash_dots", RAW("/..%2Fa"), REFUSED(TARGET_NO_NAME)},
    {"escaped_slash_between_dots", RAW("/a/..%2F..%2Fb"),
     REFUSED(TARGET_NO_NAME)},

    {"dot", RAW("/."), PATH("")},
    {"dot_slash", RAW("/./"), PATH("")},
    {"dot_first", RAW("/./a"), PATH("a")},
    {"dot_between", RAW("/a/./b"), PATH("a/b")},
    {"dot_last", RAW("/a/."), PATH("a/")},
    {"dot_escaped", RAW("/a/%2e/b"), PATH("a/b")},
    {"dots", RAW("/a/../b"), PATH("b")},
    {"dots_last", RAW("/a/b/.."), PATH("a/")},
    {"dots_last_with_slash", RAW("/a/b/../"), PATH("a/")},
    {"dots_to_the_root", RAW("/a/.."), PATH("")},
    {"dots_twice", RAW("/a/b/../../c"), PATH("c")},
    {"dots_past_a_long_name", RAW("/ab/cdef/../g"), PATH("ab/g")},
    {"dots_escaped", RAW("/a/%2e%2e/b"), PATH("b")},
    {"dots_escaped_in_large", RAW("/a/%2E%2E/b"), PATH("b")},
    {"dots_half_escaped", RAW("/a/.%2e/b"), PATH("b")},
    {"dots_other_half_escaped", RAW("/a/%2e./b"), PATH("b")},
    {"dots_past_double_slash", RAW("/a//../b"), PATH("b")},
    {"dots_then_double_slash", RAW("/a/..//b"), PATH("b")},
    {"dot_and_dots", RAW("/a/./../b"), PATH("b")},
    {"dots_with_query", RAW("/a/..?q"), TARGET_PATH, "", "?q", NULL},
    {"dots_leave", RAW("/.."), REFUSED(TARGET_BAD)},
    {"dots_leave_with_slash", RAW("/../"), REFUSED(TARGET_BAD)},
    {"dots_leave_to_a_file", RAW("/../etc/passwd"), REFUSED(TARGET_BAD)},
    {"dots_leave_escaped", RAW("/%2e%2e/a"), REFUSED(TARGET_BAD)},
    {"dots_leave_half_escaped", RAW("/%2e./a"), REFUSED(TARGET_BAD)},
    {"dots_leave_at_the_end", RAW("/a/../.."), REFUSED(TARGET_BAD)},
    {"dots_leave_and_come_back", RAW("/../a/../b"), REFUSED(TARGET_BAD)},
    {"dots_leave_after_slashes", RAW("//../a"), REFUSED(TARGET_BAD)},
    {"dots_leave_after_dot", RAW("/./../a"), REFUSED(TARGET_BAD)},

    {"hidden_file", RAW("/.htaccess"), REFUSED(TARGET_NO_NAME)},
    {"hidden_folder", RAW("/.git/config"), REFUSED(TARGET_NO_NAME)},
    {"hidden_below", RAW("/a/.env"), REFUSED(TARGET_NO_NAME)},
    {"hidden_escaped", RAW("/%2egit/config"), REFUSED(TARGET_NO_NAME)},
    {"hidden_folder_with_slash", RAW("/.git/"), REFUSED(TARGET_NO_NAME)},
    {"three_dots", RAW("/..."), REFUSED(TARGET_NO_NAME)},
    {"three_dots_and_more", RAW("/.../a"), REFUSED(TARGET_NO_NAME)},
    {"dots_and_a_letter", RAW("/..a"), REFUSED(TARGET_NO_NAME)},
    {"dot_in_a_name", RAW("/a.b/..c.d/x"), REFUSED(TARGET_NO_NAME)},
    {"dots_at_the_end_of_a_name", RAW("/a../b."), PATH("a../b.")},
    {"well_known", RAW("/.well-known/acme"), PATH(".well-known/acme")},
    {"well_known_escaped", RAW("/%2ewell-known/a"), PATH(".well-known/a")},
    {"well_known_alone", RAW("/.well-known"), PATH(".well-known")},
    {"well_known_after_dots", RAW("/a/../.well-known/b"),
     PATH(".well-known/b")},
    {"well_known_below", RAW("/a/.well-known/b"), REFUSED(TARGET_NO_NAME)},
    {"well_known_and_more", RAW("/.well-knownx/b"), REFUSED(TARGET_NO_NAME)},
    {"well_known_case_counts", RAW("/.Well-Known/b"), REFUSED(TARGET_NO_NAME)},
    {"hidden_in_well_known", RAW("/.well-known/.b"), REFUSED(TARGET_NO_NAME)},
    {"leaving_wins_over_hidden", RAW("/.a/../../b"), REFUSED(TARGET_BAD)},
    {"bad_escape_wins_over_hidden", RAW("/.a/%zz"), REFUSED(TARGET_BAD)},

    {"fragment", RAW("/a#b"), REFUSED(TARGET_BAD)},
    {"fragment_after_query", RAW("/a?b#c"), REFUSED(TARGET_BAD)},
    {"space", RAW("/a b"), REFUSED(TARGET_BAD)},
    {"control", RAW("/a\x01"), REFUSED(TARGET_BAD)},
    {"delete", RAW("/a\x7f"), REFUSED(TARGET_BAD)},
    {"tab", RAW("/a\tb"), REFUSED(TARGET_BAD)},
    {"line_end", RAW("/a\r\nb"), REFUSED(TARGET_BAD)},
    {"raw_utf8", RAW("/\xc3\xa9"), REFUSED(TARGET_BAD)},
    {"raw_byte", RAW("/\xff"), REFUSED(TARGET_BAD)},
    {"quote", RAW("/\"a\""), REFUSED(TARGET_BAD)},
    {"angles", RAW("/<a>"), REFUSED(TARGET_BAD)},
    {"braces", RAW("/{a}"), REFUSED(TARGET_BAD)},
    {"raw_utf8_in_query", RAW("/a?\xc3\xa9"), REFUSED(TARGET_BAD)},
    {"angles_in_query", RAW("/a?<b>"), REFUSED(TARGET_BAD)},
    {"line_end_in_query", RAW("/a?b\r\nX: y"), REFUSED(TARGET_BAD)},
    {"space_in_query", RAW("/a?b c"), REFUSED(TARGET_BAD)},
    {"NUL_in_query", RAW("/a?b\0c"), REFUSED(TARGET_BAD)},

    {"asterisk", RAW("*"), REFUSED(TARGET_ASTERISK)},
    {"asterisk_and_more", RAW("*a"), REFUSED(TARGET_BAD)},
    {"two_asterisks", RAW("**"), REFUSED(TARGET_BAD)},
    {"asterisk_is_a_name", RAW("/*"), PATH("*")},
    {"empty", RAW(""), REFUSED(TARGET_BAD)},
    {"relative", RAW("a/b"), REFUSED(TARGET_BAD)},
    {"query_alone", RAW("?a"), REFUSED(TARGET_BAD)},
    {"authority_form", RAW("example.com:80"), REFUSED(TARGET_BAD)},

    {"absolute", RAW("http://a.b/c?d"), TARGET_PATH, "c", "?d", "a.b"},
    {"absolute_root", RAW("http://a.b/"), TARGET_PATH, "", "", "a.b"},
    {"absolute_empty_path", RAW("http://a.b"), TARGET_PATH, "", "", "a.b"},
    {"absolute_query", RAW("http://a.b?c"), TARGET_PATH, "", "?c", "a.b"},
    {"absolute_port", RAW("http://a:80/c"), TARGET_PATH, "c", "", "a:80"},
    {"absolute_empty_port", RAW("http://a:/c"), TARGET_PATH, "c", "", "a:"},
    {"absolute_ipv6", RAW("http://[::1]:8/"), TARGET_PATH, "", "", "[::1]:8"},
    {"absolute_scheme_in_large", RAW("HTTP://a/b"), TARGET_PATH, "b", "", "a"},
    {"absolute_dots", RAW("http://a/b/../c"), TARGET_PATH, "c", "", "a"},
    {"absolute_double_slash", RAW("http://a//b"), TARGET_PATH, "b", "", "a"},
    {"absolute_dots_leave", RAW("http://a/.."), REFUSED(TARGET_BAD)},
    {"absolute_no_host", RAW("http:///a"), REFUSED(TARGET_BAD)},
    {"absolute_nothing", RAW("http://"), REFUSED(TARGET_BAD)},
    {"absolute_only_query", RAW("http://?a"), REFUSED(TARGET_BAD)},
    {"absolute_only_port", RAW("http://:80/"), REFUSED(TARGET_BAD)},
    {"absolute_user", RAW("http://u@a/"), REFUSED(TARGET_BAD)},
    {"absolute_user_and_password", RAW("http://u:p@a/"), REFUSED(TARGET_BAD)},
    {"absolute_bad_port", RAW("http://a:x/"), REFUSED(TARGET_BAD)},
    {"absolute_large_port", RAW("http://a:65536/"), REFUSED(TARGET_BAD)},
    {"absolute_space", RAW("http://a b/"), REFUSED(TARGET_BAD)},
    {"absolute_bad_ipv6", RAW("http://[::g]/"), REFUSED(TARGET_BAD)},
    {"absolute_fragment", RAW("http://a/b#c"), REFUSED(TARGET_BAD)},
    {"absolute_fragment_on_host", RAW("http://a#c"), REFUSED(TARGET_BAD)},
    {"absolute_one_slash", RAW("http:/a"), REFUSED(TARGET_BAD)},
    {"absolute_no_slash", RAW("http:a"), REFUSED(TARGET_BAD)},
    {"https", RAW("https://a/b"), REFUSED(TARGET_MISDIRECTED)},
    {"https_in_large", RAW("HTTPS://a/b"), REFUSED(TARGET_MISDIRECTED)},
    {"other_scheme", RAW("ftp://a/b"), REFUSED(TARGET_MISDIRECTED)},
    {"scheme_that_begins_alike", RAW("httpx://a"), REFUSED(TARGET_MISDIRECTED)},
    {"scheme_without_authority", RAW("mailto:a@b"), REFUSED(TARGET_BAD)},
};

/* On the heap and no byte longer, so that the sanitizers see each step over. */
struct copy {
    struct bytes raw;
    char *memory, *out;
};

static struct copy copy_of(struct bytes raw)
{
    struct copy copy = {.memory = malloc(raw.len), .out = malloc(raw.len)};

    ck_assert(raw.len == 0 || (copy.memory != NULL && copy.out != NULL));
    if (raw.len > 0)
        memcpy(copy.memory, raw.at, raw.len);
    copy.raw = (struct bytes){copy.memory, raw.len};
    return copy;
}

static void copy_free(struct copy *copy)
{
    free(copy->memory);
    free(copy->out);
}

static void check_part(const char *rule, const char *part, struct bytes got,
                       const char *expected)
{
    ck_assert_msg(bytes_equal(got, bytes_of(expected)),
                  "%s: %s is '%.*s', not '%s'", rule, part, (int)got.len,
                  got.len > 0 ? got.at : "", expected);
}

START_TEST(targets)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct target_case *c = &cases[i];
        struct copy copy = copy_of(c->raw);
        struct target target;
        enum target_result result = target_parse(copy.raw, copy.out, &target);

        ck_assert_msg(result == c->result, "%s: result %d, not %d", c->rule,
                      (int)result, (int)c->result);
        if (result == TARGET_PATH) {
            check_part(c->rule, "path", target.path, c->path);
            check_part(c->rule, "query", target.query, c->query);
            ck_assert_msg((target.authority.at != NULL) ==
                              (c->authority != NULL),
                          "%s: authority", c->rule);
            if (c->authority != NULL)
                check_part(c->rule, "authority", target.authority,
                           c->authority);
        }
        copy_free(&copy);
    }
}
END_TEST

/* A page about such a path is looked for in these folders alone. */
START_TEST(what_precedes_a_name_that_is_not_served)
{
    static const struct {
        const char *raw, *path;
    } precede[] = {
        {"/.git", ""},
        {"/.git/a/b", ""},
        {"/a/.env", "a/"},
        {"/a/b/.git/c/.d/", "a/b/"},
        {"/a/b%2Fc/d", "a/"},
        {"/a/b%2F.c/d%2F", "a/"},
        {"/%2F", ""},
        {"/a/.b/../c", "a/"},
        {"/a/.b/../../c/d", ""},
        {"/a/b/.c/../../d/e%2Ff", "a/"},
    };

    for (size_t i = 0; i < sizeof(precede) / sizeof(precede[0]); i++) {
        struct copy copy = copy_of(bytes_of(precede[i].raw));
        struct target target;

        ck_assert_int_eq(target_parse(copy.raw, copy.out, &target),
                         TARGET_NO_NAME);
        check_part(precede[i].raw, "path", target.path, precede[i].path);
        copy_free(&copy);
    }
}
END_TEST

/* Each byte as it is, and as an escape, in the middle of a name. */
START_TEST(every_byte_has_an_response)
{
    static const char as_they_are[] = "-._~!$&'()*+,;=:@[]|^";

    for (int byte = 0; byte < 256; byte++) {
        char escape[] = "/a%00b", raw[] = "/a?b", out[8];
        bool is_letter = (byte >= 'a' && byte <= 'z') ||
                         (byte >= 'A' && byte <= 'Z') ||
                         (byte >= '0' && byte <= '9');
        bool is_fine = is_letter || (byte != 0 && strchr(as_they_are, byte));
        struct target target;
        enum target_result result;

        raw[2] = (char)byte;
        result = target_parse(bytes_of(raw), out, &target);
        if (byte == 0)
            result = target_parse((struct bytes){raw, 4}, out, &target);
        if (byte == '/' || byte == '?')
            ck_assert_int_eq(result, TARGET_PATH);
        else
            ck_assert_msg((result == TARGET_PATH) == is_fine, "byte %d raw",
                          byte);

        snprintf(escape, sizeof(escape), "/a%%%02Xb", (unsigned)byte);
        result = target_parse(bytes_of(escape), out, &target);
        if (byte == 0)
            ck_assert_int_eq(result, TARGET_BAD);
        else if (byte == '/')
            ck_assert_int_eq(result, TARGET_NO_NAME);
        else
            ck_assert_msg(result == TARGET_PATH && target.path.len == 3 &&
                              target.path.at[1] == (char)byte,
                          "byte %d escaped", byte);
    }
}
END_TEST

struct written_case {
    struct bytes path;
    const char *query;
    const char *expected;
};

static const struct written_case written[] = {
    {RAW(""), "", "/"},
    {RAW(""), "?q", "/?q"},
    {RAW("dir/"), "", "/dir/"},
    {RAW("dir"), "", "/dir"},
    {RAW("a/b"), "", "/a/b"},
    {RAW("dir"), "?q=1", "/dir?q=1"},
    {RAW("a b"), "", "/a%20b"},
    {RAW("%41"), "", "/%2541"},
    {RAW("a?b#c"), "", "/a%3Fb%23c"},
    {RAW("a:b@c"), "", "/a%3Ab%40c"},
    {RAW("\\evil.example"), "", "/%5Cevil.example"},
    {RAW("\xc3\xa9\xff"), "", "/%C3%A9%FF"},
    {RAW("\r\nX: y"), "", "/%0D%0AX%3A%20y"},
    {RAW("-._~!$&'()*+,;="), "", "/-._~!$&'()*+,;="},
};

START_TEST(path_is_written_as_it_would_be_asked_for)
{
    for (size_t i = 0; i < sizeof(written) / sizeof(written[0]); i++) {
        const struct written_case *c = &written[i];
        struct target target = {.path = c->path, .query = bytes_of(c->query)};
        char out[256];
        size_t len;

        len = target_format(&target, out, sizeof(out));
        check_part(c->expected, "location", (struct bytes){out, len},
                   c->expected);
    }
}
END_TEST

START_TEST(every_byte_of_a_path_comes_back)
{
    for (int byte = 1; byte < 256; byte++) {
        char path[] = {'a', (char)byte, 'b'}, out[32], again[32];
        struct target target = {.path = {path, 3}, .query = BYTES("?q")};
        struct target parsed;
        size_t len = target_format(&target, out, sizeof(out));

        ck_assert_int_eq(target_parse((struct bytes){out, len}, again, &parsed),
                         TARGET_PATH);
        ck_assert_uint_eq(parsed.path.len, 3);
        ck_assert_mem_eq(parsed.path.at, path, 3);
        ck_assert(bytes_equal(parsed.query, target.query));
    }
}
END_TEST

/* The bound is what the longest encoding of so many bytes would take. */
START_TEST(path_that_does_not_fit)
{
    struct target target = {.path = BYTES("abc"), .query = BYTES("?q")};
    const size_t need = 1 + 3 * 3 + 2;
    char out[32];

    ck_assert_uint_eq(target_format(&target, out, 0), 0);
    ck_assert_uint_eq(target_format(&target, out, need - 1), 0);
    ck_assert_uint_eq(target_format(&target, out, need), 6);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("target");

    suite_add_tests(suite, targets, what_precedes_a_name_that_is_not_served,
                    every_byte_has_an_response,
                    path_is_written_as_it_would_be_asked_for,
                    every_byte_of_a_path_comes_back, path_that_does_not_fit);
    return suite_run(suite);
}
