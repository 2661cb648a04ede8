/* Each answer to the last byte. */
#include <stdio.h>

#include "made_file.h"

struct response_case {
    const char *rule;
    struct response response; /* its file is set where `has_file` says so */
    bool has_file;
    const char *head, *content;
};

#define KEEP .persistence = CONNECTION_KEEP
#define SHUT .persistence = CONNECTION_CLOSE
#define RANGES(n, ...) .ranges = {.count = (n), .parts = {__VA_ARGS__}}
#define TEXT(literal)                  \
    {                                  \
        (literal), sizeof(literal) - 1 \
    }

static const struct response_case cases[] = {
    {"whole",
     {.status = 200, KEEP},
     true,
     "HTTP/1.1 200 OK\r\n" DATE COMMON TYPE "Content-Length: 10\r\n" END,
     "ABCDEFGHIJ"},
    {"whole_and_close",
     {.status = 200, SHUT},
     true,
     "HTTP/1.1 200 OK\r\n" DATE COMMON TYPE "Content-Length: 10\r\n" CLOSE END,
     "ABCDEFGHIJ"},
    {"whole_in_1_0",
     {.status = 200, .persistence = CONNECTION_KEEP_SAID},
     true,
     "HTTP/1.1 200 OK\r\n" DATE COMMON TYPE
     "Content-Length: 10\r\nConnection: keep-alive\r\n" END,
     "ABCDEFGHIJ"},
    {"part",
     {.status = 206, KEEP, RANGES(1, {2, 5})},
     true,
     "HTTP/1.1 206 Partial Content\r\n" DATE COMMON TYPE
     "Content-Range: bytes 2-4/10\r\nContent-Length: 3\r\n" END,
     "CDE"},
    {"part_of_one_byte",
     {.status = 206, KEEP, RANGES(1, {9, 10})},
     true,
     "HTTP/1.1 206 Partial Content\r\n" DATE COMMON TYPE
     "Content-Range: bytes 9-9/10\r\nContent-Length: 1\r\n" END,
     "J"},
    {"parts",
     {.status = 206, SHUT, RANGES(2, {8, 10}, {0, 1})},
     true,
     "HTTP/1.1 206 Partial Content\r\n" DATE COMMON
     "Content-Type: multipart/byteranges; boundary=" BOUNDARY "\r\n"
     "Content-Length: 233\r\n" CLOSE END,
     PART("8-9") "IJ" PART("0-0") "A\r\n--" BOUNDARY "--\r\n"},
    {"not_modified",
     {.status = 304, KEEP},
     true,
     "HTTP/1.1 304 Not Modified\r\n" DATE COMMON END,
     ""},
    {"not_modified_to_head",
     {.status = 304, KEEP, .head_only = true},
     true,
     "HTTP/1.1 304 Not Modified\r\n" DATE COMMON END,
     ""},
    {"unsatisfiable",
     {.status = 416, KEEP},
     true,
     "HTTP/1.1 416 Range Not Satisfiable\r\n" DATE
     "Content-Range: bytes */10\r\n" PLAIN "Content-Length: 26\r\n" END,
     "416 Range Not Satisfiable\n"},
    {"failed",
     {.status = 412, KEEP},
     true,
     "HTTP/1.1 412 Precondition Failed\r\n" DATE PLAIN
     "Content-Length: 24\r\n" END,
     "412 Precondition Failed\n"},
    {"moved",
     {.status = 301, KEEP, .location = TEXT("/dir/?q")},
     false,
     "HTTP/1.1 301 Moved Permanently\r\n" DATE "Location: /dir/?q\r\n" PLAIN
     "Content-Length: 22\r\n" END,
     "301 Moved Permanently\n"},
    {"absent",
     {.status = 404, KEEP},
     false,
     "HTTP/1.1 404 Not Found\r\n" DATE PLAIN "Content-Length: 14\r\n" END,
     "404 Not Found\n"},
    {"options",
     {.status = 204, KEEP},
     false,
     "HTTP/1.1 204 No Content\r\n" DATE "Allow: GET, HEAD, OPTIONS\r\n" END,
     ""},
    {"method",
     {.status = 405, SHUT},
     false,
     "HTTP/1.1 405 Method Not Allowed\r\n" DATE
     "Allow: GET, HEAD, OPTIONS\r\n" PLAIN "Content-Length: 23\r\n" CLOSE END,
     "405 Method Not Allowed\n"},
    {"bad",
     {.status = 400, SHUT},
     false,
     "HTTP/1.1 400 Bad Request\r\n" DATE PLAIN
     "Content-Length: 16\r\n" CLOSE END,
     "400 Bad Request\n"},
};

