#include "tcp/address.h"

#include <arpa/inet.h>
#include <errno.h>

#include "suite.h"

/* The longest path that a socket can have, and one byte more. */
#define TEN "1234567890"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN
#define PATH_107 HUNDRED "1234567"

static const struct {
    const char *text, *first, *second; /* as address_format writes them */
    unsigned port;
} good[] = {
    {"127.0.0.1:8080", "127.0.0.1:8080", NULL, 8080},
    {"0.0.0.0:80", "0.0.0.0:80", NULL, 80},
    {"255.255.255.255:65535", "255.255.255.255:65535", NULL, 65535},
    {"127.0.0.1:0", "127.0.0.1:0", NULL, 0},
    {"127.0.0.1:00080", "127.0.0.1:80", NULL, 80},
    {"[::1]:8080", "[::1]:8080", NULL, 8080},
    {"[::]:80", "[::]:80", NULL, 80},
    {"[2001:DB8::0:1]:80", "[2001:db8::1]:80", NULL, 80},
    {"[::ffff:192.0.2.1]:80", "[::ffff:192.0.2.1]:80", NULL, 80},
    {"[1111:2222:3333:4444:5555:6666:123.123.123.123]:65535",
     "[1111:2222:3333:4444:5555:6666:7b7b:7b7b]:65535", NULL, 65535},
    {"8080", "127.0.0.1:8080", "[::1]:8080", 8080},
    {"0", "127.0.0.1:0", "[::1]:0", 0},
    {"65535", "127.0.0.1:65535", "[::1]:65535", 65535},
    {"localhost:8080", "127.0.0.1:8080", "[::1]:8080", 8080},
    {"LocalHost:8080", "127.0.0.1:8080", "[::1]:8080", 8080},
    {"unix:/run/soquete.sock", "unix:/run/soquete.sock", NULL, 0},
    {"unix:relative", "unix:relative", NULL, 0},
    {"unix:8080", "unix:8080", NULL, 0},
    {"unix:a:b:1", "unix:a:b:1", NULL, 0},
    {"unix: ", "unix: ", NULL, 0},
    {"unix:" PATH_107, "unix:" PATH_107, NULL, 0},
};

static const char *const bad[] = {
    "",
    ":",
    ":8080",
    "127.0.0.1",
    "127.0.0.1:",
    "127.0.0.1:65536",
    "127.0.0.1:18446744073709551616",
    "127.0.0.1:-1",
    "127.0.0.1:+1",
    "127.0.0.1: 80",
    "127.0.0.1:80 ",
    " 127.0.0.1:80",
    "127.0.0.1:http",
    "127.0.0.1:0x50",
    "127.0.0.1:80:80",
    "127.0.0:80",
    "127.1:80",
    "127.0.0.1.1:80",
    "127.0.0.256:80",
    "0x7f.0.0.1:80",
    "2130706433:80",
    "[127.0.0.1]:80",
    "::1:80",
    "::1",
    "[::1]",
    "[::1]:",
    "[::1]80",
    "[::1:80",
    "::1]:80",
    "[]:80",
    "[[::1]]:80",
    "[::1 ]:80",
    "[::1%lo]:80",
    "[fe80::1%25eth0]:80",
    "[1111:2222:3333:4444:5555:6666:7777:8888:9999]:80",
    "[1111:2222:3333:4444:5555:6666:123.123.123.1234]:80",
    "[1111111111111111111111111111111111111111111111111111111]:80",
    "65536",
    "-1",
    "8080 ",
    "localhost",
    "localhost:",
    "localhos:80",
    "localhostt:80",
    "example.org:80",
    "*:80",
    "unix:",
    "unix",
    "UNIX:/run/soquete.sock",
    "unix:" PATH_107 "8",
    "http://127.0.0.1:80",
};

static void check_format(const struct address *address, const char *text)
{
    char out[ADDRESS_TEXT_MAX];

    ck_assert_ptr_eq(address_format(address, out), out);
    ck_assert_str_eq(out, text);
}

START_TEST(text_means_addresses)
{
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        struct address out[ADDRESS_PARSE_MAX];
        int count = good[i].second == NULL ? 1 : 2;
        int written = address_parse(bytes_of(good[i].text), out);

        ck_assert_msg(written == count, "\"%s\": %d", good[i].text, written);
        check_format(&out[0], good[i].first);
        ck_assert_uint_eq(address_port(&out[0]), good[i].port);
        if (count == 2) {
            check_format(&out[1], good[i].second);
            ck_assert_uint_eq(address_port(&out[1]), good[i].port);
        }
    }
}
END_TEST

