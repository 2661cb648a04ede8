#include "http/parser.h"

#include "parser_cuts.h"

static const struct parser_case good[] = {
    {"least_request", RAW("GET / HTTP/1.0" END END), "GET / 1.0 close"},
    {"version_1_2_is_read_as_1_1", RAW("GET / HTTP/1.2" END HOST END),
     "GET / 1.1 keep host=a"},
    {"version_1_9_with_chunks",
     RAW("POST / HTTP/1.9" END HOST "Transfer-Encoding: chunked" END END
         "0" END END),
     "POST / 1.1 keep body host=a transfer-encoding=chunked"},
    {"host", RAW(GET HOST END), "GET / 1.1 keep host=a"},
    {"head", RAW("HEAD /a HTTP/1.1" END HOST END), "HEAD /a 1.1 keep host=a"},
    {"asterisk", RAW("OPTIONS * HTTP/1.1" END HOST END),
     "OPTIONS * 1.1 keep host=a"},
    {"query", RAW("GET /a?b=c%20&d HTTP/1.1" END HOST END),
     "GET /a?b=c%20&d 1.1 keep host=a"},
    {"absolute_form", RAW("GET http://a:80/b?c HTTP/1.1" END HOST END),
     "GET http://a:80/b?c 1.1 keep host=a"},
    {"connect", RAW("CONNECT a:443 HTTP/1.1" END HOST END),
     "CONNECT a:443 1.1 keep host=a"},
    {"webdav", RAW("PROPFIND / HTTP/1.1" END HOST END),
     "PROPFIND / 1.1 keep host=a"},
    {"put", RAW("PUT /a HTTP/1.1" END HOST END), "PUT /a 1.1 keep host=a"},
    {"trace", RAW("TRACE /a HTTP/1.1" END HOST END),
     "TRACE /a 1.1 keep host=a"},
    {"backslash", RAW("GET /a\\b HTTP/1.1" END HOST END),
     "GET /a\\b 1.1 keep host=a"},

    {"space_around_a_value", RAW(GET "Host: \t a \t " END END),
     "GET / 1.1 keep host=a"},
    {"no_space_before_a_value", RAW(GET "Host:a" END END),
     "GET / 1.1 keep host=a"},
    {"space_within_a_value", RAW(GET HOST "Range: a \t b" END END),
     "GET / 1.1 keep host=a range=a \t b"},
    {"empty_value", RAW(GET "Host:" END END), "GET / 1.1 keep host="},
    {"empty_value_with_space", RAW(GET "Host: \t" END END),
     "GET / 1.1 keep host="},
    {"two_empty_values", RAW(GET "X:" END "Host:" END END),
     "GET / 1.1 keep host="},
    {"empty_value_then_another", RAW(GET "X:" END "Y: " END HOST END),
     "GET / 1.1 keep host=a"},
    {"name_in_any_case", RAW(GET "hOST: a" END END), "GET / 1.1 keep host=a"},
    {"bytes_over_127_in_a_value", RAW(GET HOST "If-Range: \x80\xff" END END),
     "GET / 1.1 keep host=a if-range=\x80\xff"},
    {"colon_in_a_value", RAW(GET HOST "If-Range: ::" END END),
     "GET / 1.1 keep host=a if-range=::"},
    {"odd_names", RAW(GET HOST "!#$%&'*+-.^_`|~9: x" END END),
     "GET / 1.1 keep host=a"},
    {"repeated_lines", RAW(GET HOST "If-Match: a" END "If-Match: b" END END),
     "GET / 1.1 keep host=a if-match=a if-match=b"},
    {"two_hosts_are_reported", RAW(GET HOST HOST END),
     "GET / 1.1 keep host=a host=a"},
    {"all_known_fields",
     RAW(GET HOST "Range: b" END "Expect: 100-continue" END "Referer: c" END
                  "If-Match: d" END "If-Range: e" END "User-Agent: f" END
                  "If-None-Match: g" END "Content-Length: 0" END
                  "If-Modified-Since: h" END "If-Unmodified-Since: i" END END),
     "GET / 1.1 keep host=a range=b expect=100-continue if-match=d "
     "if-range=e if-none-match=g content-length=0 "
     "if-modified-since=h if-unmodified-since=i"},

    {"close", RAW(GET HOST "Connection: close" END END),
     "GET / 1.1 close host=a"},
    {"close_in_large", RAW(GET HOST "Connection: CLOSE" END END),
     "GET / 1.1 close host=a"},
    {"close_in_a_list", RAW(GET HOST "Connection: TE, close" END END),
     "GET / 1.1 close host=a"},
    {"close_first_in_a_list", RAW(GET HOST "Connection: close, TE" END END),
     "GET / 1.1 close host=a"},
    {"close_and_keep_alive",
     RAW(GET HOST "Connection: close, keep-alive" END END),
     "GET / 1.1 close host=a"},
    {"keep_alive_and_close",
     RAW(GET HOST "Connection: keep-alive" END "Connection: close" END END),
     "GET / 1.1 close host=a"},
    {"close_and_keep_alive_in_1_0",
     RAW("GET / HTTP/1.0" END "Connection: close, keep-alive" END END),
     "GET / 1.0 close"},
    {"no_close", RAW(GET HOST "Connection: closed" END END),
     "GET / 1.1 keep host=a"},
    {"no_close_but_an_option", RAW(GET HOST "Connection: x-close" END END),
     "GET / 1.1 keep host=a"},
    {"keep_alive_in_1_0",
     RAW("GET / HTTP/1.0" END "Connection: keep-alive" END END),
     "GET / 1.0 keep"},
    {"keep_alive_in_1_0_in_large",
     RAW("GET / HTTP/1.0" END "Connection: Keep-Alive" END END),
     "GET / 1.0 keep"},

    {"upgrade_is_passed_over",
     RAW(GET HOST "Connection: Upgrade, HTTP2-Settings" END "Upgrade: h2c" END
                  "HTTP2-Settings: x" END END),
     "GET / 1.1 keep host=a"},
    {"upgrade_with_a_body",
     RAW(LENGTH "3" END "Connection: Upgrade" END "Upgrade: h2c" END END "abc"),
     "POST / 1.1 keep body host=a content-length=3"},

    {"length", RAW(LENGTH "5" END END "hello"),
     "POST / 1.1 keep body host=a content-length=5"},
    {"length_of_nothing", RAW(LENGTH "0" END END),
     "POST / 1.1 keep host=a content-length=0"},
    {"length_with_zeros", RAW(LENGTH "0005" END END "hello"),
     "POST / 1.1 keep body host=a content-length=0005"},
    {"length_with_space_around", RAW(LENGTH "\t 5 " END END "hello"),
     "POST / 1.1 keep body host=a content-length=5"},
    {"body_that_looks_like_a_request", RAW(LENGTH "18" END END GET END),
     "POST / 1.1 keep body host=a content-length=18"},
    {"body_of_controls", RAW(LENGTH "4" END END "\0\r\n\x16"),
     "POST / 1.1 keep body host=a content-length=4"},
    {"get_with_a_body", RAW(GET HOST "Content-Length: 2" END END "ab"),
     "GET / 1.1 keep body host=a content-length=2"},
    {"length_in_1_0",
     RAW("POST / HTTP/1.0" END "Content-Length: 2" END END "ab"),
     "POST / 1.0 close body content-length=2"},
    {"chunked", RAW(CHUNKED "5" END "hello" END "0" END END), CHUNKED_IS},
    {"chunked_of_nothing", RAW(CHUNKED "0" END END), CHUNKED_IS},
    {"chunked_in_parts",
     RAW(CHUNKED "1" END "a" END "02" END "bc" END "A" END "0123456789" END
                 "0" END END),
     CHUNKED_IS},
    {"chunk_size_in_small", RAW(CHUNKED "a" END "0123456789" END "0" END END),
     CHUNKED_IS},
    {"chunk_size_with_zeros", RAW(CHUNKED "0000001" END "a" END "000" END END),
     CHUNKED_IS},
    {"chunk_of_line_ends", RAW(CHUNKED "4" END END END END "0" END END),
     CHUNKED_IS},
    {"chunk_extension", RAW(CHUNKED "1;a" END "x" END "0;b=\"c;d\"" END END),
     CHUNKED_IS},
    {"chunk_extensions",
     RAW(CHUNKED "1;a=b;c;d=\"e;\\\"f\"" END "x" END "0;a" END END),
     CHUNKED_IS},
    {"chunk_extension_with_space",
     RAW(CHUNKED "1 ; a = b" END "x" END "0\t;a" END END), CHUNKED_IS},
    {"coding_beside_an_empty_line",
     RAW(POST "Transfer-Encoding:" END "Transfer-Encoding: chunked" END END
              "0" END END),
     "POST / 1.1 keep body host=a transfer-encoding= "
     "transfer-encoding=chunked"},
    {"empty_trailer", RAW(CHUNKED "0" END "A:" END END), CHUNKED_IS},
    {"coding_in_a_trailer_is_late",
     RAW(CHUNKED "0" END "Transfer-Encoding: gzip" END END), CHUNKED_IS},
    {"trailers", RAW(CHUNKED "0" END "A: b" END "C: d" END END), CHUNKED_IS},
    {"trailers_are_not_fields",
     RAW(CHUNKED "0" END "Host: b" END "Range: c" END END), CHUNKED_IS},
    {"length_in_a_trailer_is_late",
     RAW(CHUNKED "0" END "Content-Length: 5" END END), CHUNKED_IS},
    {"close_in_a_trailer_is_late",
     RAW(CHUNKED "0" END "Connection: close" END END), CHUNKED_IS},
    {"chunked_with_a_close",
     RAW(POST "Connection: close" END "Transfer-Encoding: chunked" END END
              "0" END END),
     "POST / 1.1 close body host=a transfer-encoding=chunked"},
    {"chunked_in_large",
     RAW(POST "Transfer-Encoding: Chunked" END END "0" END END),
     "POST / 1.1 keep body host=a transfer-encoding=Chunked"},
    {"expect_with_length",
     RAW(LENGTH "2" END "Expect: 100-continue" END END "ab"),
     "POST / 1.1 keep body host=a content-length=2 expect=100-continue"},
    {"expect_with_chunks",
     RAW(POST "Expect: 100-continue" END "Transfer-Encoding: chunked" END END
              "1" END "a" END "0" END END),
     "POST / 1.1 keep body host=a expect=100-continue "
     "transfer-encoding=chunked"},
};