START_TEST(answers_to_the_last_byte)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct response_case *c = &cases[i];
        struct response response = c->response;
        struct outqueue *out = new_queue();
        char text[4096], expected[4096];
        struct made_file made;
        uint64_t body_len;

        make_file(&made, body, 10);
        if (c->has_file)
            response.file = &made.file;
        body_len = response_write(&response, renderer(), out);
        gather(out, text, sizeof(text));
        snprintf(expected, sizeof(expected), "%s%s", c->head, c->content);
        ck_assert_msg(strcmp(text, expected) == 0, "%s: '%s'", c->rule, text);
        ck_assert_msg(body_len == strlen(c->content), "%s: %zu bytes of body",
                      c->rule, (size_t)body_len);

        /* HEAD: the same fields and no content (RFC 9110, 9.3.2). */
        outqueue_clear(out);
        response.head_only = true;
        if (response.status != 206) {
            ck_assert_uint_eq(response_write(&response, renderer(), out), 0);
            gather(out, text, sizeof(text));
            ck_assert_msg(strcmp(text, c->head) == 0, "%s to HEAD: '%s'",
                          c->rule, text);
        }
        outqueue_free(out);
        ck_assert_uint_eq(made.file.hold.count, 1);
    }
}
END_TEST

static const unsigned refusals[] = {400, 403, 404, 405, 408, 412, 413, 414, 416,
                                    417, 421, 431, 500, 501, 503, 505, 301};

START_TEST(every_status_has_a_true_length)
{
    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
        struct response response = {.status = refusals[i]};
        struct outqueue *out = new_queue();
        struct made_file made;
        char text[4096], length[64];
        const char *content;
        uint64_t body_len;

        make_file(&made, body, 10);
        response.file = refusals[i] == 416 ? &made.file : NULL;
        body_len = response_write(&response, renderer(), out);
        gather(out, text, sizeof(text));
        content = strstr(text, "\r\n\r\n");
        ck_assert_ptr_nonnull(content);
        ck_assert_uint_eq(strlen(content + 4), body_len);
        snprintf(length, sizeof(length), "\r\nContent-Length: %zu\r\n",
                 (size_t)body_len);
        ck_assert_ptr_nonnull(strstr(text, length));
        ck_assert_ptr_nonnull(strstr(text, "\r\n" DATE));
        ck_assert_int_eq(atoi(text + 9), (int)refusals[i]);
        ck_assert_int_eq(atoi(content + 4), (int)refusals[i]);
        outqueue_free(out);
    }
}
END_TEST

START_TEST(weak_tag_is_marked)
{
    struct response response = {.status = 304};
    struct outqueue *out = new_queue();
    struct made_file made;
    char text[4096];

    make_file(&made, body, 10);
    made.file.etag_is_strong = false;
    response_describe(&made.file, made.fields, FILE_FIELDS_MAX);
    response.file = &made.file;
    made.file.fields.len =
        response_describe(&made.file, made.fields, FILE_FIELDS_MAX);
    response_write(&response, renderer(), out);
    gather(out, text, sizeof(text));
    ck_assert_ptr_nonnull(strstr(text, "\r\nETag: W/\"tag\"\r\n"));
    outqueue_free(out);
}
END_TEST

START_TEST(date_follows_the_clock)
{
    struct response_renderer *made = renderer();

    response_renderer_set_time(made, NOW + 1);
    ck_assert_mem_eq(made->date_line, "Date: Sun, 06 Nov 1994 08:49:38 GMT\r\n",
                     made->date_line_len);
    ck_assert_uint_eq(made->ok_start_len, 17 + made->date_line_len);
    ck_assert_mem_eq(made->ok_start + 17, made->date_line, made->date_line_len);
    response_renderer_set_time(made, NOW); /* a clock may be set back */
    ck_assert_mem_eq(made->date_line, DATE, made->date_line_len);
}
END_TEST

START_TEST(boundaries_differ_and_need_no_quotes)
{
    struct response_renderer one, two;

    response_renderer_init(&one);
    response_renderer_init(&two);
    ck_assert_str_ne(one.boundary, two.boundary);
    ck_assert_uint_eq(strspn(one.boundary, "0123456789abcdef"), 32);
    ck_assert_uint_eq(strlen(one.boundary), 32);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("response");

    suite_add_tests(suite, answers_to_the_last_byte,
                    every_status_has_a_true_length, weak_tag_is_marked,
                    date_follows_the_clock,
                    boundaries_differ_and_need_no_quotes);
    return suite_run(suite);
}
