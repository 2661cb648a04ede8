#include "http/parser.h"

#include "parser_cuts.h"

static const struct parser_case bad[] = {
    /* The request line (RFC 9112, 3) */
    {"two_spaces_after_method", RAW("GET  / HTTP/1.1" END HOST END), "400"},
    {"two_spaces_after_target", RAW("GET /  HTTP/1.1" END HOST END), "400"},
    {"space_at_the_end", RAW("GET / HTTP/1.1 " END HOST END), "400"},
    {"space_at_the_beginning", RAW(" GET / HTTP/1.1" END HOST END), "400"},
    {"tab_after_method", RAW("GET\t/ HTTP/1.1" END HOST END), "400"},
    {"tab_after_target", RAW("GET /\tHTTP/1.1" END HOST END), "400"},
    {"tab_in_target", RAW("GET /a\tb HTTP/1.1" END HOST END), "400"},
    {"space_in_target", RAW("GET /a b HTTP/1.1" END HOST END), "400"},
    {"no_target", RAW("GET HTTP/1.1" END HOST END), "400"},
    {"no_target_but_space", RAW("GET  HTTP/1.1" END HOST END), "400"},
    {"method_alone", RAW("GET" END END), "400"},
    {"version_0_9", RAW("GET /" END), "400"},
    {"version_0_9_and_fields", RAW("GET /" END HOST END), "400"},
    {"version_0_9_with_space", RAW("GET / " END HOST END), "400"},
    {"version_0_9_said", RAW("GET / HTTP/0.9" END HOST END), "505"},
    {"version_2", RAW("GET / HTTP/2.0" END HOST END), "505"},
    {"version_3", RAW("GET / HTTP/3.0" END HOST END), "505"},
    {"version_3_before_any_field", RAW("GET / HTTP/3.0" END), "505"},
    {"version_2_before_any_field", RAW("GET / HTTP/2.0" END), "505"},
    {"version_3_and_a_bad_field", RAW("GET / HTTP/3.0" END ": a" END END),
     "505"},
    {"version_1_2_and_a_bad_field", RAW("GET / HTTP/1.2" END ": a" END END),
     "400"},
    {"version_1_2_and_a_fold", RAW("GET / HTTP/1.2" END HOST " b" END END),
     "400"},
    {"version_1_2_and_a_length_twice",
     RAW("POST / HTTP/1.2" END HOST "Content-Length: 1" END
         "Content-Length: 1" END END "x"),
     "400"},
    {"version_1_2_with_bare_lf", RAW("GET / HTTP/1.2\n" HOST END), "400"},
    {"version_1_2_of_the_preface", RAW("PRI * HTTP/1.2" END HOST END), "400"},
    {"version_2_without_fields", RAW("GET / HTTP/2.0" END END), "505"},
    {"version_without_minor", RAW("GET / HTTP/2" END HOST END), "400"},
    {"version_too_long", RAW("GET / HTTP/1.11" END HOST END), "400"},
    {"version_too_long_before_dot", RAW("GET / HTTP/11.1" END HOST END), "400"},
    {"version_in_small", RAW("GET / http/1.1" END HOST END), "400"},
    {"version_of_letters", RAW("GET / HTTP/a.b" END HOST END), "400"},
    {"version_of_another_protocol", RAW("GET / RTSP/1.0" END HOST END), "400"},
    {"version_of_ice", RAW("SOURCE / ICE/1.0" END HOST END), "400"},
    {"method_of_rtsp", RAW("DESCRIBE / RTSP/1.0" END HOST END), "400"},
    {"method_in_small", RAW("get / HTTP/1.1" END HOST END), "501"},
    {"method_longer_than_known", RAW("GETS / HTTP/1.1" END HOST END), "501"},
    {"method_unknown", RAW("FOO / HTTP/1.1" END HOST END), "501"},
    {"method_unknown_and_no_version", RAW("FOO /" END END), "400"},
    {"method_unknown_and_no_target", RAW("FOO" END END), "400"},
    {"method_unknown_and_other_version", RAW("FOO / HTTP/2.0" END END), "505"},
    {"method_unknown_and_bare_lf", RAW("FOO / HTTP/1.1\n" END), "400"},
    {"method_of_one_letter", RAW("X / HTTP/1.1" END HOST END), "501"},
    {"method_without_end",
     RAW("AVERYLONGMETHODNAMETHATNOBODYKNOWS / HTTP/1.1" END), "501"},
    {"method_that_is_no_token", RAW("G(T / HTTP/1.1" END HOST END), "400"},
    {"method_with_control", RAW("G\x01T / HTTP/1.1" END HOST END), "400"},
    {"method_with_NUL", RAW("G\0T / HTTP/1.1" END HOST END), "400"},
    {"NUL_in_target", RAW("GET /\0 HTTP/1.1" END HOST END), "400"},
    {"control_in_target", RAW("GET /\x01 HTTP/1.1" END HOST END), "400"},
    {"bytes_over_127_in_target", RAW("GET /\xc3\xa9 HTTP/1.1" END HOST END),
     "400"},
    {"target_without_slash", RAW("GET a HTTP/1.1" END HOST END), "400"},
    {"tls_hello", RAW("\x16\x03\x01\x02"), "400"},
    {"socks", RAW("\x05\x01\x00"), "400"},
    {"nonsense", RAW("\xff"), "400"},
    {"bare_lf_first", RAW("\n" GET HOST END), "400"},
    {"bare_lf_first_and_version", RAW("\nGET / HTTP/8.1" END), "400"},
    {"bare_cr_first_and_version", RAW("\rGET / HTTP/8.1" END), "400"},
    {"bare_cr_first_and_method", RAW("\rFOO / HTTP/1.1" END), "400"},
    {"bare_cr_first", RAW("\r" GET HOST END), "400"},

    /* Line ends (RFC 9112, 2.2) and folds (5.2) */
    {"bare_lf_in_request_line", RAW("GET / HTTP/1.1\n" HOST END), "400"},
    {"bare_lf_in_a_field", RAW(GET "Host: a\n" END), "400"},
    {"bare_lf_in_a_field_between", RAW(GET "X: a\nHost: a" END END), "400"},
    {"bare_lf_after_empty_value", RAW(GET "X:\nHost: a" END END), "400"},
    {"bare_lf_at_the_end", RAW(GET HOST "\n"), "400"},
    {"bare_lf_twice", RAW(GET "Host: a\n\n"), "400"},
    {"bare_cr_in_request_line", RAW("GET / HTTP/1.1\r" HOST END), "400"},
    {"bare_cr_in_a_value", RAW(GET "Host: a\rb" END END), "400"},
    {"bare_cr_before_crlf", RAW(GET "Host: a\r" END END), "400"},
    {"bare_cr_as_line_end", RAW(GET "X: a\rHost: a" END END), "400"},
    {"bare_cr_in_a_name", RAW(GET "Ho\rst: a" END END), "400"},
    {"bare_cr_in_empty_value", RAW(GET "X:\rHost: a" END END), "400"},
    {"bare_cr_at_the_end", RAW(GET HOST "\rX"), "400"},
    {"fold", RAW(GET "Host: a" END " b" END END), "400"},
    {"fold_with_tab", RAW(GET "Host: a" END "\tb" END END), "400"},
    {"fold_of_empty_value", RAW(GET "Host:" END " b" END END), "400"},
    {"fold_of_nothing", RAW(GET "Host: a" END " " END END), "400"},
    {"fold_of_nothing_between", RAW(GET "X: a" END " " END HOST END), "400"},
    {"fold_of_a_length", RAW(LENGTH "1" END " 0" END END), "400"},
    {"fold_of_connection", RAW(GET HOST "Connection: close" END " x" END END),
     "400"},
    {"fold_of_coding",
     RAW(POST "Transfer-Encoding:" END " chunked" END END "0" END END), "400"},
    {"space_before_the_first_field", RAW(GET " " HOST END), "400"},

    /* Field lines (RFC 9112, 5.1; RFC 9110, 5.5) */
    {"space_before_colon", RAW(GET "Host : a" END END), "400"},
    {"tab_before_colon", RAW(GET "Host\t: a" END END), "400"},
    {"space_in_a_name", RAW(GET "Ho st: a" END END), "400"},
    {"empty_name", RAW(GET HOST ": a" END END), "400"},
    {"empty_name_first", RAW(GET ": a" END HOST END), "400"},
    {"name_alone", RAW(GET "Host" END END), "400"},
    {"name_that_is_no_token", RAW(GET "Ho(st: a" END END), "400"},
    {"name_with_bytes_over_127", RAW(GET "H\xc3\xb6st: a" END END), "400"},
    {"NUL_in_a_name", RAW(GET "Ho\0st: a" END END), "400"},
    {"NUL_in_a_value", RAW(GET "Host: a\0b" END END), "400"},
    {"NUL_at_the_end_of_a_value", RAW(GET "Host: a\0" END END), "400"},
    {"control_in_a_value", RAW(GET "Host: a\x01" END END), "400"},
    {"escape_in_a_value", RAW(GET "X: \x1b[31m" END END), "400"},
    {"delete_in_a_value", RAW(GET "Host: a\x7f" END END), "400"},
    {"control_in_connection", RAW(GET HOST "Connection: close\x01" END END),
     "400"},
    {"NUL_in_connection", RAW(GET HOST "Connection: x\0" END END), "400"},
    {"control_in_coding",
     RAW(POST "Transfer-Encoding: chunked\x01" END END "0" END END), "400"},
    {"NUL_in_coding",
     RAW(POST "Transfer-Encoding: \0chunked" END END "0" END END), "400"},
    {"control_in_upgrade", RAW(GET HOST "Upgrade: \x01" END END), "400"},

    /* Framing (RFC 9112, 6) */
    {"signed_length", RAW(LENGTH "+5" END END "hello"), "400"},
    {"negative_length", RAW(LENGTH "-5" END END "hello"), "400"},
    {"empty_length", RAW(LENGTH END END), "400"},
    {"length_of_space", RAW(LENGTH " \t" END END), "400"},
    {"length_of_letters", RAW(LENGTH "x" END END), "400"},
    {"length_in_hexadecimal", RAW(LENGTH "0x5" END END "hello"), "400"},
    {"length_with_letters", RAW(LENGTH "5a" END END "hello"), "400"},
    {"length_of_two_numbers", RAW(LENGTH "5 5" END END "hello"), "400"},
    {"length_of_a_list", RAW(LENGTH "5, 5" END END "hello"), "400"},
    {"length_of_a_list_of_others", RAW(LENGTH "5, 6" END END "hello"), "400"},
    {"length_twice", RAW(LENGTH "5" END "Content-Length: 5" END END "hello"),
     "400"},
    {"length_twice_other",
     RAW(LENGTH "5" END "Content-Length: 6" END END "hello"), "400"},
    {"length_over_64_bits", RAW(LENGTH "18446744073709551616" END END), "400"},
    {"length_past_limit", RAW(LENGTH "65537" END END), "413"},
    {"length_past_limit_of_get", RAW(GET HOST "Content-Length: 65537" END END),
     "413"},
    {"largest_length", RAW(LENGTH "18446744073709551615" END END), "413"},
    {"length_beside_coding",
     RAW(LENGTH "5" END "Transfer-Encoding: chunked" END END "0" END END),
     "400"},
    {"coding_beside_length",
     RAW(POST "Transfer-Encoding: chunked" END "Content-Length: 5" END END
              "0" END END),
     "400"},
    {"other_coding_then_chunked",
     RAW(POST "Transfer-Encoding: gzip, chunked" END END "0" END END), "501"},
    {"other_coding_line_then_chunked",
     RAW(POST "Transfer-Encoding: gzip" END "Transfer-Encoding: chunked" END END
              "0" END END),
     "501"},
    {"other_coding", RAW(POST "Transfer-Encoding: gzip" END END), "400"},
    {"identity", RAW(POST "Transfer-Encoding: identity" END END), "400"},
    {"chunked_misspelt",
     RAW(POST "Transfer-Encoding: xchunked" END END "0" END END), "400"},
    {"chunked_not_last",
     RAW(POST "Transfer-Encoding: chunked, gzip" END END "0" END END), "400"},
    {"chunked_twice",
     RAW(POST "Transfer-Encoding: chunked, chunked" END END "0" END END),
     "400"},
    {"chunked_line_twice",
     RAW(POST "Transfer-Encoding: chunked" END
              "Transfer-Encoding: chunked" END END "0" END END),
     "400"},
    {"chunked_then_line_of_other",
     RAW(POST "Transfer-Encoding: chunked" END "Transfer-Encoding: gzip" END END
              "0" END END),
     "400"},
    {"empty_coding", RAW(POST "Transfer-Encoding:" END END "0" END END), "400"},
    {"chunked_in_1_0",
     RAW("POST / HTTP/1.0" END "Transfer-Encoding: chunked" END END
         "0" END END),
     "400"},
    {"coding_name_with_space",
     RAW(POST "Transfer-Encoding : chunked" END END "0" END END), "400"},
    {"length_name_with_space", RAW(POST "Content-Length : 5" END END "hello"),
     "400"},
    {"unknown_expectation", RAW(LENGTH "2" END "Expect: a" END END), "417"},

    /* Chunks (RFC 9112, 7.1) */
    {"chunk_size_empty", RAW(CHUNKED END), "400"},
    {"chunk_size_of_letters", RAW(CHUNKED "g" END), "400"},
    {"chunk_size_signed", RAW(CHUNKED "+1" END "a" END "0" END END), "400"},
    {"chunk_size_negative", RAW(CHUNKED "-1" END "a" END "0" END END), "400"},
    {"chunk_size_with_0x", RAW(CHUNKED "0x1" END "a" END "0" END END), "400"},
    {"chunk_size_with_underscore", RAW(CHUNKED "1_0" END), "400"},
    {"chunk_size_with_space_before", RAW(CHUNKED " 1" END "a" END "0" END END),
     "400"},
    {"chunk_size_with_space_after", RAW(CHUNKED "1 " END "a" END "0" END END),
     "400"},
    {"chunk_size_with_space_within", RAW(CHUNKED "1 0" END), "400"},
    {"chunk_size_over_64_bits", RAW(CHUNKED "10000000000000000" END), "400"},
    {"chunk_size_far_over_64_bits", RAW(CHUNKED "fffffffffffffffff0" END),
     "400"},
    {"chunk_size_with_bare_lf", RAW(CHUNKED "1\na" END "0" END END), "400"},
    {"chunk_size_with_bare_cr", RAW(CHUNKED "1\ra" END "0" END END), "400"},
    {"chunk_with_bare_lf", RAW(CHUNKED "1" END "a\n0" END END), "400"},
    {"chunk_with_bare_cr", RAW(CHUNKED "1" END "a\r0" END END), "400"},
    {"chunk_longer_than_said", RAW(CHUNKED "1" END "ab" END "0" END END),
     "400"},
    {"chunk_shorter_than_said", RAW(CHUNKED "3" END "a" END "0" END END),
     "400"},
    {"chunk_extension_with_bare_lf",
     RAW(CHUNKED "1;a\nx" END "a" END "0" END END), "400"},
    {"chunk_extension_with_bare_cr",
     RAW(CHUNKED "1;a\rx" END "a" END "0" END END), "400"},
    {"chunk_extension_with_NUL", RAW(CHUNKED "1;a\0" END "a" END), "400"},
    {"last_chunk_with_bare_lf", RAW(CHUNKED "0\n\n"), "400"},
    {"end_with_bare_lf", RAW(CHUNKED "0" END "\n"), "400"},
    {"end_with_bare_cr", RAW(CHUNKED "0" END "\rX"), "400"},
    {"trailer_with_bare_lf", RAW(CHUNKED "0" END "A: b\n" END), "400"},
    {"trailer_with_bare_cr", RAW(CHUNKED "0" END "A: b\rc" END END), "400"},
    {"trailer_with_fold", RAW(CHUNKED "0" END "A: b" END " c" END END), "400"},
    {"trailer_with_space_before_colon", RAW(CHUNKED "0" END "A : b" END END),
     "400"},
    {"trailer_with_empty_name", RAW(CHUNKED "0" END ": b" END END), "400"},
    {"trailer_with_NUL", RAW(CHUNKED "0" END "A: \0" END END), "400"},
    {"trailer_without_colon", RAW(CHUNKED "0" END "A" END END), "400"},
    {"body_that_is_no_chunk", RAW(CHUNKED GET HOST END), "400"},
    {"body_like_the_preface", RAW(CHUNKED "PRI * HTTP/2.0" END END), "400"},

    /* Several faults: the first decides, whatever llhttp meets first. */
    {"version_before_name", RAW("GET / HTTP/2.0" END "H\x01" END END), "505"},
    {"target_before_method", RAW("FOO /\x01 HTTP/1.1" END END), "400"},
    {"method_before_host", RAW("FOO / HTTP/1.1" END END), "501"},
    {"method_before_field", RAW("FOO / HTTP/1.1" END ":" END END), "501"},
    {"target_before_version", RAW("GET /\x01 HTTP/2.0" END END), "400"},
    {"spaces_before_version", RAW("GET  / HTTP/2.0" END HOST END), "400"},
    {"line_end_before_length", RAW(GET "X: a\nContent-Length: +1" END END),
     "400"},
    {"expectation_after_length", RAW(LENGTH "65537" END "Expect: a" END END),
     "413"},
    {"coding_before_expectation",
     RAW(POST "Expect: a" END "Transfer-Encoding: gzip, chunked" END END),
     "501"},
    {"body_after_expectation",
     RAW(POST "Expect: a" END "Transfer-Encoding: chunked" END END "x" END),
     "417"},
    {"length_before_body", RAW(LENGTH "65537" END END "\x01\x02"), "413"},
};

