#include "http/accept_encoding.h"

#include <stdio.h>

#include "suite.h"

enum {
    BR = 1 << CODING_BR,
    ZSTD = 1 << CODING_ZSTD,
    GZIP = 1 << CODING_GZIP,
    ALL = BR | ZSTD | GZIP,
};

struct choice {
    const char *lines[3]; /* values of Accept-Encoding, until NULL */
    unsigned there;
    enum coding chosen;
};

static const struct choice choices[] = {
    {{NULL}, ALL, CODING_IDENTITY}, /* no field: any would be acceptable */
    {{""}, ALL, CODING_IDENTITY},
    {{"br"}, 0, CODING_IDENTITY},
    {{"br"}, BR, CODING_BR},
    {{"br"}, GZIP | ZSTD, CODING_IDENTITY},
    {{"gzip, deflate, br, zstd"}, ALL, CODING_BR},
    {{"gzip, deflate, br, zstd"}, ZSTD | GZIP, CODING_ZSTD},
    {{"gzip, deflate, br, zstd"}, GZIP, CODING_GZIP},
    {{"gzip", "br"}, ALL, CODING_BR},
    {{"GZip"}, ALL, CODING_GZIP},
    {{"x-gzip"}, ALL, CODING_GZIP},
    {{"deflate"}, ALL, CODING_IDENTITY},

    /* The greatest weight counts; equal ones go by the server's order. */
    {{"br;q=0.5, gzip;q=0.6"}, ALL, CODING_GZIP},
    {{"br;q=0.5, gzip;q=0.6"}, BR, CODING_BR},
    {{"gzip;q=0.5, zstd;q=0.5"}, ALL, CODING_ZSTD},
    {{"br;q=0.001"}, ALL, CODING_BR},
    {{"br;q=0"}, ALL, CODING_IDENTITY},
    {{"br;q=0, gzip"}, ALL, CODING_GZIP},
    {{"br;q=2, gzip;q=0.1"}, ALL, CODING_GZIP}, /* malformed */
    {{"br;q=0, br;q=1"}, ALL, CODING_IDENTITY}, /* the first one */
    {{"br;q=0", "br;q=1"}, ALL, CODING_IDENTITY},

    /* Plain bytes: less than what is listed, unless they are listed. */
    {{"identity, br;q=0.5"}, ALL, CODING_IDENTITY},
    {{"identity;q=0.5, br;q=0.5"}, ALL, CODING_BR},
    {{"identity;q=0.4, br;q=0.5"}, ALL, CODING_BR},
    {{"identity;q=0.6, br;q=0.5"}, ALL, CODING_IDENTITY},
    {{"identity;q=0, br;q=0.001"}, ALL, CODING_BR},
    {{"identity;q=0, br"}, GZIP, CODING_NONE},
    {{"identity;q=0"}, 0, CODING_NONE},
    {{"identity;q=0"}, ALL, CODING_NONE},

    /* "*" stands for what is not listed. */
    {{"*"}, ALL, CODING_BR},
    {{"*"}, GZIP, CODING_GZIP},
    {{"*"}, 0, CODING_IDENTITY},
    {{"*;q=0"}, ALL, CODING_NONE},
    {{"*;q=0, gzip"}, ALL, CODING_GZIP},
    {{"*;q=0, identity"}, ALL, CODING_IDENTITY},
    {{"*;q=0, identity;q=0.1, br;q=0.2"}, ALL, CODING_BR},
    {{"br;q=0, *"}, ALL, CODING_ZSTD},
    {{"gzip;q=0.5, *;q=0.4"}, ALL, CODING_GZIP},
    {{"gzip;q=0.5, *;q=0.6"}, ALL, CODING_BR},
    {{"identity;q=0, *;q=0.5"}, ALL, CODING_BR},
};

START_TEST(coding_is_chosen)
{
    const struct choice *c = &choices[_i];
    struct coding_weights weights;
    char head[300];
    struct request request = {.head = head};

    request.head_len =
        (size_t)snprintf(head, sizeof(head), "GET / HTTP/1.1\r\n");
    for (size_t i = 0; i < 3 && c->lines[i] != NULL; i++)
        request.head_len += (size_t)snprintf(
            head + request.head_len, sizeof(head) - request.head_len,
            "Accept-Encoding: %s\r\n", c->lines[i]);
    request.head_len += (size_t)snprintf(
        head + request.head_len, sizeof(head) - request.head_len, "\r\n");
    weights = accept_encoding_read(&request);
    ck_assert_msg(accept_encoding_choose(&weights, c->there) == c->chosen, "%s",
                  c->lines[0] != NULL ? c->lines[0] : "(none)");
}
END_TEST

START_TEST(codings_have_the_registered_names)
{
    static const char *const names[] = {"br", "zstd", "gzip", "identity"};

    for (unsigned i = 0; i < CODINGS; i++)
        ck_assert_str_eq(coding_name((enum coding)i), names[i]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("accept_encoding");
    TCase *table = tcase_create("choices");

    suite_add_tcase(suite, table);
    tcase_add_loop_test(table, coding_is_chosen, 0,
                        (int)(sizeof(choices) / sizeof(choices[0])));
    suite_add_tests(suite, codings_have_the_registered_names);
    return suite_run(suite);
}
