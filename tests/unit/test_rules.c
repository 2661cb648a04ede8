/* What a request gets: each is read by the parser and planned against a small
 * site. */
#include "site/rules.h"

#include "files/file_tag.h"

#include "asked_site.h"
#include "suite.h"

#define END "\r\n"
#define HOST "Host: a\r\n"
#define IN_1_1 " HTTP/1.1\r\n" HOST
#define IN_1_0 " HTTP/1.0\r\n"

enum {
    CLOSE = CONNECTION_CLOSE,
    KEEP = CONNECTION_KEEP,
    SAID = CONNECTION_KEEP_FIELD,
};

struct rule_case {
    const char *rule;
    const char *request; /* without its empty line */
    unsigned status;
    unsigned persistence;
    const char *location; /* NULL: none */
};

static const struct rule_case cases[] = {
    {"file", "GET /file" IN_1_1, 200, KEEP, NULL},
    {"file_to_head", "HEAD /file" IN_1_1, 200, KEEP, NULL},
    {"file_with_query", "GET /file?q" IN_1_1, 200, KEEP, NULL},
    {"index", "GET /" IN_1_1, 200, KEEP, NULL},
    {"index_of_folder", "GET /dir/" IN_1_1, 200, KEEP, NULL},
    {"absent", "GET /absent" IN_1_1, 404, KEEP, NULL},
    {"file_with_slash", "GET /file/" IN_1_1, 404, KEEP, NULL},
    {"folder_without_index", "GET /dir/sub/" IN_1_1, 404, KEEP, NULL},
    {"hidden", "GET /.secret" IN_1_1, 404, KEEP, NULL},
    {"escaped_slash", "GET /dir%2Findex.html" IN_1_1, 404, KEEP, NULL},
    {"link_that_leaves", "GET /leak" IN_1_1, 404, KEEP, NULL},
    {"name_with_space", "GET /a%20b" IN_1_1, 200, KEEP, NULL},

    {"folder", "GET /dir" IN_1_1, 301, KEEP, "/dir/"},
    {"folder_to_head", "HEAD /dir" IN_1_1, 301, KEEP, "/dir/"},
    {"folder_with_query", "GET /dir?a=b" IN_1_1, 301, KEEP, "/dir/?a=b"},
    {"folder_below", "GET /dir/sub" IN_1_1, 301, KEEP, "/dir/sub/"},
    {"folder_with_dots", "GET /x/../dir" IN_1_1, 301, KEEP, "/dir/"},
    {"folder_is_no_host", "GET //dir" IN_1_1, 301, KEEP, "/dir/"},
    {"folder_of_many_slashes", "GET ///dir" IN_1_1, 301, KEEP, "/dir/"},
    {"folder_by_absolute_form", "GET http://b/dir" IN_1_1, 301, KEEP, "/dir/"},
    {"folder_in_1_0", "GET /dir" IN_1_0, 301, CLOSE, "/dir/"},

    {"bad_escape", "GET /%zz" IN_1_1, 400, CLOSE, NULL},
    {"NUL", "GET /file%00" IN_1_1, 400, CLOSE, NULL},
    {"dots_leave", "GET /../outside.txt" IN_1_1, 400, CLOSE, NULL},
    {"fragment", "GET /file#a" IN_1_1, 400, CLOSE, NULL},
    {"asterisk_of_get", "GET *" IN_1_1, 400, CLOSE, NULL},
    {"bad_target_of_post", "POST /%zz" IN_1_1, 400, CLOSE, NULL},
    {"bad_target_of_options", "OPTIONS /%zz" IN_1_1, 400, CLOSE, NULL},
    {"https", "GET https://a/file" IN_1_1, 421, KEEP, NULL},

    {"no_host", "GET /file HTTP/1.1" END, 400, CLOSE, NULL},
    {"two_hosts", "GET /file" IN_1_1 HOST, 400, CLOSE, NULL},
    {"two_hosts_in_1_0", "GET /file" IN_1_0 HOST HOST, 400, CLOSE, NULL},
    {"bad_host", "GET /file HTTP/1.1" END "Host: a b" END, 400, CLOSE, NULL},
    {"bad_host_in_1_0", "GET /file" IN_1_0 "Host: a/b" END, 400, CLOSE, NULL},
    {"empty_host", "GET /file HTTP/1.1" END "Host:" END, 400, CLOSE, NULL},
    {"empty_host_of_options", "OPTIONS * HTTP/1.1" END "Host:" END, 400, CLOSE,
     NULL},
    {"empty_host_beside_absolute_form",
     "GET http://a/file HTTP/1.1" END "Host:" END, 200, KEEP, NULL},
    {"empty_host_in_1_0", "GET /file" IN_1_0 "Host:" END, 200, CLOSE, NULL},
    {"no_host_in_1_0", "GET /file" IN_1_0, 200, CLOSE, NULL},
    {"host_with_port", "GET /file HTTP/1.1" END "Host: a:8080" END, 200, KEEP,
     NULL},
    {"authority_beats_host", "GET http://b:1/file" IN_1_1, 200, KEEP, NULL},
    {"authority_does_not_replace_host", "GET http://a/file HTTP/1.1" END, 400,
     CLOSE, NULL},
    {"bad_authority", "GET http://a@b/file" IN_1_1, 400, CLOSE, NULL},

    {"close", "GET /file" IN_1_1 "Connection: close" END, 200, CLOSE, NULL},
    {"keep_alive_in_1_0", "GET /file" IN_1_0 "Connection: keep-alive" END, 200,
     SAID, NULL},
    {"keep_alive_in_1_0_of_absent",
     "GET /absent" IN_1_0 "Connection: keep-alive" END, 404, SAID, NULL},

    {"post", "POST /file" IN_1_1, 405, KEEP, NULL},
    {"put", "PUT /file" IN_1_1, 405, KEEP, NULL},
    {"delete", "DELETE /absent" IN_1_1, 405, KEEP, NULL},
    {"patch", "PATCH /file" IN_1_1, 405, KEEP, NULL},
    {"trace", "TRACE /file" IN_1_1, 405, KEEP, NULL},
    {"post_of_hidden", "POST /.secret" IN_1_1, 405, KEEP, NULL},
    {"connect", "CONNECT a:443" IN_1_1, 405, CLOSE, NULL},
    {"connect_without_host", "CONNECT a:443 HTTP/1.1" END, 400, CLOSE, NULL},
    {"method_unknown", "PROPFIND /file" IN_1_1, 501, CLOSE, NULL},
    {"options", "OPTIONS /file" IN_1_1, 204, KEEP, NULL},
    {"options_of_server", "OPTIONS *" IN_1_1, 204, KEEP, NULL},
    {"options_of_absent", "OPTIONS /absent" IN_1_1, 204, KEEP, NULL},
    {"options_with_condition", "OPTIONS /file" IN_1_1 "If-Match: \"x\"" END,
     204, KEEP, NULL},

    {"part", "GET /file" IN_1_1 "Range: bytes=0-1" END, 206, KEEP, NULL},
    {"parts", "GET /file" IN_1_1 "Range: bytes=0-0,2-2" END, 206, KEEP, NULL},
    {"past_end", "GET /file" IN_1_1 "Range: bytes=99-" END, 416, KEEP, NULL},
    {"range_of_head", "HEAD /file" IN_1_1 "Range: bytes=0-1" END, 200, KEEP,
     NULL},
    {"range_past_end_of_head", "HEAD /file" IN_1_1 "Range: bytes=99-" END, 200,
     KEEP, NULL},
    {"range_twice",
     "GET /file" IN_1_1 "Range: bytes=0-1" END "Range: bytes=0-1" END, 200,
     KEEP, NULL},
    {"range_of_other_unit", "GET /file" IN_1_1 "Range: lines=0-1" END, 200,
     KEEP, NULL},
    {"range_of_absent", "GET /absent" IN_1_1 "Range: bytes=0-1" END, 404, KEEP,
     NULL},
    {"range_of_folder", "GET /dir" IN_1_1 "Range: bytes=99-" END, 301, KEEP,
     "/dir/"},
    {"if_range_not_met",
     "GET /file" IN_1_1 "Range: bytes=0-1" END "If-Range: \"x\"" END, 200, KEEP,
     NULL},
    {"if_range_not_met_past_end",
     "GET /file" IN_1_1 "Range: bytes=99-" END "If-Range: \"x\"" END, 200, KEEP,
     NULL},
    {"if_range_alone", "GET /file" IN_1_1 "If-Range: \"x\"" END, 200, KEEP,
     NULL},

    {"match_any", "GET /file" IN_1_1 "If-Match: *" END, 200, KEEP, NULL},
    {"match_other", "GET /file" IN_1_1 "If-Match: \"x\"" END, 412, KEEP, NULL},
    {"match_other_to_head", "HEAD /file" IN_1_1 "If-Match: \"x\"" END, 412,
     KEEP, NULL},
    {"none_match_any", "GET /file" IN_1_1 "If-None-Match: *" END, 304, KEEP,
     NULL},
    {"none_match_any_to_head", "HEAD /file" IN_1_1 "If-None-Match: *" END, 304,
     KEEP, NULL},
    {"none_match_before_range",
     "GET /file" IN_1_1 "If-None-Match: *" END "Range: bytes=99-" END, 304,
     KEEP, NULL},
    {"match_before_range",
     "GET /file" IN_1_1 "If-Match: \"x\"" END "Range: bytes=99-" END, 412, KEEP,
     NULL},
    {"not_modified_since",
     "GET /file" IN_1_1 "If-Modified-Since: Fri, 31 Dec 9999 23:59:59 GMT" END,
     304, KEEP, NULL},
    {"modified_since",
     "GET /file" IN_1_1
     "If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT" END,
     412, KEEP, NULL},
    /* RFC 9110, 13.2.1: what would not be a success is not conditional. */
    {"condition_on_absent", "GET /absent" IN_1_1 "If-Match: *" END, 404, KEEP,
     NULL},
    {"condition_on_folder", "GET /dir" IN_1_1 "If-None-Match: *" END, 301, KEEP,
     "/dir/"},
    {"condition_on_post", "POST /file" IN_1_1 "If-Match: \"x\"" END, 405, KEEP,
     NULL},
};

