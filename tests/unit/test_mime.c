#include "files/mime.h"

#include "suite.h"

/* BYTES is no constant expression, which a static table asks for. */
#define TEXT(literal)                  \
    {                                  \
        (literal), sizeof(literal) - 1 \
    }

/* Beginnings that libmagic knows. */
#define PNG \
    TEXT("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0")
#define GZIP TEXT("\x1f\x8b\x08\0\0\0\0\0\0\x03\x4b\x4c\x02\0")
#define PDF TEXT("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n")
#define ELF     \
    TEXT("\x7f" \
         "ELF\2\1\1\0\0\0\0\0\0\0\0\0\2\0\x3e\0\1\0\0\0\0\0\0\0")
#define HTML TEXT("<!DOCTYPE html><html><script>alert(1)</script></html>\n")
#define SVG                          \
    TEXT("<?xml version=\"1.0\"?>\n" \
         "<svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>\n")
#define XML TEXT("<?xml version=\"1.0\"?><a/>\n")
#define SCRIPT TEXT("#!/usr/bin/env node\nclass A {}; alert(1);\n")

static const struct mime_case {
    const char *rule, *name;
    struct bytes start;
    const char *type;
} cases[] = {
    {"text_that_is_utf8", "a.html", TEXT("caf\xC3\xA9"),
     "text/html; charset=utf-8"},
    {"text_that_is_ascii", "a.css", TEXT("a {}"), "text/css; charset=utf-8"},
    {"javascript_is_text", "a.js", TEXT("1;"),
     "text/javascript; charset=utf-8"},
    {"empty_text", "a.txt", TEXT(""), "text/plain; charset=utf-8"},
    {"text_that_is_latin_1", "a.html", TEXT("caf\xE9"), "text/html"},
    {"text_with_nul", "a.txt", TEXT("a\0b"), "text/plain"},
    {"json_has_no_charset", "a.json", TEXT("{}"), "application/json"},
    {"svg_by_name", "a.svg", SVG, "image/svg+xml"},
    {"name_wins_over_content", "a.txt", PNG, "text/plain"},
    {"name_wins_over_content_again", "a.png", HTML, "image/png"},
    {"no_extension_picture", "picture", PNG, "image/png"},
    {"no_extension_gzip", "archive", GZIP, "application/gzip"},
    {"no_extension_pdf", "paper", PDF, "application/pdf"},
    {"no_charset_for_what_is_no_text", "paper", TEXT("%PDF-1.4\n% ascii\n"),
     "application/pdf"},
    {"unknown_extension", "picture.xyz", PNG, "image/png"},
    {"program_is_just_bytes", "program", ELF, "application/octet-stream"},
    {"unknown_text", "README", TEXT("Read me, caf\xC3\xA9.\n"),
     "text/plain; charset=utf-8"},
    {"unknown_text_in_latin_1", "README", TEXT("Le caf\xE9 est noir.\n"),
     "text/plain"},
    {"unknown_bytes", "blob", TEXT("\0\1\2\3\xff\xfe\xfd\0\0\x80"),
     "application/octet-stream"},
    {"unknown_empty", "empty", TEXT(""), "text/plain; charset=utf-8"},
    {"html_in_disguise", "notes", HTML, "text/plain; charset=utf-8"},
    {"svg_in_disguise", "notes", SVG, "text/plain; charset=utf-8"},
    {"xml_in_disguise", "notes", XML, "text/plain; charset=utf-8"},
    {"script_in_disguise", "notes", SCRIPT, "text/plain; charset=utf-8"},
    {"html_with_nul_in_disguise", "notes",
     TEXT("<!DOCTYPE html><html><script>\0</script></html>"),
     "application/octet-stream"},
};

static bool runs_in_a_browser(const char *type)
{
    return strstr(type, "html") != NULL || strstr(type, "script") != NULL ||
           strstr(type, "xml") != NULL;
}

