#include "server/sinks.h"

#include <assert.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

/* The name of the file in messages. */
static const char *name_of(const char *file, int standard)
{
    if (strcmp(file, "-") != 0)
        return file;
    return standard == STDOUT_FILENO ? "standard output" : "standard error";
}

int sinks_open(struct sinks *sinks, const char *file, int standard,
               struct sink **sink)
{
    int fd = sink_open_file(file, standard);
    int error;

    assert(standard == STDOUT_FILENO || standard == STDERR_FILENO);
    if (fd < 0)
        return fd;
    for (unsigned i = 0; i < sinks->count; i++) {
        if (sink_is_file(sinks->each[i], fd)) {
            close(fd);
            *sink = sinks->each[i];
            return 0;
        }
    }
    assert(sinks->count < SINKS_MAX);
    error = sink_new(sink, fd, name_of(file, standard));
    if (error == 0)
        sinks->each[sinks->count++] = *sink;
    return error;
}

uint64_t sinks_end(struct sinks *sinks, bool *has_ended)
{
    int64_t deadline_ms = clock_now_ms() + SINKS_END_MS;
    uint64_t lost = 0;

    *has_ended = true;
    for (unsigned i = 0; i < sinks->count; i++) {
        if (!sink_end(sinks->each[i], deadline_ms))
            *has_ended = false;
        lost += sink_lost(sinks->each[i]);
    }
    return lost;
}

void sinks_free(struct sinks *sinks)
{
    while (sinks->count > 0)
        sink_free(sinks->each[--sinks->count]);
}
