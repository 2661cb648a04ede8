#include "http/response.h"

#include <stdio.h>

#include "suite.h"

/* Each answer to the last byte. The renderer's clock and boundary are set, and
 * the file is made by hand. */

enum { NOW = 784111777, MODIFIED = NOW - 1, BIG = 100000 };

#define DATE "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
#define COMMON                                         \
    "ETag: \"tag\"\r\n"                                \
    "Last-Modified: Sun, 06 Nov 1994 08:49:36 GMT\r\n" \
    "Accept-Ranges: bytes\r\n"                         \
    "Cache-Control: no-cache\r\n"                      \
    "X-Content-Type-Options: nosniff\r\n"
#define TYPE "Content-Type: text/plain\r\n"
#define PLAIN                             \
    "Cache-Control: no-cache\r\n"         \
    "X-Content-Type-Options: nosniff\r\n" \
    "Content-Type: text/plain; charset=utf-8\r\n"
#define CLOSE "Connection: close\r\n"
#define END "\r\n"
#define BOUNDARY "0123456789abcdef0123456789abcdef"
#define PART(range) \
    "\r\n--" BOUNDARY "\r\n" TYPE "Content-Range: bytes " range "/10\r\n\r\n"

static const char body[] = "ABCDEFGHIJ";
static unsigned freed;

static void count_free(struct hold *hold)
{
    (void)hold;
    freed++;
}

struct made_file {
    struct file file;
    char fields[FILE_FIELDS_MAX];
};

static void make_file(struct made_file *made, const char *at, size_t len)
{
    made->file = (struct file){
        .kind = FILE_REGULAR,
        .size = len,
        .fd = -1,
        .body = at,
        .type = "text/plain",
        .mtime = {.tv_sec = MODIFIED},
        .etag = "\"tag\"",
        .etag_is_strong = true,
    };
    hold_init(&made->file.hold, count_free);
    freed = 0;
    made->file.fields.at = made->fields;
    made->file.fields.len =
        response_describe(&made->file, made->fields, FILE_FIELDS_MAX);
}

static struct outqueue *new_queue(void)
{
    struct outqueue *out = outqueue_new(RESPONSE_ITEMS_MAX, RESPONSE_BYTES_MAX);

    ck_assert_ptr_nonnull(out);
    return out;
}

static struct response_renderer *renderer(void)
{
    static struct response_renderer made;

    response_renderer_init(&made);
    response_renderer_set_time(&made, NOW);
    memcpy(made.boundary, BOUNDARY, sizeof(BOUNDARY));
    return &made;
}

/* All bytes of a queue without files. Returns how many. */
static size_t gather(const struct outqueue *out, char *text, size_t size)
{
    size_t len = 0;

    for (size_t i = 0; i < out->count; i++) {
        const struct out_item *item = &out->items[out->first + i];

        ck_assert_int_ne(item->kind, OUT_FILE);
        ck_assert_uint_lt(item->left, size - len);
        memcpy(text + len,
               item->kind == OUT_VIEW ? item->at : out->bytes + item->offset,
               item->left);
        len += item->left;
    }
    text[len] = '\0';
    return len;
}

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

/* A small body lies behind its head, so that both leave in one segment. */
START_TEST(small_body_is_copied_next_to_its_head)
{
    enum { COPIED = 8192 };
    struct response response = {.status = 200, KEEP};
    struct outqueue *out = new_queue();
    static char memory[COPIED + 1];
    struct made_file made;

    memset(memory, 'x', sizeof(memory));
    for (size_t len = COPIED; len <= COPIED + 1; len++) {
        make_file(&made, memory, len);
        response.file = &made.file;
        ck_assert_uint_eq(response_write(&response, renderer(), out), len);
        if (len == COPIED) {
            ck_assert_uint_eq(out->count, 1);
            ck_assert_int_eq(out->items[0].kind, OUT_BYTES);
            ck_assert_uint_eq(made.file.hold.count, 1);
        } else {
            ck_assert_uint_eq(out->count, 2);
            ck_assert_int_eq(out->items[0].kind, OUT_BYTES);
            ck_assert_int_eq(out->items[1].kind, OUT_VIEW);
            ck_assert_ptr_eq(out->items[1].at, memory);
            ck_assert_uint_eq(out->items[1].left, len);
            ck_assert_uint_eq(made.file.hold.count, 2);
        }
        outqueue_clear(out);
        ck_assert_uint_eq(made.file.hold.count, 1);
    }
    outqueue_free(out);
}
END_TEST

