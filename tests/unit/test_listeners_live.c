#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "listening.h"
#include "site/role.h"
#include "suite.h"

/* In the order of opening; another one for the live page, or none. */
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

/* A free port, below those that the kernel gives to connections; *next listens
 * at the one above it. */
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

/* All ports near one that the kernel chose may be in use. */
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
    if (listeners.count > 1) /* or other processes have all ten */
        ck_assert_uint_gt(port_of(&listeners, 1), default_port());
    listeners_close(&listeners);
    ck_assert_int_eq(rmdir(folder), 0);
}
END_TEST

/* The user named no port for it, so the site is served without it. */
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

START_TEST(named_live_page_is_opened_or_nothing_is)
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

/* The count in advance is enough for what is opened. */
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
            given_read(&options, (struct given){.line = counts[i].line}), 0);
        ck_assert_uint_eq(listeners_most(&options), counts[i].most);
        options_fini(&options);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("listeners_live");

    suite_add_tests(suite, each_listener_has_its_role,
                    live_page_is_on_loopback_above_the_first_port,
                    live_page_beside_any_port_is_at_any,
                    live_page_is_on_both_loopbacks_where_there_is_ipv6,
                    live_page_beside_a_unix_socket_is_above_the_default_port,
                    live_page_without_a_free_port_is_none,
                    named_live_page_is_opened_or_nothing_is,
                    one_more_is_counted_for_the_live_page);
    return suite_run(suite);
}