static const struct parser_case unfinished[] = {
    {"nothing", RAW(""), "more"},
    {"method", RAW("GET"), "more"},
    {"unknown_method", RAW("FOO"), "more"},
    {"target", RAW("GET /a"), "more"},
    {"version", RAW("GET / HTTP/1."), "more"},
    {"unknown_version", RAW("GET / HTTP/3.0\r"), "more"},
    {"request_line", RAW(GET), "more"},
    {"name", RAW(GET "Hos"), "more"},
    {"value", RAW(GET "Host: a"), "more"},
    {"field", RAW(GET HOST), "more"},
    {"cr", RAW(GET HOST "\r"), "more"},
    {"body", RAW(LENGTH "5" END END "hell"), "more"},
    {"chunk_size", RAW(CHUNKED "5"), "more"},
    {"chunk", RAW(CHUNKED "5" END "hello"), "more"},
    {"last_chunk", RAW(CHUNKED "0" END), "more"},
    {"trailer", RAW(CHUNKED "0" END "A: b" END), "more"},
};

START_TEST(good_requests_in_every_cut)
{
    check_cases(good, sizeof(good) / sizeof(good[0]), &usual_limits);
}
END_TEST

START_TEST(unfinished_requests_wait)
{
    check_cases(unfinished, sizeof(unfinished) / sizeof(unfinished[0]),
                &usual_limits);
}
END_TEST

