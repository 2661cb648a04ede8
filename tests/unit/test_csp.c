#include "site/csp.h"

#include "suite.h"

static const struct policy {
    const char *policy, *refusal; /* NULL: it allows live reload */
} policies[] = {
    {"", NULL},
    {"img-src 'none'", NULL},
    {"default-src 'self'", NULL},
    {"DEFAULT-SRC 'SELF'; img-src *", NULL},
    {"default-src *", NULL},
    {"default-src http: https:", NULL},
    {"default-src 'none'; script-src 'self'; connect-src 'self'", NULL},
    {"default-src 'none'", "default-src 'none'"},
    {" default-src\t'none' ; x", "default-src\t'none'"},
    {"default-src", "default-src"},
    {"default-src https:", "default-src https:"},
    {"script-src 'nonce-abc'", "script-src 'nonce-abc'"},
    {"script-src 'self' 'nonce-a' 'strict-dynamic'",
     "script-src 'self' 'nonce-a' 'strict-dynamic'"},
    {"script-src 'self'; default-src 'none'", "default-src 'none'"},
    {"default-src 'self'; connect-src https://api.example",
     "connect-src https://api.example"},
    {"script-src 'none'; script-src-elem 'self'", NULL},
    {"script-src 'self'; script-src-elem 'none'", "script-src-elem 'none'"},
    {"script-src 'self'; script-src 'none'", NULL}, /* the first one counts */
    {"script-src 'self', script-src 'none'", "script-src 'none'"},
    {"sandbox", "sandbox"},
    {"sandbox allow-scripts", "sandbox allow-scripts"},
    {"sandbox allow-scripts allow-same-origin", NULL},
    {";;;,,;", NULL},
};

static void check(struct bytes found, const char *wanted, const char *in)
{
    if (wanted == NULL)
        ck_assert_msg(found.at == NULL, "%s", in);
    else
        ck_assert_msg(found.at != NULL && bytes_equal(found, bytes_of(wanted)),
                      "%s: %.*s", in, (int)found.len, found.at);
}

START_TEST(policy_allows_script_and_stream_or_not)
{
    for (size_t i = 0; i < sizeof(policies) / sizeof(policies[0]); i++)
        check(csp_refusal(bytes_of(policies[i].policy)), policies[i].refusal,
              policies[i].policy);
}
END_TEST

#define META "<meta http-equiv=\"Content-Security-Policy\" content=\""

static const struct policy pages[] = {
    {"", NULL},
    {"<", NULL},
    {"<meta", NULL},
    {"<meta http-equiv", NULL},
    {"<meta http-equiv=", NULL},
    {"<meta http-equiv='content-security-policy", NULL},
    {"<!doctype html><head>" META "default-src 'none'\">",
     "default-src 'none'"},
    {META "default-src 'self'\">", NULL},
    {META "default-src 'self'\">" META "script-src 'none'\">",
     "script-src 'none'"},
    {"<META CONTENT='script-src x'\nHTTP-EQUIV = content-security-policy>",
     "script-src x"},
    {"<meta name=a content='>'>" META "script-src x\"/>", "script-src x"},
    {"<meta http-equiv=refresh content=\"default-src 'none'\">", NULL},
    {"<meta name=Content-Security-Policy content=\"default-src 'none'\">",
     NULL},
    {"<!-- " META "default-src 'none'\"> --><p>", NULL},
    {"<!-- " META "default-src 'none'\">", NULL},
    {"<body>" META "default-src 'none'\">", NULL}, /* it does not count there */
};

START_TEST(policy_of_a_page_is_in_its_head)
{
    for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++)
        check(csp_refusal_in_page(bytes_of(pages[i].policy)), pages[i].refusal,
              pages[i].policy);
}
END_TEST

/* No byte behind the end is read, wherever a page is cut. */
START_TEST(page_may_end_anywhere)
{
    static const char page[] = "<!--x--><meta a=\"b\" c='d' e = f http-equiv="
                               "Content-Security-Policy content=x><body>";

    for (size_t len = 0; len < sizeof(page); len++) {
        char *cut = malloc(len == 0 ? 1 : len);

        memcpy(cut, page, len);
        csp_refusal_in_page((struct bytes){cut, len});
        free(cut);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("csp");

    suite_add_tests(suite, policy_allows_script_and_stream_or_not,
                    policy_of_a_page_is_in_its_head, page_may_end_anywhere);
    return suite_run(suite);
}
