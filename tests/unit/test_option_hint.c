#include "server/option_hint.h"

#include <string.h>

#include "suite.h"

static const char *const nearest[][2] = {
    {"worker", "workers"},
    {"wrokers", "workers"},
    {"workres", "workers"},
    {"idletimeout", "idle-timeout"},
    {"Idle-timeout", "idle-timeout"},
    {"lissten", "listen"},
    {"access", "access-log"},
    {"mime", "mime-types"},
    {"body_max", "body-max"},
    {"port", "listen"},
    {"root", "folder"},
    {"x", NULL},
    {"", NULL},
    {"bananas", NULL},
    {"a-name-that-is-longer-than-any-option-could-be", NULL},
};

START_TEST(slips_of_two_letters_and_beginnings_are_near)
{
    const struct option_row *row;
    size_t i;

    for (i = 0; i < sizeof(nearest) / sizeof(nearest[0]); i++) {
        row = option_hint_row(nearest[i][0]);
        if (nearest[i][1] == NULL)
            ck_assert_msg(row == NULL, "'%s' is near", nearest[i][0]);
        else
            ck_assert_msg(row != NULL && strcmp(row->name, nearest[i][1]) == 0,
                          "'%s' is not near", nearest[i][0]);
    }
}
END_TEST

/* A word that is no option or folder, its neighbour, and the hint. */
struct slip {
    const char *word, *beside, *hint;
};

static const struct slip names[] = {
    {"--port", "8000", "did you mean --listen 8000?"},
    {"-p", "8000", "did you mean --listen 8000?"},
    {"--bind", "0.0.0.0:80", "did you mean --listen 0.0.0.0:80?"},
    {"--bind", "0.0.0.0", "did you mean --listen ADDR?"},
    {"--port", "-q", "did you mean --listen ADDR?"},
    {"--port", "", "did you mean --listen ADDR?"},
    {"--port", NULL, "did you mean --listen ADDR?"},
    {"--lisen", "unix:a\x1b", "did you mean --listen unix:a\\x1b?"},
    {"-L", "8000", "did you mean --listen 8000?"},
    {"--wrokers", "3", "did you mean --workers 3?"},
    {"--wrokers", "many", "did you mean --workers N?"},
    {"-d", "www", "did you mean FOLDER alone?"},
    {"--traec", "json", "did you mean --trace?"},
    {"-v", NULL, "did you mean --version?"},
    {"-Q", NULL, "did you mean --quiet?"},
    {"-x", "8000", ""},
    {"-1", "8000", ""},
    {"- ", "8000", ""},
    {"--bananas", "8000", ""},
};

START_TEST(option_of_another_program_or_a_slip_is_recognized)
{
    struct option_source *source = option_source_new();

    ck_assert_ptr_nonnull(source);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        ck_assert_str_eq(
            option_hint_name(source, names[i].word, names[i].beside),
            names[i].hint);
    option_source_free(source);
}
END_TEST

static const struct slip operands[] = {
    {"8000", NULL, "did you mean --listen 8000?"},
    {"8000", "trace", "did you mean --listen 8000?"},
    {"[::]:80", NULL, "did you mean --listen [::]:80?"},
    {"json", "trace", "did you mean --trace=json?"},
    {"xml", "trace", "did you mean --trace=FORM? FORM is off, text or json"},
    {"public", "wire", "did you mean --wire=public?"},
    {"8081", "wire", "did you mean --wire=8081?"},
    {"no", "quiet", "did you mean --quiet=no?"},
    {"never", "quiet", ""},
    {"json", NULL, ""},
    {"", NULL, ""},
    {"no/such/folder", NULL, ""},
};

START_TEST(operand_that_was_meant_as_a_value_is_recognized)
{
    struct option_source *source = option_source_new();

    ck_assert_ptr_nonnull(source);
    for (size_t i = 0; i < sizeof(operands) / sizeof(operands[0]); i++) {
        const struct option_row *behind = NULL;

        if (operands[i].beside != NULL)
            behind = option_by_name(operands[i].beside);
        ck_assert_str_eq(option_hint_operand(source, operands[i].word, behind),
                         operands[i].hint);
    }
    option_source_free(source);
}
END_TEST

/* Long texts are truncated, and all of a hint is printable. */
START_TEST(hint_is_bounded)
{
    struct option_source *source = option_source_new();
    char word[4096];
    const char *hint;

    ck_assert_ptr_nonnull(source);
    memset(word, '\x1b', sizeof(word) - 1);
    word[sizeof(word) - 1] = '\0';
    ck_assert_str_eq(option_hint_operand(source, word, NULL), "");
    memcpy(word, "--", 2);
    ck_assert_str_eq(option_hint_name(source, word, word), "");
    memcpy(word, "unix:", 5);
    word[100] = '\0';
    hint = option_hint_name(source, "--port", word);
    ck_assert_ptr_null(strchr(hint, '\x1b'));
    ck_assert_uint_lt(strlen(hint), 2 * OPTION_QUOTE_LEN);
    option_source_free(source);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("option_hint");

    suite_add_tests(suite, slips_of_two_letters_and_beginnings_are_near,
                    option_of_another_program_or_a_slip_is_recognized,
                    operand_that_was_meant_as_a_value_is_recognized,
                    hint_is_bounded);
    return suite_run(suite);
}
