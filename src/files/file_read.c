#include "files/file_read.h"

#include <errno.h>
#include <unistd.h>

ssize_t file_read(int fd, uint64_t from, char *out, size_t len)
{
    size_t done = 0;

    while (done < len) {
        ssize_t got = pread(fd, out + done, len - done, (off_t)(from + done));

        if (got == -1 && errno == EINTR)
            continue;
        if (got == -1)
            return -errno;
        if (got == 0)
            break;
        done += (size_t)got;
    }
    return (ssize_t)done;
}
