/* crowd.c -- a client of very many connections, all of which keep asking
 *
 *     crowd PORT CONNECTIONS MILLISECONDS TARGET
 *
 * For what wrk and h2load don't do: to open 15,000 connections without running
 * over a backlog, and to tell when all are open, so that opening them is not
 * counted into the cost of a request. Each new connection has its first answer
 * before many more are opened. Then "ready" is printed, and a line is waited
 * for on standard input; then each connection asks again as soon as it was
 * answered, until the time is over and the last answer came. Then "done" is
 * printed, and what was counted.
 *
 * All answers must be as long as the first. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    WINDOW = 128, /* connections without their first answer, at a time */
    EVENTS_MAX = 512,
    REQUEST_SIZE = 512,
    PATIENCE_MS = 20 * 1000, /* with a server that says nothing */
    BUFFER_LEN = 64 * 1024
};

struct asker {
    int fd;
    size_t left; /* bytes of the answer still to come */
    int64_t asked_ns;
};

struct crowd {
    struct sockaddr_in address;
    char request[REQUEST_SIZE];
    size_t request_len;
    size_t response_len;
    int epoll_fd;
    struct asker *askers;
    size_t count;
    size_t waiting;     /* askers that have asked and were not answered */
    bool stops;         /* is nothing more to be asked? */
    uint32_t *times_us; /* of each answer */
    size_t times_count;
    size_t times_size;
};

static char buffer[BUFFER_LEN];

static _Noreturn void give_up(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

static int64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static void ask(struct crowd *crowd, struct asker *asker)
{
    asker->left = crowd->response_len;
    asker->asked_ns = now_ns();
    crowd->waiting++;
    if (send(asker->fd, crowd->request, crowd->request_len, MSG_NOSIGNAL) !=
        (ssize_t)crowd->request_len)
        give_up("send");
}

static void note_time(struct crowd *crowd, int64_t time_ns)
{
    if (crowd->times_count == crowd->times_size) {
        crowd->times_size = crowd->times_size * 2 + 1024;
        crowd->times_us = realloc(crowd->times_us,
                                  crowd->times_size * sizeof(*crowd->times_us));
        if (crowd->times_us == NULL)
            give_up("realloc");
    }
    crowd->times_us[crowd->times_count++] = (uint32_t)(time_ns / 1000);
}

static void receive(struct crowd *crowd, struct asker *asker)
{
    ssize_t len = recv(asker->fd, buffer, sizeof(buffer), MSG_DONTWAIT);

    if (len == -1 && errno == EAGAIN)
        return;
    if (len == 0)
        errno = ECONNRESET;
    if (len > 0 && (size_t)len > asker->left)
        errno = EMSGSIZE;
    if (len <= 0 || (size_t)len > asker->left)
        give_up("recv");
    asker->left -= (size_t)len;
    if (asker->left > 0)
        return;
    crowd->waiting--;
    note_time(crowd, now_ns() - asker->asked_ns);
    if (!crowd->stops)
        ask(crowd, asker);
}

static void wait_and_receive(struct crowd *crowd)
{
    struct epoll_event events[EVENTS_MAX];
    int count = epoll_wait(crowd->epoll_fd, events, EVENTS_MAX, PATIENCE_MS);

    if (count == 0)
        errno = ETIMEDOUT;
    if (count == 0 || (count == -1 && errno != EINTR))
        give_up("epoll_wait");
    for (int i = 0; i < count; i++)
        receive(crowd, events[i].data.ptr);
}

static void open_asker(struct crowd *crowd, struct asker *asker)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = asker};

    asker->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (asker->fd == -1 ||
        connect(asker->fd, (const struct sockaddr *)&crowd->address,
                sizeof(crowd->address)) == -1 ||
        epoll_ctl(crowd->epoll_fd, EPOLL_CTL_ADD, asker->fd, &event) == -1)
        give_up("connect");
}

