#include "server/listeners.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "said.h"
#include "site/role.h"
#include "suite.h"

enum { OUT_LEN = 4096 };

/* Makes standard error a socket that keeps the bounds of what is written, one
 * message a line. Returns the end to read from. */
static int catch_errors(void)
{
    int ends[2];

    ck_assert_int_eq(
        socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, ends), 0);
    ck_assert_int_ne(dup2(ends[1], STDERR_FILENO), -1);
    close(ends[1]);
    return ends[0];
}

/* The next line on standard error, "" where there is none. */
static const char *next_line(int fd, char out[OUT_LEN])
{
    ssize_t len = recv(fd, out, OUT_LEN - 1, 0);

    out[len > 0 ? len : 0] = '\0';
    return out;
}

static void check_line(int fd, const char *text)
{
    char out[OUT_LEN];

    ck_assert_str_eq(next_line(fd, out), text);
}

/* Opens what the words of `line` ask for, as the server would. */
static int open_line(struct listeners *listeners, const char *line)
{
    struct options options;
    int error;

    ck_assert_int_eq(said_read(&options, (struct said){.line = line}), 0);
    error = listeners_open(listeners, &options);
    options_fini(&options);
    return error;
}

/* Listens at `text`. Returns false where somebody else has it. */
static bool hold(struct listener *listener, const char *text)
{
    struct address out[ADDRESS_PARSE_MAX];
    int error;

    ck_assert_int_eq(address_parse(bytes_of(text), out), 1);
    error = listener_open(listener, &out[0]);
    ck_assert(error == 0 || error == -EADDRINUSE || error == -EADDRNOTAVAIL ||
              error == -EAFNOSUPPORT);
    return error == 0;
}

static bool has_ipv6(void)
{
    struct listener listener;
    bool has = hold(&listener, "[::1]:0");

    listener_close(&listener);
    return has;
}

/* The port that is listened at where none is asked for. */
static unsigned default_port(void)
{
    struct address out[ADDRESS_PARSE_MAX];
    struct options options;

    ck_assert_int_eq(said_read(&options, (struct said){.line = NULL}), 0);
    ck_assert_uint_eq(options.listen_count, 1);
    ck_assert_int_eq(address_parse(bytes_of(options.listen[0]), out), 2);
    options_fini(&options);
    return address_port(&out[0]);
}

static unsigned port_of(const struct listeners *listeners, size_t i)
{
    return address_port(&listeners->each[i].address);
}

START_TEST(port_0_is_one_port_at_both_loopbacks)
{
    struct listeners listeners;

    ck_assert_int_eq(open_line(&listeners, "--listen|0"), 0);
    ck_assert_uint_eq(listeners.count, has_ipv6() ? 2 : 1);
    ck_assert_uint_ne(port_of(&listeners, 0), 0);
    if (listeners.count == 2) {
        ck_assert_uint_eq(port_of(&listeners, 1), port_of(&listeners, 0));
        ck_assert_int_eq(listeners.each[0].address.any.sa_family, AF_INET);
        ck_assert_int_eq(listeners.each[1].address.any.sa_family, AF_INET6);
    }
    listeners_close(&listeners);
    ck_assert_uint_eq(listeners.count, 0);
    listeners_close(&listeners);
}
END_TEST

START_TEST(default_port_that_is_free_needs_no_word)
{
    int fd = catch_errors();
    struct listeners listeners;

    ck_assert_int_eq(open_line(&listeners, NULL), 0);
    if (port_of(&listeners, 0) == default_port())
        check_line(fd, "");
    listeners_close(&listeners);
}
END_TEST

/* The ports that somebody else has, and may give up at any moment, prove
 * nothing: such a test ends early. */
START_TEST(default_port_that_is_taken_becomes_the_next)
{
    static const char *const hosts[] = {"127.0.0.1", "[::1]"};

    for (size_t i = 0; i < (has_ipv6() ? 2 : 1); i++) {
        unsigned port = default_port(), other;
        int fd = catch_errors();
        struct listener taken;
        struct listeners listeners;
        char text[128];

        snprintf(text, sizeof(text), "%s:%u", hosts[i], port);
        if (!hold(&taken, text))
            return;
        ck_assert_int_eq(open_line(&listeners, NULL), 0);
        ck_assert_uint_eq(listeners.count, has_ipv6() ? 2 : 1);
        other = port_of(&listeners, 0);
        ck_assert_uint_gt(other, port);
        ck_assert_uint_lt(other, port + LISTENERS_PORTS_TRIED);
        for (size_t j = 0; j < listeners.count; j++)
            ck_assert_uint_eq(port_of(&listeners, j), other);
        snprintf(text, sizeof(text),
                 "soquete: port %u is in use; using port %u\n", port, other);
        check_line(fd, text);
        check_line(fd, "");
        listeners_close(&listeners);
        listener_close(&taken);
        close(fd);
    }
}
END_TEST

