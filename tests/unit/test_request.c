#include "http/request.h"

#include "made_request.h"
#include "suite.h"

enum { BODY_MAX = 1000 };

struct line {
    enum field_id id;
    const char *value;
};

#define TE(value)                        \
    {                                    \
        FIELD_TRANSFER_ENCODING, (value) \
    }
#define CL(value)                     \
    {                                 \
        FIELD_CONTENT_LENGTH, (value) \
    }
#define EXPECT(value)         \
    {                         \
        FIELD_EXPECT, (value) \
    }

static void make(struct made_request *made, const struct line *lines,
                 size_t count)
{
    made_init(made);
    for (size_t i = 0; i < count && lines[i].value != NULL; i++)
        ck_assert(made_add(made, lines[i].id, bytes_of(lines[i].value)));
}

struct name_case {
    const char *name;
    enum field_id id;
};

static const struct name_case names[] = {
    {"Host", FIELD_HOST},
    {"host", FIELD_HOST},
    {"HOST", FIELD_HOST},
    {"Range", FIELD_RANGE},
    {"Expect", FIELD_EXPECT},
    {"If-Match", FIELD_IF_MATCH},
    {"If-Range", FIELD_IF_RANGE},
    {"iF-rAnGe", FIELD_IF_RANGE},
    {"Connection", FIELD_CONNECTION},
    {"cONNECTIOn", FIELD_CONNECTION},
    {"Connectiom", FIELD_OTHER},
    {"Cpnnection", FIELD_OTHER},
    {"If-None-Match", FIELD_IF_NONE_MATCH},
    {"Content-Length", FIELD_CONTENT_LENGTH},
    {"If-Modified-Since", FIELD_IF_MODIFIED_SINCE},
    {"Transfer-Encoding", FIELD_TRANSFER_ENCODING},
    {"If-Unmodified-Since", FIELD_IF_UNMODIFIED_SINCE},
    {"a", FIELD_OTHER},
    {"Hos", FIELD_OTHER},
    {"Hosts", FIELD_OTHER},
    {"Hosu", FIELD_OTHER},
    {"Accept", FIELD_OTHER},
    {"Referer", FIELD_OTHER},
    {"Content_Length", FIELD_OTHER},
    {"Transfer-Encodinh", FIELD_OTHER},
    {"A-Name-Longer-Than-Any-Known", FIELD_OTHER},
};

START_TEST(names_without_regard_to_case)
{
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        ck_assert_msg(field_recognize(bytes_of(names[i].name)) == names[i].id,
                      "'%s'", names[i].name);
}
END_TEST

START_TEST(lines_of_a_field_in_order)
{
    static const struct line lines[] = {
        {FIELD_IF_MATCH, "one"},
        {FIELD_HOST, "host"},
        {FIELD_IF_MATCH, ""},
        {FIELD_IF_MATCH, "three"},
    };
    struct made_request made;
    struct bytes value;
    unsigned next = 0;

    make(&made, lines, 4);
    ck_assert(request_next(&made.request, FIELD_IF_MATCH, &next, &value));
    ck_assert(bytes_equal(value, BYTES("one")));
    ck_assert(request_next(&made.request, FIELD_IF_MATCH, &next, &value));
    ck_assert_uint_eq(value.len, 0);
    ck_assert(request_next(&made.request, FIELD_IF_MATCH, &next, &value));
    ck_assert(bytes_equal(value, BYTES("three")));
    ck_assert(!request_next(&made.request, FIELD_IF_MATCH, &next, &value));
    next = 0;
    ck_assert(!request_next(&made.request, FIELD_RANGE, &next, &value));
}
END_TEST

START_TEST(what_stands_twice_says_nothing)
{
    static const struct line lines[] = {
        {FIELD_RANGE, "one"}, {FIELD_HOST, "host"}, {FIELD_RANGE, "one"}};
    struct made_request made;
    struct bytes value;

    make(&made, lines, 3);
    ck_assert(request_has(&made.request, FIELD_RANGE));
    ck_assert(!request_only(&made.request, FIELD_RANGE, &value));
    ck_assert(request_only(&made.request, FIELD_HOST, &value));
    ck_assert(bytes_equal(value, BYTES("host")));
    ck_assert(!request_has(&made.request, FIELD_EXPECT));
    ck_assert(!request_only(&made.request, FIELD_EXPECT, &value));
}
END_TEST

struct find_case {
    const char *name;
    const char *value; /* NULL: absent */
};