START_TEST(rules_say_what_they_found)
{
    static const struct {
        const char *rule, *facts;
    } notes[] = {
        {"method", "GET"},
        {"host", "a"},
        {"target", "/x/../file?q=1"},
        {"base", ""},
        {"headers", ""},
        {"allow", ""},
        {"name", "path /file, query ?q=1"},
        {"live", ""},
        {"reload", ""},
        {"redirects", ""},
        {"lookup", "10 bytes, text/plain; charset=utf-8, tag \""},
        {"variant", ""},
        {"script", ""},
        {"condition", "If-None-Match: \"x\""},
        {"range", "Range: bytes=2-3"},
    };
    struct asked *a = asked_new();
    struct plan plan;

    ask(a,
        "GET /x/../file?q=1" IN_1_1 "If-None-Match: \"x\"" END
        "Range: bytes=2-3" END END,
        &plan);
    ck_assert_uint_eq(plan.status, 206);
    ck_assert_uint_eq(a->explanation.count, sizeof(notes) / sizeof(notes[0]));
    for (size_t i = 0; i < a->explanation.count; i++) {
        const struct explained_rule *note = &a->explanation.rules[i];

        ck_assert_str_eq(note->name, notes[i].rule);
        ck_assert_msg(
            strncmp(note->facts, notes[i].facts, strlen(notes[i].facts)) == 0 &&
                (notes[i].facts[0] == '\0') == (note->facts[0] == '\0'),
            "%s: '%s'", note->name, note->facts);
    }
    ck_assert_str_eq(a->explanation.file, "file");
    asked_free(a);
}
END_TEST