START_TEST(one_parser_reads_one_after_the_other)
{
    static const char text[] =
        LENGTH "5" END END "hello" GET HOST END CHUNKED "0" END END
               "HEAD /last HTTP/1.1" END HOST END;
    static const char *const expected[] = {
        "POST / 1.1 keep body host=a content-length=5",
        "GET / 1.1 keep host=a",
        CHUNKED_IS,
        "HEAD /last 1.1 keep host=a",
    };
    struct request_parser *parser = request_parser_new(&usual_limits);
    struct bytes rest = BYTES(text);

    for (size_t i = 0; i < 4; i++) {
        struct outcome o = read_whole(parser, rest);

        ck_assert_int_eq(o.result, PARSE_DONE);
        ck_assert_str_eq(o.text, expected[i]);
        rest = (struct bytes){rest.at + o.used, rest.len - o.used};
    }
    ck_assert_uint_eq(rest.len, 0);
    request_parser_free(parser);
}
END_TEST

/* Nothing is left of a refused message. */
START_TEST(parser_serves_again_after_a_refusal)
{
    static const struct bytes refused[] = {RAW("\x16"), RAW(GET ": a" END END),
                                           RAW(CHUNKED "x" END),
                                           RAW(LENGTH "99999999" END END)};
    struct request_parser *parser = request_parser_new(&usual_limits);

    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        struct outcome o = read_steps(parser, refused[i], 7);

        ck_assert_int_eq(o.result, PARSE_REFUSED);
        o = read_whole(parser, BYTES(GET HOST END));
        ck_assert_str_eq(o.text, "GET / 1.1 keep host=a");
    }
    request_parser_free(parser);
}
END_TEST

struct continue_case {
    const char *rule;
    struct bytes raw;
    bool asks;
};

static const struct continue_case continues[] = {
    {"no_expectation", RAW(LENGTH "2" END END), false},
    {"expectation", RAW(LENGTH "2" END "Expect: 100-continue" END END), true},
    {"of_chunks",
     RAW(POST "Expect: 100-continue" END "Transfer-Encoding: chunked" END END),
     true},
    {"head_is_not_whole", RAW(LENGTH "2" END "Expect: 100-continue" END),
     false},
    {"content_has_come", RAW(LENGTH "2" END "Expect: 100-continue" END END "a"),
     false},
    {"in_1_0",
     RAW("POST / HTTP/1.0" END "Content-Length: 2" END
         "Expect: 100-continue" END END),
     false},
};

START_TEST(content_is_asked_for_once)
{
    struct request_parser *parser = request_parser_new(&usual_limits);

    for (size_t i = 0; i < sizeof(continues) / sizeof(continues[0]); i++) {
        const struct continue_case *c = &continues[i];

        ck_assert_str_eq(read_whole(parser, c->raw).text, "more");
        ck_assert_msg(request_parser_expects_continue(parser) == c->asks, "%s",
                      c->rule);
        ck_assert(!request_parser_expects_continue(parser));
    }
    request_parser_free(parser);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("parser");

    suite_add_tests(suite, good_requests_in_every_cut, unfinished_requests_wait,
                    one_parser_reads_one_after_the_other,
                    parser_serves_again_after_a_refusal,
                    content_is_asked_for_once);
    return suite_run(suite);
}