START_TEST(default_ports_that_are_all_taken_are_an_error)
{
    struct listener taken[LISTENERS_PORTS_TRIED];
    unsigned port = default_port(), held = 0;
    int fd = catch_errors();
    struct listeners listeners;
    char text[128];

    for (unsigned i = 0; i < LISTENERS_PORTS_TRIED; i++) {
        snprintf(text, sizeof(text), "127.0.0.1:%u", port + i);
        held += hold(&taken[i], text);
    }
    if (held == LISTENERS_PORTS_TRIED) {
        ck_assert_int_eq(open_line(&listeners, NULL), -EADDRINUSE);
        ck_assert_uint_eq(listeners.count, 0);
        snprintf(text, sizeof(text),
                 "soquete: cannot listen: ports %u to %u are in use; choose "
                 "another with --listen\n",
                 port, port + LISTENERS_PORTS_TRIED - 1);
        check_line(fd, text);
        check_line(fd, "");
    }
    for (unsigned i = 0; i < LISTENERS_PORTS_TRIED; i++)
        listener_close(&taken[i]);
}
END_TEST

START_TEST(default_port_asked_for_by_name_is_that_one_or_none)
{
    unsigned port = default_port();
    struct listener taken;
    struct listeners listeners;
    char text[64];

    snprintf(text, sizeof(text), "127.0.0.1:%u", port);
    if (!hold(&taken, text))
        return;
    catch_errors();
    snprintf(text, sizeof(text), "--listen|%u", port);
    ck_assert_int_eq(open_line(&listeners, text), -EADDRINUSE);
    ck_assert_uint_eq(listeners.count, 0);
    listener_close(&taken);
}
END_TEST

/* Which port is the next free one is for others to change at any moment; one of
 * those that are tried is. The one that the same command names is not offered.
 */
START_TEST(port_asked_for_and_taken_is_told_with_the_next_free_one)
{
    char line[256], text[ADDRESS_TEXT_MAX], want[512], out[OUT_LEN];
    int fd = catch_errors();
    struct listener taken;
    struct listeners listeners;
    unsigned port, next = 0;
    const char *retry;

    ck_assert(hold(&taken, "127.0.0.1:0"));
    port = address_port(&taken.address);
    address_format(&taken.address, text);
    snprintf(line, sizeof(line), "-q|--listen|%s|-l|127.0.0.1:%u|-w|2|.", text,
             port + 1);
    ck_assert_int_eq(open_line(&listeners, line), -EADDRINUSE);
    ck_assert_uint_eq(listeners.count, 0);
    retry = strstr(next_line(fd, out), "; try: ");
    ck_assert_ptr_nonnull(retry);
    ck_assert_int_eq(sscanf(retry, "; try: soquete -l 127.0.0.1:%u -l", &next),
                     1);
    ck_assert_uint_gt(next, port + 1);
    ck_assert_uint_le(next, port + LISTENERS_PORTS_TRIED);
    snprintf(want, sizeof(want),
             "soquete: cannot listen: %s is in use; try: soquete -l "
             "127.0.0.1:%u -l 127.0.0.1:%u -w 2 -q .\n",
             text, next, port + 1);
    ck_assert_str_eq(out, want);
    check_line(fd, "");
    listener_close(&taken);
}
END_TEST

START_TEST(last_port_has_no_next)
{
    int fd = catch_errors();
    struct listener taken;
    struct listeners listeners;

    if (!hold(&taken, "127.0.0.1:65535"))
        return;
    ck_assert_int_eq(open_line(&listeners, "-l|127.0.0.1:65535"), -EADDRINUSE);
    check_line(fd, "soquete: cannot listen: 127.0.0.1:65535 is in use; choose "
                   "another with --listen\n");
    check_line(fd, "");
    listener_close(&taken);
}
END_TEST

