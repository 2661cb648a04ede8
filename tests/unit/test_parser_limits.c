#include "http/parser.h"

#include "parser_cuts.h"

/* Small enough to be tried in each cut. */
static const struct request_limits limits = {
    .head_max = 256,
    .target_max = 32,
    .fields_max = 4,
    .body_max = 40,
};

enum { HEAD_LEN = sizeof(CHUNKED) - 1 };

/* `before`, so many of `fill` that `len` bytes are full, `after`. */
struct limit_case {
    const char *rule;
    const char *before;
    char fill;
    size_t len;
    const char *after;
    const char *expected; /* how what it says begins */
};

#define FIELDS_1 "A: b" END
#define FIELDS_2 FIELDS_1 FIELDS_1
#define BYTE_CHUNK "1" END "x" END
#define BYTE_CHUNKS_8                                                 \
    BYTE_CHUNK BYTE_CHUNK BYTE_CHUNK BYTE_CHUNK BYTE_CHUNK BYTE_CHUNK \
        BYTE_CHUNK BYTE_CHUNK
#define LAST "0" END END
#define DONE "POST"

static const struct limit_case cases[] = {
    /* "GET " is 4 bytes, the target 32. */
    {"target_at_limit", "GET /", 'a', 36, " HTTP/1.1" END HOST END, "GET"},
    {"target_past_limit", "GET /", 'a', 37, " HTTP/1.1" END HOST END, "414"},
    {"target_without_end", "GET /", 'a', 999, "", "414"},
    {"target_with_a_late_fault", "GET /", 'a', 50, "\x01", "414"},
    {"target_with_an_early_fault", "GET /\x01", 'a', 50, "", "400"},
    {"target_past_limit_then_version", "GET /", 'a', 37, " HTTP/2.0" END,
     "414"},

    /* The empty line is a head's last four bytes with the line end before. */
    {"head_at_limit", GET HOST "X: ", 'x', 252, END END, "GET"},
    {"head_past_limit", GET HOST "X: ", 'x', 253, END END, "431"},
    {"head_past_limit_by_two", GET HOST "X: ", 'x', 254, END END, "431"},
    {"head_past_limit_by_three", GET HOST "X: ", 'x', 255, END END, "431"},
    {"head_past_limit_by_four", GET HOST "X: ", 'x', 256, END END, "431"},
    {"head_below_limit_unfinished", GET HOST "X: ", 'x', 255, "", "more"},
    {"head_at_limit_unfinished", GET HOST "X: ", 'x', 256, "", "431"},
    {"head_of_one_long_name", GET HOST, 'x', 300, "", "431"},
    {"head_of_space", GET HOST "X:", ' ', 300, "", "431"},
    {"head_with_a_fault_in_bounds", GET HOST "X: ", 'x', 255, "\x01", "400"},
    {"head_with_a_fault_past_bounds", GET HOST "X: ", 'x', 256, "\x01", "431"},
    {"head_at_limit_then_body", LENGTH "5" END "X: ", 'x', 252, END END "hello",
     DONE},

    {"fields_at_limit", GET HOST FIELDS_2 "X: ", 'x', 60, END END, "GET"},
    {"fields_past_limit", GET HOST FIELDS_2 FIELDS_1 "X: ", 'x', 60, END END,
     "431"},

    {"body_at_limit", LENGTH "40" END END, 'x', 48 + 40, "", DONE},
    {"body_past_limit", LENGTH "41" END END, 'x', 48 + 41, "", "413"},
    {"body_past_limit_never_sent", LENGTH "41" END END, 'x', 0, "", "413"},
    {"chunk_at_limit", CHUNKED "28" END, 'x', HEAD_LEN + 4 + 40, END LAST,
     DONE},
    {"chunk_past_limit", CHUNKED "29" END, 'x', HEAD_LEN + 4 + 41, END LAST,
     "413"},
    {"chunk_past_limit_not_sent", CHUNKED "29" END, 'x', 0, "", "413"},
    {"chunk_far_past_limit", CHUNKED "fffffffffffffff" END, 'x', 999, "",
     "413"},
    {"chunks_at_limit", CHUNKED BYTE_CHUNKS_8 "20" END, 'x',
     HEAD_LEN + 48 + 4 + 32, END LAST, DONE},
    {"chunks_past_limit", CHUNKED BYTE_CHUNKS_8 "21" END, 'x',
     HEAD_LEN + 48 + 4 + 33, END LAST, "413"},
    {"chunks_of_one_byte",
     CHUNKED BYTE_CHUNKS_8 BYTE_CHUNKS_8 BYTE_CHUNKS_8 BYTE_CHUNKS_8
         BYTE_CHUNKS_8 "0",
     '0', 0, END END, DONE},
    {"chunks_of_one_byte_past_limit",
     CHUNKED BYTE_CHUNKS_8 BYTE_CHUNKS_8 BYTE_CHUNKS_8 BYTE_CHUNKS_8
         BYTE_CHUNKS_8 BYTE_CHUNK,
     '0', 0, LAST, "413"},

    /* Extensions are counted with their ';', trailers with their ':'. */
    {"extension_at_limit", CHUNKED "0;", 'a', HEAD_LEN + 1 + 256, END END,
     DONE},
    {"extension_past_limit", CHUNKED "0;", 'a', HEAD_LEN + 1 + 257, END END,
     "413"},
    {"extension_without_end", CHUNKED "0;a=", 'a', 999, "", "413"},
    {"extensions_at_limit", CHUNKED "1;aaaaaaaaa" END "x" END "0;", 'a',
     HEAD_LEN + 17 + 246, END END, DONE},
    {"extensions_past_limit", CHUNKED "1;aaaaaaaaa" END "x" END "0;", 'a',
     HEAD_LEN + 17 + 247, END END, "413"},
    {"trailer_at_limit", CHUNKED "0" END "A:", 'a', HEAD_LEN + 3 + 256, END END,
     DONE},
    {"trailer_past_limit", CHUNKED "0" END "A:", 'a', HEAD_LEN + 3 + 257,
     END END, "431"},
    {"trailers_past_limit", CHUNKED "0" END "A:b" END "A:", 'a',
     HEAD_LEN + 3 + 5 + 254, END END, "431"},
    {"trailer_without_end", CHUNKED "0" END "A:", 'a', 999, "", "431"},
    {"trailer_name_without_end", CHUNKED "0" END, 'a', 999, "", "431"},
    {"sixteen_digits_of_a_size", CHUNKED, '0', HEAD_LEN + 16, END END, DONE},
    {"seventeen_digits_of_a_size", CHUNKED, '0', HEAD_LEN + 17, END END, "400"},
    {"digits_without_end", CHUNKED, '0', 999, "", "400"},
};

