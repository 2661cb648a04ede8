#include "server/banner.h"

#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "site/base_path.h"
#include "site/role.h"
#include "suite.h"

enum { OUT_LEN = 1024 };

/* Makes standard error a socket on which each written line is one message.
 * Returns the end to read from. */
static int catch_errors(void)
{
    int ends[2];

    ck_assert_int_eq(
        socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, ends), 0);
    ck_assert_int_ne(dup2(ends[1], STDERR_FILENO), -1);
    close(ends[1]);
    return ends[0];
}

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

/* Listeners at these addresses, none of them open. */
static struct listeners listeners_at(const char *first, const char *second)
{
    const char *const texts[] = {first, second};
    struct listeners listeners = {.count = 0};

    for (size_t i = 0; i < 2 && texts[i] != NULL; i++) {
        struct address out[ADDRESS_PARSE_MAX];
        struct listener *listener = &listeners.each[listeners.count++];

        ck_assert_int_eq(address_parse(bytes_of(texts[i]), out), 1);
        *listener = (struct listener){.fd = -1, .address = out[0]};
    }
    return listeners;
}

START_TEST(each_listener_has_its_line)
{
    struct listeners listeners = listeners_at("[::1]:8080", "unix:run/socket");
    int fd = catch_errors();

    banner_print(&listeners, "/srv/www", "/");
    check_line(fd, "soquete: serving /srv/www\n");
    check_line(fd, "soquete: at http://[::1]:8080/\n");
    check_line(fd, "soquete: at unix:run/socket\n");
    check_line(fd, "");
}
END_TEST

START_TEST(links_lead_to_the_base)
{
    struct listeners listeners = listeners_at("[::1]:8080", "unix:run/socket");
    char base[BASE_PATH_MAX + 1] = "/", want[OUT_LEN];
    int fd = catch_errors();

    banner_print(&listeners, "/srv/www", "/repo/");
    check_line(fd, "soquete: serving /srv/www\n");
    check_line(fd, "soquete: at http://[::1]:8080/repo/\n");
    check_line(fd, "soquete: at unix:run/socket, under /repo/\n");
    memset(base + 1, 'x', BASE_PATH_MAX - 2);
    strcat(base, "/");
    banner_print(&listeners, "/", base);
    check_line(fd, "soquete: serving /\n");
    snprintf(want, sizeof(want), "soquete: at http://[::1]:8080%s\n", base);
    check_line(fd, want);
}
END_TEST

static const char *const folders[][2] = {
    {".", "/usr/share"},
    {"./", "/usr/share"},
    {".//.///", "/usr/share"},
    {"doc", "/usr/share/doc"},
    {"./doc", "/usr/share/doc"},
    {"../lib", "/usr/share/../lib"},
    {".well-known", "/usr/share/.well-known"},
    {"/", "/"},
    {"/srv/a link", "/srv/a link"},
};

START_TEST(folder_is_printed_as_a_path_from_the_root)
{
    struct listeners listeners = listeners_at(NULL, NULL);
    int fd = catch_errors();
    char want[OUT_LEN];

    ck_assert_int_eq(chdir("/usr/share"), 0);
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        banner_print(&listeners, folders[i][0], "/");
        snprintf(want, sizeof(want), "soquete: serving %s\n", folders[i][1]);
        check_line(fd, want);
    }
    ck_assert_int_eq(chdir("/"), 0);
    banner_print(&listeners, "srv", "/");
    check_line(fd, "soquete: serving /srv\n");
    banner_print(&listeners, ".", "/");
    check_line(fd, "soquete: serving /\n");
}
END_TEST

static size_t count_of(const char *text, const char *part)
{
    size_t count = 0;

    while ((text = strstr(text, part)) != NULL) {
        text += strlen(part);
        count++;
    }
    return count;
}