START_TEST(name_and_bytes_make_type)
{
    struct mime_table *table = mime_table_new();
    struct mime_sniffer *sniffer = mime_sniffer_new();
    char type[MIME_TYPE_MAX + 1];

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct mime_case *c = &cases[i];

        mime_type_of(table, sniffer, bytes_of(c->name), c->start, true, type);
        ck_assert_msg(strcmp(type, c->type) == 0, "%s: %s", c->rule, type);
    }
    mime_sniffer_free(sniffer);
    mime_table_free(table);
}
END_TEST

START_TEST(content_never_yields_what_runs)
{
    struct mime_table *table = mime_table_new();
    struct mime_sniffer *sniffer = mime_sniffer_new();
    const struct bytes scripts[] = {HTML, SVG, XML, SCRIPT};
    char type[MIME_TYPE_MAX + 1], window[400];

    /* libmagic finds some of them behind other bytes too. */
    for (size_t i = 0; i < 4; i++) {
        for (size_t shift = 0; shift < 64; shift++) {
            const struct bytes start = {window, shift + scripts[i].len};

            memset(window, shift % 2 == 0 ? ' ' : '\n', shift);
            memcpy(window + shift, scripts[i].at, scripts[i].len);
            mime_type_of(table, sniffer, BYTES("notes"), start, true, type);
            ck_assert_msg(!runs_in_a_browser(type), "%zu: %s", i, type);
        }
    }
    mime_sniffer_free(sniffer);
    mime_table_free(table);
}
END_TEST

START_TEST(cut_sequence_counts_only_where_more_follows)
{
    struct mime_table *table = mime_table_new();
    struct mime_sniffer *sniffer = mime_sniffer_new();
    const struct bytes cut = BYTES("caf\xC3");
    char type[MIME_TYPE_MAX + 1];

    mime_type_of(table, sniffer, BYTES("a.txt"), cut, false, type);
    ck_assert_str_eq(type, "text/plain; charset=utf-8");
    mime_type_of(table, sniffer, BYTES("a.txt"), cut, true, type);
    ck_assert_str_eq(type, "text/plain");
    mime_sniffer_free(sniffer);
    mime_table_free(table);
}
END_TEST

START_TEST(bytes_are_needed_for_text_and_unknown)
{
    struct mime_table *table = mime_table_new();

    ck_assert(mime_needs_bytes(table, BYTES("a.html")));
    ck_assert(mime_needs_bytes(table, BYTES("README")));
    ck_assert(mime_needs_bytes(table, BYTES("a.xyz")));
    ck_assert(!mime_needs_bytes(table, BYTES("a.png")));
    ck_assert(!mime_needs_bytes(table, BYTES("a.json")));
    ck_assert(!mime_needs_bytes(table, BYTES("a.svg")));
    mime_table_free(table);
}
END_TEST

/* The variable names the database that libmagic loads. */
START_TEST(without_database_unknown_is_text_or_bytes)
{
    struct mime_table *table = mime_table_new();
    struct mime_sniffer *sniffer = mime_sniffer_new();
    char type[MIME_TYPE_MAX + 1];

    ck_assert_int_eq(setenv("MAGIC", "/nowhere/magic", 1), 0);
    mime_type_of(table, sniffer, BYTES("notes"), BYTES("text"), true, type);
    ck_assert_str_eq(type, "text/plain; charset=utf-8");
    mime_type_of(table, sniffer, BYTES("picture"), (struct bytes)PNG, true,
                 type);
    ck_assert_str_eq(type, "application/octet-stream");
    mime_type_of(table, sniffer, BYTES("a.png"), (struct bytes)PNG, true, type);
    ck_assert_str_eq(type, "image/png");
    ck_assert_int_eq(unsetenv("MAGIC"), 0);
    mime_sniffer_free(sniffer);
    mime_table_free(table);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("mime");

    suite_add_tests(suite, name_and_bytes_make_type,
                    content_never_yields_what_runs,
                    cut_sequence_counts_only_where_more_follows,
                    bytes_are_needed_for_text_and_unknown,
                    without_database_unknown_is_text_or_bytes);
    return suite_run(suite);
}