/* The value of the plan's Location; "" where it has none. */
static struct bytes location_of(const struct plan *plan)
{
    static const struct bytes name = {"Location: ", 10};

    for (size_t i = 0; i < plan->block_count; i++) {
        struct bytes block = plan->blocks[i];

        if (block.len > name.len + 2 &&
            memcmp(block.at, name.at, name.len) == 0)
            return (struct bytes){block.at + name.len,
                                  block.len - name.len - 2};
    }
    return BYTES("");
}

START_TEST(what_a_request_gets)
{
    struct asked *a = asked_new();

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct rule_case *c = &cases[i];
        char text[1024];
        struct plan plan;

        snprintf(text, sizeof(text), "%s" END, c->request);
        ask(a, text, &plan);
        ck_assert_msg(plan.status == c->status, "%s: %u, not %u", c->rule,
                      plan.status, c->status);
        ck_assert_msg(plan.persistence == c->persistence,
                      "%s: persistence %d, not %u", c->rule,
                      (int)plan.persistence, c->persistence);
        ck_assert_msg(plan.head_only == (strncmp(text, "HEAD", 4) == 0),
                      "%s: head_only", c->rule);
        ck_assert_msg(
            bytes_equal(location_of(&plan),
                        bytes_of(c->location == NULL ? "" : c->location)),
            "%s: location '%.*s'", c->rule, (int)location_of(&plan).len,
            location_of(&plan).at);
        ck_assert_msg(plan.why[0] != '\0' && strlen(plan.why) < 80,
                      "%s: no reason, or a long one", c->rule);
    }
    asked_free(a);
}
END_TEST