START_TEST(what_is_written_is_read_again)
{
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        struct address out[ADDRESS_PARSE_MAX], again[ADDRESS_PARSE_MAX];
        int count = address_parse(bytes_of(good[i].text), out);

        while (count-- > 0) {
            char text[ADDRESS_TEXT_MAX];

            address_format(&out[count], text);
            ck_assert_int_eq(address_parse(bytes_of(text), again), 1);
            ck_assert_uint_eq(again[0].len, out[count].len);
            ck_assert_int_eq(
                memcmp(&again[0].any, &out[count].any, out[count].len), 0);
        }
    }
}
END_TEST

START_TEST(anything_else_is_refused)
{
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct address out[ADDRESS_PARSE_MAX];

        ck_assert_msg(address_parse(bytes_of(bad[i]), out) == -EINVAL,
                      "\"%s\" was taken", bad[i]);
    }
}
END_TEST

START_TEST(zero_byte_hides_nothing)
{
    struct address out[ADDRESS_PARSE_MAX];

    ck_assert_int_eq(address_parse(BYTES("127.0.0.1\0x:80"), out), -EINVAL);
    ck_assert_int_eq(address_parse(BYTES("[::1\0x]:80"), out), -EINVAL);
    ck_assert_int_eq(address_parse(BYTES("127.0.0.1:80\0"), out), -EINVAL);
    ck_assert(!address_is_ipv6(BYTES("::1\0")));
    ck_assert(!address_is_ipv6(BYTES("::1\0evil.example")));
}
END_TEST

START_TEST(text_may_lie_inside_of_another)
{
    struct address out[ADDRESS_PARSE_MAX];

    ck_assert_int_eq(address_parse((struct bytes){"127.0.0.1:8080", 12}, out),
                     1);
    check_format(&out[0], "127.0.0.1:80");
    ck_assert_int_eq(address_parse((struct bytes){"unix:/a/b", 7}, out), 1);
    check_format(&out[0], "unix:/a");
    ck_assert(address_is_ipv6((struct bytes){"::1]", 3}));
}
END_TEST

START_TEST(address_is_what_the_kernel_wants)
{
    struct address out[ADDRESS_PARSE_MAX];

    ck_assert_int_eq(address_parse(BYTES("258"), out), 2);
    ck_assert_int_eq(out[0].any.sa_family, AF_INET);
    ck_assert_uint_eq(out[0].len, sizeof(struct sockaddr_in));
    ck_assert_uint_eq(out[0].in4.sin_addr.s_addr, htonl(INADDR_LOOPBACK));
    ck_assert_uint_eq(out[0].in4.sin_port, htons(258));
    ck_assert_int_eq(out[1].any.sa_family, AF_INET6);
    ck_assert_uint_eq(out[1].len, sizeof(struct sockaddr_in6));
    ck_assert(IN6_IS_ADDR_LOOPBACK(&out[1].in6.sin6_addr));
    ck_assert_uint_eq(out[1].in6.sin6_port, htons(258));

    ck_assert_int_eq(address_parse(BYTES("unix:" PATH_107), out), 1);
    ck_assert_int_eq(out[0].any.sa_family, AF_UNIX);
    ck_assert_uint_ge(out[0].len, offsetof(struct sockaddr_un, sun_path) + 108);
    ck_assert_str_eq(out[0].local.sun_path, PATH_107);
}
END_TEST

START_TEST(port_is_set_where_there_is_one)
{
    struct address out[ADDRESS_PARSE_MAX];

    ck_assert_int_eq(address_parse(BYTES("0"), out), 2);
    address_set_port(&out[0], 65535);
    address_set_port(&out[1], 258);
    check_format(&out[0], "127.0.0.1:65535");
    check_format(&out[1], "[::1]:258");
    ck_assert_int_eq(address_parse(BYTES("unix:/a"), out), 1);
    address_set_port(&out[0], 80);
    check_format(&out[0], "unix:/a");
    ck_assert_uint_eq(address_port(&out[0]), 0);
}
END_TEST

START_TEST(ipv6_addresses_are_recognized)
{
    static const char *const are[] = {"::", "::1", "2001:db8::A",
                                      "::ffff:192.0.2.1", "1:2:3:4:5:6:7:8"};
    static const char *const are_not[] = {
        "",          ":",
        ":::",       "1",
        "127.0.0.1", "[::1]",
        "::1 ",      "::g",
        "::12345",   "1:2:3:4:5:6:7:8:9",
        "::1%lo",    "localhost",
        "1::2::3",   "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa"};

    for (size_t i = 0; i < sizeof(are) / sizeof(are[0]); i++)
        ck_assert_msg(address_is_ipv6(bytes_of(are[i])), "\"%s\"", are[i]);
    for (size_t i = 0; i < sizeof(are_not) / sizeof(are_not[0]); i++)
        ck_assert_msg(!address_is_ipv6(bytes_of(are_not[i])), "\"%s\"",
                      are_not[i]);
}
END_TEST

