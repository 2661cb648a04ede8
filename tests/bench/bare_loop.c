/* bare_loop.c -- what epoll itself allows: canned bytes for each request
 *
 *     bare_loop PORT THREADS BODY_LEN [close | FILE]
 *
 * The yardstick of `make bench`, and no web server: it looks for the empty line
 * that ends a head, and answers with the same bytes whatever the head says. A
 * request costs one recv and one send; pipelined requests are answered with one
 * gathered send. With FILE, the body leaves by sendfile from there, behind a
 * head that is sent with MSG_MORE: it has to be the file that the others serve,
 * since pages of one file system cost more to send than those of another. With
 * `close`, the answer ends the connection.
 *
 * Each thread has an epoll and a listening socket of its own (SO_REUSEPORT), so
 * that the kernel deals out the connections: no acceptor, no handing over, and
 * nothing that two threads share but constant bytes. It accepts until there is
 * none, as the textbooks do. One accept4 an event would cost a connection 7 %
 * less (tcp/acceptor.c tells why); a yardstick that is to compare figures of
 * different days stays as it is. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
    THREADS_MAX = 256,
    EVENTS_MAX = 256,
    GATHER_MAX = 64,         /* answers in one send */
    RECEIVE_LEN = 32 * 1024, /* bytes in one recv */
    HEAD_SIZE = 256,
    TAIL_LEN = 3 /* of a head's end, seen before the rest of it came */
};

/* The same for all threads, and constant once they run. */
struct bare {
    struct sockaddr_in address;
    char *response;      /* the head, and the body if it is sent from memory */
    size_t response_len; /* of these bytes */
    size_t head_len;
    size_t whole_len; /* head and body, wherever the body is */
    int body_fd;      /* -1 where the body is in memory */
    bool closes;
};

struct connection {
    int fd;
    bool watches_room; /* is the epoll to tell of room to send? */
    char tail[TAIL_LEN];
    size_t owed; /* answers not yet sent whole */
    size_t sent; /* bytes of the first of them that have left */
};

struct loop {
    const struct bare *bare;
    int epoll_fd;
    int listen_fd;
    char buffer[TAIL_LEN + RECEIVE_LEN];
};

static _Noreturn void give_up(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

static void connection_close(struct connection *c)
{
    close(c->fd);
    free(c);
}

/* One send from memory, of as many answers as are owed. Returns its length. */
static ssize_t send_from_memory(const struct bare *bare,
                                const struct connection *c)
{
    struct iovec views[GATHER_MAX];
    struct msghdr message = {.msg_iov = views};
    size_t count = c->owed < GATHER_MAX ? c->owed : GATHER_MAX;

    if (count == 1)
        return send(c->fd, bare->response + c->sent,
                    bare->response_len - c->sent, MSG_NOSIGNAL);
    for (size_t i = 0; i < count; i++)
        views[i] = (struct iovec){bare->response, bare->response_len};
    views[0].iov_base = bare->response + c->sent;
    views[0].iov_len -= c->sent;
    message.msg_iovlen = count;
    return sendmsg(c->fd, &message, MSG_NOSIGNAL);
}

/* One send of a head, or one sendfile of a body. Returns its length. */
static ssize_t send_from_file(const struct bare *bare,
                              const struct connection *c)
{
    off_t offset;

    if (c->sent < bare->head_len)
        return send(c->fd, bare->response + c->sent, bare->head_len - c->sent,
                    MSG_NOSIGNAL | MSG_MORE);
    offset = (off_t)(c->sent - bare->head_len);
    return sendfile(c->fd, bare->body_fd, &offset, bare->whole_len - c->sent);
}

/* Sends until nothing is owed or there is no room. Returns false where the
 * connection is of no more use. */
static bool response(const struct loop *loop, struct connection *c)
{
    const struct bare *bare = loop->bare;
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET,
                                .data.ptr = c};
    ssize_t len;

    while (c->owed > 0) {
        len = bare->body_fd == -1 ? send_from_memory(bare, c)
                                  : send_from_file(bare, c);
        if (len == -1 && errno == EAGAIN) {
            if (!c->watches_room &&
                epoll_ctl(loop->epoll_fd, EPOLL_CTL_MOD, c->fd, &event) == -1)
                return false;
            c->watches_room = true;
            return true;
        }
        if (len <= 0)
            return false;
        c->sent += (size_t)len;
        c->owed -= c->sent / bare->whole_len;
        c->sent %= bare->whole_len;
    }
    return !bare->closes;
}

/* How many heads end in these bytes, of which the first are the tail of what
 * came before. Keeps the tail of what comes behind the last end. */
static size_t count_heads(struct connection *c, const char *at, size_t len)
{
    const char *end;
    size_t count = 0;

    while ((end = memmem(at, len, "\r\n\r\n", 4)) != NULL) {
        len -= (size_t)(end + 4 - at);
        at = end + 4;
        count++;
    }
    memset(c->tail, 0, TAIL_LEN);
    if (len > TAIL_LEN) {
        at += len - TAIL_LEN;
        len = TAIL_LEN;
    }
    memcpy(c->tail + TAIL_LEN - len, at, len);
    return count;
}