static const struct find_case finds[] = {
    {"user-agent", "a b:c"},
    {"USER-AGENT", "a b:c"},
    {"x", ""},
    {"Host", "h"},
    {"last", "z"},
    {"user", NULL},
    {"user-agent:", NULL},
    {"a b", NULL},
    {"", NULL},
    {"GET / HTTP/1.1", NULL},
    {"twice", "one"},
};

START_TEST(any_name_is_found)
{
    static const char head[] = "GET /x:y HTTP/1.1\r\nHost: h\r\n"
                               "User-Agent: \t a b:c \r\nX:\r\n"
                               "Twice: one\r\nTwice: two\r\nLast:z\r\n\r\n";
    struct request r = {.head = head, .head_len = sizeof(head) - 1};

    for (size_t i = 0; i < sizeof(finds) / sizeof(finds[0]); i++) {
        struct bytes value = {NULL, 0};
        bool found = request_find(&r, bytes_of(finds[i].name), &value);

        ck_assert_msg(found == (finds[i].value != NULL), "'%s'", finds[i].name);
        if (found)
            ck_assert_msg(bytes_equal(value, bytes_of(finds[i].value)),
                          "'%s': '%.*s'", finds[i].name, (int)value.len,
                          value.at);
    }
}
END_TEST

START_TEST(nothing_is_found_in_a_head_without_fields)
{
    static const char head[] = "GET / HTTP/1.1\r\n\r\nHost: a\r\n\r\n";
    struct request r = {.head = head, .head_len = 18};
    struct bytes value;

    ck_assert(!request_find(&r, BYTES("host"), &value));
}
END_TEST

struct framing_case {
    const char *rule;
    unsigned status_1_1, status_1_0;
    struct line lines[3];
};

static const struct framing_case framings[] = {
    {"no_body", 0, 0, {{0, NULL}}},
    {"length", 0, 0, {CL("10")}},
    {"length_of_nothing", 0, 0, {CL("0")}},
    {"length_with_zeros", 0, 0, {CL("0010")}},
    {"length_at_the_limit", 0, 0, {CL("1000")}},
    {"length_past_the_limit", 413, 413, {CL("1001")}},
    {"largest_length", 413, 413, {CL("18446744073709551615")}},
    {"length_over_64_bits", 400, 400, {CL("18446744073709551616")}},
    {"empty_length", 400, 400, {CL("")}},
    {"signed_length", 400, 400, {CL("+1")}},
    {"negative_length", 400, 400, {CL("-1")}},
    {"hexadecimal_length", 400, 400, {CL("0x1")}},
    {"fraction", 400, 400, {CL("1.0")}},
    {"two_numbers", 400, 400, {CL("1 1")}},
    {"list_of_lengths", 400, 400, {CL("1, 1")}},
    {"length_twice", 400, 400, {CL("1"), CL("1")}},
    {"length_twice_different", 400, 400, {CL("1"), CL("2")}},
    {"chunked", 0, 400, {TE("chunked")}},
    {"chunked_in_large", 0, 400, {TE("CHUNKED")}},
    {"chunked_with_empties", 0, 400, {TE(" , chunked,,")}},
    {"chunked_and_empty_line", 0, 400, {TE(""), TE("chunked")}},
    {"chunked_twice", 400, 400, {TE("chunked, chunked")}},
    {"chunked_twice_in_two_lines", 400, 400, {TE("chunked"), TE("chunked")}},
    {"chunked_not_last", 400, 400, {TE("chunked, gzip")}},
    {"chunked_not_last_in_two_lines", 400, 400, {TE("chunked"), TE("gzip")}},
    {"chunked_between", 400, 400, {TE("gzip, chunked, gzip")}},
    {"no_coding_at_all", 400, 400, {TE("")}},
    {"only_empties", 400, 400, {TE(",,")}},
    {"other_coding_then_chunked", 501, 400, {TE("gzip, chunked")}},
    {"other_line_then_chunked", 501, 400, {TE("gzip"), TE("chunked")}},
    {"other_coding", 400, 400, {TE("gzip")}},
    {"identity", 400, 400, {TE("identity")}},
    {"chunked_with_parameter", 400, 400, {TE("chunked;a=b")}},
    {"chunked_quoted", 400, 400, {TE("\"chunked\"")}},
    {"chunked_misspelt", 400, 400, {TE("xchunked")}},
    {"chunked_and_control", 400, 400, {TE("chunked\v")}},
    {"length_beside_chunked", 400, 400, {CL("1"), TE("chunked")}},
    {"chunked_beside_length", 400, 400, {TE("chunked"), CL("1")}},
    {"length_beside_other_coding", 400, 400, {CL("1"), TE("gzip")}},
};

