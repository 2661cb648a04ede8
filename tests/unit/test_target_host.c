#include "http/target.h"

#include "suite.h"

/* host_is_valid: what a Host field, or an authority, may hold. */

/* A view of a literal, which may hold NULs. */
#define RAW(literal)                   \
    {                                  \
        (literal), sizeof(literal) - 1 \
    }

struct host_case {
    struct bytes host;
    bool is_valid;
};

static const struct host_case hosts[] = {
    {RAW(""), true}, /* RFC 9112, 3.2: a target without authority */
    {RAW("example.com"), true},
    {RAW("EXAMPLE.com."), true},
    {RAW("localhost"), true},
    {RAW("a_b-c~d"), true},
    {RAW("a!$&'()*+,;=b"), true}, /* sub-delims of a reg-name */
    {RAW("%C3%A9.example"), true},
    {RAW("example.com:80"), true},
    {RAW("example.com:"), true},
    {RAW("example.com:0"), true},
    {RAW("example.com:65535"), true},
    {RAW("example.com:00080"), true},
    {RAW("127.0.0.1"), true},
    {RAW("127.0.0.1:8080"), true},
    {RAW("[::1]"), true},
    {RAW("[::1]:8080"), true},
    {RAW("[::1]:"), true},
    {RAW("[2001:db8::1:2]"), true},
    {RAW("[::ffff:127.0.0.1]:80"), true},
    {RAW("[1:2:3:4:5:6:7:8]"), true},
    {RAW("example.com:65536"), false},
    {RAW("example.com:99999999999999999999"), false},
    {RAW("example.com:-1"), false},
    {RAW("example.com:+80"), false},
    {RAW("example.com:8o"), false},
    {RAW("example.com: 80"), false},
    {RAW("example.com:80:80"), false},
    {RAW(":80"), false},
    {RAW(":"), false},
    {RAW("a b"), false},
    {RAW("a/b"), false},
    {RAW("a?b"), false},
    {RAW("a#b"), false},
    {RAW("a\\b"), false},
    {RAW("a\"b"), false},
    {RAW("a<b"), false},
    {RAW("a@b"), false},
    {RAW("a|b"), false},
    {RAW("a\tb"), false},
    {RAW("a\0b"), false},
    {RAW("a\x7f"), false},
    {RAW("\xc3\xa9.example"), false},
    {RAW("%"), false},
    {RAW("%4"), false},
    {RAW("%zz"), false},
    {RAW("a%4"), false},
    {RAW("[]"), false},
    {RAW("["), false},
    {RAW("]"), false},
    {RAW("[:80"), false},
    {RAW("[::1"), false},
    {RAW("::1]"), false},
    {RAW("::1"), false},
    {RAW("[::1]a"), false},
    {RAW("a[::1]"), false},
    {RAW("[::1]80"), false},
    {RAW("[::1]:x"), false},
    {RAW("[::1]]:80"), false},
    {RAW("[[::1]]"), false},
    {RAW("[::g]"), false},
    {RAW("[1:2:3:4:5:6:7]"), false},
    {RAW("[1:2:3:4:5:6:7:8:9]"), false},
    {RAW("[::1%25eth0]"), false},
    {RAW("[127.0.0.1]"), false},
    {RAW("[:: 1]"), false},
};

/* On the heap and no byte longer, so that the sanitizers see each step over. */
START_TEST(hosts_good_and_bad)
{
    for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
        struct bytes host = hosts[i].host;
        char *copy = malloc(host.len);

        ck_assert(copy != NULL || host.len == 0);
        if (host.len > 0)
            memcpy(copy, host.at, host.len);
        ck_assert_msg(host_is_valid((struct bytes){copy, host.len}) ==
                          hosts[i].is_valid,
                      "'%.*s'", (int)host.len, host.at);
        free(copy);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("target_host");

    suite_add_tests(suite, hosts_good_and_bad);
    return suite_run(suite);
}
