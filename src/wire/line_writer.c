#include "wire/line_writer.h"

#include <assert.h>

bool line_writer_init(struct line_writer *writer, struct sink *sink,
                      size_t line_max)
{
    *writer = (struct line_writer){
        .sink = sink,
        .feed = sink_add_feed(sink, line_max),
    };
    return writer->feed != NULL;
}

void line_writer_flush(struct line_writer *writer)
{
    uint64_t lost = line_writer_lost(writer);

    assert(lost >= writer->lost_reported);
    sink_flush(writer->sink, writer->feed);
    if (lost != writer->lost_reported && sink_report(writer->sink))
        writer->lost_reported = lost;
}
