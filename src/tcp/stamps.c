#include "tcp/stamps.h"

#include <assert.h>
#include <time.h> /* before errqueue.h, which needs it */

#include <linux/errqueue.h>
#include <linux/net_tstamp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "tcp/info.h"

enum {
    BATCH_MAX = 32, /* stamps read by one system call */

    /* What comes with a stamp: its times, and what it is of. */
    CONTROL_MAX = CMSG_SPACE(sizeof(struct scm_timestamping)) +
                  CMSG_SPACE(sizeof(struct sock_extended_err) +
                             sizeof(struct sockaddr_in6)),
};

void stamps_begin(int fd)
{
    const int flags = SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_TX_ACK |
                      SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE |
                      SOF_TIMESTAMPING_OPT_ID | SOF_TIMESTAMPING_OPT_TSONLY;

    setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPING, &flags, sizeof(flags));
}

/* A stamp, as the kernel gives it. */
struct stamp {
    int64_t time_us;
    uint32_t last; /* the byte that it is of, from the stream's first, 0 */
    uint32_t kind; /* SCM_TSTAMP_SND or SCM_TSTAMP_ACK */
};

struct control {
    _Alignas(struct cmsghdr) char bytes[CONTROL_MAX];
};

static bool is_error(const struct cmsghdr *part)
{
    return (part->cmsg_level == SOL_IP && part->cmsg_type == IP_RECVERR) ||
           (part->cmsg_level == SOL_IPV6 && part->cmsg_type == IPV6_RECVERR);
}

/* The kernel's time in one part of what came; 0: it is another part. */
static int64_t time_in(const struct cmsghdr *part)
{
    const struct scm_timestamping *times = (const void *)CMSG_DATA(part);

    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_TIMESTAMPING)
        return 0;
    return (int64_t)times->ts[0].tv_sec * 1000000 + times->ts[0].tv_nsec / 1000;
}

/* Returns when the last segment of a message was received; 0: not known. */
static int64_t received_us(struct msghdr *message)
{
    int64_t time_us = 0;

    for (struct cmsghdr *part = CMSG_FIRSTHDR(message);
         part != NULL && time_us == 0; part = CMSG_NXTHDR(message, part))
        time_us = time_in(part);
    return time_us;
}

/* False: the message is another one, such as an ICMP error. */
static bool read_stamp(struct msghdr *message, struct stamp *stamp)
{
    bool is_stamp = false;

    stamp->time_us = 0;
    for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part != NULL;
         part = CMSG_NXTHDR(message, part)) {
        if (is_error(part)) {
            const struct sock_extended_err *error =
                (const void *)CMSG_DATA(part);

            is_stamp = error->ee_origin == SO_EE_ORIGIN_TIMESTAMPING;
            stamp->kind = error->ee_info;
            stamp->last = error->ee_data;
        } else if (stamp->time_us == 0) {
            stamp->time_us = time_in(part);
        }
    }
    return is_stamp && stamp->time_us != 0;
}

ssize_t stamps_recv(int fd, char *at, size_t size, int64_t *stamp_us)
{
    struct control control;
    struct iovec room = {at, size};
    struct msghdr message = {.msg_iov = &room,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof(control.bytes)};
    ssize_t got = recvmsg(fd, &message, 0);

    *stamp_us = got > 0 ? received_us(&message) : 0;
    return got;
}

/* Reads at most BATCH_MAX stamps. Returns how many messages the queue had; less
 * than BATCH_MAX: it is empty. *count of them are stamps. */
static int read_batch(int fd, struct stamp stamps[BATCH_MAX], int *count)
{
    struct control controls[BATCH_MAX];
    struct mmsghdr messages[BATCH_MAX];
    int got;

    for (int i = 0; i < BATCH_MAX; i++)
        messages[i].msg_hdr =
            (struct msghdr){.msg_control = &controls[i],
                            .msg_controllen = sizeof(controls[i].bytes)};
    got = recvmmsg(fd, messages, BATCH_MAX, MSG_ERRQUEUE, NULL);
    *count = 0;
    for (int i = 0; i < got; i++)
        if (read_stamp(&messages[i].msg_hdr, &stamps[*count]))
            (*count)++;
    return got;
}

/* Whether TCP_INFO is worth a system call with this acknowledgement. After the
 * last one the next write tells the same. */
static bool wants_info(const struct ledger *ledger, const struct stamp *stamp)
{
    return ledger->is_blocked || stamp->last + 1 != (uint32_t)ledger->sent;
}

/* What the kernel knows of the connection comes with the last acknowledgement:
 * it is of now, and not of the earlier ones. */
static void report(int fd, struct ledger *ledger, const struct stamp *stamps,
                   int count)
{
    struct ledger_info info;
    int last_ack = count - 1;

    while (last_ack >= 0 && stamps[last_ack].kind != SCM_TSTAMP_ACK)
        last_ack--;
    for (int i = 0; i < count; i++) {
        const struct stamp *stamp = &stamps[i];
        bool has_info =
            i == last_ack && wants_info(ledger, stamp) && info_read(fd, &info);

        if (stamp->kind == SCM_TSTAMP_SND)
            ledger_left(ledger, stamp->last, stamp->time_us);
        else if (stamp->kind == SCM_TSTAMP_ACK)
            ledger_acked(ledger, stamp->last, stamp->time_us,
                         has_info ? &info : NULL);
    }
}

void stamps_report(int fd, struct ledger *ledger)
{
    struct stamp stamps[BATCH_MAX];
    int count, got, sum = 0;

    assert(ledger->observer != NULL);
    do {
        got = read_batch(fd, stamps, &count);
        report(fd, ledger, stamps, count);
        sum += got;
    } while (got == BATCH_MAX && sum < STAMPS_MAX);
}
