#include "site/header_rules.h"

#include "rule_notes.h"
#include "suite.h"

static struct header_rules *compile(const char *text, struct rule_notes *notes)
{
    struct header_rules *rules = header_rules_new();
    struct rule_mistakes mistakes = {.reader = &notes->reader,
                                     .file = "_headers"};

    rule_notes_init(notes);
    ck_assert_ptr_nonnull(rules);
    header_rules_add_file(rules, bytes_of(text), &mistakes);
    rule_mistakes_end(&mistakes);
    ck_assert(header_rules_index(rules));
    return rules;
}

/* All rules as text: "LINE|name=value|!name;". */
static const char *shown(const struct header_rules *rules, char out[2000])
{
    size_t len = 0;

    out[0] = '\0';
    for (size_t i = 0; i < rules->rule_count; i++) {
        const struct header_rule *rule = &rules->rules[i];

        len += (size_t)snprintf(out + len, 2000 - len, "%u", rule->line);
        for (size_t f = rule->first; f < rule->end; f++) {
            const struct header_field *field = &rules->fields[f];

            len += (size_t)snprintf(out + len, 2000 - len,
                                    field->is_removed ? "|!%.*s" : "|%.*s=",
                                    (int)field->name.len, field->name.at);
            len += (size_t)snprintf(out + len, 2000 - len, "%.*s",
                                    (int)field->value.len, field->value.at);
        }
        len += (size_t)snprintf(out + len, 2000 - len, ";");
    }
    return out;
}

static const struct file_case {
    const char *text, *rules;
    const char *mistakes; /* a part of the last one; NULL: none */
    size_t count;
} files[] = {
    {"", "", NULL, 0},
    {"# none\n\n  # at all\n", "", NULL, 0},
    {"/a\n  X: y\n", "1|X=y;", NULL, 0},
    {"/a\nX: y", "1|X=y;", NULL, 0},
    {"\xef\xbb\xbf/a\r\n  X: y\r\n\r\n", "1|X=y;", NULL, 0},
    {"\n/a\n\tX :  y z \n# no\n\n X2:a:b\n", "2|X=y z|X2=a:b;", NULL, 0},
    {"/a\n/b\n  X: y\n", "1;2|X=y;", NULL, 0},
    {"/a\n  X: 1\n  X: 2\n/a\n  X: 3\n", "1|X=1|X=2;4|X=3;", NULL, 0},
    {"/*\n  ! X\n  !Server\n", "1|!X|!Server;", NULL, 0},
    {"/a\n  X: caf\xc3\xa9\ty\n", "1|X=caf\xc3\xa9\ty;", NULL, 0},

    {"X: y\n/a\n  X: z\n", "2|X=z;", "_headers:1: 'X: y': expected a path", 1},
    {"X: y\nX: z\n", "", "_headers:2: 'X: z': expected a path", 2},
    {"/a\n  X: 1\n/b?c\n  X: 2\n/d\n  X: 3\n", "1|X=1;5|X=3;",
     "_headers:3: '/b?c': expected a path without '?'", 1},
    {"/a\n  X: 1\nhttps://b.example/*\n  X: 2\n", "1|X=1;",
     "_headers:3: 'https://b.example/*': expected a path (rules for a host", 1},
    {"/a\n  hello\n  X: y\n", "1|X=y;",
     "_headers:2: 'hello': expected a path that begins with '/', or 'Name: v",
     1},
    {"/a\n  X:\n  Y: z\n", "1|Y=z;", "_headers:2: 'X:': expected a value", 1},
    {"/a\n  : y\n", "1;", "expected the name of a field", 1},
    {"/a\n  X Y: z\n", "1;", "expected the name of a field", 1},
    {"/a\n  X\xc3\xa9: z\n", "1;", "'X\\xc3\\xa9: z': expected the name", 1},
    {"/a\n  X: a\x01z\n", "1;", "'X: a\\x01z': expected a value without", 1},
    {"/a\n  X: a\rSet-Cookie: b\n", "1;", "expected a value without", 1},
    {"/a\n  !\n", "1;", "expected '! Name'", 1},
    {"/a\n  ! X Y\n", "1;", "expected '! Name'", 1},
    {"/a\n  ! Content-Type\n", "1;", "expected a value for Content-Type", 1},
    {"/a\n  ! ETag\n", "1;", "a field that HTTP does not set itself", 1},
    {"/a\n  Basic-Auth: me:secret\n", "1;", "expected no password", 1},
};

START_TEST(files_are_read)
{
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        const struct file_case *c = &files[i];
        struct rule_notes notes;
        struct header_rules *rules = compile(c->text, &notes);
        char out[2000];

        ck_assert_msg(strcmp(shown(rules, out), c->rules) == 0, "%s: %s",
                      c->text, out);
        ck_assert_msg(notes.count == c->count, "%s: %s", c->text, notes.text);
        if (c->mistakes != NULL)
            ck_assert_msg(strstr(notes.last, c->mistakes) != NULL, "%s: %s",
                          c->text, notes.last);
        header_rules_free(rules);
    }
}
END_TEST

