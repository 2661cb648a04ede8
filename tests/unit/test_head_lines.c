#include "http/head_lines.h"

#include "suite.h"

/* On the heap and no byte longer, so that the sanitizers see each step over. */
static char *copy_of(struct bytes text)
{
    char *copy = malloc(text.len);

    ck_assert_ptr_nonnull(copy);
    memcpy(copy, text.at, text.len);
    return copy;
}

#define LINE "GET / HTTP/1.1\r\n"

struct head_case {
    const char *head;
    enum status status;
    const char *host; /* NULL: none */
};

static const struct head_case heads[] = {
    /* The request line: the target is the first slash and what follows it up to
     * white space. */
    {"GET / HTTP/1.1\r\n\r\n", 0, NULL},
    {"GET / HTTP/1.0\r\n\r\n", 0, NULL},
    {"GET /ab HTTP/1.1\r\nHost: a\r\n\r\n", 0, "a"},
    {"GET /  HTTP/1.1\r\n\r\n", 400, NULL},
    {"GET  / HTTP/1.1\r\n\r\n", 400, NULL},
    {"GET / HTTP/1.1 \r\n\r\n", 400, NULL},
    {"GET /\tHTTP/1.1\r\n\r\n", 400, NULL},
    {"GET\t/ HTTP/1.1\r\n\r\n", 400, NULL},
    {"GET / HTTP/1.1\n\r\n", 400, NULL},
    {"GET / HTTP/1.1\r\r\n\r\n", 400, NULL},
    {"GET / HTTP/1.1\r \r\n\r\n", 400, NULL},
    {"GET / HTTP/1.1 \n\r\n", 400, NULL},
    {"GET / HTTP/1.1x\n\r\n", 400, NULL},
    {"GET / HTTP/1.1\n", 400, NULL},
    {"GET / http/1.1\r\n\r\n", 400, NULL},
    {"GET / RTSP/1.0\r\n\r\n", 400, NULL},
    {"GET / ICE/1.0\r\n\r\n", 400, NULL},
    {"GET / HTTP/1.11\r\n\r\n", 400, NULL},
    {"GET / HTTP/11.1\r\n\r\n", 400, NULL},
    {"GET / HTTP/1,1\r\n\r\n", 400, NULL},
    {"GET / HTTP/1.\r\n\r\n", 400, NULL},
    {"GET /\r\n\r\n", 400, NULL},
    {"GET /\r\nHost: a\r\n\r\n", 400, NULL},
    {"/ HTTP/1.1\r\n\r\n", 400, NULL},
    {"GET / HTTP/2.0\r\n\r\n", 505, NULL},
    {"GET / HTTP/0.9\r\n\r\n", 505, NULL},
    {"GET / HTTP/8.1\r\n: a\r\n\r\n", 505, NULL},
    {"GET / HTTP/1.2\r\nHost: a\r\n\r\n", 0, "a"},
    {"GET / HTTP/1.9\r\n\r\n", 0, NULL},
    {"GET / HTTP/1.9\r\n: a\r\n\r\n", 400, NULL},

    {LINE "Host: a\r\n\r\n", 0, "a"},
    {LINE "Host:a\r\n\r\n", 0, "a"},
    {LINE "hOsT:\t a \t\r\n\r\n", 0, "a"},
    {LINE "Host: a b\r\n\r\n", 0, "a b"},
    {LINE "Host: a:b\r\n\r\n", 0, "a:b"},
    {LINE "Host:\r\n\r\n", 0, ""},
    {LINE "Host: \t\r\n\r\n", 0, ""},
    {LINE "A: b\r\nHost: c\r\nD: e\r\n\r\n", 0, "c"},
    {LINE "A:\r\nHost:\r\nD:\r\n\r\n", 0, ""},
    {LINE "Hos: a\r\n\r\n", 0, NULL},
    {LINE "Host : a\r\n\r\n", 400, NULL},
    {LINE "Host\t: a\r\n\r\n", 400, NULL},
    {LINE " Host: a\r\n\r\n", 400, NULL},
    {LINE "A: b\r\n c: d\r\n\r\n", 400, NULL},
    {LINE "A: b\r\n\tc: d\r\n\r\n", 400, NULL},
    {LINE "A: b\r\n \r\n\r\n", 400, NULL},
    {LINE ": a\r\n\r\n", 400, NULL},
    {LINE "Host\r\n\r\n", 400, NULL},
    {LINE "Host: a\n\r\n", 400, NULL},
    {LINE "Host: a\r\n\n", 400, NULL},
    {LINE "Host: a\n\n", 400, NULL},
    {LINE "A\n: b\r\n\r\n", 400, NULL},
    {LINE "\nHost: a\r\n\r\n", 400, NULL},
    {LINE "\rHost: a\r\n", 400, NULL},
    {LINE "Host: a\r\n", 400, NULL}, /* no empty line */
    {LINE "Host: a", 400, NULL},
    {LINE "\r", 400, NULL},
    {LINE, 400, NULL},
};

