#include "files/file_version.h"

struct file_version file_version_of(const struct stat *status)
{
    return (struct file_version){
        .device = status->st_dev,
        .inode = status->st_ino,
        .size = status->st_size,
        .mtime_s = status->st_mtim.tv_sec,
        .ctime_s = status->st_ctim.tv_sec,
        .mtime_ns = (uint32_t)status->st_mtim.tv_nsec,
        .ctime_ns = (uint32_t)status->st_ctim.tv_nsec,
    };
}

bool file_version_equal(const struct file_version *a,
                        const struct file_version *b)
{
    return a->ctime_s == b->ctime_s && a->ctime_ns == b->ctime_ns &&
           a->inode == b->inode && a->size == b->size &&
           a->mtime_s == b->mtime_s && a->mtime_ns == b->mtime_ns &&
           a->device == b->device;
}

/* The time from the version's ctime to `now`. Stamps may be anything: what is
 * more than a minute is cut to a minute, so that nothing overflows. */
static int64_t age_ns(const struct file_version *version, struct timespec now)
{
    const int64_t minute_s = 60, second_ns = 1000000000;

    if (version->ctime_s < now.tv_sec - minute_s)
        return minute_s * second_ns;
    if (version->ctime_s > now.tv_sec + minute_s)
        return -minute_s * second_ns;
    return (now.tv_sec - version->ctime_s) * second_ns + now.tv_nsec -
           version->ctime_ns;
}

bool file_version_is_settled(const struct file_version *version,
                             struct timespec now, int64_t seen_ms)
{
    bool is_coarse = version->mtime_ns == 0 && version->ctime_ns == 0;
    int64_t settle_ms = is_coarse ? FILE_SETTLE_COARSE_MS : FILE_SETTLE_MS;
    int64_t age = age_ns(version, now);

    if (age < 0 && !is_coarse)
        return seen_ms >= FILE_SETTLE_SEEN_MS;
    return age >= settle_ms * 1000000;
}