/* Receives what there is and answers it. A short recv says that the kernel has
 * no more, so none is made to hear it. Returns false at the end. */
static bool serve(struct loop *loop, struct connection *c)
{
    bool had_owed = c->owed > 0;
    ssize_t len;

    do {
        memcpy(loop->buffer, c->tail, TAIL_LEN);
        len = recv(c->fd, loop->buffer + TAIL_LEN, RECEIVE_LEN, 0);
        if (len == 0 || (len == -1 && errno != EAGAIN))
            return false;
        if (len > 0)
            c->owed += count_heads(c, loop->buffer, TAIL_LEN + (size_t)len);
    } while (len == RECEIVE_LEN);
    return (c->owed == 0 && !had_owed) || response(loop, c);
}

/* Takes all connections that wait. One that fails is the client's loss. */
static void take_connections(const struct loop *loop)
{
    struct epoll_event event = {.events = EPOLLIN | EPOLLET};
    struct connection *c;
    int fd;

    while ((fd = accept4(loop->listen_fd, NULL, NULL, SOCK_NONBLOCK)) != -1) {
        c = calloc(1, sizeof(*c));
        if (c == NULL)
            give_up("calloc");
        c->fd = fd;
        event.data.ptr = c;
        if (epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, fd, &event) == -1)
            connection_close(c);
    }
}

static void *run(void *arg)
{
    struct loop *loop = arg;
    struct epoll_event events[EVENTS_MAX];
    struct connection *c;
    int count;

    for (;;) {
        count = epoll_wait(loop->epoll_fd, events, EVENTS_MAX, -1);
        if (count == -1 && errno != EINTR)
            give_up("epoll_wait");
        for (int i = 0; i < count; i++) {
            c = events[i].data.ptr;
            if (c == NULL)
                take_connections(loop);
            else if (!serve(loop, c))
                connection_close(c);
        }
    }
}

/* Accepted sockets inherit TCP_NODELAY, so that none is set on each. */
static void open_loop(struct loop *loop, const struct bare *bare)
{
    struct epoll_event event = {.events = EPOLLIN};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    int yes = 1;

    if (fd == -1 ||
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) == -1 ||
        setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &yes, sizeof(yes)) == -1 ||
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes)) == -1 ||
        bind(fd, (const struct sockaddr *)&bare->address,
             sizeof(bare->address)) == -1 ||
        listen(fd, SOMAXCONN) == -1)
        give_up("listening");
    loop->bare = bare;
    loop->listen_fd = fd;
    loop->epoll_fd = epoll_create1(0);
    if (loop->epoll_fd == -1 ||
        epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, fd, &event) == -1)
        give_up("epoll");
}

/* The fields are those that a file's answer has, and so is their length. */
static const char head_format[] =
    "HTTP/1.1 200 OK\r\n"
    "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n"
    "Content-Type: application/octet-stream\r\n"
    "Content-Length: %zu\r\n"
    "Last-Modified: Thu, 01 Jan 1970 00:00:00 GMT\r\n"
    "ETag: \"0123456789abcdef\"\r\n"
    "%s\r\n";

static void make_response(struct bare *bare, size_t body_len)
{
    bool in_memory = bare->body_fd == -1;
    const char *close = bare->closes ? "Connection: close\r\n" : "";

    bare->response = calloc(1, HEAD_SIZE + (in_memory ? body_len : 0));
    if (bare->response == NULL)
        give_up("calloc");
    bare->head_len = (size_t)snprintf(bare->response, HEAD_SIZE, head_format,
                                      body_len, close);
    bare->response_len = bare->head_len + (in_memory ? body_len : 0);
    bare->whole_len = bare->head_len + body_len;
}

static void run_all(const struct bare *bare, size_t count)
{
    struct loop *loops = calloc(count, sizeof(*loops));
    pthread_t thread;

    if (loops == NULL)
        give_up("calloc");
    for (size_t i = 0; i < count; i++)
        open_loop(&loops[i], bare);
    for (size_t i = 1; i < count; i++)
        if (pthread_create(&thread, NULL, run, &loops[i]) != 0)
            give_up("pthread_create");
    run(&loops[0]);
}

int main(int argc, char **argv)
{
    struct bare bare = {.body_fd = -1};
    size_t thread_count = argc < 4 ? 0 : strtoul(argv[2], NULL, 10);

    if (argc > 5 || thread_count == 0 || thread_count > THREADS_MAX) {
        fputs("usage: bare_loop PORT THREADS BODY_LEN [close | FILE]\n",
              stderr);
        return EXIT_FAILURE;
    }
    bare.address.sin_family = AF_INET;
    bare.address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bare.address.sin_port = htons((uint16_t)atoi(argv[1]));
    bare.closes = argc == 5 && strcmp(argv[4], "close") == 0;
    if (argc == 5 && !bare.closes) {
        bare.body_fd = open(argv[4], O_RDONLY);
        if (bare.body_fd == -1)
            give_up(argv[4]);
    }
    make_response(&bare, strtoul(argv[3], NULL, 10));
    signal(SIGPIPE, SIG_IGN); /* sendfile knows no MSG_NOSIGNAL */
    run_all(&bare, thread_count);
}