/* Reads one answer whole, to learn how long answers are. */
static size_t learn_response_len(const struct crowd *crowd)
{
    const struct asker *asker = &crowd->askers[0];
    const char *end, *field;
    size_t have = 0;
    ssize_t len;

    if (send(asker->fd, crowd->request, crowd->request_len, MSG_NOSIGNAL) == -1)
        give_up("send");
    do {
        len = recv(asker->fd, buffer + have, sizeof(buffer) - 1 - have, 0);
        if (len <= 0)
            give_up("recv");
        have += (size_t)len;
        buffer[have] = '\0';
        end = strstr(buffer, "\r\n\r\n");
    } while (end == NULL);
    field = strcasestr(buffer, "\r\nContent-Length:");
    if (field == NULL || field > end)
        give_up("no Content-Length");
    len = end + 4 - buffer + atol(field + strlen("\r\nContent-Length:"));
    if (have < (size_t)len &&
        recv(asker->fd, buffer, (size_t)len - have, MSG_WAITALL) <= 0)
        give_up("recv");
    return (size_t)len;
}

static void open_all(struct crowd *crowd)
{
    open_asker(crowd, &crowd->askers[0]);
    crowd->response_len = learn_response_len(crowd);
    crowd->stops = true;
    for (size_t i = 1; i < crowd->count; i++) {
        open_asker(crowd, &crowd->askers[i]);
        ask(crowd, &crowd->askers[i]);
        while (crowd->waiting >= WINDOW)
            wait_and_receive(crowd);
    }
    while (crowd->waiting > 0)
        wait_and_receive(crowd);
    crowd->times_count = 0;
    crowd->stops = false;
}

static void ask_all(struct crowd *crowd, int64_t duration_ns)
{
    int64_t end_ns = now_ns() + duration_ns;

    for (size_t i = 0; i < crowd->count; i++)
        ask(crowd, &crowd->askers[i]);
    while (crowd->waiting > 0) {
        wait_and_receive(crowd);
        crowd->stops = crowd->stops || now_ns() >= end_ns;
    }
}

static int compare_times(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

static void report(struct crowd *crowd, int64_t took_ns)
{
    size_t n = crowd->times_count;

    qsort(crowd->times_us, n, sizeof(*crowd->times_us), compare_times);
    printf("done\nrequests=%zu\nduration_us=%lld\np50_us=%u\np99_us=%u\n"
           "p999_us=%u\n",
           n, (long long)(took_ns / 1000), crowd->times_us[n / 2],
           crowd->times_us[n * 99 / 100], crowd->times_us[n * 999 / 1000]);
}

int main(int argc, char **argv)
{
    struct crowd crowd = {0};
    int64_t began_ns;

    if (argc != 5 || atol(argv[2]) < 1) {
        fputs("usage: crowd PORT CONNECTIONS MILLISECONDS TARGET\n", stderr);
        return EXIT_FAILURE;
    }
    crowd.address.sin_family = AF_INET;
    crowd.address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    crowd.address.sin_port = htons((uint16_t)atoi(argv[1]));
    crowd.count = strtoul(argv[2], NULL, 10);
    crowd.request_len = (size_t)snprintf(
        crowd.request, sizeof(crowd.request),
        "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%s\r\n\r\n", argv[4], argv[1]);
    crowd.askers = calloc(crowd.count, sizeof(*crowd.askers));
    crowd.epoll_fd = epoll_create1(0);
    if (crowd.askers == NULL || crowd.epoll_fd == -1 ||
        crowd.request_len >= sizeof(crowd.request))
        give_up("start");
    setvbuf(stdout, NULL, _IOLBF, 0);
    open_all(&crowd);
    puts("ready");
    if (getchar() == EOF)
        return EXIT_SUCCESS;
    began_ns = now_ns();
    ask_all(&crowd, atol(argv[3]) * INT64_C(1000000));
    report(&crowd, now_ns() - began_ns);
    return EXIT_SUCCESS;
}