START_TEST(no_doubt_where_a_body_ends)
{
    for (size_t i = 0; i < sizeof(framings) / sizeof(framings[0]); i++) {
        const struct framing_case *c = &framings[i];
        struct made_request made;
        enum status status;

        make(&made, c->lines, 3);
        status = request_judge_framing(&made.request, BODY_MAX);
        ck_assert_msg(status == c->status_1_1, "%s: %u, not %u", c->rule,
                      status, c->status_1_1);
        made.request.is_1_1 = false;
        status = request_judge_framing(&made.request, BODY_MAX);
        ck_assert_msg(status == c->status_1_0, "%s in 1.0: %u, not %u", c->rule,
                      status, c->status_1_0);
    }
}
END_TEST

struct expectation_case {
    const char *rule;
    enum status status;
    bool expects_continue;
    bool is_1_1, has_body;
    struct line lines[2];
};

static const struct expectation_case expectations[] = {
    {"none", 0, false, true, true, {{0, NULL}}},
    {"continue", 0, true, true, true, {EXPECT("100-continue")}},
    {"continue_in_large", 0, true, true, true, {EXPECT("100-Continue")}},
    {"continue_without_body", 0, false, true, false, {EXPECT("100-continue")}},
    {"continue_in_1_0", 0, false, false, true, {EXPECT("100-continue")}},
    {"continue_twice",
     0,
     true,
     true,
     true,
     {EXPECT("100-continue"), EXPECT("100-continue")}},
    {"unknown", 417, false, true, true, {EXPECT("200-ok")}},
    {"unknown_without_body", 417, false, true, false, {EXPECT("200-ok")}},
    {"unknown_beside_continue",
     417,
     false,
     true,
     true,
     {EXPECT("100-continue"), EXPECT("a=b")}},
    {"unknown_in_a_list", 417, false, true, true, {EXPECT("100-continue, a")}},
    {"continue_with_parameter",
     417,
     false,
     true,
     true,
     {EXPECT("100-continue;a")}},
    {"continue_and_more", 417, false, true, true, {EXPECT("100-continued")}},
};

START_TEST(the_one_expectation)
{
    for (size_t i = 0; i < sizeof(expectations) / sizeof(expectations[0]);
         i++) {
        const struct expectation_case *c = &expectations[i];
        struct made_request made;
        enum status status;

        make(&made, c->lines, 2);
        made.request.is_1_1 = c->is_1_1;
        made.request.is_chunked = false;
        made.request.content_length = c->has_body ? 1 : 0;
        status = request_judge_expectation(&made.request);
        ck_assert_msg(status == c->status, "%s: %u, not %u", c->rule, status,
                      c->status);
        ck_assert_msg(made.request.expects_continue == c->expects_continue,
                      "%s: the client waits: %d", c->rule,
                      made.request.expects_continue);
    }
}
END_TEST

struct persistence_case {
    const char *rule;
    bool is_1_1;
    const char *connection[3];
    bool keeps;
};

static const struct persistence_case persistences[] = {
    {"1_1_persists", true, {NULL}, true},
    {"1_0_does_not", false, {NULL}, false},
    {"close_ends_1_1", true, {"close"}, false},
    {"close_knows_no_case", true, {"CLOSE"}, false},
    {"keep_alive_in_1_0", false, {"Keep-Alive"}, true},
    {"close_beats_keep_alive", false, {"keep-alive, close"}, false},
    {"close_before_keep_alive", true, {"close,keep-alive"}, false},
    {"close_on_another_line", true, {"keep-alive", "x, close"}, false},
    {"empty_members", true, {" , ,close, "}, false},
    {"another_option", true, {"closed, xclose, clos"}, true},
    {"another_option_in_1_0", false, {"keep-alive2"}, false},
    {"empty", true, {""}, true},
};

START_TEST(persistence_of_a_connection)
{
    for (size_t i = 0; i < sizeof(persistences) / sizeof(persistences[0]);
         i++) {
        const struct persistence_case *c = &persistences[i];
        struct made_request made;

        made_init(&made);
        for (size_t line = 0; line < 3 && c->connection[line] != NULL; line++)
            ck_assert(made_add(&made, FIELD_CONNECTION,
                               bytes_of(c->connection[line])));
        made.request.is_1_1 = c->is_1_1;
        ck_assert_msg(request_judge_persistence(&made.request) == c->keeps,
                      "%s", c->rule);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("request");

    suite_add_tests(suite, names_without_regard_to_case,
                    lines_of_a_field_in_order, what_stands_twice_says_nothing,
                    any_name_is_found,
                    nothing_is_found_in_a_head_without_fields,
                    no_doubt_where_a_body_ends, the_one_expectation);
    suite_add_tests(suite, persistence_of_a_connection);
    return suite_run(suite);
}