/* Machines have different addresses; all have the first. */
START_TEST(all_addresses_are_printed_as_those_of_the_machine)
{
    struct listeners listeners = listeners_at("0.0.0.0:8080", NULL);
    static const char start[] = "soquete: at http://127.0.0.1:8080/";
    int fd = catch_errors();
    char out[OUT_LEN];

    banner_print(&listeners, "/", "/");
    check_line(fd, "soquete: serving /\n");
    next_line(fd, out);
    ck_assert_msg(strncmp(out, start, sizeof(start) - 1) == 0, "%s", out);
    ck_assert_ptr_null(strstr(out, "0.0.0.0"));
    ck_assert_uint_le(count_of(out, "http://"), BANNER_LINKS_MAX);
    ck_assert_uint_eq(count_of(out, ":8080/"), count_of(out, "http://"));
    check_line(fd, "");
}
END_TEST

START_TEST(all_addresses_of_ipv6_are_none_that_needs_a_zone)
{
    struct listeners listeners = listeners_at("[::]:8080", NULL);
    int fd = catch_errors();
    char out[OUT_LEN];

    banner_print(&listeners, "/", "/");
    check_line(fd, "soquete: serving /\n");
    next_line(fd, out);
    ck_assert_uint_ge(count_of(out, "http://["), 1);
    ck_assert_ptr_null(strstr(out, "[fe80"));
    check_line(fd, "");
}
END_TEST

/* The live page's own listener is the last. */
static const struct live {
    const char *address, *link, *warning; /* "": none */
} lives[] = {
    {"127.0.0.1:8081",
     "soquete: see it live at http://127.0.0.1:8081/-/wire/\n", ""},
    {"[::1]:8081", "soquete: see it live at http://[::1]:8081/-/wire/\n", ""},
    {"unix:run/live",
     "soquete: see it live at http://localhost/-/wire/ through unix:run/live\n",
     ""},
    {"0.0.0.0:8081", "soquete: see it live at http://localhost:8081/-/wire/\n",
     "soquete: --wire=0.0.0.0:8081: anyone who can reach this address can see "
     "all requests to this server, cookies included\n"},
    {"192.0.2.1:81", "soquete: see it live at http://localhost:81/-/wire/\n",
     "soquete: --wire=192.0.2.1:81: anyone who can reach this address can see "
     "all requests to this server, cookies included\n"},
};

START_TEST(live_page_is_printed_under_the_name_that_it_has)
{
    for (size_t i = 0; i < sizeof(lives) / sizeof(lives[0]); i++) {
        struct listeners listeners =
            listeners_at("192.0.2.1:80", lives[i].address);
        int fd = catch_errors();

        listeners.each[1].role = ROLE_LIVE;
        banner_print(&listeners, "/", "/");
        check_line(fd, "soquete: serving /\n");
        check_line(fd, "soquete: at http://192.0.2.1:80/\n");
        check_line(fd, lives[i].link);
        check_line(fd, lives[i].warning);
        check_line(fd, "");
        close(fd);
    }
}
END_TEST

START_TEST(public_live_page_is_printed_for_each_listener)
{
    struct listeners listeners = listeners_at("0.0.0.0:80", "127.0.0.1:8081");
    static const char start[] =
        "soquete: see it live at http://127.0.0.1:80/-/wire/";
    int fd = catch_errors();
    char out[OUT_LEN];

    listeners.each[0].role = listeners.each[1].role = ROLE_LIVE_PUBLIC;
    banner_print(&listeners, "/", "/");
    check_line(fd, "soquete: serving /\n");
    ck_assert_ptr_nonnull(strstr(next_line(fd, out), "soquete: at http://"));
    check_line(fd, "soquete: at http://127.0.0.1:8081/\n");
    next_line(fd, out);
    ck_assert_msg(strncmp(out, start, sizeof(start) - 1) == 0, "%s", out);
    check_line(fd, "soquete: see it live at http://127.0.0.1:8081/-/wire/\n");
    ck_assert_ptr_nonnull(strstr(next_line(fd, out), "--wire=public: anyone"));
    check_line(fd, "");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("banner");

    suite_add_tests(suite, links_lead_to_the_base, each_listener_has_its_line,
                    folder_is_printed_as_a_path_from_the_root,
                    all_addresses_are_printed_as_those_of_the_machine,
                    all_addresses_of_ipv6_are_none_that_needs_a_zone,
                    live_page_is_printed_under_the_name_that_it_has,
                    public_live_page_is_printed_for_each_listener);
    return suite_run(suite);
}