START_TEST(limits_at_and_one_past)
{
    struct request_parser *parser = request_parser_new(&limits);

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct limit_case *c = &cases[i];
        size_t before = strlen(c->before), after = strlen(c->after);
        size_t fill = c->len > before ? c->len - before : 0;
        struct bytes text = {malloc(before + fill + after),
                             before + fill + after};
        char *memory = (char *)(uintptr_t)text.at;
        struct outcome whole;

        ck_assert_ptr_nonnull(text.at);
        memcpy(memory, c->before, before);
        memset(memory + before, c->fill, fill);
        memcpy(memory + before + fill, c->after, after);
        whole = read_whole(parser, text);
        ck_assert_msg(strncmp(whole.text, c->expected, strlen(c->expected)) ==
                          0,
                      "%s: '%s', not '%s'", c->rule, whole.text, c->expected);
        check_cuts(parser, c->rule, text, &whole);
        free(memory);
    }
    request_parser_free(parser);
}
END_TEST

/* A bound on the content that is smaller than a head, or nothing at all. */
static const struct parser_case bodies[] = {
    {"no_content", RAW(LENGTH "0" END END),
     "POST / 1.1 keep host=a content-length=0"},
    {"content", RAW(LENGTH "1" END END "x"), "413"},
    {"no_content_in_chunks", RAW(CHUNKED LAST), CHUNKED_IS},
    {"content_in_chunks", RAW(CHUNKED BYTE_CHUNK LAST), "413"},
};

START_TEST(no_content_at_all_may_be_allowed)
{
    struct request_limits none = usual_limits;

    none.body_max = 0;
    check_cases(bodies, sizeof(bodies) / sizeof(bodies[0]), &none);
}
END_TEST

START_TEST(bound_of_a_body_holds_in_every_cut)
{
    static const char text[] =
        CHUNKED "1;a-chunk-extension-of-fifty-bytes-for-one-byte-of-body" END
                "x" END LAST;
    struct request_limits few = usual_limits;
    struct request_parser *parser = request_parser_new(&few);
    struct outcome whole;

    for (few.body_max = 0; few.body_max < 12; few.body_max++) {
        whole = read_whole(parser, BYTES(text));
        check_cuts(parser, "long extension", BYTES(text), &whole);
    }
    request_parser_free(parser);
}
END_TEST

/* As they are by default: 16 KiB, 8 KiB, 100 lines, 64 KiB. */
START_TEST(usual_limits_at_and_one_past)
{
    enum { SIZE = 70000 };
    static char text[SIZE];
    struct request_parser *parser = request_parser_new(&usual_limits);
    size_t len;

    for (unsigned lines = 99; lines <= 101; lines++) {
        len = (size_t)snprintf(text, SIZE, GET);
        for (unsigned i = 0; i < lines; i++)
            len += (size_t)snprintf(text + len, SIZE - len, "X%u: y" END, i);
        len += (size_t)snprintf(text + len, SIZE - len, END);
        ck_assert_str_eq(read_steps(parser, (struct bytes){text, len}, 97).text,
                         lines <= 100 ? "GET / 1.1 keep" : "431");
    }
    for (size_t target = 8191; target <= 8193; target++) {
        len = (size_t)snprintf(text, SIZE, "GET /%0*d HTTP/1.0" END END,
                               (int)target - 1, 0);
        ck_assert_int_eq(
            read_steps(parser, (struct bytes){text, len}, 97).result,
            target <= 8192 ? PARSE_DONE : PARSE_REFUSED);
    }
    for (size_t head = 16383; head <= 16385; head++) {
        const char *start = GET "X: ";

        len = (size_t)snprintf(text, SIZE, "%s%0*d" END END, start,
                               (int)(head - 4 - strlen(start)), 0);
        ck_assert_uint_eq(len, head);
        ck_assert_str_eq(
            read_steps(parser, (struct bytes){text, len}, 1009).text,
            head <= 16384 ? "GET / 1.1 keep" : "431");
    }
    for (size_t body = 65535; body <= 65537; body++) {
        len = (size_t)snprintf(text, SIZE, CHUNKED "%zx" END, body);
        memset(text + len, 'x', body);
        len += body;
        len += (size_t)snprintf(text + len, SIZE - len, END LAST);
        ck_assert_str_eq(
            read_steps(parser, (struct bytes){text, len}, 1009).text,
            body <= 65536 ? CHUNKED_IS : "413");
    }
    request_parser_free(parser);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("parser_limits");

    suite_add_tests(
        suite, limits_at_and_one_past, no_content_at_all_may_be_allowed,
        bound_of_a_body_holds_in_every_cut, usual_limits_at_and_one_past);
    return suite_run(suite);
}
