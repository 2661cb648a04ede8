#include "tcp/socket_io.h"

#include <assert.h>
#include <errno.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "base/clock.h"
#include "tcp/info.h"
#include "tcp/stamps.h"

enum {
    GATHER_MAX = 64, /* pieces of memory in one system call */

    /* Bytes of memory in one system call. What is somewhat larger than a
     * segment of the loopback is best sent in parts that are smaller: 100 KiB
     * at once costs nearly twice the CPU. On a network a part more hardly
     * counts. */
    SEND_WHOLE_MAX = 80 * 1024,
    SEND_PART = 48 * 1024,
};

enum io_result socket_recv(int fd, char *at, size_t size, size_t *len,
                           int64_t *stamp_us)
{
    ssize_t got;

    assert(size > 0); /* else 0 would look like the end of the stream */
    do
        got = stamp_us == NULL ? recv(fd, at, size, 0)
                               : stamps_recv(fd, at, size, stamp_us);
    while (got == -1 && errno == EINTR);
    if (got == -1)
        return errno == EAGAIN ? IO_BLOCKED : IO_GONE;
    if (got == 0)
        return IO_END;
    *len = (size_t)got;
    return IO_DONE;
}

static const char *memory_of(const struct outqueue *queue,
                             const struct out_item *item)
{
    return item->kind == OUT_VIEW ? item->at : queue->bytes + item->offset;
}

/* The items at the front of the queue that are in memory, as pieces. Returns
 * how many there are, and their *len. */
static size_t gather(const struct outqueue *queue,
                     struct iovec pieces[GATHER_MAX], size_t *len)
{
    const struct out_item *item = &queue->items[queue->first];
    size_t count = 0;

    *len = 0;
    while (count < queue->count && count < GATHER_MAX &&
           item->kind != OUT_FILE) {
        pieces[count].iov_base = (void *)(uintptr_t)memory_of(queue, item);
        pieces[count].iov_len = item->left;
        *len += item->left;
        count++;
        item++;
    }
    return count;
}

/* Cuts the pieces, which have more, to their first `max` bytes. Returns how
 * many pieces remain. */
static size_t cut_to(struct iovec *pieces, size_t count, size_t max)
{
    size_t last = 0;

    assert(count > 0);
    while (last + 1 < count && pieces[last].iov_len < max)
        max -= pieces[last++].iov_len;
    assert(max > 0 && pieces[last].iov_len >= max);
    pieces[last].iov_len = max;
    return last + 1;
}

/* Sends several items, of which the first is in memory. Returns as
 * sendmsg(2). */
static ssize_t send_gathered(int fd, const struct outqueue *queue)
{
    struct iovec pieces[GATHER_MAX];
    struct msghdr message = {.msg_iov = pieces};
    int flags = MSG_NOSIGNAL;
    size_t len, count = gather(queue, pieces, &len);

    if (len > SEND_WHOLE_MAX)
        count = cut_to(pieces, count, SEND_PART);
    else if (count < queue->count)
        flags |= MSG_MORE;
    message.msg_iovlen = count;
    return sendmsg(fd, &message, flags);
}

/* Returns bytes sent or -1 with errno, as send(2). */
static ssize_t send_memory(int fd, const struct outqueue *queue)
{
    const struct out_item *item = &queue->items[queue->first];
    size_t len = item->left;

    if (queue->count > 1)
        return send_gathered(fd, queue);
    if (len > SEND_WHOLE_MAX)
        len = SEND_PART;
    return send(fd, memory_of(queue, item), len, MSG_NOSIGNAL);
}

/* Returns bytes sent or -1 with errno, as sendfile(2). */
static ssize_t send_file(int fd, const struct out_item *item, uint64_t budget)
{
    off_t offset = (off_t)item->offset;

    return sendfile(fd, item->fd, &offset,
                    item->left < budget ? item->left : budget);
}

/* Reports a send to the ledger, or does nothing where there is none. */
static void record(struct ledger *ledger, int fd, enum out_kind kind,
                   uint64_t sent)
{
    struct ledger_info info;

    if (ledger == NULL)
        return;
    ledger_send(
        ledger, kind == OUT_FILE ? LEDGER_CALL_SENDFILE : LEDGER_CALL_SEND,
        sent, ledger->observer != NULL && info_read(fd, &info) ? &info : NULL);
}

/* Reports that the kernel had no room, likewise. Apart, as it is rare. */
__attribute__((noinline)) static void record_blocked(struct ledger *ledger,
                                                     int fd, enum out_kind kind)
{
    struct ledger_held held;
    struct ledger_info info;

    if (ledger == NULL || ledger->observer == NULL)
        return;
    ledger_blocked(ledger,
                   kind == OUT_FILE ? LEDGER_CALL_SENDFILE : LEDGER_CALL_SEND,
                   info_read_held(fd, &held) ? &held : NULL,
                   info_read(fd, &info) ? &info : NULL);
}

/* Whether sendfile failed because of the stream. Else the file cannot be
 * read. */
