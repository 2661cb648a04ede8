/* Each response to the last byte. */
#include <stdio.h>

#include "made_plan.h"

enum form {
    WHOLE,  /* the lines say type and length */
    PARTS,  /* `parts` of the content */
    BARE,   /* no content */
    STATUS, /* the status is the content */
};

struct response_case {
    const char *rule;
    unsigned status;
    enum form form;
    enum persistence persistence;
    const char *lines;
    struct range_set parts;
    const char *head, *content;
};

#define KEEP CONNECTION_KEEP
#define SHUT CONNECTION_CLOSE
#define KEEP_FIELD CONNECTION_KEEP_FIELD
#define LENGTH TYPE "Content-Length: 10\r\n"

static const struct response_case cases[] = {
    {"whole",
     200,
     WHOLE,
     KEEP,
     COMMON LENGTH,
     {0},
     "200 OK\r\n" DATE COMMON LENGTH END,
     "ABCDEFGHIJ"},
    {"whole_and_close",
     200,
     WHOLE,
     SHUT,
     COMMON LENGTH,
     {0},
     "200 OK\r\n" DATE COMMON LENGTH CLOSE END,
     "ABCDEFGHIJ"},
    {"whole_in_1_0",
     200,
     WHOLE,
     KEEP_FIELD,
     COMMON LENGTH,
     {0},
     "200 OK\r\n" DATE COMMON LENGTH "Connection: keep-alive\r\n" END,
     "ABCDEFGHIJ"},
    {"part",
     206,
     PARTS,
     KEEP,
     COMMON,
     {1, {{2, 5}}},
     "206 Partial Content\r\n" DATE COMMON TYPE
     "Content-Range: bytes 2-4/10\r\nContent-Length: 3\r\n" END,
     "CDE"},
    {"part_of_one_byte",
     206,
     PARTS,
     KEEP,
     COMMON,
     {1, {{9, 10}}},
     "206 Partial Content\r\n" DATE COMMON TYPE
     "Content-Range: bytes 9-9/10\r\nContent-Length: 1\r\n" END,
     "J"},
    {"parts",
     206,
     PARTS,
     SHUT,
     COMMON,
     {2, {{8, 10}, {0, 1}}},
     "206 Partial Content\r\n" DATE COMMON
     "Content-Type: multipart/byteranges; boundary=" BOUNDARY "\r\n"
     "Content-Length: 233\r\n" CLOSE END,
     PART("8-9") "IJ" PART("0-0") "A\r\n--" BOUNDARY "--\r\n"},
    {"not_modified",
     304,
     BARE,
     KEEP,
     COMMON,
     {0},
     "304 Not Modified\r\n" DATE COMMON END,
     ""},
    {"allowed",
     204,
     BARE,
     KEEP,
     "Allow: GET\r\n",
     {0},
     "204 No Content\r\n" DATE "Allow: GET\r\n" END,
     ""},
    {"absent",
     404,
     STATUS,
     KEEP,
     "",
     {0},
     "404 Not Found\r\n" DATE PLAIN "Content-Length: 14\r\n" END,
     "404 Not Found\n"},
    {"moved",
     301,
     STATUS,
     KEEP,
     "Location: /dir/?q\r\n",
     {0},
     "301 Moved Permanently\r\n" DATE "Location: /dir/?q\r\n" PLAIN
     "Content-Length: 22\r\n" END,
     "301 Moved Permanently\n"},
    {"bad",
     400,
     STATUS,
     SHUT,
     "",
     {0},
     "400 Bad Request\r\n" DATE PLAIN "Content-Length: 16\r\n" CLOSE END,
     "400 Bad Request\n"},
};

static struct plan plan_for(const struct response_case *c)
{
    struct plan plan = plan_of(c->status, c->lines, body, 10);

    plan.persistence = c->persistence;
    plan.states_length = c->form == WHOLE;
    plan.parts = c->parts;
    if (c->form == BARE)
        plan.content.kind = CONTENT_NONE;
    if (c->form == STATUS)
        plan_text(&plan);
    return plan;
}

