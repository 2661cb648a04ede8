#include "base/bytes.h"

#include "suite.h"

static const struct {
    const char *text;
    uint64_t value;
} numbers[] = {
    {"0", 0},
    {"7", 7},
    {"007", 7},
    {"65536", 65536},
    {"4294967296", 4294967296},
    {"18446744073709551614", UINT64_MAX - 1},
    {"18446744073709551615", UINT64_MAX},
    {"00000000000000000000000000000018446744073709551615", UINT64_MAX},
};

/* The numbers past 64 bits overflow in the addition, in the multiplication, and
 * so far that what is left would look like a small number. */
static const char *const no_numbers[] = {
    "",
    " ",
    "+1",
    "-1",
    "-0",
    " 1",
    "1 ",
    "1\n",
    "1.0",
    "0x10",
    "1e3",
    "1_000",
    "a",
    "1a",
    "/", /* the byte before '0' */
    ":", /* the byte after '9' */
    "\xb1",
    "18446744073709551616",
    "18446744073709551620",
    "18446744073709551625",
    "184467440737095516150",
    "99999999999999999999",
    "36893488147419103233",
    "340282366920938463463374607431768211456",
};

START_TEST(numbers_up_to_64_bits)
{
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        uint64_t value = 1;

        ck_assert_msg(bytes_to_u64(bytes_of(numbers[i].text), &value),
                      "\"%s\" was refused", numbers[i].text);
        ck_assert_uint_eq(value, numbers[i].value);
    }
}
END_TEST

START_TEST(anything_else_is_refused_and_changes_nothing)
{
    uint64_t value = 77;

    for (size_t i = 0; i < sizeof(no_numbers) / sizeof(no_numbers[0]); i++) {
        ck_assert_msg(!bytes_to_u64(bytes_of(no_numbers[i]), &value),
                      "\"%s\" was taken", no_numbers[i]);
        ck_assert_uint_eq(value, 77);
    }
    ck_assert(!bytes_to_u64((struct bytes){"1\0", 2}, &value));
    ck_assert(!bytes_to_u64((struct bytes){NULL, 0}, &value));
    ck_assert_uint_eq(value, 77);
}
END_TEST

START_TEST(number_ends_where_its_view_ends)
{
    uint64_t value = 0;

    ck_assert(bytes_to_u64((struct bytes){"1234x", 3}, &value));
    ck_assert_uint_eq(value, 123);
}
END_TEST

static const struct {
    const char *text, *trimmed;
} padded[] = {
    {"", ""},
    {" ", ""},
    {" \t \t", ""},
    {"a", "a"},
    {"  a", "a"},
    {"a  ", "a"},
    {"\t a\t", "a"},
    {" a b\tc ", "a b\tc"},
    /* OWS is space and tab, and nothing else that C calls a space. */
    {"\n", "\n"},
    {"\r\na\r\n", "\r\na\r\n"},
    {" \va\f ", "\va\f"},
    {" \xa0 ", "\xa0"},
};

START_TEST(spaces_and_tabs_go_from_both_ends)
{
    for (size_t i = 0; i < sizeof(padded) / sizeof(padded[0]); i++) {
        struct bytes trimmed = bytes_trim(bytes_of(padded[i].text));

        ck_assert_msg(bytes_equal(trimmed, bytes_of(padded[i].trimmed)),
                      "\"%s\" became \"%.*s\"", padded[i].text,
                      (int)trimmed.len, trimmed.at);
    }
}
END_TEST

START_TEST(zero_byte_is_no_space)
{
    struct bytes trimmed = bytes_trim((struct bytes){" \0 ", 3});

    ck_assert_uint_eq(trimmed.len, 1);
    ck_assert_int_eq(trimmed.at[0], '\0');
}
END_TEST

START_TEST(nothing_trims_to_nothing)
{
    ck_assert_uint_eq(bytes_trim((struct bytes){NULL, 0}).len, 0);
}
END_TEST

static const struct {
    const char *a, *b;
    bool equal;
} pairs[] = {
    {"", "", true},
    {"Host", "hOST", true},
    {"azAZ", "AZaz", true},
    {"a", "b", false},
    {"a", "", false},
    {"abc", "ab", false},
    {"ab", "abc", false},
    /* Bytes that differ by the same bit as the letters do, and are none. */
    {"@", "`", false},
    {"[", "{", false},
    {"\\", "|", false},
    {"]", "}", false},
    {"^", "~", false},
    {"_", "\x7f", false},
    {"0", "\x10", false},
    {"\xc4", "\xe4", false}, /* two letters in some locale */
    {"\xe4", "\xe4", true},
};