START_TEST(file_that_is_not_in_memory_is_sent_from_its_descriptor)
{
    struct response response = {.status = 200, KEEP};
    struct outqueue *out = new_queue();
    struct made_file made;

    make_file(&made, NULL, BIG);
    made.file.fd = 77;
    response.file = &made.file;
    ck_assert_uint_eq(response_write(&response, renderer(), out), BIG);
    ck_assert_uint_eq(out->count, 2);
    ck_assert_int_eq(out->items[1].kind, OUT_FILE);
    ck_assert_int_eq(out->items[1].fd, 77);
    ck_assert_uint_eq(out->items[1].offset, 0);
    ck_assert_uint_eq(out->items[1].left, BIG);
    outqueue_clear(out);

    response.status = 206;
    response.ranges = (struct range_set){1, {{1000, 1001}}};
    ck_assert_uint_eq(response_write(&response, renderer(), out), 1);
    ck_assert_int_eq(out->items[1].kind, OUT_FILE);
    ck_assert_uint_eq(out->items[1].offset, 1000);
    ck_assert_uint_eq(out->items[1].left, 1);
    outqueue_clear(out);

    response.status = 200;
    response.head_only = true;
    ck_assert_uint_eq(response_write(&response, renderer(), out), 0);
    ck_assert_uint_eq(out->count, 1);
    outqueue_clear(out);
    ck_assert_uint_eq(made.file.hold.count, 1);
    outqueue_free(out);
}
END_TEST

/* However long each part's head is, the queue's room is enough. */
START_TEST(largest_multipart_fits_its_room)
{
    struct response response = {.status = 206, SHUT};
    struct outqueue *out = new_queue();
    char type[128], length[64];
    struct made_file made;
    uint64_t sum = 0, head_len, len;

    memset(type, 't', sizeof(type) - 1);
    type[127] = '\0';
    make_file(&made, NULL, 0);
    made.file.fd = 77;
    made.file.size = INT64_MAX;
    made.file.type = type;
    made.file.fields.len =
        response_describe(&made.file, made.fields, FILE_FIELDS_MAX);
    response.file = &made.file;
    response.ranges.count = RANGES_MAX;
    for (size_t i = 0; i < RANGES_MAX; i++)
        response.ranges.parts[i] =
            (struct range){INT64_MAX - 100 - i, INT64_MAX - 99 - i};
    len = response_write(&response, renderer(), out);
    ck_assert_uint_eq(out->count, 2 * RANGES_MAX + 1);
    for (size_t i = 0; i < out->count; i++)
        sum += out->items[i].left;
    out->bytes[out->items[0].left] = '\0';
    snprintf(length, sizeof(length), "\r\nContent-Length: %ju\r\n",
             (uintmax_t)len);
    ck_assert_ptr_nonnull(strstr(out->bytes, length));
    head_len = (uint64_t)(strstr(out->bytes, "\r\n\r\n") + 4 - out->bytes);
    ck_assert_uint_eq(head_len + len, sum);
    ck_assert_uint_eq(made.file.hold.count, 1 + RANGES_MAX);
    outqueue_free(out);
    ck_assert_uint_eq(made.file.hold.count, 1);
}
END_TEST

START_TEST(empty_file_has_no_body)
{
    struct response response = {.status = 200, KEEP};
    struct outqueue *out = new_queue();
    struct made_file made;
    char text[4096];

    make_file(&made, "", 0);
    response.file = &made.file;
    ck_assert_uint_eq(response_write(&response, renderer(), out), 0);
    gather(out, text, sizeof(text));
    ck_assert_str_eq(text, "HTTP/1.1 200 OK\r\n" DATE COMMON TYPE
                           "Content-Length: 0\r\n" END);
    outqueue_free(out);
}
END_TEST

START_TEST(longest_location_fits)
{
    struct response response = {.status = 301, SHUT};
    struct outqueue *out = new_queue();
    static char location[RESPONSE_LOCATION_MAX], text[RESPONSE_BYTES_MAX + 1];

    memset(location, 'a', sizeof(location));
    response.location = (struct bytes){location, sizeof(location)};
    ck_assert_uint_eq(response_write(&response, renderer(), out), 22);
    ck_assert_uint_gt(gather(out, text, sizeof(text)), sizeof(location));
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

                    small_body_is_copied_next_to_its_head,
                    file_that_is_not_in_memory_is_sent_from_its_descriptor,
                    largest_multipart_fits_its_room, empty_file_has_no_body,
                    longest_location_fits, date_follows_the_clock,
                    boundaries_differ_and_need_no_quotes);
    return suite_run(suite);
}
