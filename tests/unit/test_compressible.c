#include "site/compressible.h"

#include "suite.h"

static const struct {
    const char *type;
    uint64_t size;
    bool is_compressible;
} cases[] = {
    {"text/html; charset=utf-8", 1024, true},
    {"text/html; charset=utf-8", 1023, false},
    {"text/html", 8388608, true},
    {"text/html", 8388609, false},
    {"TEXT/CSS", 5000, true},
    {"text/x-anything", 5000, true},
    {"text/", 5000, false},
    {"application/javascript;charset=utf-8", 5000, true},
    {"application/json", 5000, true},
    {"application/ld+json", 5000, true},
    {"application/atom+xml ; charset=utf-8", 5000, true},
    {"application/manifest+json", 5000, true},
    {"application/wasm", 5000, true},
    {"image/svg+xml", 5000, true},
    {"font/ttf", 5000, true},
    {"font/woff2", 5000, false},
    {"image/png", 5000, false},
    {"image/png; a=b+xml", 5000, false},
    {"application/zip", 5000, false},
    {"application/octet-stream", 5000, false},
    {"application/jsonx", 5000, false},
    {"", 5000, false},
};

START_TEST(text_is_compressible)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        ck_assert_msg(compressible_is(bytes_of(cases[i].type), cases[i].size) ==
                          cases[i].is_compressible,
                      "%s of %u bytes", cases[i].type, (unsigned)cases[i].size);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("compressible");

    suite_add_tests(suite, text_is_compressible);
    return suite_run(suite);
}
