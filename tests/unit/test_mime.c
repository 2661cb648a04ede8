#include "files/mime.h"

#include <sys/resource.h>
#include <time.h>

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

/* Before POSIX, a tar's header had no signature, but a checksum (in octal, of
 * its bytes with blanks in its own place): "a", and 0x80 to be no UTF-8. */
static const char old_tar[512] = {
    [0] = 'a', [1] = '\x80', [148] = '7', [149] = '4', [150] = '1',
};

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
    {"text_with_a_signature_is_text", "paper", TEXT("%PDF-1.4\n% ascii\n"),
     "text/plain; charset=utf-8"},
    {"no_extension_tar",
     "archive",
     {old_tar, sizeof(old_tar)},
     "application/x-tar"},
    {"unknown_extension", "picture.xyz", PNG, "image/png"},
    {"program_is_just_bytes", "program", ELF, "application/octet-stream"},
    {"unknown_text", "README", TEXT("Read me, caf\xC3\xA9.\n"),
     "text/plain; charset=utf-8"},
    {"unknown_text_in_latin_1", "README", TEXT("Le caf\xE9 est noir.\n"),
     "text/plain"},
    {"unknown_text_in_utf_16", "README", TEXT("\xff\xfeR\0e\0a\0d\0\n\0"),
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
            const struct bytes start = {window, shift + scripts[i].len + 1};

            memset(window, shift % 2 == 0 ? ' ' : '\n', shift);
            memcpy(window + shift, scripts[i].at, scripts[i].len);
            window[shift + scripts[i].len] =
                '\xff'; /* no UTF-8: is looked at */
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

static double cpu_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* The processor time of the quickest of three calls. */
static double cost_ms(const struct mime_table *table,
                      struct mime_sniffer *sniffer, struct bytes start)
{
    char type[MIME_TYPE_MAX + 1];
    double best = 1e9;

    for (int i = 0; i < 3; i++) {
        double began = cpu_ms(), took;

        mime_type_of(table, sniffer, BYTES("notes"), start, true, type);
        took = cpu_ms() - began;
        best = took < best ? took : best;
    }
    return best;
}

/* 0.1 to 1.5 ms are usual. libmagic's tests for kinds of text took 120 ms and
 * more for the first two, and of the first 2 KiB of the others up to 25 ms. */
START_TEST(no_bytes_take_long)
{
    static const struct bytes repeated[] = {
        TEXT("\n"),
        TEXT("\r\n"),
        TEXT(" "),
        TEXT("\t"),
        TEXT("\x0b"),
        TEXT("("),
        TEXT("\n "),
        TEXT("\0"),
        TEXT("\0,"),
        TEXT("\0<"),
        TEXT("<?xml "),
        TEXT("%PDF-1.4\n"),
        TEXT("public class "),
        TEXT("class A {\n"),
        TEXT("ustar\0"),
        TEXT("PK\3\4"),
        TEXT("\xff"),
    };
    static char window[MIME_SNIFF_MAX];
    const struct bytes start = {window, sizeof(window)};
    struct mime_table *table = mime_table_new();
    struct mime_sniffer *sniffer = mime_sniffer_new();

    for (size_t i = 0; i < sizeof(repeated) / sizeof(repeated[0]); i++) {
        double took;

        for (size_t at = 0; at < sizeof(window); at++)
            window[at] = repeated[i].at[at % repeated[i].len];
        window[sizeof(window) - 1] = '\xff'; /* no UTF-8: is looked at */
        took = cost_ms(table, sniffer, start);
        ck_assert_msg(took < 15, "%zu took %.1f ms", i, took);
    }
    mime_sniffer_free(sniffer);
    mime_table_free(table);
}
END_TEST

/* The sanitizers' memory cannot be limited like this. */
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
/* Takes all memory that there is, in a list of blocks of `size` bytes. */
static void **take_all(size_t size, void **list)
{
    void **block;

    while ((block = malloc(size)) != NULL) {
        *block = list;
        list = block;
    }
    return list;
}

/* With less memory than libmagic needs it is not asked: it would crash. */
START_TEST(memory_that_runs_out_crashes_nothing)
{
    struct mime_table *table = mime_table_new();
    struct mime_sniffer *sniffer = mime_sniffer_new();
    struct rlimit before, limit;
    char type[MIME_TYPE_MAX + 1];
    void **blocks = NULL;

    ck_assert_int_eq(getrlimit(RLIMIT_AS, &before), 0);
    limit = (struct rlimit){64 * 1024 * 1024, before.rlim_max};
    ck_assert_int_eq(setrlimit(RLIMIT_AS, &limit), 0);
    for (size_t size = 65536; size >= 32; size /= 2)
        blocks = take_all(size, blocks);
    mime_type_of(table, sniffer, BYTES("picture"), (struct bytes)PNG, true,
                 type);
    while (blocks != NULL) {
        void **next = *blocks;

        free(blocks);
        blocks = next;
        mime_type_of(table, sniffer, BYTES("blob"), BYTES("\0\1\xff\xfe"), true,
                     type);
        ck_assert_str_eq(type, "application/octet-stream");
    }
    ck_assert_int_eq(setrlimit(RLIMIT_AS, &before), 0);
    mime_type_of(table, sniffer, BYTES("picture"), (struct bytes)PNG, true,
                 type);
    ck_assert_str_eq(type, "image/png");
    mime_sniffer_free(sniffer);
    mime_table_free(table);
}
END_TEST
#endif

/* The variable names the database that libmagic loads. */
START_TEST(without_database_unknown_is_text_or_bytes)
{
    struct mime_table *table = mime_table_new();
    char type[MIME_TYPE_MAX + 1];

    ck_assert_int_eq(setenv("MAGIC", "/nowhere/magic", 1), 0);
    ck_assert_ptr_null(mime_sniffer_new());
    mime_type_of(table, NULL, BYTES("notes"), BYTES("text"), true, type);
    ck_assert_str_eq(type, "text/plain; charset=utf-8");
    mime_type_of(table, NULL, BYTES("picture"), (struct bytes)PNG, true, type);
    ck_assert_str_eq(type, "application/octet-stream");
    mime_type_of(table, NULL, BYTES("a.png"), (struct bytes)PNG, true, type);
    ck_assert_str_eq(type, "image/png");
    mime_table_free(table);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("mime");

    suite_add_tests(suite, name_and_bytes_make_type,
                    content_never_yields_what_runs,
                    cut_sequence_counts_only_where_more_follows,
                    bytes_are_needed_for_text_and_unknown, no_bytes_take_long,
                    without_database_unknown_is_text_or_bytes);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    suite_add_tests(suite, memory_that_runs_out_crashes_nothing);
#endif
    return suite_run(suite);
}