START_TEST(bad_requests_in_every_cut)
{
    check_cases(bad, sizeof(bad) / sizeof(bad[0]), &usual_limits);
}
END_TEST

/* A refusal is for the message's first fault, so what follows it is all the
 * same. */
START_TEST(what_follows_a_fault_changes_nothing)
{
    static const char tail[] = "\x01\r\n\r\nGET / HTTP/1.1\r\n\r\n";
    struct request_parser *parser = request_parser_new(&usual_limits);

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        size_t len = bad[i].raw.len;
        char *text = malloc(len + sizeof(tail));
        struct bytes raw = {text, len + sizeof(tail) - 1};
        struct outcome whole;

        ck_assert_ptr_nonnull(text);
        memcpy(text, bad[i].raw.at, len);
        memcpy(text + len, tail, sizeof(tail));
        whole = read_whole(parser, raw);
        ck_assert_msg(strcmp(whole.text, bad[i].expected) == 0, "%s: '%s'",
                      bad[i].rule, whole.text);
        check_cuts(parser, bad[i].rule, raw, &whole);
        free(text);
    }
    request_parser_free(parser);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("parser_refusals");

    suite_add_tests(suite, bad_requests_in_every_cut,
                    what_follows_a_fault_changes_nothing);
    return suite_run(suite);
}
