#include "server/listeners.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "listening.h"
#include "suite.h"

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

START_TEST(free_default_port_is_used_silently)
{
    int fd = catch_errors();
    struct listeners listeners;

    ck_assert_int_eq(open_line(&listeners, NULL), 0);
    if (port_of(&listeners, 0) == default_port())
        check_line(fd, "");
    listeners_close(&listeners);
}
END_TEST

/* Ports that another process has, and may close at any moment, prove nothing:
 * the test ends early then. */
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

START_TEST(named_default_port_is_that_one_or_none)
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

/* Other processes may change which port is the next free one; it is one of
 * those that are tried. The one that the same command line names is not
 * offered. */
START_TEST(named_port_in_use_is_reported_with_a_free_one)
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

/* What is at the path decides the remedy. */
START_TEST(path_in_use_is_reported_by_its_kind)
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
                   "of this machine; `ip address` lists those that are\n");
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

/* Listeners that were opened before the one that failed are closed again. */
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

/* One of the two loopback addresses of a port is in use: half a server would be
 * worse than none. */
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
    ck_assert_int_eq(rmdir(folder), 0); /* the socket was removed from it */
}
END_TEST

START_TEST(longest_list_is_opened)
{
    char line[1000] = "";
    size_t len = 0;
    struct listeners listeners;

    for (int i = 0; i < 11; i++) /* given.h takes 23 words */
        len += (size_t)snprintf(line + len, sizeof(line) - len, "--listen|%s|",
                                "127.0.0.1:0");
    ck_assert_int_eq(open_line(&listeners, line), 0);
    ck_assert_uint_eq(listeners.count, 11);
    listeners_close(&listeners);
}
END_TEST

static const struct {
    const char *line;
    bool are_local;
} localities[] = {
    {"", true},
    {"--listen|8000", true},
    {"--listen|127.9.9.9:0|--listen|[::1]:0", true},
    {"--listen|0.0.0.0:0", false},
    {"--listen|[::]:0", false},
    {"--listen|8000|--listen|10.1.2.3:80", false},
    {"--listen|unix:socket", false}, /* a proxy's, mostly */
    {"--wire", true},
    {"--wire=public", true},
    {"--wire=127.0.0.1:9000", true},
    {"--wire=0.0.0.0:9000", false},
};

START_TEST(loopback_listeners_are_local)
{
    for (size_t i = 0; i < sizeof(localities) / sizeof(localities[0]); i++) {
        struct options options;

        ck_assert_int_eq(
            given_read(&options, (struct given){.line = localities[i].line}),
            0);
        ck_assert_msg(listeners_are_local(&options) == localities[i].are_local,
                      "%s", localities[i].line);
        options_fini(&options);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("listeners");

    suite_add_tests(suite, port_0_is_one_port_at_both_loopbacks,
                    free_default_port_is_used_silently,
                    default_port_that_is_taken_becomes_the_next,
                    default_ports_that_are_all_taken_are_an_error,
                    named_default_port_is_that_one_or_none,
                    named_port_in_use_is_reported_with_a_free_one,
                    last_port_has_no_next, path_in_use_is_reported_by_its_kind,
                    address_of_another_machine_is_an_error_in_one_line,
                    absent_ipv6_address_is_left_out_where_another_is_open,
                    all_addresses_or_none, both_loopbacks_or_none,
                    several_addresses_are_opened, longest_list_is_opened,
                    loopback_listeners_are_local);
    return suite_run(suite);
}
