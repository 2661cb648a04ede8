/* Names in links, in HTML and in JSON; sizes. */
#include "site/listing_text.h"

#include "listing_checks.h"
#include "suite.h"

static const struct written {
    const char *name, *link, *html, *json;
} names[] = {
    {"plain-name_1.txt~", "plain-name_1.txt~", "plain-name_1.txt~",
     "plain-name_1.txt~"},
    {"a b", "a%20b", "a b", "a b"},
    {"a:b", "a%3Ab", "a:b", "a:b"},
    {"javascript:alert(1)", "javascript%3Aalert%281%29", "javascript:alert(1)",
     "javascript:alert(1)"},
    {"q?x#y%z", "q%3Fx%23y%25z", "q?x#y%z", "q?x#y%z"},
    {"<b>&\"'", "%3Cb%3E%26%22%27", "&lt;b&gt;&amp;&quot;'", "<b>&\\\"'"},
    {"back\\slash", "back%5Cslash", "back\\slash", "back\\\\slash"},
    {"two\nlines", "two%0Alines", "two\xE2\x90\x8Alines", "two\\nlines"},
    {"\t\x01\x1f\x7f", "%09%01%1F%7F",
     "\xE2\x90\x89\xE2\x90\x81\xE2\x90\x9F\xE2\x90\xA1",
     "\\t\\u0001\\u001f\x7f"},
    {"ol\xC3\xA1", "ol%C3%A1", "ol\xC3\xA1", "ol\xC3\xA1"},
    {"caf\xE9", "caf%E9", "caf\xEF\xBF\xBD", "caf\xEF\xBF\xBD"},
    {"\xE2\x82(\xFF", "%E2%82%28%FF", "\xEF\xBF\xBD(\xEF\xBF\xBD",
     "\xEF\xBF\xBD(\xEF\xBF\xBD"},
    {"\xC0\xAF", "%C0%AF", "\xEF\xBF\xBD\xEF\xBF\xBD",
     "\xEF\xBF\xBD\xEF\xBF\xBD"},
};

static const char *ended(char *out, const char *end)
{
    out[end - out] = '\0';
    return out;
}

START_TEST(names_are_harmless)
{
    char out[500];

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const struct bytes name = bytes_of(names[i].name);

        ck_assert_str_eq(ended(out, listing_put_link(out, name)),
                         names[i].link);
        ck_assert_str_eq(ended(out, listing_put_html(out, name)),
                         names[i].html);
        ck_assert_str_eq(ended(out, listing_put_json(out, name)),
                         names[i].json);
    }
}
END_TEST

/* Any name: mostly bytes that are special somewhere. */
START_TEST(any_name_is_harmless)
{
    static const char special[] = "<>&\"'\\%:/?#\n\r\t\x01\x7f\xC3\xA9\xE2\x82"
                                  "\xF0\x9F\xED\xA0\x80\xFF-u;qa ";
    char out[6 * 40 + 1], name[40];

    srand(9110);
    for (int round = 0; round < 20000; round++) {
        size_t len = 1 + (size_t)rand() % sizeof(name);

        for (size_t i = 0; i < len; i++)
            if (rand() % 4 == 0)
                name[i] = (char)(1 + rand() % 255);
            else
                name[i] = special[(size_t)rand() % (sizeof(special) - 1)];
        check_name((struct bytes){name, len}, out);
    }
}
END_TEST

static const struct {
    uint64_t size;
    const char *english, *portuguese;
} sizes[] = {
    {0, "0 B", "0 B"},
    {1023, "1023 B", "1023 B"},
    {1024, "1.0 KiB", "1,0 KiB"},
    {1434, "1.4 KiB", "1,4 KiB"},
    {10188, "9.9 KiB", "9,9 KiB"},
    {10189, "10 KiB", "10 KiB"},
    {155648, "152 KiB", "152 KiB"},
    {1024 * 1024 - 513, "1023 KiB", "1023 KiB"},
    {1024 * 1024 - 512, "1.0 MiB", "1,0 MiB"},
    {1024 * 1024, "1.0 MiB", "1,0 MiB"},
    {UINT64_C(5) << 30, "5.0 GiB", "5,0 GiB"},
    {UINT64_C(3) << 49, "1.5 PiB", "1,5 PiB"},
    {INT64_MAX, "8.0 EiB", "8,0 EiB"},
    {UINT64_MAX, "16 EiB", "16 EiB"},
};

START_TEST(sizes_are_short)
{
    char out[LISTING_SIZE_MAX + 1];

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        ck_assert_str_eq(
            ended(out, listing_put_size(out, sizes[i].size, false)),
            sizes[i].english);
        ck_assert_str_eq(ended(out, listing_put_size(out, sizes[i].size, true)),
                         sizes[i].portuguese);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("listing_text");

    suite_add_tests(suite, names_are_harmless, any_name_is_harmless,
                    sizes_are_short);
    return suite_run(suite);
}
