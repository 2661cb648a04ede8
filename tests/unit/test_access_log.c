#include "wire/access_log.h"

#include <arpa/inet.h>
#include <stdio.h>

#include "log_watch.h"
#include "suite.h"

enum { PART_MAX = 4096 /* what one part of a peer's becomes at most */ };

/* A reported response, and the line that it becomes. */
struct line {
    const void *peer;
    time_t when;
    const char *method, *target; /* NULL: what came was no request */
    const char *version;
    const char *referer, *user_agent; /* NULL: absent */
    unsigned status;
    uint64_t body_len;
    const char *text;
};

static const struct line common[] = {
    {&peer4, THEN, "GET", "/", "1.1", NULL, NULL, 200, 12, PLAIN_LINE},
    {&peer6, THEN, "HEAD", "/a?b", "1.0", NULL, NULL, 304, 0,
     "::1 - - " STAMP " \"HEAD /a?b HTTP/1.0\" 304 0\n"},
    {&peer4, THEN, "GET", "/", "1.7", NULL, NULL, 200, 1,
     "0.0.0.0 - - " STAMP " \"GET / HTTP/1.7\" 200 1\n"},
    {&peer_local, THEN, "OPTIONS", "*", "1.1", NULL, NULL, 204, 0,
     "unix: - - " STAMP " \"OPTIONS * HTTP/1.1\" 204 0\n"},
    {&peer4, THEN, NULL, NULL, "1.0", NULL, NULL, 400, 99,
     "0.0.0.0 - - " STAMP " \"-\" 400 99\n"},
    /* Referer and agent are not for this format. */
    {&peer4, THEN, "GET", "/", "1.1", "r", "u", 200, UINT64_MAX,
     "0.0.0.0 - - " STAMP " \"GET / HTTP/1.1\" 200 18446744073709551615\n"},
    {&peer4, 951782400, "GET", "/", "1.1", NULL, NULL, 206, 1,
     "0.0.0.0 - - [29/Feb/2000:00:00:00 +0000] \"GET / HTTP/1.1\" 206 1\n"},
    {&peer4, 0, "GET", "/", "1.1", NULL, NULL, 200, 1,
     "0.0.0.0 - - [01/Jan/1970:00:00:00 +0000] \"GET / HTTP/1.1\" 200 1\n"},
};

static const struct line combined[] = {
    {&peer4, THEN, "GET", "/", "1.1", "http://a/", "curl/8", 200, 12,
     "0.0.0.0 - - " STAMP
     " \"GET / HTTP/1.1\" 200 12 \"http://a/\" \"curl/8\"\n"},
    {&peer4, THEN, "GET", "/", "1.1", NULL, NULL, 200, 12,
     "0.0.0.0 - - " STAMP " \"GET / HTTP/1.1\" 200 12 \"-\" \"-\"\n"},
    /* A field that is there and empty is not one that is absent. */
    {&peer4, THEN, "GET", "/", "1.1", "", "", 200, 12,
     "0.0.0.0 - - " STAMP " \"GET / HTTP/1.1\" 200 12 \"\" \"\"\n"},
    {&peer4, THEN, "", "", "1.1", NULL, "x", 400, 0,
     "0.0.0.0 - - " STAMP " \"-\" 400 0 \"-\" \"x\"\n"},
};

static struct bytes part_of(const char *text)
{
    return text == NULL ? (struct bytes){NULL, 0} : bytes_of(text);
}

static void check_lines(const struct line *lines, size_t count,
                        bool is_combined)
{
    struct watch *watch = watch_new(is_combined);

    for (size_t i = 0; i < count; i++) {
        const struct observed_response response = {
            .peer = lines[i].peer,
            .when = lines[i].when,
            .method = part_of(lines[i].method),
            .target = part_of(lines[i].target),
            .version = bytes_of(lines[i].version),
            .referer = part_of(lines[i].referer),
            .user_agent = part_of(lines[i].user_agent),
            .status = lines[i].status,
            .body_len = lines[i].body_len,
        };

        ck_assert_str_eq(line_of(watch, &response), lines[i].text);
    }
    watch_free(watch);
}

START_TEST(common_line)
{
    check_lines(common, sizeof(common) / sizeof(common[0]), false);
}
END_TEST

START_TEST(combined_line)
{
    check_lines(combined, sizeof(combined) / sizeof(combined[0]), true);
}
END_TEST

/* Addresses that were formatted before are written as they were then: those of
 * one family and number, whatever the port. */
