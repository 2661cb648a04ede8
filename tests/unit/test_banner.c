#include "server/banner.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "site/base_path.h"
#include "site/role.h"
#include "suite.h"

enum { OUT_LEN = 1024 };

/* What this machine has, in place of the C library's answer. NULL: an error. */
static const struct machine {
    const char *address; /* "-": none */
    unsigned flags;      /* 0 ends the list */
} * machine;

enum {
    CONNECTED = IFF_UP | IFF_RUNNING,
    MACHINE_MAX = 8,
};

int getifaddrs(struct ifaddrs **out)
{
    static struct ifaddrs each[MACHINE_MAX];
    static struct address addresses[MACHINE_MAX][ADDRESS_PARSE_MAX];
    size_t i;

    if (machine == NULL)
        return -1;
    for (i = 0; machine[i].flags != 0; i++) {
        char text[ADDRESS_TEXT_MAX];

        snprintf(text, sizeof(text), "%s:0", machine[i].address);
        if (machine[i].address[0] != '-')
            ck_assert_int_eq(address_parse(bytes_of(text), addresses[i]), 1);
        each[i] = (struct ifaddrs){
            .ifa_next = machine[i + 1].flags == 0 ? NULL : &each[i + 1],
            .ifa_flags = machine[i].flags,
            .ifa_addr =
                machine[i].address[0] == '-' ? NULL : &addresses[i][0].any};
    }
    *out = each;
    return 0;
}

void freeifaddrs(struct ifaddrs *list)
{
    (void)list;
}

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

/* Each address once, loopback first; what is in no network is left out. */
START_TEST(all_addresses_are_printed_as_those_of_the_machine)
{
    static const struct machine has[] = {
        {"192.168.1.5", CONNECTED}, {"192.168.1.6", IFF_RUNNING},
        {"172.17.0.1", IFF_UP},     {"-", CONNECTED},
        {"127.0.0.1", CONNECTED},   {"192.168.1.5", CONNECTED},
        {"[::1]", CONNECTED},       {NULL, 0},
    };
    struct listeners listeners = listeners_at("0.0.0.0:8080", NULL);
    int fd = catch_errors();

    machine = has;
    banner_print(&listeners, "/", "/");
    check_line(fd, "soquete: serving /\n");
    check_line(
        fd, "soquete: at http://127.0.0.1:8080/, http://192.168.1.5:8080/\n");
    check_line(fd, "");
}
END_TEST

START_TEST(all_addresses_of_ipv6_are_none_that_needs_a_zone)
{
    static const struct machine has[] = {
        {"[fe80::1]", CONNECTED},
        {"[2001:db8::5]", CONNECTED},
        {"192.168.1.5", CONNECTED},
        {"[::1]", CONNECTED},
        {"[fe80::2]", CONNECTED},
        {"[2001:db8::5]", CONNECTED},
        {NULL, 0},
    };
    struct listeners listeners = listeners_at("[::]:8080", NULL);
    int fd = catch_errors();

    machine = has;
    banner_print(&listeners, "/", "/");
    check_line(fd, "soquete: serving /\n");
    check_line(fd,
               "soquete: at http://[::1]:8080/, http://[2001:db8::5]:8080/\n");
    check_line(fd, "");
}
END_TEST

START_TEST(many_addresses_are_counted)
{
    static const struct machine has[] = {
        {"10.0.0.1", CONNECTED},  {"10.0.0.2", CONNECTED},
        {"10.0.0.3", CONNECTED},  {"10.0.0.4", CONNECTED},
        {"10.0.0.2", CONNECTED},  {"10.0.0.5", CONNECTED},
        {"127.0.0.1", CONNECTED}, {NULL, 0},
    };
    struct listeners listeners = listeners_at("0.0.0.0:80", NULL);
    int fd = catch_errors();

    machine = has;
    banner_print(&listeners, "/", "/");
    check_line(fd, "soquete: serving /\n");
    check_line(fd, "soquete: at http://127.0.0.1:80/, http://10.0.0.1:80/, "
                   "http://10.0.0.2:80/, http://10.0.0.3:80/ and 2 more\n");
    machine = NULL;
    banner_print(&listeners, "/", "/");
    check_line(fd, "soquete: serving /\n");
    check_line(fd, "soquete: at http://0.0.0.0:80/\n");
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
    static const struct machine has[] = {{"127.0.0.1", CONNECTED}, {NULL, 0}};
    struct listeners listeners = listeners_at("0.0.0.0:80", "127.0.0.1:8081");
    static const char start[] =
        "soquete: see it live at http://127.0.0.1:80/-/wire/";
    int fd = catch_errors();
    char out[OUT_LEN];

    machine = has;
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
                    many_addresses_are_counted,
                    live_page_is_printed_under_the_name_that_it_has,
                    public_live_page_is_printed_for_each_listener);
    return suite_run(suite);
}
