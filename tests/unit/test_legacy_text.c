#include "files/legacy_text.h"

#include "suite.h"

/* BYTES is no constant expression, which a static table asks for. */
#define TEXT(literal)                  \
    {                                  \
        (literal), sizeof(literal) - 1 \
    }

static const struct {
    const char *name;
    struct bytes text;
    bool is_text;
} cases[] = {
    {"nothing", TEXT(""), true},
    {"ascii", TEXT("text\r\n\t\f\v\b\a"), true},
    {"latin_1", TEXT("caf\xe9"), true},
    {"windows_1252", TEXT("\x93quoted\x94"), true},
    {"shift_jis", TEXT("\x83\x65\x83\x4c\x83\x58\x83\x67"), true},
    {"iso_2022_escapes", TEXT("\x1b$B%F\x1b(B"), true},
    {"nul", TEXT("a\0b"), false},
    {"least_control", TEXT("a\x01"), false},
    {"control_before_bel", TEXT("a\x06"), false},
    {"control_after_cr", TEXT("a\x0e"), false},
    {"last_control", TEXT("a\x1f"), false},
    {"delete", TEXT("a\x7f"), false},
    {"utf_16_little",
     TEXT("\xff\xfe"
          "a\0\xe9\0\n\0"),
     true},
    {"utf_16_big", TEXT("\xfe\xff\0a\0\xe9\0\n"), true},
    {"utf_16_alone", TEXT("\xff\xfe"), true},
    {"utf_16_cut",
     TEXT("\xff\xfe"
          "a\0b"),
     true},
    {"utf_16_with_nul",
     TEXT("\xff\xfe"
          "a\0\0\0"),
     false},
    {"utf_16_with_control", TEXT("\xfe\xff\0a\0\1"), false},
    {"utf_16_turned",
     TEXT("\xff\xfe"
          "a\0\xfe\xff"),
     false},
    {"utf_16_high_byte_is_no_control", TEXT("\xff\xfe\x41\x01"), true},
};

START_TEST(text_or_not)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        ck_assert_msg(legacy_text_is(cases[i].text) == cases[i].is_text, "%s",
                      cases[i].name);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("legacy_text");

    suite_add_tests(suite, text_or_not);
    return suite_run(suite);
}
