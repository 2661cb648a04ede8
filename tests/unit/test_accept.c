#include "http/accept.h"

#include <stdio.h>

#include "suite.h"

struct accept_case {
    const char *fields;
    bool names;
};

#define A "Accept: "
#define END "\r\n"

static const struct accept_case cases[] = {
    {"", false},
    {A END, false},
    {A "text/html" END, true},
    {A "Text/HTML" END, true},
    {"ACCEPT: text/html" END, true},
    {A "text/htm" END, false},
    {A "text/html5" END, false},
    {A "text/*" END, false},
    {A "*/*" END, false},
    {A "text/html/x" END, false},
    {A "application/xhtml+xml,text/html" END, true},
    {A "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8" END, true},
    {A "  a/b ,\t, text/html  " END, true},
    {A ",,text/html,," END, true},
    {A ",,,," END, false},

    {A "text/html;q=1" END, true},
    {A "text/html;q=1.000" END, true},
    {A "text/html;q=0.001" END, true},
    {A "text/html ; Q=0.5" END, true},
    {A "text/html;level=1;q=0.5" END, true},
    {A "text/html;level=1" END, true},
    {A "text/html;" END, true},
    {A "text/html;q=0" END, false},
    {A "text/html;q=0." END, false},
    {A "text/html;q=0.000" END, false},
    {A "text/html;level=1;q=0" END, false},
    {A "text/html;q=0, text/html;level=1" END, true},
    {A "text/html;q=0;q=1" END, false}, /* the first one counts */
    {A "*/*, text/html;q=0" END, false},
    {A "text/html;q=" END, false},
    {A "text/html;q=2" END, false},
    {A "text/html;q=1.001" END, false},
    {A "text/html;q=0.0001" END, false},
    {A "text/html;q=-1" END, false},
    {A "text/html;q=.5" END, false},
    {A "text/html;q=0,5" END, false},
    {A "text/html;q=0.x" END, false},
    {A "text/html;q=\"1\"" END, false},

    {A "a/b;c=\",text/html\"" END, false},
    {A "a/b;c=\"\\\",text/html\"" END, false},
    {A "a/b;c=\"\\\\\",text/html" END, true},
    {A "a/b;c=\",text/html" END, false}, /* the quote is not closed */
    {A "a/b;c=\"\\" END, false},
    {A "text/html;c=\";q=0\"" END, true},

    {A "a/b" END A "text/html" END, true},
    {A "a/b" END "X: y" END "accept:text/html" END, true},
    {A "text/html;q=0" END A "a/b" END, false},
    {"Accept-Language: text/html" END, false},
    {"X: text/html" END, false},
};

START_TEST(fields)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char head[500];
        struct request request = {.head = head};

        request.head_len = (size_t)snprintf(
            head, sizeof(head), "GET / HTTP/1.1" END "%s" END, cases[i].fields);
        ck_assert_msg(accept_names(&request, BYTES("text/html")) ==
                          cases[i].names,
                      "%s", cases[i].fields);
    }
}
END_TEST

static const struct preference {
    const char *fields;
    bool json, portuguese;
} preferences[] = {
    {"", false, false},
    {A END, false, false},
    {A "*/*" END, false, false},
    {A "application/json" END, true, false},
    {A "Application/JSON" END, true, false},
    {A "application/*" END, true, false},
    {A "application/json, text/plain, */*" END, true, false},
    {A "application/json;q=0.5, */*;q=0.5" END, true, false},
    {A "application/json;q=0.5, */*;q=0.6" END, false, false},
    {A "text/html, application/json;q=0.9" END, false, false},
    {A "text/html;q=0.899, application/json;q=0.9" END, true, false},
    {A "text/html;q=0.9, application/json;q=0.9" END, false, false},
    {A "application/json;q=0" END, false, false},
    {A "text/html;q=0" END, false, false},
    {A "text/html;q=0, */*" END, true, false},
    {A "text/*;q=0.2, application/*;q=0.1" END, false, false},
    {A "text/html;q=0.3, text/*;q=0.9, application/json;q=0.4" END, true,
     false},
    {A "application/json;q=0.1, application/json;v=2" END, true, false},
    {A "application/json;q=1.5, text/html;q=0.001" END, false, false},
    {A "application/json;q=1.000, text/html;q=0.999" END, true, false},
    {A "a/b" END A "application/json" END, true, false},
    {A "application/jsonx, */json, */, *" END, false, false},
    {A "image/avif,image/webp,*/*;q=0.8" END, false, false},

#define L "Accept-Language: "
    {L "pt" END, false, true},
    {L "pt-BR" END, false, true},
    {L "PT-pt" END, false, true},
    {L "pt-BR,pt;q=0.9,en-US;q=0.8,en;q=0.7" END, false, true},
    {L "en-GB,en;q=0.9,pt;q=0.8" END, false, false},
    {L "en;q=0.5, pt;q=0.6" END, false, true},
    {L "en, pt" END, false, false},
    {L "*" END, false, false},
    {L "en;q=0.5, *" END, false, true},
    {L "pt;q=0, *" END, false, false},
    {L "de, fr;q=0.9" END, false, false},
    {L "de, pt;q=0.1" END, false, true},
    {L "ptx, p, -, pt_BR" END, false, false},
    {L "en;q=0.3" END L "pt;q=0.4" END, false, true},
    {L "pt;q=0.1234" END, false, false},
};

START_TEST(the_preferred_one)
{
    for (size_t i = 0; i < sizeof(preferences) / sizeof(preferences[0]); i++) {
        char head[500];
        struct request request = {.head = head};

        request.head_len =
            (size_t)snprintf(head, sizeof(head), "GET / HTTP/1.1" END "%s" END,
                             preferences[i].fields);
        ck_assert_msg(accept_prefers(&request, BYTES("application/json"),
                                     BYTES("text/html")) == preferences[i].json,
                      "%s", preferences[i].fields);
        ck_assert_msg(
            accept_prefers_language(&request, BYTES("pt"), BYTES("en")) ==
                preferences[i].portuguese,
            "%s", preferences[i].fields);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("accept");

    suite_add_tests(suite, fields, the_preferred_one);
    return suite_run(suite);
}