START_TEST(case_of_ascii_letters_alone_is_no_matter)
{
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        struct bytes a = bytes_of(pairs[i].a), b = bytes_of(pairs[i].b);

        ck_assert_msg(bytes_equal_nocase(a, b) == pairs[i].equal,
                      "\"%s\" and \"%s\"", pairs[i].a, pairs[i].b);
        ck_assert(bytes_equal_nocase(b, a) == pairs[i].equal);
    }
}
END_TEST

START_TEST(every_byte_equals_itself_and_its_other_case)
{
    for (int a = 0; a < 256; a++)
        for (int b = 0; b < 256; b++) {
            char x = (char)a, y = (char)b;
            int upper_a = a >= 'a' && a <= 'z' ? a - 32 : a;
            int upper_b = b >= 'a' && b <= 'z' ? b - 32 : b;

            ck_assert(bytes_equal_nocase((struct bytes){&x, 1},
                                         (struct bytes){&y, 1}) ==
                      (upper_a == upper_b));
        }
}
END_TEST

START_TEST(equal_compares_length_and_every_byte)
{
    ck_assert(bytes_equal(BYTES("a\0b"), (struct bytes){"a\0b", 3}));
    ck_assert(!bytes_equal(BYTES("a\0b"), BYTES("a\0c")));
    ck_assert(!bytes_equal(BYTES("a"), BYTES("A")));
    ck_assert(!bytes_equal(BYTES("a"), BYTES("ab")));
    ck_assert(bytes_equal(BYTES(""), bytes_of("")));
}
END_TEST

START_TEST(members_of_a_list)
{
    static const char *const members[] = {"a", "", "b c", "d"};
    struct bytes list = BYTES("a, \t,b c ,d");

    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
        ck_assert_uint_gt(list.len, 0);
        ck_assert(bytes_equal(bytes_cut_member(&list), bytes_of(members[i])));
    }
    ck_assert_uint_eq(list.len, 0);
    list = BYTES("a,");
    ck_assert(bytes_equal(bytes_cut_member(&list), BYTES("a")));
    ck_assert_uint_eq(list.len, 0);
}
END_TEST

START_TEST(numbers_are_written_as_they_are_read)
{
    static const uint64_t written_numbers[] = {
        0, 9, 10, 4294967296, INT64_MAX, UINT64_MAX};

    for (size_t i = 0; i < sizeof(written_numbers) / sizeof(written_numbers[0]);
         i++) {
        char text[BYTES_U64_MAX];
        struct bytes written = {text, bytes_from_u64(written_numbers[i], text)};
        uint64_t value = ~written_numbers[i];

        ck_assert(bytes_to_u64(written, &value));
        ck_assert_uint_eq(value, written_numbers[i]);
        ck_assert(written.len == 1 || text[0] != '0');
    }
}
END_TEST

/* Every length that there is, each byte changed into every other. */
START_TEST(word_equals_what_equals_it_in_any_case)
{
    static const char *const words[] = {
        "host",      "close",         "expect",
        "chunked",   "if-match",      "keep-alive",
        "digit-901", "if-none-match", "no-cache-0123456789-mno-pqr"};

    for (size_t w = 0; w < sizeof(words) / sizeof(words[0]); w++) {
        const struct bytes word = bytes_of(words[w]);
        char text[32];

        memcpy(text, word.at, word.len);
        ck_assert(!bytes_is_word((struct bytes){text, word.len - 1}, word));
        ck_assert(!bytes_is_word((struct bytes){text, word.len + 1}, word));
        for (size_t i = 0; i < 256 * word.len; i++) {
            struct bytes changed = {text, word.len};

            text[i / 256] = (char)(i % 256);
            ck_assert_msg(bytes_is_word(changed, word) ==
                              bytes_equal_nocase(changed, word),
                          "'%.*s'", (int)word.len, text);
            text[i / 256] = word.at[i / 256];
        }
    }
}
END_TEST

START_TEST(hexadecimal_digits_of_either_case)
{
    static const char lower[] = "0123456789abcdef";
    static const char upper[] = "0123456789ABCDEF";

    for (int c = 0; c < 256; c++) {
        unsigned value = BYTES_NO_DIGIT;

        for (unsigned i = 0; i < 16; i++)
            if ((char)c == lower[i] || (char)c == upper[i])
                value = i;
        ck_assert_uint_eq(bytes_hex_digit((char)c), value);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("bytes");

    suite_add_tests(suite, numbers_up_to_64_bits,
                    anything_else_is_refused_and_changes_nothing,
                    number_ends_where_its_view_ends,
                    spaces_and_tabs_go_from_both_ends, zero_byte_is_no_space,
                    nothing_trims_to_nothing,
                    case_of_ascii_letters_alone_is_no_matter,
                    every_byte_equals_itself_and_its_other_case,
                    equal_compares_length_and_every_byte, members_of_a_list,
                    word_equals_what_equals_it_in_any_case,
                    numbers_are_written_as_they_are_read,
                    hexadecimal_digits_of_either_case);
    return suite_run(suite);
}
