/* squeeze.h -- compresses bytes, with the libraries that the build has
 *
 * Made once for each version of a file and sent many times, so time matters
 * less than size, but memory and a long wait do. As measured once, with windows
 * of 1 and of 4 MiB; bytes are relative to quality 10:
 *
 *                  script, 89 KB   script, 3.6 MB  HTML, 8.4 MB
 *     brotli 5     1.07   10 ms    1.16  0.10 s    1.12  0.3 s
 *     brotli 7     1.06   40 ms    1.11  0.25 s    1.10  0.3 s
 *     brotli 9     1.05  170 ms    1.09  0.45 s    1.07  0.6 s
 *     brotli 10    1      50 ms    1     2.6 s     1     5.4 s
 *     brotli 11    0.98  120 ms
 *
 * Memory: 6 MB for the smallest at 10, 18 MB for the largest at 7, 25 MB at 10.
 *
 * So up to SQUEEZE_DENSE_MAX it is 10, and 7 above that. The window is 1 MiB at
 * most: 4 MiB would save 2 % and take 6 MB more. gzip takes 0.3 s for 3.6 MB at
 * its best level, 9.
 *
 * This is the door of libbrotlienc and zlib; a build may have either, both or
 * none. Pure but for the clock that it takes. Any thread. */
#ifndef FILES_SQUEEZE_H
#define FILES_SQUEEZE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"
#include "files/file_derived.h"

enum {
    SQUEEZE_DENSE_MAX = 1048576, /* bytes */
    SQUEEZE_GAIN = 20, /* 1/20 less is the least that is worth a copy */
    SQUEEZE_LIBRARIES_MAX = 80, /* bytes of their names, with the NUL */
};

/* Whether this build can make it: DERIVED_BROTLI, DERIVED_GZIP. */
bool squeeze_can(enum derived_key key);

/* Writes ", brotli 1.0.9, zlib 1.2.13", of what there is. */
void squeeze_libraries(char out[SQUEEZE_LIBRARIES_MAX]);

/* Compresses `content`. Returns 0 and *out, which the caller frees, or a
 * negative errno: -EMSGSIZE where it would not become smaller by SQUEEZE_GAIN,
 * -ECANCELED where *stop was set meanwhile (it is looked at some times in a
 * second), -ENOMEM, or -ENOSYS if !squeeze_can(key). */
int squeeze(enum derived_key key, struct bytes content, const atomic_bool *stop,
            struct bytes *out);

#endif