START_TEST(responses_to_the_last_byte)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct response_case *c = &cases[i];
        struct plan plan = plan_for(c);
        struct outqueue *out = new_queue();
        char text[4096], expected[4096];
        struct written written;

        response_write(&plan, renderer(), out, &written);
        gather(out, text, sizeof(text));
        snprintf(expected, sizeof(expected), "HTTP/1.1 %s%s", c->head,
                 c->content);
        ck_assert_msg(strcmp(text, expected) == 0, "%s: '%s'", c->rule, text);
        ck_assert_msg(written.content_len == strlen(c->content),
                      "%s: %zu bytes of content", c->rule,
                      (size_t)written.content_len);
        ck_assert_msg(written.head.len == 9 + strlen(c->head),
                      "%s: %zu bytes of head", c->rule, written.head.len);

        /* HEAD: the same fields and no content (RFC 9110, 9.3.2). */
        outqueue_clear(out);
        plan.head_only = true;
        if (plan.status != 206) {
            ck_assert_uint_eq(write_plan(&plan, renderer(), out), 0);
            gather(out, text, sizeof(text));
            expected[9 + strlen(c->head)] = '\0';
            ck_assert_msg(strcmp(text, expected) == 0, "%s to HEAD: '%s'",
                          c->rule, text);
        }
        outqueue_free(out);
        ck_assert_uint_eq(made_hold.count, 1);
    }
}
END_TEST

START_TEST(size_is_given_where_no_range_fits)
{
    struct plan plan = plan_of(416, "", body, 10);
    struct outqueue *out = new_queue();
    char text[4096];

    plan_text(&plan);
    plan.gives_size = true;
    plan.range_size = 10;
    write_plan(&plan, renderer(), out);
    gather(out, text, sizeof(text));
    ck_assert_ptr_nonnull(strstr(text, "\r\nContent-Range: bytes */10\r\n"));
    outqueue_free(out);
}
END_TEST

/* The head of content that is yet to come. */
START_TEST(source_writes_its_content_later)
{
    static const struct {
        bool is_chunked;
        uint64_t size;
        const char *lines;
    } sources[] = {{true, UINT64_MAX, TYPE "Transfer-Encoding: chunked\r\n"},
                   {false, UINT64_MAX, TYPE},
                   {false, 7000, TYPE "Content-Length: 7000\r\n"}};

    for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
        struct plan plan = plan_of(200, "", NULL, 0);
        struct outqueue *out = new_queue();
        char text[4096], expected[4096];

        plan.content = (struct content){.kind = CONTENT_SOURCE,
                                        .size = sources[i].size,
                                        .is_chunked = sources[i].is_chunked};
        ck_assert_uint_eq(write_plan(&plan, renderer(), out),
                          sources[i].size == UINT64_MAX ? 0 : sources[i].size);
        gather(out, text, sizeof(text));
        snprintf(expected, sizeof(expected),
                 "HTTP/1.1 200 OK\r\n" DATE "%s" END, sources[i].lines);
        ck_assert_str_eq(text, expected);
        outqueue_free(out);
    }
}
END_TEST

static const unsigned refusals[] = {400, 403, 404, 405, 406, 408, 412, 413, 414,
                                    416, 417, 421, 431, 501, 503, 505, 508};

START_TEST(every_status_has_a_true_length)
{
    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
        struct plan plan;
        struct outqueue *out = new_queue();
        char text[4096], length[64];
        const char *content;
        uint64_t len;

        plan_refusal(&plan, refusals[i], "why", BYTES("GET /"));
        len = write_plan(&plan, renderer(), out);
        gather(out, text, sizeof(text));
        content = strstr(text, "\r\n\r\n");
        ck_assert_ptr_nonnull(content);
        ck_assert_uint_eq(strlen(content + 4), len);
        snprintf(length, sizeof(length), "\r\nContent-Length: %zu\r\n",
                 (size_t)len);
        ck_assert_ptr_nonnull(strstr(text, length));
        ck_assert_ptr_nonnull(strstr(text, "\r\n" DATE));
        ck_assert_int_eq(atoi(text + 9), (int)refusals[i]);
        ck_assert_int_eq(atoi(content + 4), (int)refusals[i]);
        outqueue_free(out);
    }
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

    suite_add_tests(
        suite, responses_to_the_last_byte, size_is_given_where_no_range_fits,
        source_writes_its_content_later, every_status_has_a_true_length,
        date_follows_the_clock, boundaries_differ_and_need_no_quotes);
    return suite_run(suite);
}