static bool is_of_stream(int error)
{
    static const int errors[] = {
        EPIPE,     ECONNRESET, ECONNABORTED, ECONNREFUSED, ENOTCONN,
        ETIMEDOUT, ENETDOWN,   ENETUNREACH,  EHOSTDOWN,    EHOSTUNREACH,
        EPROTO,    ENOBUFS,    ENOPROTOOPT,
    };

    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
        if (error == errors[i])
            return true;
    return false;
}

/* What follows an attempt to send that sent nothing. IO_DONE: it was
 * interrupted, and is made again. Apart, as it is rare. */
__attribute__((noinline)) static enum io_result
judge(int fd, struct outqueue *queue, ssize_t sent, struct ledger *ledger)
{
    enum out_kind kind = queue->items[queue->first].kind;

    if (sent == 0) /* the file is shorter than it was */
        return IO_FAILED;
    if (errno == EINTR)
        return IO_DONE;
    if (errno == EAGAIN) {
        record_blocked(ledger, fd, kind);
        return IO_BLOCKED;
    }
    if (kind != OUT_FILE || is_of_stream(errno))
        return IO_GONE;
    queue->file_error = errno;
    return IO_FAILED;
}

/* The kernel has accepted so many bytes of the first item's kind. */
static inline void took(struct outqueue *queue, uint64_t *budget,
                        struct ledger *ledger, int fd, uint64_t sent)
{
    record(ledger, fd, queue->items[queue->first].kind, sent);
    outqueue_sent(queue, sent);
    *budget -= sent < *budget ? sent : *budget;
}

enum io_result socket_send(int fd, struct outqueue *queue, uint64_t *budget,
                           struct ledger *ledger)
{
    while (!outqueue_is_empty(queue)) {
        const struct out_item *item = &queue->items[queue->first];
        enum io_result result;
        ssize_t sent;

        if (*budget == 0)
            return IO_BUDGET;
        ledger_write_begins(ledger);
        sent = item->kind == OUT_FILE ? send_file(fd, item, *budget)
                                      : send_memory(fd, queue);
        if (sent > 0) {
            took(queue, budget, ledger, fd, (uint64_t)sent);
            continue;
        }
        result = judge(fd, queue, sent, ledger);
        if (result != IO_DONE)
            return result;
    }
    return IO_DONE;
}

/* One write of at most `max` bytes. Returns as sendmsg(2). */
static ssize_t write_front(int fd, const struct outqueue *queue, uint64_t max,
                           bool ends_record)
{
    const struct out_item *item = &queue->items[queue->first];
    struct iovec pieces[GATHER_MAX];
    struct msghdr message = {.msg_iov = pieces};
    size_t len;

    if (item->kind == OUT_FILE)
        return send_file(fd, item, max < SEND_PART ? max : SEND_PART);
    message.msg_iovlen = gather(queue, pieces, &len);
    if (max > SEND_PART)
        max = SEND_PART;
    if (len > max)
        message.msg_iovlen = cut_to(pieces, message.msg_iovlen, max);
    return sendmsg(fd, &message, MSG_NOSIGNAL | (ends_record ? MSG_EOR : 0));
}

/* The kernel gets the pace too: writes that are late are made at once, and it
 * spreads their segments. */
static void set_kernel_pace(int fd, struct shape *shape)
{
    uint64_t pace = shape_pace(shape);
    unsigned value =
        pace > 0 && pace < UINT32_MAX ? (unsigned)pace : UINT32_MAX;

    if (pace == shape->kernel_pace)
        return;
    setsockopt(fd, SOL_SOCKET, SO_MAX_PACING_RATE, &value, sizeof(value));
    shape->kernel_pace = pace;
}

enum io_result socket_send_shaped(int fd, struct outqueue *queue,
                                  uint64_t *budget, struct ledger *ledger,
                                  struct shape *shape)
{
    for (int writes = 0; !shape_is_over(shape); writes++) {
        int64_t now_us = clock_now_us();
        enum io_result result = IO_DONE;
        ssize_t sent;

        if (outqueue_is_empty(queue))
            return IO_DONE;
        if (now_us < shape->due_us)
            return IO_PAUSED;
        if (*budget == 0 || writes == SHAPED_WRITES_MAX)
            return IO_BUDGET;
        set_kernel_pace(fd, shape);
        ledger_write_begins(ledger);
        sent = write_front(fd, queue, shape_write_max(shape),
                           shape_ends_record(shape));
        if (sent > 0) {
            took(queue, budget, ledger, fd, (uint64_t)sent);
            shape_wrote(shape, (uint64_t)sent, now_us);
            continue;
        }
        result = judge(fd, queue, sent, ledger);
        if (result != IO_DONE)
            return result;
    }
    return IO_CUT;
}

size_t socket_unacknowledged(int fd)
{
    int len;

    return ioctl(fd, SIOCOUTQ, &len) == -1 || len < 0 ? 0 : (size_t)len;
}