static struct part target_of(const char *head)
{
    const char *slash = strchr(head, '/');
    size_t len = strcspn(slash, " \t\r\n");
    uint16_t from = (uint16_t)(slash - head);

    return (struct part){from, (uint16_t)(from + len)};
}

static unsigned read_head(struct request *r, const char *memory, size_t len,
                          unsigned fields_max)
{
    r->target = target_of(memory);
    return head_lines_read(r, memory, len, fields_max);
}

START_TEST(heads_line_by_line)
{
    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
        const struct head_case *c = &heads[i];
        size_t len = strlen(c->head);
        char *memory = copy_of(bytes_of(c->head));
        struct request r = {.target = target_of(c->head)};
        enum status status = head_lines_read(&r, memory, len, 100);
        struct bytes host;

        ck_assert_msg(status == c->status, "'%s': %u, not %u", c->head, status,
                      c->status);
        if (status == 0) {
            ck_assert_uint_eq(r.head_len, len);
            ck_assert(request_has(&r, FIELD_HOST) == (c->host != NULL));
        }
        if (status == 0 && c->host != NULL) {
            ck_assert(request_only(&r, FIELD_HOST, &host));
            ck_assert_msg(bytes_equal(host, bytes_of(c->host)), "'%s': '%.*s'",
                          c->head, (int)host.len, host.at);
        }
        free(memory);
    }
}
END_TEST

START_TEST(head_ends_at_its_empty_line)
{
    static const char head[] = "HEAD /a HTTP/1.0\r\nHost: b\r\n\r\nHost: c\r\n";
    struct request r;
    struct bytes host;

    ck_assert_uint_eq(read_head(&r, head, sizeof(head) - 1, 1), 0);
    ck_assert_uint_eq(r.head_len, strlen(head) - strlen("Host: c\r\n"));
    ck_assert(!r.is_1_1);
    ck_assert(bytes_equal(request_part(&r, r.method_name), BYTES("HEAD")));
    ck_assert(request_only(&r, FIELD_HOST, &host));
    ck_assert(bytes_equal(host, BYTES("b")));
}
END_TEST

START_TEST(lines_are_counted_known_or_not)
{
    static const char head[] = LINE "Host: a\r\nA: b\r\nC:\r\n\r\n";
    struct request r;

    ck_assert_uint_eq(read_head(&r, head, sizeof(head) - 1, 3), 0);
    ck_assert_uint_eq(read_head(&r, head, sizeof(head) - 1, 2), 431);
    ck_assert_uint_eq(read_head(&r, head, sizeof(head) - 1, 0), 431);
}
END_TEST

/* Nothing is left of the previous request. */
START_TEST(each_head_begins_anew)
{
    static const char head[] = LINE "Range: a\r\n\r\n";
    struct request r;

    ck_assert_uint_eq(read_head(&r, head, sizeof(head) - 1, 9), 0);
    ck_assert_uint_eq(read_head(&r, LINE "\r\n", sizeof(LINE) + 1, 9), 0);
    ck_assert(!request_has(&r, FIELD_RANGE));
    ck_assert_uint_eq(r.field_count, 0);
}
END_TEST

struct word_case {
    const char *text;
    enum status status;
};

