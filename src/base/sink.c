#include "base/sink.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

enum {
    URGENT_LEN = FEED_LAP / 4, /* bytes pending in one feed that end a nap */
    WRITE_MAX = 65536,         /* bytes of one write */
    OPEN_FLAGS = O_APPEND | O_NONBLOCK | O_NOCTTY | O_CLOEXEC,
};

/* What the thread does, for writers that might have to wake it. */
enum sink_state {
    SINK_WRITING, /* it will look at the feeds before it rests */
    SINK_NAPPING, /* it will look soon */
    SINK_ASLEEP,  /* it will look when it is woken */
};

struct sink {
    int fd;
    const char *name;
    int wake_fd; /* eventfd: there are lines, or the end */
    int done_fd; /* eventfd: the thread has ended */
    pthread_t thread;
    struct feed *_Atomic feeds; /* the last one added */
    atomic_int state;           /* enum sink_state */
    atomic_int error;           /* of the last write, an errno; 0: none */
    atomic_bool is_ending;

    /* The last report; written by the thread that moved report_ms. */
    atomic_llong report_ms; /* no report before this time */
    _Atomic uint64_t lost_reported;
    atomic_int error_reported; /* a negative errno; 0: none */
};

int sink_open_file(const char *file, int standard)
{
    struct stat status;
    int flags = O_WRONLY, fd;

    if (strcmp(file, "-") == 0) {
        fd = fcntl(standard, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
        return fd == -1 ? -errno : fd;
    }
    /* A FIFO that is open for both always has a reader: fifo(7). */
    if (stat(file, &status) == 0 && S_ISFIFO(status.st_mode))
        flags = O_RDWR;
    fd = open(file, flags | OPEN_FLAGS | O_CREAT, 0644);
    return fd == -1 ? -errno : fd;
}

/* Whether `file`, which does not exist, could be made: its folder decides. */
static int test_folder(const char *file)
{
    const char *slash = strrchr(file, '/');
    size_t len = slash == NULL ? 0 : (size_t)(slash + 1 - file);
    char folder[PATH_MAX];

    if (len >= sizeof(folder))
        return -ENAMETOOLONG;
    memcpy(folder, file, len);
    folder[len] = '\0';
    if (access(len == 0 ? "." : folder, W_OK | X_OK) == -1)
        return -errno;
    return file[len] == '\0' ? -EISDIR : 0;
}

int sink_test_file(const char *file)
{
    struct stat status;
    int fd;

    if (strcmp(file, "-") == 0)
        return 0;
    if (stat(file, &status) == -1)
        return errno == ENOENT ? test_folder(file) : -errno;
    if (S_ISFIFO(status.st_mode)) /* its reader would see us open and close */
        return access(file, R_OK | W_OK) == -1 ? -errno : 0;
    fd = open(file, O_WRONLY | OPEN_FLAGS);
    if (fd == -1)
        return -errno;
    close(fd);
    return 0;
}

static void signal_event(int event_fd)
{
    uint64_t one = 1;
    ssize_t written = write(event_fd, &one, sizeof(one));

    (void)written; /* it fails only where the count is full */
}

static void wake(struct sink *sink)
{
    if (atomic_exchange(&sink->state, SINK_WRITING) != SINK_WRITING)
        signal_event(sink->wake_fd);
}

/* Whether there is a reason not to rest in `state`, or no longer. */
static bool is_wanted(const struct sink *sink, enum sink_state state)
{
    size_t least = state == SINK_NAPPING ? URGENT_LEN : 1;
    const struct feed *feed;

    for (feed = atomic_load(&sink->feeds); feed != NULL; feed = feed->next)
        if (feed_pending(feed) >= least)
            return true;
    return atomic_load(&sink->is_ending);
}

int sink_error(const struct sink *sink)
{
    return -atomic_load_explicit(&sink->error, memory_order_relaxed);
}

/* How many lines found no room in their feed. */
static uint64_t lost_by_feeds(const struct sink *sink)
{
    const struct feed *feed;
    uint64_t lost = 0;

    for (feed = atomic_load(&sink->feeds); feed != NULL; feed = feed->next)
        lost += feed_lost(feed);
    return lost;
}

/* Of all threads that find something to report, one may do it. */
static bool may_report(struct sink *sink)
{
    int64_t now_ms = clock_now_ms();
    long long report_ms = atomic_load(&sink->report_ms);

    return now_ms >= report_ms && !atomic_load(&sink->is_ending) &&
           atomic_compare_exchange_strong(&sink->report_ms, &report_ms,
                                          now_ms + SINK_REPORT_MS);
}

static void report(const char *name, uint64_t lost, int error, bool had_error)
{
    char count[64] = "";

    if (lost > 0)
        snprintf(count, sizeof(count), "; %" PRIu64 " lines are lost so far",
                 lost);
    if (error != 0)
        log_error("cannot write %s: %s%s", name, strerror(-error), count);
    else if (had_error)
        log_error("%s can be written again%s", name, count);
    else
        log_error("%s is read too slowly%s", name, count);
}

bool sink_report(struct sink *sink)
{
    uint64_t lost = lost_by_feeds(sink);
    int error = sink_error(sink);
    int error_before = atomic_load(&sink->error_reported);

    if (lost == atomic_load(&sink->lost_reported) && error == error_before)
        return true;
    if (!may_report(sink))
        return false;
    atomic_store(&sink->lost_reported, lost);
    atomic_store(&sink->error_reported, error);
    report(sink->name, lost, error, error_before != 0);
    return true;
}

static void pause_ms(struct sink *sink, int timeout_ms)
{
    struct pollfd woken = {.fd = sink->wake_fd, .events = POLLIN};
    uint64_t count;
    ssize_t got;

    poll(&woken, 1, timeout_ms);
    got = read(sink->wake_fd, &count, sizeof(count));
    (void)got; /* it fails where the timeout has passed */
}

/* Sets the state before it looks: a writer that publishes between the two sees
 * the state, and wakes us. */
static void rest(struct sink *sink, enum sink_state state)
{
    int most_ms = sink_report(sink) ? -1 : SINK_REPORT_MS;

    assert(state != SINK_WRITING);
    assert(atomic_load(&sink->state) == SINK_WRITING);
    atomic_store(&sink->state, (int)state);
    if (!is_wanted(sink, state))
        pause_ms(sink, state == SINK_NAPPING ? SINK_NAP_MS : most_ms);
    atomic_store(&sink->state, SINK_WRITING);
}

/* How many of the first bytes of `lines` go into one write: whole lines, and so
 * few that their room in the feed is soon free again. */
static size_t write_len(struct bytes lines)
{
    const char *last;

    assert(lines.len > 0);
    if (lines.len <= WRITE_MAX)
        return lines.len;
    last = memrchr(lines.at, '\n', WRITE_MAX);
    return last == NULL ? WRITE_MAX : (size_t)(last + 1 - lines.at);
}

/* After a write failed: waits for room if there was none, else for a while, as
 * other errors may pass. Returns false where the sink ends and cannot wait. */
static bool await_room(struct sink *sink, int error)
{
    struct pollfd room = {.fd = sink->fd, .events = POLLOUT};

    if (error == EINTR)
        return true;
    if (error == EAGAIN) {
        sink_report(sink);
        poll(&room, 1, SINK_REPORT_MS);
        return true;
    }
    atomic_store(&sink->error, error);
    sink_report(sink);
    if (atomic_load(&sink->is_ending))
        return false;
    pause_ms(sink, SINK_RETRY_MS);
    return true;
}

/* Writes all that the feed has published, however long that takes, so that no
 * line is cut by those of another feed. Returns false where it gave up. */
static bool write_feed(struct sink *sink, struct feed *feed)
{
    struct bytes lines;

    while ((lines = feed_peek(feed)).len > 0) {
        ssize_t written = write(sink->fd, lines.at, write_len(lines));

        if (written > 0) {
            feed_take(feed, (size_t)written);
            atomic_store(&sink->error, 0);
        } else if (!await_room(sink, errno)) {
            return false;
        }
    }
    return true;
}

static void *sink_main(void *arg)
{
    struct sink *sink = arg;
    bool is_ending, is_good = true;

    do {
        bool has_lines = is_wanted(sink, SINK_ASLEEP);
        struct feed *feed;

        is_ending = atomic_load(&sink->is_ending);
        feed = atomic_load(&sink->feeds);
        for (; is_good && feed != NULL; feed = feed->next)
            is_good = write_feed(sink, feed);
        if (!is_ending)
            rest(sink, has_lines ? SINK_NAPPING : SINK_ASLEEP);
    } while (!is_ending);
    signal_event(sink->done_fd);
    return NULL;
}

void sink_free(struct sink *sink)
{
    struct feed *feed = atomic_load(&sink->feeds);

    while (feed != NULL) {
        struct feed *next = feed->next;

        feed_free(feed);
        feed = next;
    }
    if (sink->wake_fd != -1)
        close(sink->wake_fd);
    if (sink->done_fd != -1)
        close(sink->done_fd);
    close(sink->fd);
    free(sink);
}

int sink_new(struct sink **out, int fd, const char *name)
{
    struct sink *sink = calloc(1, sizeof(*sink));
    int error = 0;

    if (sink == NULL) {
        close(fd);
        return -ENOMEM;
    }
    sink->fd = fd;
    sink->name = name;
    sink->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    sink->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (sink->wake_fd == -1 || sink->done_fd == -1)
        error = -errno;
    if (error == 0)
        error = -pthread_create(&sink->thread, NULL, sink_main, sink);
    if (error != 0) {
        sink_free(sink);
        return error;
    }
    *out = sink;
    return 0;
}

bool sink_is_file(const struct sink *sink, int fd)
{
    struct stat ours, other;

    return fstat(sink->fd, &ours) == 0 && fstat(fd, &other) == 0 &&
           ours.st_dev == other.st_dev && ours.st_ino == other.st_ino;
}

int sink_fd(const struct sink *sink)
{
    return sink->fd;
}

struct feed *sink_add_feed(struct sink *sink, size_t line_max)
{
    struct feed *feed = feed_new(line_max);

    if (feed == NULL)
        return NULL;
    feed->next = atomic_load(&sink->feeds);
    atomic_store(&sink->feeds, feed);
    return feed;
}

void sink_flush(struct sink *sink, struct feed *feed)
{
    int state;

    if (!feed_publish(feed))
        return;
    state = atomic_load(&sink->state);
    if (state == SINK_ASLEEP ||
        (state == SINK_NAPPING && feed_pending(feed) >= URGENT_LEN))
        wake(sink);
}

/* False: the deadline passed first. */
static bool await_thread(const struct sink *sink, int64_t deadline_ms)
{
    struct pollfd done = {.fd = sink->done_fd, .events = POLLIN};
    int64_t left;

    do {
        left = deadline_ms - clock_now_ms();
        if (poll(&done, 1, left < 0 ? 0 : (int)left) == 1)
            return true;
    } while (left > 0);
    return false;
}

bool sink_end(struct sink *sink, int64_t deadline_ms)
{
    atomic_store(&sink->is_ending, true);
    signal_event(sink->wake_fd);
    if (!await_thread(sink, deadline_ms))
        return false;
    pthread_join(sink->thread, NULL);
    return true;
}

uint64_t sink_lost(const struct sink *sink)
{
    const struct feed *feed;
    uint64_t lost = lost_by_feeds(sink);

    for (feed = atomic_load(&sink->feeds); feed != NULL; feed = feed->next)
        lost += feed_count_lines(feed);
    return lost;
}