START_TEST(each_line_has_its_own_host)
{
    struct watch *watch = watch_new(false);

    for (unsigned n = 0; n < 600; n++) {
        struct sockaddr_in host4 = {.sin_family = AF_INET,
                                    .sin_port = htons((uint16_t)n),
                                    .sin_addr.s_addr =
                                        htonl(0x0a000000 + n % 97 * 0x010001)};
        struct sockaddr_in6 host6 = {.sin6_family = AF_INET6};
        struct observed_response response = plain;
        char want[INET6_ADDRSTRLEN + 2];

        host6.sin6_addr.s6_addr[15] = (uint8_t)(n % 5);
        host6.sin6_addr.s6_addr[0] = 0x20;
        if (n % 3 == 0) {
            response.peer = (const struct sockaddr *)&host6;
            inet_ntop(AF_INET6, &host6.sin6_addr, want, sizeof(want));
        } else if (n % 3 == 1) {
            response.peer = (const struct sockaddr *)&host4;
            inet_ntop(AF_INET, &host4.sin_addr, want, sizeof(want));
        } else {
            response.peer = &peer_local;
            strcpy(want, "unix:");
        }
        strcat(want, " ");
        ck_assert_int_eq(strncmp(line_of(watch, &response), want, strlen(want)),
                         0);
    }
    watch_free(watch);
}
END_TEST

static const struct {
    const char *sent, *logged;
} escapes[] = {
    {"/plain~!#$%&'()*+,-./:;<=>?@[]^_`{|}",
     "/plain~!#$%&'()*+,-./:;<=>?@[]^_`{|}"},
    {"a b", "a b"},
    {"\"", "\\x22"},
    {"\\", "\\x5c"},
    {"\\x22", "\\x5cx22"},
    {"a\nb\rc\td", "a\\x0ab\\x0dc\\x09d"},
    {"\x1b[2J", "\\x1b[2J"},
    {"\x1f\x7f", "\\x1f\\x7f"},
    {"caf\xc3\xa9\xff", "caf\\xc3\\xa9\\xff"},
    {"\" 200 0\n127.0.0.1 - - ", "\\x22 200 0\\x0a127.0.0.1 - - "},
};

START_TEST(what_a_peer_sent_is_escaped_wherever_it_stands)
{
    struct watch *watch = watch_new(true);

    for (size_t i = 0; i < sizeof(escapes) / sizeof(escapes[0]); i++) {
        struct observed_response response = plain;
        const char *logged = escapes[i].logged;
        char text[1000];

        response.method = response.target = response.referer =
            response.user_agent = bytes_of(escapes[i].sent);
        snprintf(text, sizeof(text),
                 "0.0.0.0 - - " STAMP
                 " \"%s %s HTTP/1.1\" 200 12 \"%s\" \"%s\"\n",
                 logged, logged, logged, logged);
        ck_assert_str_eq(line_of(watch, &response), text);
    }
    watch_free(watch);
}
END_TEST

START_TEST(zero_byte_is_escaped_and_ends_nothing)
{
    struct watch *watch = watch_new(false);
    struct observed_response response = plain;

    response.target = BYTES("/a\0b");
    ck_assert_str_eq(line_of(watch, &response),
                     "0.0.0.0 - - " STAMP
                     " \"GET /a\\x00b HTTP/1.1\" 200 12\n");
    watch_free(watch);
}
END_TEST

/* Checks the quoted part that begins at `from`: the beginning of `sent` as it
 * is logged, of at most PART_MAX bytes. Returns where it ends. */
static const char *check_part(const char *from, const char *unit, char end)
{
    size_t unit_len = strlen(unit), len = 0;

    while (strncmp(from + len, unit, unit_len) == 0)
        len += unit_len;
    ck_assert_uint_le(len, PART_MAX);
    ck_assert_uint_gt(len, PART_MAX / 2);
    ck_assert_int_eq(from[len], end);
    return from + len + 1;
}

START_TEST(long_parts_are_cut_and_the_line_is_whole)
{
    static const struct {
        char byte;
        const char *logged;
    } fills[] = {{'a', "a"}, {'\1', "\\x01"}};
    static const char before[] = "0.0.0.0 - - " STAMP " \"";
    struct watch *watch = watch_new(true);
    char *part = malloc(LONG_LEN);

    for (size_t i = 0; i < 2; i++) {
        struct observed_response response = plain;
        const char *at = watch->reader->text, *logged = fills[i].logged;

        memset(part, fills[i].byte, LONG_LEN);
        response.method = response.target = response.referer =
            response.user_agent = (struct bytes){part, LONG_LEN};
        line_of(watch, &response);
        ck_assert_int_eq(strncmp(at, before, strlen(before)), 0);
        at = check_part(at + strlen(before), logged, ' ');
        at = check_part(at, logged, ' ');
        ck_assert_int_eq(strncmp(at, "HTTP/1.1\" 200 12 \"", 18), 0);
        at = check_part(at + 18, logged, '"');
        ck_assert_int_eq(strncmp(at, " \"", 2), 0);
        at = check_part(at + 2, logged, '"');
        ck_assert_str_eq(at, "\n");
    }
    free(part);
    watch_free(watch);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("access_log");

    suite_add_tests(suite, common_line, combined_line,
                    each_line_has_its_own_host,
                    what_a_peer_sent_is_escaped_wherever_it_stands,
                    zero_byte_is_escaped_and_ends_nothing,
                    long_parts_are_cut_and_the_line_is_whole);
    return suite_run(suite);
}
