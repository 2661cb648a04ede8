#include "server/signals.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

/* Whether the process has a controlling terminal. */
static bool is_at_terminal(void)
{
    int fd = open("/dev/tty", O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

    if (fd == -1)
        return false;
    close(fd);
    return true;
}

static bool is_ignored(int number)
{
    struct sigaction action;

    return sigaction(number, NULL, &action) == 0 &&
           action.sa_handler == SIG_IGN;
}

int signals_open(struct signals *signals)
{
    sigset_t set;

    *signals = (struct signals){.fd = -1, .has_terminal = is_at_terminal()};
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGUSR1);
    if (!is_ignored(SIGHUP)) /* nohup(1) */
        sigaddset(&set, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    /* Neither a peer or log reader that has closed its end, nor a log that has
     * reached the limit of a file's size, may end the process. */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    signals->fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return signals->fd == -1 ? -errno : 0;
}

void signals_close(struct signals *signals)
{
    sigset_t all;

    if (signals->fd == -1)
        return;
    sigfillset(&all);
    pthread_sigmask(SIG_UNBLOCK, &all, NULL);
    close(signals->fd);
    signals->fd = -1;
}

/* Whether this signal asks to end. The kernel sends SIGHUP when the terminal is
 * closed, and a shell then sends it to its jobs; other senders are ignored. */
static bool asks_to_end(const struct signals *signals,
                        const struct signalfd_siginfo *info)
{
    if (info->ssi_signo == SIGINT || info->ssi_signo == SIGTERM)
        return true;
    if (info->ssi_signo == SIGHUP &&
        (info->ssi_code == SI_KERNEL ||
         (signals->has_terminal && !is_at_terminal())))
        return true;
    log_info("%s is ignored; SIGTERM ends the server",
             info->ssi_signo == SIGHUP ? "SIGHUP" : "SIGUSR1");
    return false;
}

/* Whether this signal to end is the first, or does not belong to the first. */
static bool is_another(struct signals *signals)
{
    int64_t now_ms = clock_now_ms();

    if (signals->first_ms != 0)
        return now_ms - signals->first_ms >= SIGNALS_SAME_MS;
    signals->first_ms = now_ms;
    return true;
}

bool signals_ask_to_end(struct signals *signals)
{
    struct signalfd_siginfo info;
    bool asked = false;

    assert(signals->fd != -1);
    while (read(signals->fd, &info, sizeof(info)) == sizeof(info))
        if (asks_to_end(signals, &info) && is_another(signals))
            asked = true;
    return asked;
}
