#include "tcp/listener.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "suite.h"

enum { WAIT_MS = 30000 };

/* In place of the C library's: at the second call from now another server
 * begins to listen at this socket. 0: at none. */
static int listened_soon;

int lstat(const char *path, struct stat *status)
{
    static unsigned calls;

    if (listened_soon > 0 && ++calls == 2)
        listen(listened_soon, 1);
    return fstatat(AT_FDCWD, path, status, AT_SYMLINK_NOFOLLOW);
}

static struct address address_of(const char *text)
{
    struct address out[ADDRESS_PARSE_MAX];

    ck_assert_int_ge(address_parse(bytes_of(text), out), 1);
    return out[0];
}

static int open_text(struct listener *listener, const char *text)
{
    struct address address = address_of(text);

    return listener_open(listener, &address);
}

/* Does this machine have IPv6? A container may have none. */
static bool has_ipv6(void)
{
    struct listener listener;
    int error = open_text(&listener, "[::1]:0");

    listener_close(&listener);
    return error == 0;
}

/* A new folder in $TMPDIR or /tmp, and a path in it. */
struct place {
    char folder[64], path[80], text[90]; /* text: "unix:" and the path */
};

static void place_init(struct place *place)
{
    const char *tmp = getenv("TMPDIR");

    snprintf(place->folder, sizeof(place->folder), "%s/listener-XXXXXX",
             tmp == NULL || strlen(tmp) > 40 ? "/tmp" : tmp);
    ck_assert_ptr_nonnull(mkdtemp(place->folder));
    snprintf(place->path, sizeof(place->path), "%s/socket", place->folder);
    snprintf(place->text, sizeof(place->text), "unix:%s", place->path);
}

static void place_fini(struct place *place)
{
    unlink(place->path);
    ck_assert_int_eq(rmdir(place->folder), 0);
}

/* Connects, and asserts that `listener` has it. */
static void check_reached(const struct listener *listener)
{
    const struct address *address = &listener->address;
    struct pollfd asked = {.fd = listener->fd, .events = POLLIN};
    int fd = socket(address->any.sa_family, SOCK_STREAM, 0);
    int accepted;

    ck_assert_int_eq(connect(fd, &address->any, address->len), 0);
    ck_assert_int_eq(poll(&asked, 1, WAIT_MS), 1);
    accepted = accept(listener->fd, NULL, NULL);
    ck_assert_int_ne(accepted, -1);
    close(accepted);
    close(fd);
}

static int option_of(int fd, int level, int option)
{
    int value = -1;
    socklen_t len = sizeof(value);

    ck_assert_int_eq(getsockopt(fd, level, option, &value, &len), 0);
    return value;
}

/* Connects, and returns how long the SYN is that the kernel kept. */
static socklen_t kept_syn_len(const struct listener *listener)
{
    char syn[256];
    socklen_t len = sizeof(syn);
    const struct address *address = &listener->address;
    struct pollfd asked = {.fd = listener->fd, .events = POLLIN};
    int fd = socket(address->any.sa_family, SOCK_STREAM, 0);
    int accepted;

    ck_assert_int_eq(connect(fd, &address->any, address->len), 0);
    ck_assert_int_eq(poll(&asked, 1, WAIT_MS), 1);
    accepted = accept(listener->fd, NULL, NULL);
    ck_assert_int_eq(
        getsockopt(accepted, IPPROTO_TCP, TCP_SAVED_SYN, syn, &len), 0);
    close(accepted);
    close(fd);
    return len;
}

START_TEST(syns_are_kept_on_request)
{
    struct listener listener;

    ck_assert_int_eq(open_text(&listener, "127.0.0.1:0"), 0);
    ck_assert_uint_eq(kept_syn_len(&listener), 0);
    listener_keep_syns(&listener);
    ck_assert_uint_ge(kept_syn_len(&listener), 40);
    listener_close(&listener);
}
END_TEST

START_TEST(port_0_becomes_a_real_one)
{
    static const char *const texts[] = {"127.0.0.1:0", "[::1]:0"};

    for (size_t i = 0; i < (has_ipv6() ? 2 : 1); i++) {
        struct listener listener;
        char text[ADDRESS_TEXT_MAX];

        ck_assert_int_eq(open_text(&listener, texts[i]), 0);
        ck_assert_uint_ne(address_port(&listener.address), 0);
        address_format(&listener.address, text);
        ck_assert_int_eq(strncmp(text, texts[i], strlen(texts[i]) - 1), 0);
        check_reached(&listener);
        listener_close(&listener);
    }
}
END_TEST