static const struct word_case methods[] = {
    {"FOO / HTTP/1.1", 0},
    {"!#$%&'*+-.^_`|~09azAZ ", 0},
    {"a-method-of-31-bytes-1234567890 ", 0},
    {"a-method-of-32-bytes-12345678901", 501},
    {"a-method-of-31-bytes-1234567890", 0},
    {"FOO", 0},
    {"F", 0},
    {"", 0},
    {" / HTTP/1.1", 400},
    {"\r\n", 400},
    {"FOO\r\n", 400},
    {"FOO\t/", 400},
    {"FOO/1.1", 400},
    {"F(O ", 400},
    {"\"FOO\" ", 400},
    {"F:O ", 400},
    {"F@O ", 400},
    {"F\x7f ", 400},
    {"F\x80 ", 400},
    {"\x16\x03\x01", 400},
    {"F{} ", 400},
};

START_TEST(unknown_methods)
{
    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
        struct bytes text = bytes_of(methods[i].text);
        char *head = copy_of(text);
        enum status status = head_lines_judge_method(head, text.len);

        ck_assert_msg(status == methods[i].status, "'%s': %u, not %u", text.at,
                      status, methods[i].status);
        free(head);
    }
    ck_assert_uint_eq(head_lines_judge_method("F\0 ", 3), 400);
}
END_TEST

static const struct word_case lines[] = {
    {"FOO / HTTP/1.1\r\n", 501},
    {"get / HTTP/1.1\r\n", 501}, /* case counts (RFC 9110, 9.1) */
    {"F * HTTP/1.0\r\n", 501},
    {"F http://a/ HTTP/1.9\r\n", 501},
    {"F / HTTP/2.0\r\n", 505},
    {"F /\r\n", 400},
    {"F / \r\n", 400},
    {"F\r\n", 400},
    {"F \r\n", 400},
    {"F  HTTP/1.1\r\n", 400},
    {"F  / HTTP/1.1\r\n", 400},
    {"F /  HTTP/1.1\r\n", 400},
    {"F / HTTP/1.1\n", 400},
    {"F / HTTP/1.1 \r\n", 400},
    {"F /\tHTTP/1.1\r\n", 400},
    {"F /\x80 HTTP/1.1\r\n", 400},
    {"F /\x7f HTTP/1.1\r\n", 400},
    {"F / RTSP/1.0\r\n", 400},
};

START_TEST(lines_of_unknown_methods)
{
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        struct bytes text = bytes_of(lines[i].text);
        char *head = copy_of(text);
        enum status status = head_lines_judge_unknown(head, text.len);

        ck_assert_msg(status == lines[i].status, "'%s': %u, not %u", text.at,
                      status, lines[i].status);
        free(head);
    }
}
END_TEST

static const struct word_case versions[] = {
    {" HTTP/3.0\r\n", 505},
    {" HTTP/0.9\r\n", 505},
    {" HTTP/9.9\r\nHost: a\r\n", 505},
    {" HTTP/1.0\r\n", 0},
    {" HTTP/1.1\r\n", 0},
    {" HTTP/1.9\r\n", 0},
    {" HTTP/1.9\r\r", 400},
    {" HTTP/1.:\r\n", 400},
    {" HTTP/1./\r\n", 400},
    {"", 0},
    {" ", 0},
    {" HTTP/", 0},
    {" HTTP/3.0\r", 0},
    {" HTTP/3.0\n", 400},
    {" HTTP/3.0 \r\n", 400},
    {" HTTP/3\r\n", 400},
    {" HTTP/3.\r\n", 400},
    {" HTTP/30.0\r\n", 400},
    {" HTTP/3.00\r\n", 400},
    {" HTTP/a.0\r\n", 400},
    {" HTTP/-1.0\r\n", 400},
    {" http/3.0\r\n", 400},
    {"  HTTP/3.0\r\n", 400},
    {"\tHTTP/3.0\r\n", 400},
    {" HTTP/x", 400},
    {" FTP", 400},
};

START_TEST(versions_whole_and_cut)
{
    for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
        struct bytes text = bytes_of(versions[i].text);
        char *at = copy_of(text);
        enum status status = head_lines_judge_version(at, text.len);

        ck_assert_msg(status == versions[i].status, "'%s': %u, not %u", text.at,
                      status, versions[i].status);
        free(at);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("head_lines");

    suite_add_tests(suite, heads_line_by_line, head_ends_at_its_empty_line,
                    lines_are_counted_known_or_not, each_head_begins_anew,
                    unknown_methods, lines_of_unknown_methods,
                    versions_whole_and_cut);
    return suite_run(suite);
}
