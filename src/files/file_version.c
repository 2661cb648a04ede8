#include "files/file_version.h"

#include <inttypes.h>
#include <stdio.h>

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
                             struct timespec now)
{
    bool coarse = version->mtime.tv_nsec == 0 && version->ctime.tv_nsec == 0;

    int64_t settle_ms = coarse ? FILE_SETTLE_COARSE_MS : FILE_SETTLE_MS;

    return age_ns(version->ctime, now) >= settle_ms * 1000000;
}

void file_version_tag(const struct file_version *version, uint32_t nonce,
                      char out[FILE_TAG_SIZE])
{
    const uint64_t ctime_ns = (uint64_t)version->ctime.tv_sec * 1000000000U +
                              (uint64_t)version->ctime.tv_nsec;
    int len;

    len = snprintf(out, FILE_TAG_SIZE, "\"%" PRIx64 "-%" PRIx64 "-%" PRIx64,
                   (uint64_t)version->inode, (uint64_t)version->size, ctime_ns);
    if (nonce != 0)
        len += snprintf(out + len, FILE_TAG_SIZE - (size_t)len, "-%" PRIx32,
                        nonce);
    snprintf(out + len, FILE_TAG_SIZE - (size_t)len, "\"");
}
