#include "files/utf8.h"

#include "suite.h"

/* BYTES is no constant expression, which a static table asks for. */
#define TEXT(literal)                  \
    {                                  \
        (literal), sizeof(literal) - 1 \
    }

struct utf8_case {
    const char *name;
    struct bytes text;
    bool whole_is_text, start_is_text;
};

static const struct utf8_case cases[] = {
    {"empty", TEXT(""), true, true},
    {"ascii", TEXT("plain\r\n\t text"), true, true},
    {"delete_is_ascii", TEXT("\x7f"), true, true},
    {"nul", TEXT("a\0b"), false, false},
    {"first_of_two", TEXT("\xC2\x80"), true, true},
    {"last_of_two", TEXT("\xDF\xBF"), true, true},
    {"first_of_three", TEXT("\xE0\xA0\x80"), true, true},
    {"last_before_surrogates", TEXT("\xED\x9F\xBF"), true, true},
    {"first_after_surrogates", TEXT("\xEE\x80\x80"), true, true},
    {"last_of_three", TEXT("\xEF\xBF\xBF"), true, true},
    {"first_of_four", TEXT("\xF0\x90\x80\x80"), true, true},
    {"middle_of_four", TEXT("\xF1\x80\xBF\x80"), true, true},
    {"last_of_all", TEXT("\xF4\x8F\xBF\xBF"), true, true},
    {"byte_order_mark", TEXT("\xEF\xBB\xBFtext"), true, true},
    {"overlong_slash", TEXT("\xC0\xAF"), false, false},
    {"overlong_c1", TEXT("\xC1\xBF"), false, false},
    {"overlong_three", TEXT("\xE0\x9F\xBF"), false, false},
    {"overlong_four", TEXT("\xF0\x8F\xBF\xBF"), false, false},
    {"first_surrogate", TEXT("\xED\xA0\x80"), false, false},
    {"last_surrogate", TEXT("\xED\xBF\xBF"), false, false},
    {"past_unicode", TEXT("\xF4\x90\x80\x80"), false, false},
    {"f5_begins_nothing", TEXT("\xF5\x80\x80\x80"), false, false},
    {"ff_begins_nothing", TEXT("\xFF"), false, false},
    {"continuation_alone", TEXT("\x80"), false, false},
    {"continuation_too_many", TEXT("\xC3\xA9\xA9"), false, false},
    {"second_missing", TEXT("\xC3(x"), false, false},
    {"third_missing", TEXT("\xE2\x82(x"), false, false},
    {"fourth_missing", TEXT("\xF0\x9F\x98(x"), false, false},
    {"latin_1", TEXT("caf\xE9 noir"), false, false},
    {"cut_after_one_of_two", TEXT("caf\xC3"), false, true},
    {"cut_after_one_of_three", TEXT("x\xE2"), false, true},
    {"cut_after_two_of_three", TEXT("x\xE2\x82"), false, true},
    {"cut_after_three_of_four", TEXT("x\xF0\x9F\x98"), false, true},
    {"cut_but_overlong", TEXT("x\xE0\x80"), false, false},
    {"cut_but_surrogate", TEXT("x\xED\xA0"), false, false},
    {"cut_but_past_unicode", TEXT("x\xF4\x90"), false, false},
    {"cut_but_third_is_bad", TEXT("x\xF0\x9F("), false, false},
};

START_TEST(text_or_not)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct utf8_case *c = &cases[i];

        ck_assert_msg(utf8_is_text(c->text, true) == c->whole_is_text,
                      "%s, whole", c->name);
        ck_assert_msg(utf8_is_text(c->text, false) == c->start_is_text,
                      "%s, start", c->name);
    }
}
END_TEST

/* Each cut of good text is a good start: no window's end makes it bad. */
START_TEST(every_cut_of_text_is_a_start)
{
    const struct bytes text = BYTES("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z");

    for (size_t len = 0; len <= text.len; len++)
        ck_assert(utf8_is_text((struct bytes){text.at, len}, false));
}
END_TEST

/* Each is cut into characters (c) and what is replaced (-), with lengths. */
START_TEST(text_is_cut_into_characters)
{
    static const struct {
        struct bytes text;
        const char *parts;
    } texts[] = {
        {TEXT("a\0"), "c1c1"},
        {TEXT("\xC3\xA9x"), "c2c1"},
        {TEXT("\xE2\x82\xAC\xF0\x9F\x98\x80"), "c3c4"},
        {TEXT("\x80\xBF"), "-1-1"},
        {TEXT("\xC0\xAF"), "-1-1"},
        {TEXT("\xE2\x82"), "-2"},
        {TEXT("\xE2\x82(\xE2"), "-2c1-1"},
        {TEXT("\xE0\x9F\x80"), "-1-1-1"},
        {TEXT("\xED\xA0\x80"), "-1-1-1"},
        {TEXT("\xF0\x9F\x98\xC3\xA9"), "-3c2"},
        {TEXT("\xF4\x90\x80\x80"), "-1-1-1-1"},
        {TEXT("caf\xE9 \xFF"), "c1c1c1-1c1-1"},
    };

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct bytes rest = texts[i].text;
        char parts[32] = "", *to = parts;

        while (rest.len > 0) {
            bool is_character;
            size_t len = utf8_cut(rest, &is_character);

            *to++ = is_character ? 'c' : '-';
            *to++ = (char)('0' + len);
            ck_assert_uint_le(len, rest.len);
            rest.at += len;
            rest.len -= len;
        }
        ck_assert_str_eq(parts, texts[i].parts);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("utf8");

    suite_add_tests(suite, text_is_cut_into_characters, text_or_not,
                    every_cut_of_text_is_a_start);
    return suite_run(suite);
}