START_TEST(peer_is_written_without_its_port)
{
    union peer peer = {.in4 = {.sin_family = AF_INET, .sin_port = htons(80)}};
    char out[INET6_ADDRSTRLEN];

    peer.in4.sin_addr.s_addr = htonl(0xc0000201);
    ck_assert_uint_eq(peer_format_host(&peer, out), 9);
    ck_assert_str_eq(out, "192.0.2.1");

    peer.in6 = (struct sockaddr_in6){.sin6_family = AF_INET6,
                                     .sin6_addr = in6addr_loopback,
                                     .sin6_port = htons(80)};
    ck_assert_uint_eq(peer_format_host(&peer, out), 3);
    ck_assert_str_eq(out, "::1");

    memset(&peer.in6.sin6_addr, 0xff, sizeof(peer.in6.sin6_addr));
    ck_assert_uint_eq(peer_format_host(&peer, out), 39);
    ck_assert_str_eq(out, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");

    peer.any.sa_family = AF_UNIX;
    ck_assert_uint_eq(peer_format_host(&peer, out), 5);
    ck_assert_str_eq(out, "unix:");
}
END_TEST

static const struct local {
    const char *text;
    bool is_local;
} locals[] = {
    {"127.0.0.1:80", true},  {"127.255.255.254:80", true}, {"[::1]:80", true},
    {"unix:a", false},       {"0.0.0.0:80", false},        {"[::]:80", false},
    {"128.0.0.1:80", false}, {"10.127.0.1:80", false},     {"[::2]:80", false},
};

START_TEST(loopback_is_for_this_machine_alone)
{
    for (size_t i = 0; i < sizeof(locals) / sizeof(locals[0]); i++) {
        struct address addresses[ADDRESS_PARSE_MAX];

        ck_assert_int_eq(address_parse(bytes_of(locals[i].text), addresses), 1);
        ck_assert_msg(address_is_loopback(&addresses[0]) == locals[i].is_local,
                      "%s", locals[i].text);
        ck_assert_msg(peer_is_loopback((const union peer *)&addresses[0]) ==
                          locals[i].is_local,
                      "%s", locals[i].text);
    }
}
END_TEST

static const struct {
    const char *one, *other;
    bool collides;
} pairs[] = {
    {"127.0.0.1:80", "127.0.0.1:80", true},
    {"127.0.0.1:80", "127.0.0.1:81", false},
    {"127.0.0.1:80", "127.0.0.2:80", false},
    {"127.0.0.1:80", "0.0.0.0:80", true},
    {"127.0.0.1:80", "0.0.0.0:81", false},
    {"127.0.0.1:0", "127.0.0.1:0", false},
    {"0.0.0.0:0", "127.0.0.1:0", false},
    {"0.0.0.0:80", "[::]:80", false}, /* IPV6_V6ONLY */
    {"[::1]:80", "[::1]:80", true},
    {"[::1]:80", "[::]:80", true},
    {"[::1]:80", "[::2]:80", false},
    {"[::1]:80", "unix:80", false},
    {"unix:a", "unix:a", true},
    {"unix:a", "unix:b", false},
    {"unix:a", "unix:ab", false},
};

START_TEST(two_listeners_cannot_have_what_collides)
{
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        struct address one, other, out[ADDRESS_PARSE_MAX];

        ck_assert_int_eq(address_parse(bytes_of(pairs[i].one), out), 1);
        one = out[0];
        ck_assert_int_eq(address_parse(bytes_of(pairs[i].other), out), 1);
        other = out[0];
        ck_assert_msg(address_collides(&one, &other) == pairs[i].collides &&
                          address_collides(&other, &one) == pairs[i].collides,
                      "%s and %s", pairs[i].one, pairs[i].other);
    }
}
END_TEST

START_TEST(peer_is_written_as_an_address_is)
{
    static const char *const texts[] = {"192.0.2.7:49152", "[2001:db8::7]:1"};
    union peer nameless = {.any.sa_family = AF_UNIX};
    char out[ADDRESS_TEXT_MAX];

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct address addresses[ADDRESS_PARSE_MAX];
        union peer peer;

        ck_assert_int_eq(address_parse(bytes_of(texts[i]), addresses), 1);
        memcpy(&peer, &addresses[0], sizeof(peer));
        ck_assert_str_eq(peer_format(&peer, out), texts[i]);
    }
    ck_assert_str_eq(peer_format(&nameless, out), "unix:");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("address");

    suite_add_tests(
        suite, text_means_addresses, what_is_written_is_read_again,
        anything_else_is_refused, zero_byte_hides_nothing,
        text_may_lie_inside_of_another, address_is_what_the_kernel_wants,
        port_is_set_where_there_is_one, ipv6_addresses_are_recognized,
        loopback_is_for_this_machine_alone,
        two_listeners_cannot_have_what_collides,
        peer_is_written_as_an_address_is, peer_is_written_without_its_port);
    return suite_run(suite);
}
