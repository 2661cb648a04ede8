#include "http/body_stream.h"

#include <assert.h>

#include "base/put.h"
#include "http/head.h"

/* A chunk's size line and its end: "ffe0" CRLF and CRLF. */
enum { CHUNK_SIZE_LEN = 6, CHUNK_END_LEN = 2 };

static const struct bytes last_chunk = {"0\r\n\r\n", 5};

_Static_assert((int)BODY_SOURCE_READ_MAX + CHUNK_SIZE_LEN + CHUNK_END_LEN + 5 <=
                   (int)TURN_OUT_BYTES,
               "a chunk and the last one fit into the turn's queue");
_Static_assert((int)BODY_SOURCE_READ_MAX <= 0xffff, "its size has four digits");

void body_stream_open(struct body_stream *stream, struct body_source *source,
                      uint64_t size, bool is_chunked)
{
    assert(stream->source == NULL && source != NULL);
    assert(size == UINT64_MAX || (!is_chunked && !source->is_endless));
    stream->source = source;
    stream->queued = 0;
    stream->size = size;
    stream->is_chunked = is_chunked;
}

/* Always four digits: leading zeros are allowed (RFC 9112, 7.1). */
static void write_chunk_size(char *out, size_t len)
{
    assert(len > 0 &&
           len <= 0xffff); /* a size of 0 would mean the last chunk */
    out = put_hex(out, (unsigned char)(len >> 8));
    out = put_hex(out, (unsigned char)len);
    put_text(out, "\r\n");
}

enum body_next body_stream_read(struct body_stream *stream,
                                const struct turn *turn)
{
    struct body_source *source = stream->source;
    size_t ahead = stream->is_chunked ? CHUNK_SIZE_LEN : 0, len = 0;
    char *out = outqueue_reserve(turn->out, TURN_OUT_BYTES);
    enum body_next next =
        source->read(source, out + ahead, BODY_SOURCE_READ_MAX, &len);

    assert(len <= BODY_SOURCE_READ_MAX);
    assert(source->is_endless ? next != BODY_ENDS : next != BODY_WAITS);
    if (source->is_endless && turn->draining && next != BODY_FAILS)
        next = BODY_ENDS;
    if (len > 0 && stream->is_chunked) {
        write_chunk_size(out, len);
        memcpy(out + ahead + len, "\r\n", CHUNK_END_LEN);
        len += ahead + CHUNK_END_LEN;
    }
    if (next == BODY_ENDS && stream->is_chunked)
        len = (size_t)(put_bytes(out + len, last_chunk) - out);
    outqueue_commit(turn->out, len);
    stream->queued += len;
    assert(stream->size == UINT64_MAX ||
           (stream->queued == stream->size) == (next == BODY_ENDS));
    return next;
}

void body_stream_close(struct body_stream *stream)
{
    if (stream->source != NULL)
        stream->source->close(stream->source);
    stream->source = NULL;
}
