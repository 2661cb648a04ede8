#include "http/respond.h"

#include "http/parser.h"

#include "cached_site.h"
#include "files/file_tag.h"
#include "suite.h"

/* Which answer a request gets: each request is read by the parser and planned
 * against a small site. */

#define END "\r\n"
#define HOST "Host: a\r\n"
#define IN_1_1 " HTTP/1.1\r\n" HOST
#define IN_1_0 " HTTP/1.0\r\n"

enum {
    CLOSE = CONNECTION_CLOSE,
    KEEP = CONNECTION_KEEP,
    SAID = CONNECTION_KEEP_SAID,
};

struct respond_case {
    const char *rule;
    const char *request; /* without its empty line */
    unsigned status;
    unsigned persistence;
    const char *location; /* NULL: none */
};

static const struct respond_case cases[] = {
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

static const struct request_limits limits = {
    .head_max = 16384,
    .target_max = 8192,
    .fields_max = 100,
    .body_max = 65536,
};

struct asked {
    struct cached_site site;
    struct request_parser *parser;
    struct respond_env env;
    char path[UINT16_MAX];
    char location[RESPONSE_LOCATION_MAX];
};

static struct asked *asked_new(void)
{
    struct file_cache_config config = roomy;
    struct asked *a = calloc(1, sizeof(*a));

    ck_assert_ptr_nonnull(a);
    config.describe = response_describe;
    cached_site_init(&a->site, config);
    site_write(&a->site.site, "file", "0123456789");
    site_write(&a->site.site, "index.html", "index");
    site_write(&a->site.site, "a b", "space");
    site_write(&a->site.site, ".secret", "hidden");
    site_folder(&a->site.site, "dir");
    site_folder(&a->site.site, "dir/sub");
    site_write(&a->site.site, "dir/index.html", "dir");
    site_link(&a->site.site, "../outside.txt", "leak");
    site_settle(&a->site.site, "file");
    a->parser = request_parser_new(&limits);
    ck_assert_ptr_nonnull(a->parser);
    a->env = (struct respond_env){.files = a->site.cache,
                                  .now = 4000000000,
                                  .path = a->path,
                                  .location = a->location};
    return a;
}

static void asked_free(struct asked *a)
{
    request_parser_free(a->parser);
    cached_site_fini(&a->site);
    free(a);
}

/* `text` must outlive the response. */
static void ask(struct asked *a, const char *text, struct response *response)
{
    size_t used;

    request_parser_reset(a->parser);
    ck_assert_msg(
        request_parse(a->parser, text, strlen(text), &used) == PARSE_DONE,
        "'%s' is no request: %u", text, request_parser_refusal(a->parser));
    respond(&a->env, request_parser_request(a->parser), response);
}

START_TEST(which_answer_a_request_gets)
{
    struct asked *a = asked_new();

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct respond_case *c = &cases[i];
        char text[1024];
        struct response response;

        snprintf(text, sizeof(text), "%s" END, c->request);
        ask(a, text, &response);
        ck_assert_msg(response.status == c->status, "%s: %u, not %u", c->rule,
                      response.status, c->status);
        ck_assert_msg(response.persistence == c->persistence,
                      "%s: persistence %d, not %u", c->rule,
                      (int)response.persistence, c->persistence);
        ck_assert_msg(response.head_only == (strncmp(text, "HEAD", 4) == 0),
                      "%s: head_only", c->rule);
        ck_assert_msg(
            bytes_equal((struct bytes){response.location.len > 0
                                           ? response.location.at
                                           : "",
                                       response.location.len},
                        bytes_of(c->location == NULL ? "" : c->location)),
            "%s: location '%.*s'", c->rule, (int)response.location.len,
            response.location.at);
    }
    asked_free(a);
}
END_TEST

START_TEST(validators_that_were_given_are_known_again)
{
    struct asked *a = asked_new();
    struct response response;
    char text[1024];
    char etag[FILE_TAG_SIZE];

    ask(a, "GET /file" IN_1_1 END, &response);
    ck_assert_uint_eq(response.status, 200);
    ck_assert(response.file->etag_is_strong);
    snprintf(etag, sizeof(etag), "%.*s", (int)response.file->etag.len,
             response.file->etag.at);
    snprintf(text, sizeof(text), "GET /file" IN_1_1 "If-None-Match: %s" END END,
             etag);
    ask(a, text, &response);
    ck_assert_uint_eq(response.status, 304);
    snprintf(text, sizeof(text),
             "GET /file" IN_1_1 "If-Match: %s" END "If-Range: %s" END
             "Range: bytes=3-4" END END,
             etag, etag);
    ask(a, text, &response);
    ck_assert_uint_eq(response.status, 206);
    ck_assert_uint_eq(response.ranges.count, 1);
    ck_assert_uint_eq(response.ranges.parts[0].from, 3);
    ck_assert_uint_eq(response.ranges.parts[0].to, 5);
    asked_free(a);
}
END_TEST

/* It was there, and the one before it was not: nothing of it is left. */
START_TEST(each_answer_is_planned_anew)
{
    struct asked *a = asked_new();
    struct response response;

    ask(a, "HEAD /dir" IN_1_1 END, &response);
    ask(a, "GET /absent" IN_1_1 END, &response);
    ck_assert(!response.head_only);
    ck_assert_uint_eq(response.location.len, 0);
    respond_refusal(431, BYTES(""), &response);
    ck_assert_uint_eq(response.status, 431);
    ck_assert_int_eq(response.persistence, CONNECTION_CLOSE);
    ck_assert_ptr_null(response.file);
    asked_free(a);
}
END_TEST

START_TEST(file_that_may_not_be_read_is_forbidden)
{
    struct asked *a = asked_new();
    struct response response;

    site_write(&a->site.site, "mine", "secret");
    ck_assert_int_eq(fchmodat(a->site.site.fd, "mine", 0, 0), 0);
    ck_assert_int_eq(chmod(a->site.site.folder, 0755), 0);
    if (site_become_nobody()) {
        ask(a, "GET /mine" IN_1_1 END, &response);
        ck_assert_uint_eq(response.status, 403);
        ck_assert_int_eq(response.persistence, CONNECTION_KEEP);
        site_become_yourself();
    }
    asked_free(a);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("respond");

    suite_add_tests(suite, which_answer_a_request_gets,
                    validators_that_were_given_are_known_again,
                    each_answer_is_planned_anew,
                    file_that_may_not_be_read_is_forbidden);
    return suite_run(suite);
}
