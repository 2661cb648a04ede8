#include "wire/line_writer.h"

#include <string.h>

#include "base/clock.h"
#include "base/log.h"

bool line_writer_init(struct line_writer *writer, struct sink *sink,
                      size_t line_max, const char *name)
{
    *writer = (struct line_writer){
        .sink = sink,
        .name = name,
        .pace = {.interval_ms = LINE_REPORT_MS},
    };
    writer->feed = sink_add_feed(sink, line_max);
    return writer->feed != NULL;
}

/* Rare: something is wrong with the file, or with its reader. */
static void report(struct line_writer *writer, uint64_t lost, int error)
{
    uint64_t held_back;

    if (!log_pace_allows(&writer->pace, clock_now_ms(), &held_back))
        return;
    if (error != 0)
        log_error("cannot write the %s: %s; %llu lines are lost so far",
                  writer->name, strerror(-error), (unsigned long long)lost);
    else
        log_error("the %s is read too slowly: %llu lines are lost so far",
                  writer->name, (unsigned long long)lost);
    writer->lost_reported = lost;
}

void line_writer_flush(struct line_writer *writer)
{
    uint64_t lost = feed_lost(writer->feed);
    int error = sink_error(writer->sink);

    sink_flush(writer->sink, writer->feed);
    if (lost != writer->lost_reported || error != 0)
        report(writer, lost, error);
}