/* What stands at the path decides how to mend it. */
START_TEST(path_that_is_taken_is_told_by_what_it_is)
{
    char folder[] = "/tmp/listeners-XXXXXX", line[128], text[64], want[256];
    int fd = catch_errors();
    struct listeners listeners;
    struct listener taken;

    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(line, sizeof(line), "-l|unix:%s", folder);
    ck_assert_int_eq(open_line(&listeners, line), -EADDRINUSE);
    snprintf(want, sizeof(want),
             "soquete: cannot listen: unix:%s is a folder; name a path in it\n",
             folder);
    check_line(fd, want);

    snprintf(text, sizeof(text), "unix:%s/s", folder);
    snprintf(line, sizeof(line), "-l|%s", text);
    ck_assert(hold(&taken, text));
    ck_assert_int_eq(open_line(&listeners, line), -EADDRINUSE);
    snprintf(want, sizeof(want),
             "soquete: cannot listen: %s is in use; stop the server that "
             "listens there, or choose another path with --listen\n",
             text);
    check_line(fd, want);
    listener_close(&taken);

    ck_assert_int_eq(close(creat(text + 5, 0600)), 0);
    ck_assert_int_eq(open_line(&listeners, line), -EADDRINUSE);
    snprintf(want, sizeof(want),
             "soquete: cannot listen: %s is a file, not a socket; remove "
             "it, or choose another path with --listen\n",
             text);
    check_line(fd, want);
    ck_assert_int_eq(unlink(text + 5), 0);
    ck_assert_int_eq(rmdir(folder), 0);
}
END_TEST

START_TEST(address_of_another_machine_is_an_error_in_one_line)
{
    int fd = catch_errors();
    struct listeners listeners;

    ck_assert_int_eq(open_line(&listeners, "--listen|192.0.2.1:8080"),
                     -EADDRNOTAVAIL);
    check_line(fd, "soquete: cannot listen: 192.0.2.1:8080 is not an address "
                   "of this machine\n");
    check_line(fd, "");
}
END_TEST

START_TEST(absent_ipv6_address_is_left_out_where_another_is_open)
{
    int fd = catch_errors();
    struct listeners listeners;

    ck_assert_int_eq(
        open_line(&listeners, "--listen|[2001:db8::1]:80|--listen|127.0.0.1:0"),
        0);
    ck_assert_uint_eq(listeners.count, 1);
    ck_assert_int_eq(listeners.each[0].address.any.sa_family, AF_INET);
    check_line(fd, "soquete: skipping [2001:db8::1]:80: this machine has no "
                   "such address\n");
    check_line(fd, "");
    listeners_close(&listeners);
    ck_assert_int_eq(open_line(&listeners, "--listen|[2001:db8::1]:80"),
                     -EADDRNOTAVAIL);
    ck_assert_uint_eq(listeners.count, 0);
}
END_TEST

/* What was opened before the one that failed is closed again. */
START_TEST(all_addresses_or_none)
{
    char line[256], first[ADDRESS_TEXT_MAX], second[ADDRESS_TEXT_MAX];
    struct listener free_one, taken;
    struct listeners listeners;

    catch_errors();
    ck_assert(hold(&free_one, "127.0.0.1:0"));
    ck_assert(hold(&taken, "127.0.0.1:0"));
    snprintf(line, sizeof(line), "--listen|%s|--listen|%s",
             address_format(&free_one.address, first),
             address_format(&taken.address, second));
    listener_close(&free_one);
    ck_assert_int_eq(open_line(&listeners, line), -EADDRINUSE);
    ck_assert_uint_eq(listeners.count, 0);
    ck_assert(hold(&free_one, first));
    listener_close(&free_one);
    listener_close(&taken);
}
END_TEST

/* One of the two loopback addresses that a text stands for is taken: half a
 * server would be worse than none. */
START_TEST(both_loopbacks_or_none)
{
    struct listener taken, free_one;
    struct listeners listeners;
    char text[64];

    if (!has_ipv6())
        return;
    catch_errors();
    ck_assert(hold(&taken, "[::1]:0"));
    snprintf(text, sizeof(text), "127.0.0.1:%u", address_port(&taken.address));
    if (hold(&free_one, text)) {
        listener_close(&free_one);
        snprintf(text, sizeof(text), "--listen|%u",
                 address_port(&taken.address));
        ck_assert_int_eq(open_line(&listeners, text), -EADDRINUSE);
        ck_assert_uint_eq(listeners.count, 0);
        snprintf(text, sizeof(text), "127.0.0.1:%u",
                 address_port(&taken.address));
        ck_assert(hold(&free_one, text));
        listener_close(&free_one);
    }
    listener_close(&taken);
}
END_TEST

START_TEST(several_addresses_are_opened)
{
    char folder[] = "/tmp/listeners-XXXXXX", line[128];
    struct listeners listeners;

    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(
        line, sizeof(line),
        "--listen|127.0.0.1:0|--listen|unix:%s/socket|--listen|127.0.0.1:0",
        folder);
    ck_assert_int_eq(open_line(&listeners, line), 0);
    ck_assert_uint_eq(listeners.count, 3);
    ck_assert_uint_ne(port_of(&listeners, 0), port_of(&listeners, 2));
    listeners_close(&listeners);
    ck_assert_int_eq(rmdir(folder), 0); /* the socket is gone from it */
}
END_TEST