START_TEST(listener_does_not_block_and_is_not_inherited)
{
    struct listener listener;

    ck_assert_int_eq(open_text(&listener, "127.0.0.1:0"), 0);
    ck_assert_int_eq(accept(listener.fd, NULL, NULL), -1);
    ck_assert_int_eq(errno, EAGAIN);
    ck_assert_int_eq(fcntl(listener.fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    listener_close(&listener);
}
END_TEST

START_TEST(accepted_socket_inherits_nodelay)
{
    struct listener listener;
    struct pollfd asked = {.events = POLLIN};
    int fd = socket(AF_INET, SOCK_STREAM, 0), accepted;

    ck_assert_int_eq(open_text(&listener, "127.0.0.1:0"), 0);
    ck_assert_int_eq(connect(fd, &listener.address.any, listener.address.len),
                     0);
    asked.fd = listener.fd;
    ck_assert_int_eq(poll(&asked, 1, WAIT_MS), 1);
    accepted = accept(listener.fd, NULL, NULL);
    ck_assert_int_ne(option_of(accepted, IPPROTO_TCP, TCP_NODELAY), 0);
    ck_assert_int_eq(option_of(accepted, IPPROTO_TCP, TCP_NOTSENT_LOWAT),
                     LISTENER_UNSENT_MAX);
    close(accepted);
    close(fd);
    listener_close(&listener);
}
END_TEST

START_TEST(port_in_use_is_refused)
{
    struct listener first, second;

    ck_assert_int_eq(open_text(&first, "127.0.0.1:0"), 0);
    ck_assert_int_eq(listener_open(&second, &first.address), -EADDRINUSE);
    ck_assert_int_eq(second.fd, -1);
    check_reached(&first);
    listener_close(&second);
    listener_close(&first);
}
END_TEST

/* Leaves a connection in TIME_WAIT on our side, which keeps the port busy for
 * all who do not ask for SO_REUSEADDR. */
START_TEST(port_of_closing_connections_is_taken_again)
{
    struct listener first, second;
    struct pollfd asked = {.events = POLLIN};
    int fd = socket(AF_INET, SOCK_STREAM, 0), accepted;
    char byte;

    ck_assert_int_eq(open_text(&first, "127.0.0.1:0"), 0);
    ck_assert_int_eq(connect(fd, &first.address.any, first.address.len), 0);
    asked.fd = first.fd;
    ck_assert_int_eq(poll(&asked, 1, WAIT_MS), 1);
    accepted = accept(first.fd, NULL, NULL);
    close(accepted); /* we end first, so it is we who wait */
    ck_assert_int_eq(read(fd, &byte, 1), 0);
    close(fd);
    listener_close(&first);
    ck_assert_int_eq(listener_open(&second, &first.address), 0);
    listener_close(&second);
}
END_TEST

START_TEST(address_of_another_machine_is_refused)
{
    struct listener listener;

    ck_assert_int_eq(open_text(&listener, "192.0.2.1:0"), -EADDRNOTAVAIL);
    ck_assert_int_eq(listener.fd, -1);
}
END_TEST

START_TEST(any_ipv6_address_leaves_ipv4_alone)
{
    struct listener six, four;
    struct address any;

    if (!has_ipv6())
        return;
    ck_assert_int_eq(open_text(&four, "0.0.0.0:0"), 0);
    any = address_of("[::]:0");
    address_set_port(&any, address_port(&four.address));
    ck_assert_int_eq(listener_open(&six, &any), 0);
    ck_assert_int_ne(option_of(six.fd, IPPROTO_IPV6, IPV6_V6ONLY), 0);
    listener_close(&six);
    listener_close(&four);
}
END_TEST

START_TEST(closing_twice_does_no_harm)
{
    struct listener listener;
    int fd;

    ck_assert_int_eq(open_text(&listener, "127.0.0.1:0"), 0);
    listener_close(&listener);
    ck_assert_int_eq(listener.fd, -1);
    fd = open("/dev/null", O_RDONLY); /* takes the number that became free */
    listener_close(&listener);
    ck_assert_int_ne(fcntl(fd, F_GETFD), -1);
    close(fd);
}
END_TEST

START_TEST(unix_socket_is_made_and_removed)
{
    struct listener listener;
    struct stat status;
    struct place place;

    place_init(&place);
    ck_assert_int_eq(open_text(&listener, place.text), 0);
    ck_assert_int_eq(lstat(place.path, &status), 0);
    ck_assert(S_ISSOCK(status.st_mode));
    check_reached(&listener);
    listener_close(&listener);
    ck_assert_int_eq(lstat(place.path, &status), -1);
    ck_assert_int_eq(errno, ENOENT);
    place_fini(&place);
}
END_TEST

START_TEST(stale_unix_socket_is_replaced)
{
    struct listener listener;
    struct place place;

    place_init(&place);
    ck_assert_int_eq(open_text(&listener, place.text), 0);
    close(listener.fd); /* as if the server had been killed */
    ck_assert_int_eq(open_text(&listener, place.text), 0);
    check_reached(&listener);
    listener_close(&listener);
    place_fini(&place);
}
END_TEST

START_TEST(live_unix_socket_is_left_to_its_server)
{
    struct listener first, second;
    struct place place;

    place_init(&place);
    ck_assert_int_eq(open_text(&first, place.text), 0);
    ck_assert_int_eq(open_text(&second, place.text), -EADDRINUSE);
    ck_assert_int_eq(second.fd, -1);
    listener_close(&second);             /* and removes nothing */
    close(accept(first.fd, NULL, NULL)); /* the question whether it lives */
    check_reached(&first);
    listener_close(&first);
    place_fini(&place);
}
END_TEST

/* Between bind and listen of another server nobody listens yet. */
START_TEST(socket_that_is_listened_at_in_a_moment_is_not_stale)
{
    struct listener listener;
    struct address address;
    struct place place;
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    place_init(&place);
    address = address_of(place.text);
    ck_assert_int_eq(bind(fd, &address.any, address.len), 0);
    listened_soon = fd;
    ck_assert_int_eq(open_text(&listener, place.text), -EADDRINUSE);
    ck_assert_int_eq(access(place.path, F_OK), 0);
    close(fd);
    place_fini(&place);
}
END_TEST

/* An old server ends when a new one has taken its path already. */
START_TEST(path_that_another_has_taken_is_left_to_it)
{
    struct listener old, new;
    struct place place;

    place_init(&place);
    ck_assert_int_eq(open_text(&old, place.text), 0);
    ck_assert_int_eq(unlink(place.path), 0);
    ck_assert_int_eq(open_text(&new, place.text), 0);
    listener_close(&old);
    check_reached(&new);
    listener_close(&new);
    ck_assert_int_eq(access(place.path, F_OK), -1);
    place_fini(&place);
}
END_TEST

START_TEST(file_that_is_no_socket_is_never_removed)
{
    struct listener listener;
    struct place place;
    int fd;

    place_init(&place);
    fd = open(place.path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    ck_assert_int_ne(fd, -1);
    close(fd);
    ck_assert_int_eq(open_text(&listener, place.text), -EADDRINUSE);
    ck_assert_int_eq(access(place.path, F_OK), 0);
    unlink(place.path);
    /* Nor is a link followed, whatever it points to. */
    ck_assert_int_eq(symlink("nowhere", place.path), 0);
    ck_assert_int_eq(open_text(&listener, place.text), -EADDRINUSE);
    place_fini(&place);
}
END_TEST

START_TEST(missing_folder_is_an_error)
{
    struct listener listener;

    ck_assert_int_eq(open_text(&listener, "unix:no/such/folder"), -ENOENT);
    ck_assert_int_eq(listener.fd, -1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("listener");

    suite_add_tests(
        suite, syns_are_kept_on_request, port_0_becomes_a_real_one,
        listener_does_not_block_and_is_not_inherited,
        accepted_socket_inherits_nodelay, port_in_use_is_refused,
        port_of_closing_connections_is_taken_again,
        address_of_another_machine_is_refused,
        any_ipv6_address_leaves_ipv4_alone, closing_twice_does_no_harm,
        unix_socket_is_made_and_removed, stale_unix_socket_is_replaced,
        live_unix_socket_is_left_to_its_server,
        socket_that_is_listened_at_in_a_moment_is_not_stale,
        path_that_another_has_taken_is_left_to_it,
        file_that_is_no_socket_is_never_removed, missing_folder_is_an_error);
    return suite_run(suite);
}