START_TEST(fields_of_http_are_refused)
{
    static const char *const names[] = {"Content-Length",
                                        "content-length",
                                        "Transfer-Encoding",
                                        "Connection",
                                        "Date",
                                        "Trailer",
                                        "Upgrade",
                                        "TE",
                                        "Content-Range",
                                        "Accept-Ranges",
                                        "Content-Encoding",
                                        "ETag",
                                        "Last-Modified",
                                        "Location",
                                        "Allow",
                                        "Age",
                                        "Keep-Alive",
                                        "Proxy-Connection"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct rule_notes notes;
        struct header_rules *rules;
        char text[100];

        snprintf(text, sizeof(text), "/*\n  %s: 1\n", names[i]);
        rules = compile(text, &notes);
        ck_assert_msg(
            strstr(notes.last, "a field that HTTP does not set itself") != NULL,
            "%s: %s", names[i], notes.last);
        ck_assert_uint_eq(rules->field_count, 0);
        header_rules_free(rules);
    }
}
END_TEST

START_TEST(rules_match_in_their_order)
{
    static const char text[] = "/a/b\n X: 1\n/*\n X: 2\n/a/*\n X: 3\n"
                               "/c\n X: 4\n/a/:x\n X: 5\n/a/b/\n X: 6\n";
    static const struct {
        const char *path, *numbers;
    } cases[] = {{"", "1"},        {"a", "1 2"},     {"a/b", "0 1 2 4 5"},
                 {"a/c", "1 2 4"}, {"a/b/c", "1 2"}, {"c/", "1 3"}};
    struct rule_notes notes;
    struct header_rules *rules = compile(text, &notes);

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint32_t numbers[HEADER_MATCHES_MAX];
        size_t count =
            header_rules_match(rules, bytes_of(cases[i].path), numbers);
        char out[100] = "";

        for (size_t k = 0, len = 0; k < count; k++)
            len += (size_t)snprintf(out + len, sizeof(out) - len, "%s%u",
                                    k > 0 ? " " : "", numbers[k]);
        ck_assert_msg(strcmp(out, cases[i].numbers) == 0, "/%s: %s",
                      cases[i].path, out);
    }
    header_rules_free(rules);
}
END_TEST

START_TEST(no_more_matches_than_fit)
{
    static char text[12 * (HEADER_MATCHES_MAX + 10)];
    uint32_t numbers[HEADER_MATCHES_MAX];
    struct rule_notes notes;
    struct header_rules *rules;

    for (int i = 0; i < HEADER_MATCHES_MAX + 10; i++)
        strcat(text, "/*\n X: y\n");
    rules = compile(text, &notes);
    ck_assert_uint_eq(rules->rule_count, HEADER_MATCHES_MAX + 10);
    ck_assert_uint_eq(header_rules_match(rules, BYTES("a"), numbers),
                      HEADER_MATCHES_MAX);
    ck_assert_uint_eq(numbers[HEADER_MATCHES_MAX - 1], HEADER_MATCHES_MAX - 1);
    header_rules_free(rules);
}
END_TEST

START_TEST(rules_of_options)
{
    struct header_rules *rules = header_rules_new();
    char out[2000];

    ck_assert_ptr_null(
        header_rules_add_line(rules, BYTES("/* X: y z"), "-", 1));
    ck_assert_ptr_null(header_rules_add_line(rules, BYTES("/a ! X"), "-", 2));
    ck_assert_str_eq(shown(rules, out), "1|X=y z;2|!X;");
    ck_assert_ptr_nonnull(header_rules_add_line(rules, BYTES(""), "-", 3));
    ck_assert_ptr_nonnull(header_rules_add_line(rules, BYTES("/a"), "-", 3));
    ck_assert_ptr_nonnull(header_rules_add_line(rules, BYTES("X: y"), "-", 3));
    ck_assert_ptr_nonnull(
        header_rules_add_line(rules, BYTES("/a Date: x"), "-", 3));
    header_rules_free(rules);
}
END_TEST

/* A file of garbage does not fill the log. */
START_TEST(mistakes_are_bounded)
{
    static char text[3 * RULE_MISTAKES_MAX + 100];
    struct rule_notes notes;

    memset(text, '\n', sizeof(text) - 1);
    for (size_t i = 0; i < RULE_MISTAKES_MAX + 7; i++)
        text[2 * i] = 'x';
    header_rules_free(compile(text, &notes));
    ck_assert_uint_eq(notes.count, RULE_MISTAKES_MAX + 1);
    ck_assert_str_eq(notes.last, "_headers: 7 more mistakes");
}
END_TEST

START_TEST(rules_are_bounded)
{
    static char text[3 * (RULES_MAX + 2) + 1];
    struct rule_notes notes;
    struct header_rules *rules;

    for (size_t i = 0; i < RULES_MAX + 2; i++)
        memcpy(text + 3 * i, "/a\n", 3);
    rules = compile(text, &notes);
    ck_assert_uint_eq(rules->rule_count, RULES_MAX);
    ck_assert_uint_eq(notes.count, 2);
    ck_assert_str_eq(notes.last,
                     "_headers:20002: '/a': expected at most 20000 rules");
    header_rules_free(rules);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("header_rules");

    suite_add_tests(suite, files_are_read, fields_of_http_are_refused,
                    rules_match_in_their_order, no_more_matches_than_fit,
                    rules_of_options, mistakes_are_bounded, rules_are_bounded);
    return suite_run(suite);
}