START_TEST(longest_list_is_opened)
{
    char line[1000] = "";
    size_t len = 0;
    struct listeners listeners;

    for (int i = 0; i < 11; i++) /* said.h takes 23 words */
        len += (size_t)snprintf(line + len, sizeof(line) - len, "--listen|%s|",
                                "127.0.0.1:0");
    ck_assert_int_eq(open_line(&listeners, line), 0);
    ck_assert_uint_eq(listeners.count, 11);
    listeners_close(&listeners);
}
END_TEST

/* One more for the live page, or none; in the order in which they are opened.
 */
static const struct roles {
    const char *line;
    size_t count;
    enum role roles[3];
} roles[] = {
    {"-l|127.0.0.1:0", 1, {ROLE_SITE}},
    {"-l|127.0.0.1:0|--wire", 2, {ROLE_SITE, ROLE_LIVE}},
    {"-l|0.0.0.0:0|--wire", 2, {ROLE_SITE, ROLE_LIVE}},
    {"-l|127.0.0.1:0|-l|127.0.0.1:0|--wire",
     3,
     {ROLE_SITE, ROLE_SITE, ROLE_LIVE}},
    {"-l|127.0.0.1:0|--wire=0.0.0.0:0", 2, {ROLE_SITE, ROLE_LIVE}},
    {"-l|127.0.0.1:0|-l|0.0.0.0:0|--wire=public",
     2,
     {ROLE_LIVE_PUBLIC, ROLE_LIVE_PUBLIC}},
};

START_TEST(each_listener_has_its_role)
{
    for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
        struct listeners listeners;
        unsigned live = 0;

        ck_assert_int_eq(open_line(&listeners, roles[i].line), 0);
        ck_assert_msg(listeners.count == roles[i].count, "%s: %zu",
                      roles[i].line, listeners.count);
        for (size_t j = 0; j < listeners.count; j++) {
            ck_assert_msg(listeners.each[j].role == roles[i].roles[j],
                          "%s: %zu", roles[i].line, j);
            if (roles[i].roles[j] == ROLE_LIVE)
                live = port_of(&listeners, j);
        }
        ck_assert_uint_eq(listeners_live_port(&listeners), live);
        listeners_close(&listeners);
    }
}
END_TEST

/* A port that is free, and below those that the kernel gives to connections;
 * `*next` holds the one above it. */
static unsigned free_port_below_a_taken_one(struct listener *next)
{
    enum { FIRST = 20000, LAST = 30000 };
    struct listener listener;
    char text[64];

    for (unsigned port = FIRST + (unsigned)getpid() % (LAST - FIRST);;
         port = port < LAST ? port + 1 : FIRST) {
        snprintf(text, sizeof(text), "0.0.0.0:%u", port);
        if (!hold(&listener, text))
            continue;
        listener_close(&listener);
        snprintf(text, sizeof(text), "127.0.0.1:%u", port + 1);
        if (hold(next, text))
            return port;
    }
}

START_TEST(live_page_is_on_loopback_above_the_first_port)
{
    struct listener next;
    unsigned port = free_port_below_a_taken_one(&next);
    struct listeners listeners;
    char line[64];

    snprintf(line, sizeof(line), "-l|0.0.0.0:%u|--wire", port);
    ck_assert_int_eq(open_line(&listeners, line), 0);
    ck_assert_uint_eq(listeners.count, 2);
    ck_assert_uint_gt(port_of(&listeners, 1), port + 1);
    ck_assert_uint_le(port_of(&listeners, 1), port + LISTENERS_PORTS_TRIED);
    ck_assert(address_is_loopback(&listeners.each[1].address));
    listeners_close(&listeners);
    listener_close(&next);
}
END_TEST

/* Near a port of the kernel's choice all others may be in use. */
START_TEST(live_page_beside_any_port_is_at_any)
{
    bool is_near = true;

    for (int i = 0; i < 10 && is_near; i++) {
        struct listeners listeners;
        unsigned first, live;

        ck_assert_int_eq(open_line(&listeners, "-l|127.0.0.1:0|--wire"), 0);
        ck_assert_uint_eq(listeners.count, 2);
        first = port_of(&listeners, 0);
        live = port_of(&listeners, 1);
        is_near = live > first && live <= first + LISTENERS_PORTS_TRIED;
        listeners_close(&listeners);
    }
    ck_assert(!is_near);
}
END_TEST

