#include "files/file_version.h"

struct file_version file_version_of(const struct stat *status)
{
    return (struct file_version){
        .device = status->st_dev,
        .inode = status->st_ino,
        .size = status->st_size,
        .mtime = status->st_mtim,
        .ctime = status->st_ctim,
    };
}

static bool time_equal(struct timespec a, struct timespec b)
{
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

bool file_version_equal(const struct file_version *a,
                        const struct file_version *b)
{
    return time_equal(a->ctime, b->ctime) && a->inode == b->inode &&
           a->size == b->size && time_equal(a->mtime, b->mtime) &&
           a->device == b->device;
}

/* How long `then` lies behind `now`. What is more than a minute ago or ahead is
 * cut to a minute: stamps may be anything, and must not overflow. */
static int64_t age_ns(struct timespec then, struct timespec now)
{
    const int64_t minute_s = 60, second_ns = 1000000000;

    if (then.tv_sec < now.tv_sec - minute_s)
        return minute_s * second_ns;
    if (then.tv_sec > now.tv_sec + minute_s)
        return -minute_s * second_ns;
    return (now.tv_sec - then.tv_sec) * second_ns + now.tv_nsec - then.tv_nsec;
}

bool file_version_is_settled(const struct file_version *version,
                             struct timespec now, int64_t seen_ms)
{
    bool coarse = version->mtime.tv_nsec == 0 && version->ctime.tv_nsec == 0;
    int64_t settle_ms = coarse ? FILE_SETTLE_COARSE_MS : FILE_SETTLE_MS;
    int64_t age = age_ns(version->ctime, now);

    if (age < 0 && !coarse)
        return seen_ms >= FILE_SETTLE_SEEN_MS;
    return age >= settle_ms * 1000000;
}