static const struct reason {
    const char *target, *why;
} reasons[] = {
    {"/absent", "no such file"},
    {"/dir/sub/", "no such folder, or it has no index.html"},
    {"/odd/", "the folder's index.html is a folder"},
    {"/file/x", "a part of the path is a file, not a folder"},
    {"/leak", "the link leaves the folder, or begins with a slash"},
    {"/loop", "a loop of links, or links are not followed here"},
    {"/fifo", "neither a file nor a folder"},
    {"/.secret", "the name is hidden, or not possible for a file"},
};

START_TEST(each_404_says_why)
{
    struct asked *a = asked_new();

    for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
        struct plan plan;
        char text[200];

        snprintf(text, sizeof(text), "GET %s" IN_1_1 END, reasons[i].target);
        for (int times = 0; times < 2; times++) { /* anew, and from the cache */
            ask(a, text, &plan);
            ck_assert_uint_eq(plan.status, 404);
            ck_assert_str_eq(plan.why, reasons[i].why);
        }
    }
    asked_free(a);
}
END_TEST

START_TEST(validators_that_were_given_are_known_again)
{
    struct asked *a = asked_new();
    struct plan plan;
    char text[1024], etag[FILE_TAG_SIZE];
    const char *line, *end;

    ask(a, "GET /file" IN_1_1 END, &plan);
    ck_assert_uint_eq(plan.status, 200);
    line = strstr(plan.blocks[0].at, "ETag: \"");
    ck_assert_ptr_nonnull(line);
    end = strchr(line, '\r');
    snprintf(etag, sizeof(etag), "%.*s", (int)(end - line) - 6, line + 6);
    snprintf(text, sizeof(text), "GET /file" IN_1_1 "If-None-Match: %s" END END,
             etag);
    ask(a, text, &plan);
    ck_assert_uint_eq(plan.status, 304);
    snprintf(text, sizeof(text),
             "GET /file" IN_1_1 "If-Match: %s" END "If-Range: %s" END
             "Range: bytes=3-4" END END,
             etag, etag);
    ask(a, text, &plan);
    ck_assert_uint_eq(plan.status, 206);
    ck_assert_uint_eq(plan.parts.count, 1);
    ck_assert_uint_eq(plan.parts.parts[0].from, 3);
    ck_assert_uint_eq(plan.parts.parts[0].to, 5);
    asked_free(a);
}
END_TEST

/* A refusal by the head alone looks at no file; what the file decides, it
 * leaves. */
START_TEST(head_alone_refuses)
{
    static const struct {
        const char *request;
        unsigned status; /* 0: not refused */
    } heads[] = {
        {"POST /file" IN_1_1 "Content-Length: 5" END END, 405},
        {"GET /%zz" IN_1_1 "Content-Length: 5" END END, 400},
        {"GET /.secret" IN_1_1 "Content-Length: 5" END END, 404},
        {"GET /absent" IN_1_1 "Content-Length: 5" END END, 0},
        {"OPTIONS *" IN_1_1 "Content-Length: 5" END END, 0},
    };
    struct asked *a = asked_new();

    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
        struct asking asking = {.stream = &a->stream, .is_last = true};
        struct plan plan;
        size_t used;
        bool is_refused;

        request_parser_reset(a->parser);
        ck_assert_int_eq(request_parse(a->parser, heads[i].request,
                                       strlen(heads[i].request), &used),
                         PARSE_MORE);
        asking.request = request_parser_request(a->parser);
        is_refused = site_handler.refuse(a->handler, &asking, &plan);
        ck_assert_int_eq(is_refused, heads[i].status != 0);
        if (is_refused) {
            ck_assert_uint_eq(plan.status, heads[i].status);
            ck_assert_int_eq(plan.persistence, CONNECTION_CLOSE);
        }
    }
    asked_free(a);
}
END_TEST

START_TEST(file_that_may_not_be_read_is_forbidden)
{
    struct asked *a = asked_new();
    struct plan plan;

    site_write(&a->site, "mine", "secret");
    ck_assert_int_eq(fchmodat(a->site.fd, "mine", 0, 0), 0);
    ck_assert_int_eq(chmod(a->site.folder, 0755), 0);
    if (site_become_nobody()) {
        ask(a, "GET /mine" IN_1_1 END, &plan);
        ck_assert_uint_eq(plan.status, 403);
        ck_assert_str_eq(plan.why, "this process may not read it");
        ck_assert_int_eq(plan.persistence, CONNECTION_KEEP);
        site_become_yourself();
    }
    asked_free(a);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("rules");

    suite_add_tests(suite, what_a_request_gets, each_404_says_why,
                    validators_that_were_given_are_known_again,
                    head_alone_refuses, rules_say_what_they_found,
                    file_that_may_not_be_read_is_forbidden);
    return suite_run(suite);
}