START_TEST(live_page_is_on_both_loopbacks_where_there_is_ipv6)
{
    struct listeners listeners;

    if (!has_ipv6())
        return;
    ck_assert_int_eq(open_line(&listeners, "-l|[::]:0|--wire"), 0);
    ck_assert_uint_eq(listeners.count, 3);
    ck_assert_uint_eq(port_of(&listeners, 1), port_of(&listeners, 2));
    for (size_t i = 1; i < 3; i++)
        ck_assert(address_is_loopback(&listeners.each[i].address));
    listeners_close(&listeners);
}
END_TEST

START_TEST(live_page_beside_a_unix_socket_is_above_the_default_port)
{
    char folder[] = "/tmp/listeners-XXXXXX", line[128];
    struct listeners listeners;

    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(line, sizeof(line), "-l|unix:%s/socket|--wire", folder);
    ck_assert_int_eq(open_line(&listeners, line), 0);
    if (listeners.count > 1) /* or others have all ten */
        ck_assert_uint_gt(port_of(&listeners, 1), default_port());
    listeners_close(&listeners);
    ck_assert_int_eq(rmdir(folder), 0);
}
END_TEST

/* It was not asked for by name, so the site is served without it. */
START_TEST(live_page_without_a_free_port_is_none)
{
    int fd = catch_errors();
    struct listener taken;
    struct listeners listeners;

    if (!hold(&taken, "127.0.0.1:65535"))
        return;
    listener_close(&taken);
    ck_assert_int_eq(open_line(&listeners, "-l|127.0.0.1:65535|--wire"), 0);
    ck_assert_uint_eq(listeners.count, 1);
    ck_assert_uint_eq(listeners_live_port(&listeners), 0);
    check_line(fd, "soquete: --wire: none of the 10 ports above 65535 is free, "
                   "so there is no live page; choose an address with "
                   "--wire=ADDRESS\n");
    check_line(fd, "");
    listeners_close(&listeners);
}
END_TEST

START_TEST(live_page_asked_for_by_name_is_there_or_nothing_is)
{
    char line[256], text[ADDRESS_TEXT_MAX], want[256];
    int fd = catch_errors();
    struct listener taken;
    struct listeners listeners;

    ck_assert(hold(&taken, "127.0.0.1:0"));
    address_format(&taken.address, text);
    snprintf(line, sizeof(line), "-l|127.0.0.1:0|--wire=%s", text);
    ck_assert_int_eq(open_line(&listeners, line), -EADDRINUSE);
    ck_assert_uint_eq(listeners.count, 0);
    snprintf(want, sizeof(want),
             "soquete: cannot listen for the live page: %s: Address already in "
             "use; choose another address with --wire=ADDRESS\n",
             text);
    check_line(fd, want);
    check_line(fd, "");
    listener_close(&taken);
}
END_TEST

/* What is counted beforehand is enough for what is opened. */
START_TEST(one_more_is_counted_for_the_live_page)
{
    static const struct {
        const char *line;
        size_t most;
    } counts[] = {{"-l|1|-l|2", 4},
                  {"-l|1|-l|2|--wire", 6},
                  {"-l|1|--wire=3", 4},
                  {"-l|1|--wire=public", 2}};

    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        struct options options;

        ck_assert_int_eq(
            said_read(&options, (struct said){.line = counts[i].line}), 0);
        ck_assert_uint_eq(listeners_most(&options), counts[i].most);
        options_fini(&options);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("listeners");

    suite_add_tests(suite, port_0_is_one_port_at_both_loopbacks,
                    default_port_that_is_free_needs_no_word,
                    default_port_that_is_taken_becomes_the_next,
                    default_ports_that_are_all_taken_are_an_error,
                    default_port_asked_for_by_name_is_that_one_or_none,
                    port_asked_for_and_taken_is_told_with_the_next_free_one,
                    last_port_has_no_next,
                    path_that_is_taken_is_told_by_what_it_is,
                    address_of_another_machine_is_an_error_in_one_line,
                    absent_ipv6_address_is_left_out_where_another_is_open,
                    all_addresses_or_none, both_loopbacks_or_none,
                    several_addresses_are_opened, longest_list_is_opened,
                    each_listener_has_its_role,
                    live_page_is_on_loopback_above_the_first_port,
                    live_page_beside_any_port_is_at_any,
                    live_page_is_on_both_loopbacks_where_there_is_ipv6,
                    live_page_beside_a_unix_socket_is_above_the_default_port,
                    live_page_without_a_free_port_is_none,
                    live_page_asked_for_by_name_is_there_or_nothing_is,
                    one_more_is_counted_for_the_live_page);
    return suite_run(suite);
}
